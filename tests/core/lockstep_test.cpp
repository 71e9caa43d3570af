// SPDX-License-Identifier: Apache-2.0
// The core against another implementation of the architecture, instruction by instruction.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "models/core/core.h"
#include "models/core/hex.h"
#include "tests/core/oracle.h"
#include "tests/core/random_program.h"

namespace weft {
namespace {

using namespace rv_asm;  // NOLINT

constexpr std::uint64_t kBase = 0x8000'0000, kSize = 0x40'0000;
constexpr std::uint64_t kData = kBase + 0x30'0000, kDataSize = 0x2000;

class NoBus final : public CoreBus {
 public:
  BusResult load(std::uint64_t, unsigned, Time, std::uint64_t&) override { return {false, {}}; }
  BusResult store(std::uint64_t, unsigned, Time, std::uint64_t) override { return {false, {}}; }
};

/// Both machines, with the same memory.
class Lockstep : public testing::Test {
 protected:
  Lockstep() : memory_(kSize), core_(CoreConfig{}, memory_, kBase, bus_) {
    Dice dice(Random(1, "lockstep", "data"));
    std::vector<std::uint8_t> data(kDataSize);
    for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(dice.bits());
    write(kData, data, data);
  }

  void write(std::uint64_t address, std::span<const std::uint8_t> for_core,
             std::span<const std::uint8_t> for_oracle) {
    std::copy(for_core.begin(), for_core.end(),
              memory_.begin() + static_cast<std::ptrdiff_t>(address - kBase));
    core_.invalidate(address, for_core.size());
    oracle_.write(address, for_oracle);
  }

  /// Random registers, sp, s0 and s1 pointers into the data.
  static HartState start(std::uint64_t pc, Dice& dice) {
    HartState state;
    state.pc = pc;
    for (unsigned i = 1; i < 32; ++i) state.x[i] = dice.value();
    for (const unsigned i : {sp, s0, s1}) state.x[i] = pointer(dice);
    return state;
  }
  static std::uint64_t pointer(Dice& dice) { return kData + 0xc00 + 8 * dice.below(0x80); }

  void set(const HartState& state) {
    core_.reset(state.pc);
    for (unsigned i = 1; i < 32; ++i) core_.set_reg(i, state.x[i]);
    oracle_.set(state);
  }

  HartState run_core(unsigned count) {
    const std::uint64_t cycle = core_.clock().first_edge_at_or_after(core_.next());
    core_.run(core_.clock().edge(cycle + count));
    HartState state;
    state.trapped = core_.halted();
    state.pc = core_.pc();
    for (unsigned i = 1; i < 32; ++i) state.x[i] = core_.reg(i);
    state.memory_hash = memory_hash(std::span(memory_).subspan(kData - kBase, kDataSize));
    return state;
  }

  /// Runs both; what differs, or "".
  std::string step(unsigned count) {
    const HartState core = run_core(count);
    return core.difference(oracle_.run(count, kData, kDataSize));
  }

  /// One instruction on both with random registers, pointers where it may take one from.
  std::string single(std::uint64_t pc, std::uint32_t bits, Dice& dice) {
    const std::uint8_t bytes[] = {
        static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(bits >> 8),
        static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 24)};
    write(pc, bytes, bytes);
    HartState state = start(pc, dice);
    const bool jumps = (bits & 0xe07f) == 0x8002;  // c.jr, c.jalr: to any register
    for (unsigned i = 1; i < 32; ++i) {
      if (jumps || (i >= 8 && i < 16)) state.x[i] = pointer(dice);
    }
    set(state);
    const std::string difference = step(1);
    return difference.empty() ? "" : to_hex(bits) + " at " + to_hex(pc) + ":\n" + difference;
  }

  NoBus bus_;
  std::vector<std::uint8_t> memory_;
  Core core_;
  Oracle oracle_{WEFT_ORACLE_UNICORN, kBase, kSize};
};

constexpr unsigned kUnits = 48, kSteps = 30, kStepLength = 5;

TEST_F(Lockstep, RandomProgramsEndInTheSameState) {
  const unsigned programs = 800;
  std::uint64_t instructions = 0;
  for (unsigned i = 0; i < programs; ++i) {
    const RandomProgram program(Random(i, "lockstep", "program"), kUnits);
    Dice dice(Random(i, "lockstep", "registers"));
    const std::uint64_t pc = kBase + i * 1024;
    ASSERT_LE(program.bytes().size(), 1024u);
    write(pc, program.bytes(), program.bytes());
    set(start(pc, dice));
    for (unsigned s = 0; s < kSteps; ++s) {
      const std::uint64_t before = core_.pc();
      ASSERT_EQ(step(kStepLength), "")
          << "program " << i << ", instructions " << s * kStepLength << " to "
          << (s + 1) * kStepLength << " from pc " << to_hex(before);
    }
    instructions += core_.instructions();
  }
  EXPECT_EQ(instructions, std::uint64_t{programs} * kSteps * kStepLength);
  EXPECT_GE(instructions, 100'000u);
}

TEST_F(Lockstep, SeesAnInstructionThatTheCoreExecutesDifferently) {
  Program right, wrong;
  right(addi(a0, zero, 40))(addi(a1, zero, 2))(add(a2, a0, a1))(nop())(nop());
  wrong(addi(a0, zero, 40))(addi(a1, zero, 2))(r_type(0x33, 0x20, 0, a2, a0, a1))(nop())(nop());
  Dice dice(Random(1, "lockstep", "wrong"));
  write(kBase, wrong.bytes(), right.bytes());
  set(start(kBase, dice));
  EXPECT_EQ(step(5), "x12: 0x26, oracle 0x2a\n");
}

TEST_F(Lockstep, SeesAStoreThatTheCoreLeavesOut) {
  Program right, wrong;
  right(sb(zero, 0, s0))(sd(sp, 0, s0))(nop());
  wrong(sb(zero, 0, s0))(nop())(nop());
  Dice dice(Random(1, "lockstep", "store"));
  write(kBase, wrong.bytes(), right.bytes());
  set(start(kBase, dice));
  EXPECT_EQ(step(3).substr(0, 20), "hash of the memory: ");
}

/// Floating point, which the core has not, and two reserved groups that the oracle executes as if
/// nothing was there; that they are illegal is tested elsewhere.
bool only_the_oracle_knows(std::uint32_t compressed) {
  const unsigned funct3 = compressed >> 13 & 7;
  return ((compressed & 3) != 1 && (funct3 == 1 || funct3 == 5)) ||
         (compressed & 0xe003) == 0x8000 || (compressed & 0xfc43) == 0x9c41;
}
/// Minima and maxima of words: Unicorn 2.0.1 compares 64 bits, the upper half of the word as 0.
bool oracle_is_wrong(std::uint32_t bits) {
  return (bits & 0x7f) == 0x2f && (bits >> 12 & 7) == 2 && bits >> 31 != 0;
}

TEST_F(Lockstep, EveryCompressedInstructionDoesTheSame) {
  Dice dice(Random(1, "lockstep", "compressed"));
  unsigned compared = 0;
  std::string differences;
  for (std::uint32_t bits = 0; bits < 0x10000 && differences.size() < 2000; ++bits) {
    if ((bits & 3) == 3 || only_the_oracle_knows(bits)) continue;
    differences += single(kBase + 4 * std::uint64_t{bits}, bits | 0x0001'0000, dice);
    ++compared;
  }
  EXPECT_EQ(differences, "");
  EXPECT_EQ(compared, 3u * 16384 - 5u * 2048 - 128u);
}

TEST_F(Lockstep, EveryFunctionCodeDoesTheSameOrIsIllegal) {
  Dice dice(Random(1, "lockstep", "functions"));
  std::string differences;
  unsigned compared = 0;
  std::uint64_t pc = kBase;
  for (const std::uint32_t opcode : {0x03, 0x13, 0x1b, 0x23, 0x33, 0x3b, 0x63, 0x2f}) {
    for (std::uint32_t funct = 0; funct < 1024 && differences.size() < 2000; ++funct, pc += 4) {
      const auto rd = static_cast<unsigned>(dice.below(32));
      const unsigned rs2 = opcode == 0x2f && (funct >> 5) == 2 ? 0 : dice.below(32);
      const std::uint32_t bits = r_type(opcode, funct >> 3, funct & 7, rd, s0, rs2);
      if (oracle_is_wrong(bits)) continue;
      differences += single(pc, bits, dice);
      ++compared;
    }
  }
  EXPECT_EQ(differences, "");
  EXPECT_EQ(compared, 8u * 1024 - 64u);
}

}  // namespace
}  // namespace weft
