// SPDX-License-Identifier: Apache-2.0
// The order of descriptors: npu_regs.md and npu.h.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using namespace npu_regs;
using test::descriptor;
using test::kHbm;
using test::NpuPair;
using test::pattern;

constexpr std::uint64_t kA = 0, kB = 1 << 20, kC = 2 << 20;

bool same(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// When requests of each offset left, and responses came.
struct Watch final : TxnWatch {
  struct One {
    Time at;
    std::uint64_t offset;
  };
  std::vector<One> out;
  std::vector<Time> back;
  std::uint64_t hashes = 0;

  void issued(Time at, const TxnHeader& request, std::uint64_t) override {
    out.push_back({at, request.offset});
  }
  void performed(Time, const TxnHeader&, TxnStatus, std::uint64_t hash) override { hashes += hash; }
  void retired(Time at, const TxnHeader& response, Time issued, std::uint64_t) override {
    EXPECT_LT(issued, at);
    EXPECT_EQ(response.status, TxnStatus::kOk);
    back.push_back(at);
  }
};

TEST(DmaOrder, SendsWhatAnEarlierReadFetched) {
  NpuPair pair;
  const auto data = pattern(50'000, 1);
  pair.poke(1, kHbm + kA, data);
  pair.post(0, {descriptor(Op::kRead, kHbm + kC, NpuPair::remote(1, kA), data.size()),
                descriptor(Op::kWrite, kHbm + kC, NpuPair::remote(1, kB), data.size())});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.peek(1, kHbm + kB, data.size()), data);
}

TEST(DmaOrder, SendsWhatAnEarlierReduceSummed) {
  NpuPair pair;
  std::vector<std::uint32_t> a(10'000, 3), b(10'000, 4);
  const auto bytes = [](const std::vector<std::uint32_t>& v) {
    return std::span(reinterpret_cast<const std::uint8_t*>(v.data()), v.size() * 4);
  };
  pair.poke(0, kHbm + kA, bytes(a));
  pair.poke(0, kHbm + kB, bytes(b));
  Descriptor reduce = descriptor(Op::kReduce, kHbm + kA, kHbm + kB, 40'000);
  reduce.set_dtype(static_cast<unsigned>(Dtype::kInt32));
  pair.post(0, {reduce, reduce, descriptor(Op::kWrite, kHbm + kA, NpuPair::remote(1, kC), 40'000)});
  ASSERT_TRUE(pair.run());
  const std::vector<std::uint32_t> sum(10'000, 11);
  EXPECT_TRUE(same(pair.peek(1, kHbm + kC, 40'000), bytes(sum)));
}

TEST(DmaOrder, DoesNotOverwriteWhatAnEarlierWriteHasYetToSend) {
  test::PairOptions options;
  options.buffer_slots = 600;  // one packet at a time: the write takes long
  NpuPair pair(options);
  const auto old_data = pattern(100'000, 1);
  pair.poke(0, kHbm + kA, old_data);
  pair.poke(1, kHbm + kC, pattern(100'000, 2));
  pair.poke(0, kHbm + kB, pattern(100'000, 3));
  pair.post(0, {descriptor(Op::kWrite, kHbm + kA, NpuPair::remote(1, kB), 100'000),
                descriptor(Op::kReduce, kHbm + kA, kHbm + kB, 100'000),
                descriptor(Op::kRead, kHbm + kA, NpuPair::remote(1, kC), 100'000)});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.peek(1, kHbm + kB, 100'000), old_data);
  EXPECT_EQ(pair.peek(0, kHbm + kA, 100'000), pattern(100'000, 2));
}

TEST(DmaOrder, LetsAReduceElsewhereRunBesideAWrite) {
  NpuPair pair;
  pair.post(0, {descriptor(Op::kWrite, kHbm + kA, NpuPair::remote(1, kA), 1 << 20),
                descriptor(Op::kReduce, kHbm + kB, kHbm + kC, 4096)});
  pair.run_cycles(3'200);
  EXPECT_EQ(pair.npu(0).counters().elements_reduced, 1024u);
  EXPECT_LT(pair.npu(0).counters().issued, 100u);  // of 256: the write is far from done
  ASSERT_TRUE(pair.run());
}

TEST(DmaOrder, FencesAtAFlagAndAtAFenceDescriptor) {
  for (const int kind : {0, 1, 2}) {
    NpuPair pair;
    Watch watch;
    pair.npu(0).set_watch(&watch);
    Descriptor second = descriptor(Op::kWrite, kHbm + kB, NpuPair::remote(1, kB), 8);
    second.set_fence(kind == 1);
    std::vector<Descriptor> all{descriptor(Op::kWrite, kHbm, NpuPair::remote(1, kA), 20'000)};
    if (kind == 2) all.push_back(descriptor(Op::kFence, 0, 0, 0));
    all.push_back(second);
    if (kind == 2) all.back().set_fence(1);
    pair.post(0, all);
    ASSERT_TRUE(pair.run());
    ASSERT_EQ(watch.out.size(), 6u);
    ASSERT_EQ(watch.back.size(), 6u);
    EXPECT_EQ(watch.out.back().offset, kB);
    EXPECT_EQ(watch.out.back().at >= watch.back[4], kind != 0);
  }
}

TEST(DmaOrder, GivesTheSameDigestTwiceAndAnotherForOtherData) {
  const auto digest_of = [](std::uint64_t seed) {
    NpuPair pair;
    pair.poke(0, kHbm, pattern(5'000, seed));
    pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 5'000)});
    EXPECT_TRUE(pair.run());
    return pair.digest();
  };
  EXPECT_EQ(digest_of(1), digest_of(1));
  EXPECT_NE(digest_of(1), digest_of(2));
}

}  // namespace
}  // namespace weft
