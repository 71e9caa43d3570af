// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using namespace npu_regs;
using test::descriptor;
using test::kHbm;
using test::NpuPair;
using test::pattern;

void expect_one(NpuPair& pair, Status status, std::uint64_t bytes, std::uint32_t cookie) {
  const auto done = pair.completions(0);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].status(), static_cast<unsigned>(status));
  EXPECT_EQ(done[0].bytes(), bytes);
  EXPECT_EQ(done[0].cookie(), cookie);
}

TEST(NpuTransfer, WritesIntoThePeersMemory) {
  NpuPair pair;
  const auto data = pattern(20'000, 1);
  pair.poke(0, kHbm + 123, data);
  pair.post(0, {descriptor(Op::kWrite, kHbm + 123, NpuPair::remote(1, 777), data.size(), 42)});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.peek(1, kHbm + 777, data.size()), data);
  expect_one(pair, Status::kOk, data.size(), 42);
  const NpuCounters& counters = pair.npu(0).counters();
  EXPECT_EQ(counters.issued, 6u);  // 777 .. 20777 touches six times 4096 bytes
  EXPECT_EQ(counters.retired, 6u);
  EXPECT_EQ(counters.bytes_written, data.size());
  EXPECT_EQ(pair.npu(1).counters().performed, 6u);
  EXPECT_EQ(pair.port(0).held() + pair.port(1).held(), 0u);
  EXPECT_FALSE(pair.port(0).misused() || pair.port(1).misused());
}

TEST(NpuTransfer, ReadsFromThePeersMemory) {
  NpuPair pair;
  const auto data = pattern(9'001, 2);
  pair.poke(1, kHbm + 4095, data);
  pair.post(0, {descriptor(Op::kRead, kHbm + 5, NpuPair::remote(1, 4095), data.size(), 7)});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.peek(0, kHbm + 5, data.size()), data);
  expect_one(pair, Status::kOk, data.size(), 7);
  EXPECT_EQ(pair.npu(0).counters().bytes_read, data.size());
  EXPECT_EQ(pair.port(0).held() + pair.port(1).held(), 0u);
}

TEST(NpuTransfer, CarriesOneByteAndWorksFromSram) {
  NpuPair pair;
  const auto data = pattern(1, 3);
  pair.poke(0, kSramBase + 0x30001, data);
  pair.post(0, {descriptor(Op::kWrite, kSramBase + 0x30001, NpuPair::remote(1, 9), 1)});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.peek(1, kHbm + 9, 1), data);
}

TEST(NpuTransfer, NotifiesOnceAndAfterTheData) {
  NpuPair pair;
  const auto data = pattern(100'000, 4);
  pair.poke(0, kHbm, data);
  Descriptor d = descriptor(Op::kWriteNotify, kHbm, NpuPair::remote(1, 0), data.size());
  d.set_notify(63);
  pair.post(0, {d});
  const std::uint32_t count = kNotifyCountOffset + 8 * 63;
  while (pair.read_reg(1, count) == 0) {
    ASSERT_LT(pair.cycle(), 1'000'000u);
    pair.step();
  }
  EXPECT_EQ(pair.peek(1, kHbm, data.size()), data);
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.read_reg(1, count), 1u);
  EXPECT_EQ(pair.npu(1).counters().notifications, 1u);
}

TEST(NpuTransfer, RaisesTheNotifyInterruptWhileAnEnabledIdIsPending) {
  NpuPair pair;
  Descriptor d = descriptor(Op::kWriteNotify, kHbm, NpuPair::remote(1, 0), 8);
  d.set_notify(5);
  pair.post(0, {d});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.read_reg(1, kNotifyPendingOffset), 1u << 5);
  EXPECT_EQ(pair.read_reg(1, kIrqPendingOffset), 0u);
  pair.write_reg(1, kIrqEnableOffset, kIrqPendingNotifyMask);
  EXPECT_FALSE(pair.npu(1).irq());
  pair.write_reg(1, kNotifyEnableOffset, 1u << 5);
  EXPECT_TRUE(pair.npu(1).irq());
  pair.write_reg(1, kIrqPendingOffset, kIrqPendingNotifyMask);  // a level: not cleared here
  EXPECT_TRUE(pair.npu(1).irq());
  pair.write_reg(1, kNotifyPendingOffset, 1u << 4);
  EXPECT_TRUE(pair.npu(1).irq());
  pair.write_reg(1, kNotifyPendingOffset, 1u << 5);
  EXPECT_FALSE(pair.npu(1).irq());
}

TEST(NpuTransfer, RaisesTheCompletionInterruptOnlyWhenAsked) {
  NpuPair pair;
  pair.write_reg(0, kIrqEnableOffset, kIrqPendingCompletionMask);
  Descriptor d = descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 8);
  pair.post(0, {d});
  ASSERT_TRUE(pair.run());
  EXPECT_FALSE(pair.npu(0).irq());
  d.set_irq(1);
  pair.post(0, {d});
  ASSERT_TRUE(pair.run());
  EXPECT_TRUE(pair.npu(0).irq());
  pair.write_reg(0, kIrqPendingOffset, kIrqPendingCompletionMask);
  EXPECT_FALSE(pair.npu(0).irq());
}

/// Random transfers both ways at once, against plain copies. Places do not overlap.
struct Plan {
  struct One {
    unsigned from;
    bool read;
    std::uint64_t source, destination, bytes;
  };
  std::vector<One> transfers;
};

Plan make_plan() {
  Plan plan;
  std::array<std::uint64_t, 2> free_source{0, 0}, free_destination{1u << 24, 1u << 24};
  const auto n = *rc::gen::inRange(1, 24);
  for (int i = 0; i < n; ++i) {
    const unsigned from = *rc::gen::inRange(0u, 2u);
    const std::uint64_t bytes = *rc::gen::inRange<std::uint64_t>(1, 12'000);
    free_source[from] += *rc::gen::inRange<std::uint64_t>(0, 5'000);
    free_destination[1 - from] += *rc::gen::inRange<std::uint64_t>(0, 5'000);
    plan.transfers.push_back(
        {from, *rc::gen::arbitrary<bool>(), free_source[from], free_destination[1 - from], bytes});
    free_source[from] += bytes;
    free_destination[1 - from] += bytes;
  }
  return plan;
}

void post_plan(NpuPair& pair, const Plan& plan) {
  std::uint32_t cookie = 0;
  for (const Plan::One& one : plan.transfers) {
    const unsigned to = 1 - one.from;
    pair.poke(one.from, kHbm + one.source, pattern(one.bytes, cookie));
    if (one.read) {  // the receiver fetches
      pair.put(to, descriptor(Op::kRead, kHbm + one.destination,
                              NpuPair::remote(one.from, one.source), one.bytes, cookie));
    } else {
      pair.put(one.from, descriptor(Op::kWriteNotify, kHbm + one.source,
                                    NpuPair::remote(to, one.destination), one.bytes, cookie));
    }
    ++cookie;
  }
  pair.ring(0);
  pair.ring(1);
}

RC_GTEST_PROP(NpuTransfers, CopyWhatAPlainCopyWouldCopy, ()) {
  test::PairOptions options;
  options.buffer_slots = *rc::gen::element(600u, 2'000u, 8'192u);
  options.config.dma_tags = *rc::gen::element(1u, 3u, 256u);
  options.config.dma_read_ahead = *rc::gen::element(1u, 4u, 16u);
  options.config.owner_responses = *rc::gen::element(1u, 2u, 32u);
  options.config.dma_descriptors = *rc::gen::element(1u, 3u, 64u);
  options.config.dma_prefetch = *rc::gen::element(1u, 8u);
  NpuPair pair(options);
  const Plan plan = make_plan();
  post_plan(pair, plan);
  RC_ASSERT(pair.run());
  std::uint64_t writes = 0;
  for (std::uint32_t i = 0; i < plan.transfers.size(); ++i) {
    const Plan::One& one = plan.transfers[i];
    RC_ASSERT(pair.peek(1 - one.from, kHbm + one.destination, one.bytes) == pattern(one.bytes, i));
    writes += one.read ? 0 : 1;
  }
  std::uint64_t notified = 0, completed = 0;
  for (unsigned i = 0; i < 2; ++i) {
    const NpuCounters& counters = pair.npu(i).counters();
    RC_ASSERT(counters.issued == counters.retired);
    RC_ASSERT(counters.misordered + counters.duplicated + counters.bad_packets == 0u);
    RC_ASSERT(pair.port(i).held() == 0u);
    RC_ASSERT(!pair.port(i).misused());
    notified += counters.notifications;
    completed += pair.completions(i).size();
  }
  RC_ASSERT(notified == writes);
  RC_ASSERT(completed == plan.transfers.size());
}

RC_GTEST_PROP(NpuTransfers, DoNotDependOnTheWindow, ()) {
  const Plan plan = make_plan();
  test::PairOptions options;
  options.buffer_slots = *rc::gen::element(600u, 8'192u);
  options.config.dma_read_ahead = *rc::gen::element(1u, 16u);
  std::string first;
  for (const Cycle window : {40u, 1u, 7u}) {
    options.window = window;
    NpuPair pair(options);
    post_plan(pair, plan);
    RC_ASSERT(pair.run());
    if (first.empty()) first = pair.digest();
    RC_ASSERT(pair.digest() == first);
  }
}

}  // namespace
}  // namespace weft
