// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/npu_node.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "tests/support/core_program.h"
#include "tests/support/npu_pair.h"
#include "tests/support/script_agent.h"
#include "tests/support/tlm_initiator.h"

namespace weft::sc {
namespace {

using test::core_program;
using test::NpuPair;
using test::ScriptAgent;
using test::TlmInitiator;

constexpr Time kMmio = NpuConfig{}.mmio_latency;

/// A pair of nodes and an initiator on the registers of the first.
struct Bench {
  Bench() { initiator.socket.bind(pair.node(0).regs); }
  void start() { run_until(Time()); }
  void run_until(Time time) { sc_core::sc_start(to_sc(time) - sc_core::sc_time_stamp()); }

  NpuPair pair{"pair"};
  TlmInitiator initiator{"initiator"};
};

TEST(NpuNode, ShowsItsRegistersOnASocket) {
  Bench bench;
  bench.start();
  const Time at = bench.pair.node(0).ready();
  std::uint64_t word = 0;
  const auto answer = bench.initiator.read_word(at, npu_regs::kIdOffset, word);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer.done, at + kMmio);
  EXPECT_EQ(word & npu_regs::kIdMagicMask, npu_regs::kIdMagicReset);
  EXPECT_TRUE(bench.initiator.write_word(at, npu_regs::kScratchOffset, 0x0123'4567'89AB'CDEF).ok());
  EXPECT_TRUE(bench.initiator.read_word(at, npu_regs::kScratchOffset, word).ok());
  EXPECT_EQ(word, 0x0123'4567'89AB'CDEFu);
  EXPECT_TRUE(bench.initiator.read_word(at, npu_regs::kScratchOffset + 4, word, 4).ok());
  EXPECT_EQ(word, 0x0123'4567u);
}

TEST(NpuNode, RefusesRegisterAccessesOfAnotherSizeOrPlace) {
  Bench bench;
  bench.start();
  const Time at = bench.pair.node(0).ready();
  std::uint64_t word = 0;
  const auto read = [&](std::uint64_t address, unsigned size) {
    return bench.initiator.read_word(at, address, word, size).status;
  };
  EXPECT_EQ(read(npu_regs::kScratchOffset, 1), tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(read(npu_regs::kScratchOffset, 2), tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(bench.initiator.write_word(at, npu_regs::kScratchOffset, 0, 4).status,
            tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(read(npu_regs::kScratchOffset + 4, 8), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read(npu_regs::kScratchOffset + 2, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read(0xF000, 8), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read(npu_regs::kRegsSize, 8), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read((std::uint64_t{1} << 32) + npu_regs::kScratchOffset, 8),
            tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST(NpuNode, IsReadByADebuggerWithoutEffect) {
  Bench bench;
  bench.start();
  const Time at = bench.pair.node(0).ready();
  ASSERT_TRUE(bench.initiator.write_word(at, npu_regs::kHostTxOffset, 42).ok());
  std::array<std::uint8_t, 8> bytes{};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(bench.initiator.debug_read(npu_regs::kMboxRxOffset, bytes), 8u);
    EXPECT_EQ(bytes[0], 42);
  }
  EXPECT_EQ(bench.initiator.debug_read(0xF000, bytes), 0u);
}

TEST(NpuNode, RefusesAHostThatComesBeforeTheWindows) {
  Bench bench;
  ScriptAgent agent;
  agent.at(Time::ns(1'999), [](Time, AgentBus&) {});
  bench.pair.node(0).set_driver(&agent);
  bench.run_until(Time::us(2));
  const Time ready = bench.pair.node(0).ready();
  ASSERT_GT(ready, Time::us(2));
  std::uint64_t word = 0;
  EXPECT_EQ(bench.initiator.read_word(Time::us(2), npu_regs::kIdOffset, word).status,
            tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_TRUE(bench.initiator.read_word(ready, npu_regs::kIdOffset, word).ok());
}

TEST(NpuNode, RefusesAHostThatWouldGoAheadOfTheNode) {
  Bench bench;
  ScriptAgent agent;
  agent.at(Time::us(2), [](Time, AgentBus&) {});
  bench.pair.node(0).set_driver(&agent);
  bench.start();
  std::uint64_t word = 0;
  EXPECT_EQ(bench.initiator.read_word(Time::us(3), npu_regs::kIdOffset, word).status,
            tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_TRUE(bench.initiator.read_word(Time::us(2), npu_regs::kIdOffset, word).ok());
  EXPECT_EQ(bench.initiator.read_word(Time::us(1), npu_regs::kIdOffset, word).status,
            tlm::TLM_GENERIC_ERROR_RESPONSE)
      << "an access before another one";
}

// Writes the cycle to HBM and reads it back; tells the cycle and what it read; then loads from 0.
constexpr std::initializer_list<std::uint32_t> kHbm = {
    0x100005b7,  // lui   a1, 0x10000
    0x00100713,  // li    a4, 1
    0x02471713,  // slli  a4, a4, 36
    0xb0002673,  // csrr  a2, mcycle
    0x00c73823,  // sd    a2, 16(a4)
    0x01073683,  // ld    a3, 16(a4)
    0xb00027f3,  // csrr  a5, mcycle
    0x38f5b823,  // sd    a5, 0x390(a1)
    0x38d5b823,  // sd    a3, 0x390(a1)
    0x00003683,  // ld    a3, 0(zero)
};

// Sleeps; in its handler takes a word from the mailbox and tells the host the cycle after that.
constexpr std::initializer_list<std::uint32_t> kIrq = {
    0x100005b7,  //    lui   a1, 0x10000
    0x00000517,  //    auipc a0, 0
    0x02c50513,  //    addi  a0, a0, 44
    0x30551073,  //    csrw  mtvec, a0
    0x00400613,  //    li    a2, 4
    0x08c5b423,  //    sd    a2, 0x88(a1)    the mailbox interrupt alone
    0x00001637,  //    lui   a2, 1
    0x00165613,  //    srli  a2, a2, 1
    0x30461073,  //    csrw  mie, a2
    0x30046073,  //    csrsi mstatus, 8
    0x10500073,  // 3: wfi
    0xffdff06f,  //    j     3b
    0x3805b683,  //    ld    a3, 0x380(a1)
    0xb0002773,  //    csrr  a4, mcycle
    0x38e5b823,  //    sd    a4, 0x390(a1)
    0x30200073,  //    mret
};

// Tells the host what a routine returns, and again when SCRATCH is not 0 any more.
constexpr std::initializer_list<std::uint32_t> kCallTwice = {
    0x100005b7,  //      lui   a1, 0x10000
    0x020000ef,  //      jal   ra, sub
    0x38d5b823,  //      sd    a3, 0x390(a1)
    0x0385b603,  // 1:   ld    a2, 0x38(a1)
    0xfe060ee3,  //      beqz  a2, 1b
    0x010000ef,  //      jal   ra, sub
    0x38d5b823,  //      sd    a3, 0x390(a1)
    0x10500073,  // 2:   wfi
    0xffdff06f,  //      j     2b
    0x00100693,  // sub: li    a3, 1
    0x00008067,  //      ret
};
constexpr std::uint64_t kRoutine = npu_regs::kSramBase + 0x24;
constexpr std::uint32_t kReturnTwo = 0x00200693;  // li a3, 2

// Reads SCRATCH in cycle 1 and tells the host.
constexpr std::initializer_list<std::uint32_t> kLook = {
    0x100005b7,  //      lui   a1, 0x10000
    0x0385b683,  //      ld    a3, 0x38(a1)
    0x38d5b823,  //      sd    a3, 0x390(a1)
    0x10500073,  // 2:   wfi
    0xffdff06f,  //      j     2b
};

/// Takes words for the host as they come, each with its time.
struct HostReader {
  struct Word {
    Time at;
    std::uint64_t value;
  };
  explicit HostReader(unsigned words) {
    for (unsigned i = 0; i < words; ++i) {
      agent.on_irq([this](Time at, AgentBus& bus) {
        got.push_back({at, bus.read_reg(npu_regs::kHostRxOffset)});
      });
    }
  }
  ScriptAgent agent;
  std::vector<Word> got;
};

TEST(NpuNode, LetsTheCoreWaitForTheHbm) {
  Bench bench;
  HostReader host(2);
  bench.pair.node(0).set_host(&host.agent);
  const ElfImage image = core_program(npu_regs::kSramBase, kHbm);
  bench.pair.node(0).load(image);
  bench.run_until(Time::us(2));
  ASSERT_EQ(host.got.size(), 2u);
  const MemoryTiming hbm(NpuConfig{}.hbm_bandwidth, NpuConfig{}.hbm_latency);
  const Time access = hbm.on_bus(8) + hbm.latency();
  const std::uint64_t waited = (access.fs() + 999'999) / 1'000'000;
  const std::uint64_t stored = 3;
  EXPECT_EQ(host.got[0].value, stored + 1 + (1 + waited) * 2);
  EXPECT_EQ(host.got[0].at, Time::ns(host.got[0].value + 1)) << "one cycle after it was read";
  EXPECT_EQ(host.got[1].value, stored);
  EXPECT_EQ(host.got[1].at, host.got[0].at + Time::ns(1) + kMmio);
}

TEST(NpuNode, SaysWhereItsCoreHalted) {
  Bench bench;
  const ElfImage image = core_program(npu_regs::kSramBase, kHbm);
  EXPECT_EQ(bench.pair.node(0).stopped(), std::nullopt);
  bench.pair.node(0).load(image);
  bench.run_until(Time::us(2));
  const auto why = bench.pair.node(0).stopped();
  ASSERT_TRUE(why.has_value());
  EXPECT_NE(why->find("the core halted at 0x80000024"), std::string::npos) << *why;
  EXPECT_EQ(bench.pair.node(1).stopped(), std::nullopt);
}

TEST(NpuNode, SaysWhenTheFirmwareGaveUp) {
  Bench bench;
  bench.start();
  const Time at = bench.pair.node(0).ready();
  bench.initiator.write_word(at, npu_regs::kFwCauseOffset, 2);
  bench.initiator.write_word(at, npu_regs::kFwPcOffset, 0x8000'0010);
  bench.initiator.write_word(at, npu_regs::kFwStateOffset, 3);
  const auto why = bench.pair.node(0).stopped();
  ASSERT_TRUE(why.has_value());
  EXPECT_NE(why->find("illegal instruction at 0x80000010"), std::string::npos) << *why;
}

TEST(NpuNode, InterruptsTheCoreOncePerWord) {
  Bench bench;
  HostReader host(3);
  ScriptAgent sender;
  sender.at(Time::ns(1'000),
            [](Time, AgentBus& bus) { bus.write_reg(npu_regs::kHostTxOffset, 7); });
  sender.at(Time::ps(2'000'400), [](Time, AgentBus& bus) {
    bus.write_reg(npu_regs::kHostTxOffset, 8);
    bus.write_reg(npu_regs::kHostTxOffset, 9);
  });
  bench.pair.node(0).set_driver(&sender);
  bench.pair.node(0).set_host(&host.agent);
  const ElfImage image = core_program(npu_regs::kSramBase, kIrq);
  bench.pair.node(0).load(image);
  bench.run_until(Time::us(4));
  ASSERT_EQ(host.got.size(), 3u);
  const std::uint64_t mmio = kMmio / Time::ns(1);
  EXPECT_EQ(host.got[0].value, 1'000 + 1 + mmio);
  // The words were written after cycle 2000 had begun: the core wakes in the next one.
  EXPECT_EQ(host.got[1].value, 2'001 + 1 + mmio);
  EXPECT_EQ(host.got[2].value, host.got[1].value + 1 + (1 + mmio) + 1 + (1 + mmio))
      << "the second word waits for the return from the first";
  EXPECT_TRUE(sender.done());
}

TEST(NpuNode, RunsCodeThatWasWrittenByOthers) {
  Bench bench;
  HostReader host(2);
  ScriptAgent writer;
  writer.at(Time::ns(500), [](Time, AgentBus& bus) {
    std::uint8_t code[4];
    std::memcpy(code, &kReturnTwo, sizeof code);
    bus.write_mem(kRoutine, code);
    bus.write_reg(npu_regs::kScratchOffset, 1);
  });
  bench.pair.node(0).set_driver(&writer);
  bench.pair.node(0).set_host(&host.agent);
  const ElfImage image = core_program(npu_regs::kSramBase, kCallTwice);
  bench.pair.node(0).load(image);
  bench.run_until(Time::us(2));
  ASSERT_EQ(host.got.size(), 2u);
  EXPECT_LT(host.got[0].at, Time::ns(500));
  EXPECT_EQ(host.got[0].value, 1u);
  EXPECT_EQ(host.got[1].value, 2u);
}

/// What kLook reads when a driver writes 5 at `written`.
std::uint64_t looked(Time written) {
  Bench bench;
  HostReader host(1);
  ScriptAgent writer;
  writer.at(written, [](Time, AgentBus& bus) { bus.write_reg(npu_regs::kScratchOffset, 5); });
  bench.pair.node(0).set_driver(&writer);
  bench.pair.node(0).set_host(&host.agent);
  const ElfImage image = core_program(npu_regs::kSramBase, kLook);
  bench.pair.node(0).load(image);
  bench.run_until(Time::us(1));
  return host.got.size() == 1 ? host.got[0].value : 77;
}

TEST(NpuNode, LetsTheCoreGoBeforeADriverOfTheSameInstant) { EXPECT_EQ(looked(Time::ns(1)), 0u); }

TEST(NpuNode, LetsADriverGoAFemtosecondBeforeTheCore) {
  EXPECT_EQ(looked(Time::from_fs(999'999)), 5u);
}

TEST(NpuNode, ShowsItsMemoryFromOutside) {
  Bench bench;
  NpuNode& node = bench.pair.node(0);
  const std::vector<std::uint8_t> data{1, 2, 3, 4, 5};
  std::vector<std::uint8_t> back(5);
  const std::size_t before = node.memory_bytes();
  for (const std::uint64_t address : {npu_regs::kSramBase + 9, npu_regs::kHbmBase + 70'000}) {
    EXPECT_TRUE(node.poke(address, data));
    EXPECT_TRUE(node.peek(address, back));
    EXPECT_EQ(back, data);
  }
  EXPECT_GE(node.memory_bytes(), before + SparseMemory::kPageBytes);
  EXPECT_FALSE(node.peek(0x1000, back));
  EXPECT_FALSE(node.poke(npu_regs::kSramBase + NpuConfig{}.sram_size.bytes - 4, data));
  EXPECT_FALSE(node.peek(npu_regs::kHbmBase + (64u << 20) - 4, back));
}

TEST(NpuNode, ThrowsWhenAnAgentMissesTheRegisters) {
  Bench bench;
  bench.start();
  ScriptAgent agent;
  agent.at(Time::ns(15), [](Time, AgentBus& bus) { bus.read_reg(0xF000); });
  bench.pair.node(0).set_driver(&agent);
  try {
    bench.pair.node(0).advance(16, 32);
    FAIL() << "nothing was thrown";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "an agent read from 0xf000, which is no register");
  }
}

}  // namespace
}  // namespace weft::sc
