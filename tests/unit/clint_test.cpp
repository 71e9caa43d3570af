// SPDX-License-Identifier: Apache-2.0
#include "models/core/clint.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

std::uint64_t loaded(const Clint& clint, std::uint64_t offset, unsigned size, Time at = Time()) {
  std::uint64_t value = 0;
  EXPECT_TRUE(clint.load(offset, size, at, value)) << offset;
  return value;
}

TEST(Clint, CountsNanoseconds) {
  const Clint clint;
  EXPECT_EQ(loaded(clint, 0xBFF8, 8, 5_ns), 5u);
  EXPECT_EQ(loaded(clint, 0xBFF8, 8, 5_ns + 999'999_fs), 5u);
  EXPECT_EQ(loaded(clint, 0xBFF8, 4, 5_s), 5'000'000'000u & 0xffff'ffff);
  EXPECT_EQ(loaded(clint, 0xBFFC, 4, 5_s), 1u);
}

TEST(Clint, KeepsMtimecmpByHalves) {
  Clint clint;
  EXPECT_TRUE(clint.timer_due().is_never());
  EXPECT_TRUE(clint.store(0x4004, 4, 0));
  EXPECT_EQ(clint.timer_due(), Time::ns(0xffff'ffff));
  EXPECT_TRUE(clint.store(0x4000, 4, 700));
  EXPECT_EQ(clint.timer_due(), 700_ns);
  EXPECT_EQ(loaded(clint, 0x4000, 8), 700u);
  EXPECT_TRUE(clint.store(0x4000, 8, 0x1'0000'0002));
  EXPECT_EQ(loaded(clint, 0x4000, 4), 2u);
  EXPECT_EQ(loaded(clint, 0x4004, 4), 1u);
}

TEST(Clint, IsNeverDueBeyondTheEndOfTime) {
  Clint clint;
  EXPECT_TRUE(clint.store(0x4000, 8, Time::max().fs() / 1'000'000));
  EXPECT_FALSE(clint.timer_due().is_never());
  EXPECT_TRUE(clint.store(0x4000, 8, Time::max().fs() / 1'000'000 + 1));
  EXPECT_TRUE(clint.timer_due().is_never());
}

TEST(Clint, HasOneSoftwareInterruptBit) {
  Clint clint;
  EXPECT_TRUE(clint.store(0, 4, 0xffff'fffe));
  EXPECT_FALSE(clint.software());
  EXPECT_TRUE(clint.store(0, 4, 0xffff'ffff));
  EXPECT_TRUE(clint.software());
  EXPECT_EQ(loaded(clint, 0, 4), 1u);
}

TEST(Clint, RefusesEverythingElse) {
  Clint clint;
  std::uint64_t value = 0;
  EXPECT_FALSE(clint.store(0xBFF8, 8, 0)) << "mtime cannot be set";
  EXPECT_FALSE(clint.load(0x4, 4, Time(), value)) << "msip of hart 1";
  EXPECT_FALSE(clint.load(0, 8, Time(), value));
  EXPECT_FALSE(clint.load(0x4004, 8, Time(), value));
  EXPECT_FALSE(clint.load(0x4008, 8, Time(), value)) << "mtimecmp of hart 1";
  EXPECT_FALSE(clint.load(0x4000, 2, Time(), value));
  EXPECT_FALSE(clint.store(0x4001, 1, 0));
}

TEST(Clint, HoldsItsSixtyFourKibibytes) {
  EXPECT_FALSE(Clint::holds(0x01ff'ffff));
  EXPECT_TRUE(Clint::holds(0x0200'0000));
  EXPECT_TRUE(Clint::holds(0x0200'ffff));
  EXPECT_FALSE(Clint::holds(0x0201'0000));
}

}  // namespace
}  // namespace weft
