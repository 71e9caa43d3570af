// SPDX-License-Identifier: Apache-2.0
/// Two NPUs and the link between them in the kernel: what one writes arrives at the other, and the
/// length of windows makes no difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
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

constexpr std::uint64_t kRing = npu_regs::kSramBase + 0x1'0000;
constexpr std::uint64_t kCompletions = npu_regs::kSramBase + 0x1'2000;
constexpr std::uint32_t kToken = 0xC0FFEE;
constexpr unsigned kRingLog2 = 4;
constexpr unsigned kNotifyId = 5;
constexpr std::uint64_t kWritten = 100'003, kWrittenAt = 0x1003;
constexpr std::uint64_t kRead = 10'000, kReadFrom = 0x20'0001, kReadTo = 0x30'0007;

// Waits until a notification with id 5 was counted, and tells the host the cycle.
constexpr std::initializer_list<std::uint32_t> kPoll = {
    0x100005b7,  //    lui   a1, 0x10000
    0x4285b603,  // 1: ld    a2, 0x428(a1)
    0xfe060ee3,  //    beqz  a2, 1b
    0xb00026f3,  //    csrr  a3, mcycle
    0x38d5b823,  //    sd    a3, 0x390(a1)
    0x10500073,  // 2: wfi
    0xffdff06f,  //    j     2b
};

/// Exports the whole HBM and starts the DMA engine; completions interrupt.
void open(Time, AgentBus& bus) {
  bus.write_reg(npu_regs::kSegSelOffset, 0);
  bus.write_reg(npu_regs::kSegOffsetOffset, 0);
  bus.write_reg(npu_regs::kSegSizeOffset, bus.read_reg(npu_regs::kHbmSizeOffset));
  bus.write_reg(npu_regs::kSegLocalOffset, npu_regs::kHbmBase);
  bus.write_reg(npu_regs::kSegTokenOffset, kToken);
  bus.write_reg(npu_regs::kSegCtrlOffset, npu_regs::kSegCtrlValidMask | npu_regs::kSegCtrlReadMask |
                                              npu_regs::kSegCtrlWriteMask);
  bus.write_reg(npu_regs::kRingBaseOffset, kRing);
  bus.write_reg(npu_regs::kRingLog2Offset, kRingLog2);
  bus.write_reg(npu_regs::kCplBaseOffset, kCompletions);
  bus.write_reg(npu_regs::kCplLog2Offset, kRingLog2);
  bus.write_reg(npu_regs::kIrqEnableOffset, npu_regs::kIrqEnableCompletionMask);
  bus.write_reg(npu_regs::kDmaCtrlOffset, npu_regs::kDmaCtrlEnableMask);
}

/// Posts the first descriptor of a ring.
void post(AgentBus& bus, npu_regs::Op op, std::uint64_t local, FabricAddress remote,
          std::uint64_t bytes) {
  npu_regs::Descriptor descriptor;
  descriptor.set_op(static_cast<std::uint64_t>(op));
  descriptor.set_irq(1);
  descriptor.set_notify(op == npu_regs::Op::kWriteNotify ? kNotifyId : 0);
  descriptor.set_cookie(0xABCD);
  descriptor.set_local(local);
  descriptor.set_remote(remote.pack());
  descriptor.set_bytes(bytes);
  descriptor.set_token(kToken);
  std::uint8_t raw[64];
  std::memcpy(raw, descriptor.words.data(), sizeof raw);
  bus.write_mem(kRing, raw);
  bus.write_reg(npu_regs::kDoorbellOffset, 1);
}

std::vector<std::uint8_t> pattern(std::uint64_t bytes, std::uint64_t salt) {
  std::vector<std::uint8_t> data(bytes);
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<std::uint8_t>((i * 0x9E37'79B9'7F4A'7C15 + salt) >> 40);
  }
  return data;
}

/// What can be seen of the two nodes' software.
struct Seen {
  Time written, read;  // when the completion interrupted
  npu_regs::Completion write_completion, read_completion;
  Time polled;              // when the core had seen the notification
  std::uint64_t cycle = 0;  // of the core
  bool operator==(const Seen& other) const {
    return written == other.written && read == other.read && polled == other.polled &&
           cycle == other.cycle && write_completion.words == other.write_completion.words &&
           read_completion.words == other.read_completion.words;
  }
};

/// Node 0 writes to node 1, with a notification that node 1's core waits for in a loop, while node
/// 1 reads from node 0.
class Traffic {
 public:
  Traffic(const std::string& name, const LinkWindowsConfig& windows, bool actors = false)
      : pair(name, windows, actors) {
    pair.node(0).poke(npu_regs::kHbmBase + 7, pattern(kWritten, 1));
    pair.node(0).poke(npu_regs::kHbmBase + kReadFrom, pattern(kRead, 2));
    for (unsigned side = 0; side < 2; ++side) {
      agents_[side].at(Time::ns(100), open);
      pair.node(side).set_driver(&agents_[side]);
    }
    agents_[0].at(Time::ns(200), [](Time, AgentBus& bus) {
      post(bus, npu_regs::Op::kWriteNotify, npu_regs::kHbmBase + 7, {1, kWrittenAt}, kWritten);
    });
    agents_[1].at(Time::ps(250'300), [](Time, AgentBus& bus) {
      post(bus, npu_regs::Op::kRead, npu_regs::kHbmBase + kReadTo, {0, kReadFrom}, kRead);
    });
    agents_[0].on_irq([this](Time at, AgentBus& bus) {
      seen.written = at;
      seen.write_completion = completion(bus);
    });
    agents_[1].on_irq([this](Time at, AgentBus& bus) {
      seen.read = at;
      seen.read_completion = completion(bus);
    });
    host_.on_irq([this](Time at, AgentBus& bus) {
      seen.polled = at;
      seen.cycle = bus.read_reg(npu_regs::kHostRxOffset);
    });
    pair.node(1).set_host(&host_);
    pair.node(1).load(program_);
  }
  bool done() const { return agents_[0].done() && agents_[1].done() && host_.done(); }

  NpuPair pair;
  Seen seen;

 private:
  static npu_regs::Completion completion(AgentBus& bus) {
    std::uint8_t raw[16];
    bus.read_mem(kCompletions, raw);
    npu_regs::Completion read;
    std::memcpy(read.words.data(), raw, sizeof raw);
    bus.write_reg(npu_regs::kIrqPendingOffset, npu_regs::kIrqPendingCompletionMask);
    return read;
  }

  const ElfImage program_ = core_program(npu_regs::kSramBase, kPoll);
  ScriptAgent agents_[2], host_;
};

constexpr Time kEnd = Time::us(20);

TEST(NpuPair, WritesAndReadsAcrossALink) {
  Traffic traffic("pair", {});
  sc_core::sc_start(to_sc(kEnd));
  ASSERT_TRUE(traffic.done()) << traffic.pair.node(0).npu().pending()
                              << traffic.pair.node(1).npu().pending();
  std::vector<std::uint8_t> data(kWritten);
  ASSERT_TRUE(traffic.pair.node(1).peek(npu_regs::kHbmBase + kWrittenAt, data));
  EXPECT_EQ(data, pattern(kWritten, 1));
  data.resize(kRead);
  ASSERT_TRUE(traffic.pair.node(1).peek(npu_regs::kHbmBase + kReadTo, data));
  EXPECT_EQ(data, pattern(kRead, 2));

  const Seen& seen = traffic.seen;
  EXPECT_EQ(seen.write_completion.cookie(), 0xABCDu);
  EXPECT_EQ(seen.write_completion.status(), 0u);
  EXPECT_EQ(seen.write_completion.bytes(), kWritten);
  EXPECT_EQ(seen.read_completion.status(), 0u);
  EXPECT_EQ(seen.read_completion.bytes(), kRead);
  // 100,003 bytes at 800 Gb/s take 1 us on the wire.
  EXPECT_GT(seen.polled, Time::ns(1'200));
  EXPECT_LT(seen.polled, Time::ns(2'500));
  EXPECT_GT(seen.written, seen.polled) << "the acknowledgement travels back";
  EXPECT_EQ(seen.polled, Time::ns(seen.cycle + 1));
  EXPECT_TRUE(traffic.pair.node(0).npu().idle());
  EXPECT_TRUE(traffic.pair.node(1).npu().idle());
}

TEST(NpuPair, DoesNotDependOnWindows) {
  struct Case {
    const char* name;
    Cycle burst;
    unsigned threads;
    bool apart;
    bool actors;
  };
  const Case cases[] = {{"w1", 1, 1, false, false},    {"w7", 7, 1, false, false},
                        {"w16", 16, 1, false, false},  {"apart", 16, 1, true, false},
                        {"t2", 16, 2, false, false},   {"t2apart", 7, 2, true, false},
                        {"actors", 16, 1, true, true}, {"t2actors", 7, 2, true, true}};
  std::vector<std::unique_ptr<Traffic>> traffic;
  for (const Case& c : cases) {
    LinkWindowsConfig windows;
    windows.burst = c.burst;
    windows.threads = c.threads;
    windows.hosts_apart = c.apart;
    traffic.push_back(std::make_unique<Traffic>(c.name, windows, c.actors));
  }
  sc_core::sc_start(to_sc(kEnd));
  for (std::size_t i = 0; i < traffic.size(); ++i) {
    SCOPED_TRACE(cases[i].name);
    EXPECT_TRUE(traffic[i]->done());
    EXPECT_EQ(traffic[i]->pair.digest(), traffic[0]->pair.digest());
    EXPECT_EQ(traffic[i]->seen, traffic[0]->seen);
    EXPECT_EQ(traffic[i]->pair.node(1).core().instructions(),
              traffic[0]->pair.node(1).core().instructions());
  }
}

Time kernel_now() { return from_sc(sc_core::sc_time_stamp()); }

/// Somebody else's process, as an agent's bus.
class KernelHost final : public AgentBus {
 public:
  KernelHost(test::TlmInitiator& regs, NpuNode& node) : regs_(regs), node_(node) {}
  std::uint64_t read_reg(std::uint32_t offset) override {
    std::uint64_t word = 0;
    EXPECT_TRUE(regs_.read_word(now(), offset, word).ok());
    return word;
  }
  void write_reg(std::uint32_t offset, std::uint64_t value) override {
    EXPECT_TRUE(regs_.write_word(now(), offset, value).ok());
  }
  void read_mem(std::uint64_t address, std::span<std::uint8_t> bytes) override {
    EXPECT_TRUE(node_.peek(address, bytes));
  }
  void write_mem(std::uint64_t address, std::span<const std::uint8_t> bytes) override {
    EXPECT_TRUE(node_.poke(address, bytes));
  }

 private:
  /// The earliest time there is.
  Time now() const { return std::max(node_.ready(), kernel_now()); }

  test::TlmInitiator& regs_;
  NpuNode& node_;
};

TEST(NpuPair, IsDrivenByAProcessOfTheKernel) {
  NpuPair pair("pair");
  test::TlmInitiator initiator("initiator");
  initiator.socket.bind(pair.node(0).regs);
  KernelHost host(initiator, pair.node(0));
  // Keeps the windows going ahead of the kernel's time, while node 0 has nothing to do.
  const ElfImage program = core_program(npu_regs::kSramBase, kPoll);
  pair.node(1).load(program);
  ScriptAgent owner;
  owner.at(Time::ns(10), open);
  pair.node(1).set_driver(&owner);
  pair.node(0).poke(npu_regs::kHbmBase + 7, pattern(kWritten, 3));

  sc_core::sc_start(to_sc(Time::us(3)));
  for (int i = 0; i < 30 && pair.node(0).ready() <= kernel_now(); ++i) {
    sc_core::sc_start(to_sc(Time::ns(1)));
  }
  const Time now = kernel_now();
  ASSERT_GT(pair.node(0).ready(), now);
  EXPECT_EQ(initiator.write_word(now, npu_regs::kScratchOffset, 1).status,
            tlm::TLM_GENERIC_ERROR_RESPONSE);
  open(now, host);
  post(host, npu_regs::Op::kWriteNotify, npu_regs::kHbmBase + 7, {1, kWrittenAt}, kWritten);
  sc_core::sc_start(to_sc(kEnd) - sc_core::sc_time_stamp());

  EXPECT_EQ(host.read_reg(npu_regs::kCplTailOffset), 1u);
  std::vector<std::uint8_t> data(kWritten);
  ASSERT_TRUE(pair.node(1).peek(npu_regs::kHbmBase + kWrittenAt, data));
  EXPECT_EQ(data, pattern(kWritten, 3));
}

}  // namespace
}  // namespace weft::sc
