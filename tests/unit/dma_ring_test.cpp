// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using namespace npu_regs;
using test::descriptor;
using test::kHbm;
using test::NpuPair;
using test::pattern;

test::PairOptions small_rings() {
  test::PairOptions options;
  options.ring_log2 = 2;
  return options;
}

TEST(DmaRing, WrapsManyTimes) {
  NpuPair pair(small_rings());
  for (std::uint32_t i = 0; i < 50; i += 2) {
    pair.poke(0, kHbm + 64 * i, pattern(128, i));
    pair.post(0, {descriptor(Op::kWrite, kHbm + 64 * i, NpuPair::remote(1, 64 * i), 64, i),
                  descriptor(Op::kWrite, kHbm + 64 * i + 64, NpuPair::remote(1, 64 * i + 64), 64,
                             i + 1)});
    ASSERT_TRUE(pair.run());
    const auto done = pair.completions(0);  // checks the phase
    ASSERT_EQ(done.size(), 2u);
    EXPECT_EQ(done[0].cookie(), i);
    EXPECT_EQ(done[1].cookie(), i + 1);
    EXPECT_EQ(pair.peek(1, kHbm + 64 * i, 128), pattern(128, i));
    EXPECT_EQ(pair.read_reg(0, kRingTakenOffset), i + 2);
  }
}

TEST(DmaRing, HoldsCompletionsBackWhileTheRingIsFull) {
  NpuPair pair(small_rings());
  const auto write = [](std::uint32_t cookie) {
    return descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 8, cookie);
  };
  pair.post(0, {write(0), write(1), write(2), write(3)});
  ASSERT_TRUE(pair.run());
  pair.post(0, {write(4), write(5)});
  EXPECT_FALSE(pair.run(20'000));
  EXPECT_EQ(pair.read_reg(0, kCplTailOffset), 4u);
  EXPECT_EQ(pair.npu(0).counters().retired, 6u);
  EXPECT_EQ(pair.read_reg(0, kDmaStatusOffset), kDmaStatusBusyMask);
  EXPECT_NE(pair.npu(0).pending().find("WRITE 4 (cookie 4) is done and waits for room in the "
                                       "completion ring"),
            std::string::npos)
      << pair.npu(0).pending();
  EXPECT_EQ(pair.completions(0).size(), 4u);
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.completions(0).size(), 2u);
  EXPECT_EQ(pair.npu(0).pending(), "");
}

TEST(DmaRing, CompletesInRingOrderWhateverEndsFirst) {
  NpuPair pair;
  Descriptor bad = descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 0, 2);
  pair.post(0, {descriptor(Op::kRead, kHbm, NpuPair::remote(1, 0), 100'000, 0),
                descriptor(Op::kWrite, kSramBase + 0x30000, NpuPair::remote(1, 1 << 20), 8, 1), bad,
                descriptor(Op::kFence, 0, 0, 0, 3)});
  ASSERT_TRUE(pair.run());
  const auto done = pair.completions(0);
  ASSERT_EQ(done.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(done[i].cookie(), i);
  EXPECT_EQ(done[2].status(), static_cast<unsigned>(Status::kBadLength));
}

TEST(DmaRing, WaitsForEnable) {
  NpuPair pair;
  pair.write_reg(0, kDmaCtrlOffset, 0);
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 8)});
  EXPECT_FALSE(pair.run(1'000));
  EXPECT_EQ(pair.npu(0).pending(), "1 descriptors are posted and wait for DMA_CTRL.ENABLE\n");
  pair.write_reg(0, kDmaCtrlOffset, kDmaCtrlEnableMask);
  EXPECT_TRUE(pair.run());
}

void expect_stands(NpuPair& pair) {
  EXPECT_FALSE(pair.run(5'000));
  EXPECT_EQ(pair.read_reg(0, kDmaStatusOffset) & kDmaStatusErrorMask, kDmaStatusErrorMask);
  EXPECT_EQ(pair.read_reg(0, kIrqPendingOffset), kIrqPendingErrorMask);
  pair.write_reg(0, kDmaCtrlOffset, kDmaCtrlEnableMask | kDmaCtrlResetMask);
  EXPECT_TRUE(pair.run());
  EXPECT_EQ(pair.read_reg(0, kDmaStatusOffset), 0u);
}

TEST(DmaRing, StandsWhenARingIsNotInMemory) {
  {
    NpuPair pair;
    pair.write_reg(0, kRingBaseOffset, 0x1000);
    pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 8)});
    expect_stands(pair);
  }
  NpuPair pair;
  pair.write_reg(0, kCplBaseOffset, kSramBase + 256 * 1024 - 8);
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 8)});
  expect_stands(pair);
}

TEST(DmaRing, StandsWhenTheDoorbellIsTooFar) {
  NpuPair pair(small_rings());
  pair.write_reg(0, kDoorbellOffset, 5);
  expect_stands(pair);
}

TEST(DmaRing, ForgetsEverythingAtResetAndWorksAgain) {
  NpuPair pair;
  std::vector<Descriptor> many;
  for (std::uint32_t i = 0; i < 20; ++i) {
    many.push_back(descriptor(i % 2 == 0 ? Op::kWrite : Op::kRead, kHbm + i * 65'536,
                              NpuPair::remote(1, i * 65'536), 50'000, i));
  }
  many.push_back(descriptor(Op::kReduce, kHbm + (1 << 24), kHbm + (1 << 25), 1 << 20));
  for (const Cycle after : {16u, 160u, 400u, 3'200u}) {
    NpuPair fresh;
    fresh.post(0, many);
    fresh.run_cycles(after);
    fresh.write_reg(0, kDmaCtrlOffset, kDmaCtrlEnableMask | kDmaCtrlResetMask);
    EXPECT_EQ(fresh.read_reg(0, kDmaStatusOffset), 0u);
    ASSERT_TRUE(fresh.run());
    EXPECT_EQ(fresh.read_reg(0, kCplTailOffset), 0u);
    EXPECT_EQ(fresh.read_reg(0, kRingTakenOffset), 0u);
    const auto data = pattern(9'000, after);
    fresh.poke(0, kHbm, data);
    Descriptor d = descriptor(Op::kWriteNotify, kHbm, NpuPair::remote(1, 0), data.size());
    fresh.poke(0, test::kRing, NpuPair::bytes_of(d));
    fresh.write_reg(0, kDoorbellOffset, 1);
    ASSERT_TRUE(fresh.run());
    EXPECT_EQ(fresh.read_reg(0, kCplTailOffset), 1u);
    EXPECT_EQ(fresh.peek(1, kHbm, data.size()), data);
    const NpuCounters& counters = fresh.npu(0).counters();
    EXPECT_EQ(counters.issued, counters.retired + counters.abandoned);
    EXPECT_EQ(fresh.npu(1).counters().misordered, 0u);
    EXPECT_EQ(fresh.npu(1).counters().notifications, 1u);
    EXPECT_EQ(fresh.port(0).held() + fresh.port(1).held(), 0u);
  }
}

}  // namespace
}  // namespace weft
