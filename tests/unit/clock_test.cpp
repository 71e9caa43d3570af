// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/clock.h"

#include <cstdint>
#include <stdexcept>

namespace weft {
namespace {

__extension__ using Wide = unsigned __int128;

TEST(Clock, TakesItsPeriodFromBitsAndRate) {
  // 512 bits at 850 Gb/s x 514/544 x 256/257 = 800 Gb/s: 640 ps.
  const Clock beat = Clock::for_beat(512, 800'000'000'000);
  EXPECT_EQ(beat.num(), 640'000u);
  EXPECT_EQ(beat.den(), 1u);
  EXPECT_EQ(Clock::for_frequency(1'000'000'000).edge(1), 1_ns);
}

TEST(Clock, ReducesItsPeriod) {
  const Clock lane = Clock::for_beat(1, 106'250'000'000);  // 9411.76... fs
  EXPECT_EQ(lane.num(), 160'000u);
  EXPECT_EQ(lane.den(), 17u);
  EXPECT_EQ(Clock(320'000, 34), lane);
}

TEST(Clock, NeverAccumulatesARoundedPeriod) {
  const Clock lane = Clock::for_beat(1, 106'250'000'000);
  EXPECT_EQ(lane.edge(0), 0_fs);
  EXPECT_EQ(lane.edge(1), 9'411_fs);
  EXPECT_EQ(lane.edge(2), 18'823_fs);
  EXPECT_EQ(lane.edge(17), 160'000_fs);
  // One hour later the edges still fall on the second.
  EXPECT_EQ(lane.edge(106'250'000'000u * 3600u), Time::s(3600));
}

TEST(Clock, RefusesPeriodsItCannotKeep) {
  EXPECT_THROW(Clock(0, 1), std::invalid_argument);
  EXPECT_THROW(Clock(1, 0), std::invalid_argument);
  EXPECT_THROW(Clock(1, 2), std::invalid_argument);
  EXPECT_THROW(Clock::for_beat(0, 1), std::invalid_argument);
  EXPECT_THROW(Clock::for_beat(1, 0), std::invalid_argument);
  EXPECT_THROW(Clock::for_beat(1, 2'000'000'000'000'000), std::invalid_argument);
  EXPECT_THROW(Clock::for_beat(1'000'003, 1), std::overflow_error);
}

TEST(Clock, RefusesEdgesBeyondTheEndOfTime) {
  const Clock second(1'000'000'000'000'000, 1);
  EXPECT_EQ(second.edge(18'000), Time::max());
  EXPECT_THROW(second.edge(18'001), std::overflow_error);
  EXPECT_THROW(second.edge(~std::uint64_t{0}), std::overflow_error);
  EXPECT_THROW(second.first_edge_at_or_after(Time::never()), std::overflow_error);
  EXPECT_EQ(second.first_edge_at_or_after(Time::max()), 18'000u);
}

Clock any_clock() {
  const auto den = *rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << 40);
  const auto whole = *rc::gen::inRange<std::uint64_t>(1, 1 << 20);
  const auto rest = *rc::gen::inRange<std::uint64_t>(0, den);
  return Clock(whole * den + rest, den);
}

Time any_time() {
  const auto shift = *rc::gen::inRange<unsigned>(0, 63);
  const auto fs = *rc::gen::inRange<std::uint64_t>(0, Time::max().fs());
  return Time::from_fs(fs >> shift);
}

RC_GTEST_PROP(Clock, PutsEdgesOnTheFloorOfNTimesThePeriod, ()) {
  const Clock clock = any_clock();
  const auto n = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 50);
  const Wide exact = Wide{n} * clock.num() / clock.den();
  if (exact > Time::max().fs()) {
    RC_ASSERT_THROWS_AS(clock.edge(n), std::overflow_error);
  } else {
    RC_ASSERT(clock.edge(n).fs() == static_cast<std::uint64_t>(exact));
  }
}

RC_GTEST_PROP(Clock, FindsTheFirstEdgeAtOrAfterATime, ()) {
  const Clock clock = any_clock();
  const Time t = any_time();
  const std::uint64_t n = clock.first_edge_at_or_after(t);
  // In wide integers, for the edge itself may lie beyond the end of time.
  const Wide at = Wide{n} * clock.num() / clock.den();
  RC_ASSERT(at >= t.fs());
  if (n != 0) RC_ASSERT(clock.edge(n - 1) < t);
}

RC_GTEST_PROP(Clock, FindsEachEdgeAgainFromItsTime, ()) {
  const Clock clock = any_clock();
  const auto n = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 40);
  RC_PRE(Wide{n} * clock.num() / clock.den() < Time::max().fs());
  const Time at = clock.edge(n);
  RC_ASSERT(clock.first_edge_at_or_after(at) == n);
  RC_ASSERT(clock.first_edge_at_or_after(at + 1_fs) == n + 1);
  RC_ASSERT(clock.edges_before(at) == n);
  RC_ASSERT(clock.edges_before(at + 1_fs) == n + 1);
}

}  // namespace
}  // namespace weft
