// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "models/npu/reduce_unit.h"
#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using npu_regs::Dtype;
using npu_regs::Op;
using test::descriptor;
using test::kHbm;
using test::NpuPair;

std::uint32_t add_words(Dtype type, std::uint32_t a, std::uint32_t b) {
  std::array<std::uint32_t, 1> sum{a}, addend{b};
  add_elements(type, NpuPair::bytes_of(sum), NpuPair::bytes_of(addend).data());
  return sum[0];
}

float add_floats(float a, float b) {
  return std::bit_cast<float>(
      add_words(Dtype::kFp32, std::bit_cast<std::uint32_t>(a), std::bit_cast<std::uint32_t>(b)));
}

TEST(Reduce, AddsIntegersModulo32Bits) {
  EXPECT_EQ(add_words(Dtype::kInt32, 0xFFFFFFFF, 2), 1u);
  EXPECT_EQ(add_words(Dtype::kInt32, 0x7FFFFFFF, 1), 0x80000000u);
}

TEST(Reduce, AddsFloatsRoundedOnceToNearestEven) {
  EXPECT_EQ(add_floats(1.5f, 2.25f), 3.75f);
  EXPECT_EQ(add_floats(16'777'216.0f, 1.0f), 16'777'216.0f);  // 2^24: a tie to even
  EXPECT_EQ(add_floats(16'777'218.0f, 1.0f), 16'777'220.0f);
  const float tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(add_floats(tiny, tiny), 2 * tiny);  // nothing is flushed to zero
  EXPECT_EQ(add_floats(std::numeric_limits<float>::max(), std::numeric_limits<float>::max()),
            std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(
      add_floats(std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity())));
}

RC_GTEST_PROP(Reduces, SumWhatWasInMemory, ()) {
  const bool floats = *rc::gen::arbitrary<bool>();
  const std::size_t elements = *rc::gen::inRange<std::size_t>(1, 20'000);
  const std::uint64_t a = kHbm + *rc::gen::inRange<std::uint64_t>(0, 9'000);
  const std::uint64_t b = kHbm + (1 << 20) + *rc::gen::inRange<std::uint64_t>(0, 9'000);
  std::vector<std::uint32_t> x(elements), y(elements), sum(elements);
  for (std::size_t i = 0; i < elements; ++i) {
    const float f = static_cast<float>(i) * 0.1f, g = 1.0f / static_cast<float>(i + 1);
    x[i] = floats ? std::bit_cast<std::uint32_t>(f) : static_cast<std::uint32_t>(i * 2654435761u);
    y[i] = floats ? std::bit_cast<std::uint32_t>(g) : static_cast<std::uint32_t>(i * 40503u);
    sum[i] = floats ? std::bit_cast<std::uint32_t>(f + g) : x[i] + y[i];
  }
  const auto bytes = [&](std::vector<std::uint32_t>& v) {
    return std::span(reinterpret_cast<std::uint8_t*>(v.data()), elements * 4);
  };
  test::PairOptions options;
  options.config.reduce_read_ahead = *rc::gen::element(1u, 2u, 32u);
  NpuPair pair(options);
  pair.poke(0, a, bytes(x));
  pair.poke(0, b, bytes(y));
  npu_regs::Descriptor d = descriptor(Op::kReduce, a, b, elements * 4, 77);
  d.set_dtype(static_cast<unsigned>(floats ? Dtype::kFp32 : Dtype::kInt32));
  pair.post(0, {d});
  RC_ASSERT(pair.run());
  const auto done = pair.completions(0);
  RC_ASSERT(done.size() == 1u);
  RC_ASSERT(done[0].status() == 0u);
  RC_ASSERT(done[0].bytes() == elements * 4);
  const auto got = pair.peek(0, a, elements * 4);
  RC_ASSERT(std::equal(got.begin(), got.end(), bytes(sum).begin()));
  const auto kept = pair.peek(0, b, elements * 4);
  RC_ASSERT(std::equal(kept.begin(), kept.end(), bytes(y).begin()));
  RC_ASSERT(pair.npu(0).counters().elements_reduced == elements);
}

/// How long a REDUCE of 1 MiB takes.
Time duration(const NpuConfig& config) {
  test::PairOptions options;
  options.config = config;
  options.window = 1;
  NpuPair pair(options);
  pair.post(0, {descriptor(Op::kReduce, kHbm, kHbm + (1 << 21), 1 << 20)});
  EXPECT_TRUE(pair.run());
  return pair.now();
}

TEST(Reduce, RunsAtItsOwnRateOrAtThatOfTheMemory) {
  NpuConfig config;
  const double bytes = 1 << 20;
  const auto ns = [](Time time) { return static_cast<double>(time.fs()) / 1e6; };
  // 1 TB/s of results, 3.2 TB/s of memory, three times as much memory traffic as results.
  const double expected = bytes / 1000;
  EXPECT_NEAR(ns(duration(config)), expected, 0.02 * expected + 300);
  config.reduce_rate = Rate{4'000'000'000'000};
  EXPECT_NEAR(ns(duration(config)), 2 * expected, 0.02 * expected + 300);
  config.reduce_rate = Rate{800'000'000'000'000};
  config.hbm_bandwidth = Rate{8'000'000'000'000};
  EXPECT_NEAR(ns(duration(config)), 3 * expected, 0.02 * expected + 300);
}

}  // namespace
}  // namespace weft
