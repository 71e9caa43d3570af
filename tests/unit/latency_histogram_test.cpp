// SPDX-License-Identifier: Apache-2.0
#include "testbench/drive/latency_histogram.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <algorithm>
#include <vector>

namespace weft::tb {
namespace {

TEST(LatencyHistogram, IsExactForSmallValues) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value);
  EXPECT_EQ(histogram.count(), 100u);
  EXPECT_EQ(histogram.percentile(50, 100), 50u);
  EXPECT_EQ(histogram.percentile(99, 100), 99u);
  EXPECT_EQ(histogram.percentile(999, 1000), 100u);
  EXPECT_EQ(histogram.max(), 100u);
  EXPECT_EQ(histogram.mean(), 50.5);
}

TEST(LatencyHistogram, SaysZeroWhenNothingWasCounted) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.percentile(50, 100), 0u);
  EXPECT_EQ(histogram.mean(), 0.0);
}

RC_GTEST_PROP(LatencyHistogram, IsWithinASixtyFourthOfTheTruePercentile, ()) {
  const auto values = *rc::gen::nonEmpty<std::vector<std::uint64_t>>();
  LatencyHistogram histogram, low, high;
  for (std::uint64_t value : values) {
    histogram.add(value >> 8);
    (value & 1 ? low : high).add(value >> 8);
  }
  std::vector<std::uint64_t> sorted;
  for (std::uint64_t value : values) sorted.push_back(value >> 8);
  std::sort(sorted.begin(), sorted.end());
  low.merge(high);
  for (std::uint64_t percent : {1u, 50u, 99u, 100u}) {
    const std::uint64_t truth = sorted[(sorted.size() * percent + 99) / 100 - 1];
    const std::uint64_t said = histogram.percentile(percent, 100);
    RC_ASSERT(said <= truth);
    RC_ASSERT(truth - said <= truth / 64);
    RC_ASSERT(low.percentile(percent, 100) == said);
  }
  RC_ASSERT(low.max() == sorted.back());
}

}  // namespace
}  // namespace weft::tb
