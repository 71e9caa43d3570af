// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/breakdown.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <numeric>

namespace weft::tb {
namespace {

std::size_t index(LatencyPart part) { return static_cast<std::size_t>(part); }

Time sum_of(const LatencyParts& parts) {
  return std::accumulate(parts.begin(), parts.end(), Time{});
}

LatencyParts known_parts() {
  LatencyParts known{};
  known[index(LatencyPart::kSerialise)] = Time::ns(40);
  known[index(LatencyPart::kFlightFec)] = Time::ns(170);
  known[index(LatencyPart::kReplay)] = Time::ns(25);
  known[index(LatencyPart::kMemory)] = Time::ns(120);
  return known;
}

TEST(SplitLatency, AddsTheRestToOther) {
  LatencyParts known = known_parts();
  known[index(LatencyPart::kQueue)] = Time::ns(20);
  known[index(LatencyPart::kOther)] = Time::ns(10);
  const LatencyParts parts = split_latency(Time::ns(400), known);
  EXPECT_EQ(parts[index(LatencyPart::kQueue)], Time::ns(20));
  EXPECT_EQ(parts[index(LatencyPart::kOther)], Time::ns(25));
  EXPECT_EQ(parts[index(LatencyPart::kReplay)], Time::ns(25));
  EXPECT_EQ(sum_of(parts), Time::ns(400));
}

TEST(SplitLatency, TakesWhatIsTooMuchFromReplayThenFromMemory) {
  LatencyParts known = known_parts();
  known[index(LatencyPart::kQueue)] = Time::ns(20);
  const LatencyParts parts = split_latency(Time::ns(320), known);
  EXPECT_EQ(parts[index(LatencyPart::kQueue)], Time::ns(20));
  EXPECT_EQ(parts[index(LatencyPart::kReplay)], Time{});
  EXPECT_EQ(parts[index(LatencyPart::kMemory)], Time::ns(90));
  EXPECT_EQ(parts[index(LatencyPart::kFlightFec)], Time::ns(170));
}

TEST(SplitLatency, TakesWhatWasMeasuredLast) {
  LatencyParts known = known_parts();
  known[index(LatencyPart::kQueue)] = Time::ns(20);
  const LatencyParts parts = split_latency(Time::ns(15), known);
  EXPECT_EQ(parts[index(LatencyPart::kQueue)], Time::ns(15));
  EXPECT_EQ(sum_of(parts), Time::ns(15));
}

RC_GTEST_PROP(SplitLatency, AddsUpToTheMean,
              (std::uint32_t mean, std::array<std::uint32_t, 7> fs)) {
  LatencyParts known;
  for (std::size_t i = 0; i < known.size(); ++i) known[i] = Time::from_fs(fs[i]);
  const LatencyParts parts = split_latency(Time::from_fs(mean), known);
  RC_ASSERT(sum_of(parts) == Time::from_fs(mean));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    RC_ASSERT(i == index(LatencyPart::kOther) || parts[i] <= known[i]);
  }
}

}  // namespace
}  // namespace weft::tb
