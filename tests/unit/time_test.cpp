// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/time.h"

#include <cstdint>
#include <stdexcept>

#include "models/base/units.h"

namespace weft {
namespace {

static_assert(1_ns == Time::ps(1000) && 2_us < 3_us && Time() == 0_fs);
static_assert(Time::max() == Time::s(5 * 3600) && Time::max() < Time::never());

TEST(Time, CountsFemtoseconds) {
  EXPECT_EQ(Time::ps(1).fs(), 1'000u);
  EXPECT_EQ(Time::ns(1).fs(), 1'000'000u);
  EXPECT_EQ(Time::us(1).fs(), 1'000'000'000u);
  EXPECT_EQ(Time::ms(1).fs(), 1'000'000'000'000u);
  EXPECT_EQ(Time::s(1).fs(), 1'000'000'000'000'000u);
}

TEST(Time, HoldsFiveHoursAndNotAFemtosecondMore) {
  EXPECT_EQ(Time::from_fs(18'000'000'000'000'000'000u), Time::max());
  EXPECT_THROW(Time::from_fs(18'000'000'000'000'000'001u), std::overflow_error);
  EXPECT_THROW(Time::max() + 1_fs, std::overflow_error);
  EXPECT_THROW(Time::s(18'001), std::overflow_error);
  EXPECT_THROW(Time::ps(~std::uint64_t{0}), std::overflow_error);
  EXPECT_THROW(Time::s(1) * 18'001, std::overflow_error);
  EXPECT_EQ(Time::s(1) * 18'000, Time::max());
}

TEST(Time, IsNeverNegative) {
  EXPECT_EQ(5_ns - 5_ns, 0_fs);
  EXPECT_THROW(5_ns - 6_ns, std::overflow_error);
}

TEST(Time, DividesRoundingDown) {
  EXPECT_EQ(10_fs / 3, 3_fs);
  EXPECT_EQ(10_ns / 3_ns, 3u);
  EXPECT_EQ(10_ns % 3_ns, 1_ns);
  EXPECT_THROW(1_ns / 0, std::domain_error);
  EXPECT_THROW(1_ns / 0_ns, std::domain_error);
  EXPECT_THROW(1_ns % 0_ns, std::domain_error);
}

TEST(Time, NeverStaysNeverWhenAddedToAndRefusesTheRest) {
  EXPECT_EQ(Time::never() + 1_ns, Time::never());
  EXPECT_EQ(1_ns + Time::never(), Time::never());
  EXPECT_THROW(Time::never() - 1_ns, std::overflow_error);
  EXPECT_THROW(Time::never() * 2, std::overflow_error);
  EXPECT_THROW(Time::never() / 2, std::overflow_error);
  EXPECT_THROW(1_ns / Time::never(), std::overflow_error);
}

TEST(Time, PrintsTheShortestExactDecimal) {
  EXPECT_EQ(to_string(Time::ps(1'280)), "1.28ns");
  EXPECT_EQ(to_string(640_ps), "640ps");
  EXPECT_EQ(to_string(20_us), "20us");
  EXPECT_EQ(to_string(Time::from_fs(1'000'001)), "1.000001ns");
  EXPECT_EQ(to_string(999_fs), "999fs");
  EXPECT_EQ(to_string(Time()), "0ns");
  EXPECT_EQ(to_string(Time::max()), "18000s");
  EXPECT_EQ(to_string(Time::never()), "never");
}

RC_GTEST_PROP(Time, ReadsBackWhatItPrints, ()) {
  const std::uint64_t shift = *rc::gen::inRange<std::uint64_t>(0, 63);
  const std::uint64_t fs = *rc::gen::arbitrary<std::uint64_t>() >> shift;
  RC_PRE(fs <= Time::max().fs());
  const Time time = Time::from_fs(fs);
  RC_ASSERT(parse_time(to_string(time)) == time);
}

RC_GTEST_PROP(Time, AddsLikeWideIntegersOrThrows, ()) {
  __extension__ using Wide = unsigned __int128;
  const auto a = *rc::gen::inRange<std::uint64_t>(0, Time::max().fs());
  const auto b = *rc::gen::inRange<std::uint64_t>(0, Time::max().fs());
  const Wide sum = Wide{a} + b;
  if (sum > Time::max().fs()) {
    RC_ASSERT_THROWS_AS(Time::from_fs(a) + Time::from_fs(b), std::overflow_error);
  } else {
    RC_ASSERT((Time::from_fs(a) + Time::from_fs(b)).fs() == static_cast<std::uint64_t>(sum));
  }
}

}  // namespace
}  // namespace weft
