// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/core/hex.h"
#include "tests/unit/core_machine.h"

namespace weft {
namespace {

using namespace rv_asm;  // NOLINT
using U = std::uint64_t;

constexpr U kData = CoreMachine::kData, kBusAddress = RecordingBus::kAddress;
constexpr U kWord = 0x8182'8384'8586'8788;

TEST(CoreMemory, LoadsEverySizeAlignedOrNot) {
  struct Case {
    unsigned funct3;
    U expected;
  };
  constexpr Case kCases[] = {{0, U(-0x78)},   {1, U(-0x7878)}, {2, 0xffff'ffff'8586'8788},
                             {3, kWord},      {4, 0x88},       {5, 0x8788},
                             {6, 0x8586'8788}};
  for (const unsigned shift : {0u, 1u, 3u, 7u, 0x100u - 3u}) {
    for (const Case& c : kCases) {
      CoreMachine machine;
      machine.write<U>(kData + shift, kWord);
      EXPECT_EQ(to_hex(machine.result(load(c.funct3, a0, -2048, a1), kData + shift + 2048)),
                to_hex(c.expected))
          << c.funct3 << " at " << shift;
    }
  }
}

TEST(CoreMemory, StoresEverySizeAlignedOrNot) {
  for (const unsigned shift : {0u, 1u, 3u, 7u, 0xfdu}) {
    for (const unsigned funct3 : {0u, 1u, 2u, 3u}) {
      CoreMachine machine;
      machine.result(s_type(funct3, a2, a1, 2047), kData + shift - 2047, kWord);
      const U mask = funct3 == 3 ? ~U{0} : (U{1} << (8u << funct3)) - 1;
      EXPECT_EQ(to_hex(machine.read<U>(kData + shift)), to_hex(kWord & mask)) << funct3;
      EXPECT_EQ(machine.read<U>(kData + shift - 8), 0u);
    }
  }
}

TEST(CoreMemory, ReachesTheLastByteOfTheSramAndNoFurther) {
  constexpr U kEnd = CoreMachine::kBase + CoreMachine::kSize;
  CoreMachine machine;
  machine.write<std::uint8_t>(kEnd - 1, 0x7f);
  EXPECT_EQ(machine.result(load(0, a0, 0, a1), kEnd - 1), 0x7fu);
  EXPECT_FALSE(machine.core.halted());
  machine.result(load(3, a0, 0, a1), kEnd - 7);
  ASSERT_TRUE(machine.core.halted()) << "a load that reaches out is misaligned outside";
  EXPECT_EQ(machine.core.halt()->cause, TrapCause::kLoadMisaligned);
  machine.result(load(0, a0, -1, a1), CoreMachine::kBase);
  ASSERT_TRUE(machine.core.halted());
  EXPECT_EQ(machine.core.halt()->cause, TrapCause::kLoadFault);
}

TEST(CoreMemory, ExtendsWhatTheBusAnswers) {
  CoreMachine machine;
  std::memcpy(machine.bus.bytes.data(), &kWord, 8);
  EXPECT_EQ(machine.result(load(0, a0, 0, a1), kBusAddress), U(-0x78));
  EXPECT_EQ(machine.result(load(4, a0, 0, a1), kBusAddress), 0x88u);
  EXPECT_EQ(machine.result(load(2, a0, 4, a1), kBusAddress), 0xffff'ffff'8182'8384u);
  EXPECT_EQ(machine.result(load(6, a0, 4, a1), kBusAddress), 0x8182'8384u);
  EXPECT_EQ(machine.result(load(3, a0, 0, a1), kBusAddress), kWord);
  EXPECT_EQ(machine.bus.calls.back(), (RecordingBus::Call{'l', kBusAddress, 8, 0_ns, kWord}));
}

TEST(CoreMemory, GivesTheBusNoMoreBitsThanItStores) {
  CoreMachine machine;
  machine.result(sb(a2, 3, a1), kBusAddress, kWord);
  EXPECT_EQ(machine.bus.calls.back(), (RecordingBus::Call{'s', kBusAddress + 3, 1, 0_ns, 0x88}));
  machine.result(sw(a2, 4, a1), kBusAddress, kWord);
  EXPECT_EQ(machine.bus.calls.back(),
            (RecordingBus::Call{'s', kBusAddress + 4, 4, 0_ns, 0x8586'8788}));
}

struct AmoCase {
  const char* name;
  unsigned funct5;
  U memory, b, wide, word;
};

constexpr AmoCase kAmoCases[] = {
    {"add", 0x00, 0xffff'ffff, 1, 0x1'0000'0000, 0},
    {"swap", 0x01, 5, 0xf'0000'0006, 0xf'0000'0006, 6},
    {"xor", 0x04, 0xff, 0x0f, 0xf0, 0xf0},
    {"or", 0x08, 0xf0, 0x0f, 0xff, 0xff},
    {"and", 0x0c, 0xff, 0x1f0, 0xf0, 0xf0},
    {"min", 0x10, 5, U(-1), U(-1), 0xffff'ffff},
    {"min", 0x10, 0x8000'0000, 1, 1, 0x8000'0000},
    {"min", 0x10, 7, 0xf'0000'0003, 7, 3},
    {"max", 0x14, 5, U(-1), 5, 5},
    {"max", 0x14, 0x8000'0000, 1, 0x8000'0000, 1},
    {"max", 0x14, 3, 0xf'8000'0000, 0xf'8000'0000, 3},
    {"minu", 0x18, 5, U(-1), 5, 5},
    {"minu", 0x18, 5, 0xf'0000'0003, 5, 3},
    {"maxu", 0x1c, 5, U(-1), U(-1), 0xffff'ffff},
    {"maxu", 0x1c, 5, 0xf'0000'0003, 0xf'0000'0003, 5},
};

TEST(CoreMemory, ChangesMemoryAtomically) {
  for (const AmoCase& c : kAmoCases) {
    for (const bool wide : {false, true}) {
      CoreMachine machine;
      machine.write<U>(kData, c.memory);
      const U old = machine.result(amo(c.funct5, wide ? 3 : 2, a0, a2, a1), kData, c.b);
      const U word = static_cast<U>(std::int64_t{static_cast<std::int32_t>(c.memory)});
      EXPECT_EQ(to_hex(old), to_hex(wide ? c.memory : word)) << c.name;
      EXPECT_EQ(to_hex(machine.read<U>(kData)), to_hex(wide ? c.wide : c.word)) << c.name;
    }
  }
}

TEST(CoreMemory, ChangesMemoryBehindTheBusAtomically) {
  CoreMachine machine;
  machine.bus.waited = 5_ns;
  machine.bus.bytes[0] = 7;
  EXPECT_EQ(machine.result(amo(0, 3, a0, a2, a1), kBusAddress, 3), 7u);
  ASSERT_EQ(machine.bus.calls.size(), 2u);
  EXPECT_EQ(machine.bus.calls[1], (RecordingBus::Call{'s', kBusAddress, 8, 5_ns, 10}));
  EXPECT_EQ(machine.core.next(), 11_ns) << "its cycle, a load and a store";
}

/// lr.d a0, (a1); `between`; sc.d a3, a2, (a1).
Program pair(std::uint32_t between, std::uint32_t sc = amo(3, 3, a3, a2, a1)) {
  Program program;
  return program(amo(2, 3, a0, 0, a1))(between)(sc);
}

struct Pair {
  U failed, memory;
};

Pair run_pair(const Program& program, bool written_between = false) {
  CoreMachine machine;
  machine.write<U>(kData, 1);
  machine.start(program);
  machine.core.set_reg(a1, kData);
  machine.core.set_reg(a2, 2);
  machine.run(2_ns);
  if (written_between) machine.core.invalidate(kData + 7, 1);
  machine.run(3_ns);
  return {machine.core.reg(a3), machine.read<U>(kData)};
}

TEST(CoreMemory, StoresConditionallyUnlessSomebodyElseWrote) {
  const Pair plain = run_pair(pair(nop()));
  EXPECT_EQ(plain.failed, 0u);
  EXPECT_EQ(plain.memory, 2u);
  const Pair written = run_pair(pair(nop()), true);
  EXPECT_EQ(written.failed, 1u);
  EXPECT_EQ(written.memory, 1u);
  EXPECT_EQ(run_pair(pair(amo(3, 3, a4, zero, sp))).failed, 1u) << "another sc came between";
  EXPECT_EQ(run_pair(pair(nop(), amo(3, 2, a3, a2, a1))).failed, 1u) << "another size";
  EXPECT_EQ(run_pair(pair(addi(a1, a1, 8))).failed, 1u) << "another address";
}

TEST(CoreMemory, TrapsMisalignedAtomics) {
  CoreMachine machine;
  const auto cause = [&](std::uint32_t bits) {
    machine.result(bits, kData + 4);
    return machine.core.halted() ? machine.core.halt()->cause : TrapCause::kEcall;
  };
  EXPECT_EQ(cause(amo(0, 3, a0, a2, a1)), TrapCause::kStoreMisaligned);
  EXPECT_EQ(cause(amo(2, 3, a0, 0, a1)), TrapCause::kLoadMisaligned);
  EXPECT_EQ(cause(amo(3, 3, a0, a2, a1)), TrapCause::kStoreMisaligned);
}

/// Executes `addi a0, a0, 1` at kLoop twice; after the first time it is written over.
TEST(CoreMemory, ExecutesCodeThatItHasJustWritten) {
  for (const unsigned funct3 : {1u, 2u, 3u}) {
    for (const bool fence : {false, true}) {
      CoreMachine machine;
      Program program;
      program.li(a1, CoreMachine::kBase + 0x100);
      program.li(a2, addi(a0, a0, 16) | U{addi(a3, a3, 1)} << 32);
      program(jalr(ra, a1, 0))(s_type(funct3, a2, a1, 0))(fence ? kFenceI : nop());
      program(jalr(ra, a1, 0))(kWfi);
      Program routine;
      machine.put(routine(addi(a0, a0, 1))(addi(a3, a3, 1))(jalr(zero, ra, 0)),
                  CoreMachine::kBase + 0x100);
      machine.start(program);
      machine.run(1_us);
      const std::uint32_t changed =
          funct3 == 1 ? (addi(a0, a0, 1) & 0xffff'0000) | (addi(a0, a0, 16) & 0xffff)
                      : addi(a0, a0, 16);
      EXPECT_EQ(machine.core.reg(a0), 1 + (changed >> 20)) << funct3;
      EXPECT_EQ(machine.core.reg(a3), 2u);
      EXPECT_TRUE(machine.core.waiting());
    }
  }
}

TEST(CoreMemory, NoticesStoresThatReachCodeAcrossALine) {
  for (const unsigned before : {1u, 2u, 3u, 5u, 7u}) {  // bytes of the store before the code
    CoreMachine machine;
    const U code = CoreMachine::kBase + 0x400;
    Program program, routine;
    program.li(a1, code).li(a2, U{addi(a0, a0, 16)} << 8 * before);
    program(jalr(ra, a1, 0))(sd(a2, -static_cast<int>(before), a1))(jalr(ra, a1, 0))(kWfi);
    machine.put(routine(addi(a0, a0, 1))(jalr(zero, ra, 0)), code);
    machine.start(program);
    machine.run(1_us);
    const U written = machine.read<std::uint32_t>(code);
    EXPECT_EQ(machine.core.reg(a0), 1 + (written >> 20)) << before;
  }
}

TEST(CoreMemory, ForgetsCodeThatOthersWrote) {
  for (const int shift : {0, -2, 2}) {  // of an instruction of 4 bytes across two lines
    CoreMachine machine;
    const U code = CoreMachine::kBase + 0x200 + static_cast<U>(std::int64_t{shift});
    Program program, routine;
    program.li(a1, code);
    program(jalr(ra, a1, 0))(jalr(ra, a1, 0))(kWfi);
    machine.put(routine(addi(a0, a0, 1))(jalr(zero, ra, 0)), code);
    machine.start(program);
    while (machine.core.reg(a0) == 0) machine.run(machine.core.next() + 1_ns);
    machine.write<std::uint16_t>(code + 2, static_cast<std::uint16_t>(addi(a0, a0, 16) >> 16));
    machine.run(1_us);
    EXPECT_EQ(machine.core.reg(a0), 17u) << shift;
  }
}

TEST(CoreMemory, ForgetsEverythingOnFenceI) {
  CoreMachine machine;
  Program program, routine;
  program.li(a1, CoreMachine::kBase + 0x200);
  program(jalr(ra, a1, 0))(nop())(kFenceI)(jalr(ra, a1, 0))(kWfi);
  machine.put(routine(addi(a0, a0, 1))(jalr(zero, ra, 0)), CoreMachine::kBase + 0x200);
  machine.start(program);
  while (machine.core.reg(a0) == 0) machine.run(machine.core.next() + 1_ns);
  const std::uint32_t changed = addi(a0, a0, 16);
  std::memcpy(&machine.memory[0x200], &changed, 4);  // unannounced
  machine.run(1_us);
  EXPECT_EQ(machine.core.reg(a0), 17u);
}

}  // namespace
}  // namespace weft
