// SPDX-License-Identifier: Apache-2.0
#include "models/link/credit.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

constexpr std::uint16_t kMask = 0x7FFF;
constexpr std::uint8_t kNone = 31;
constexpr std::uint32_t kNever = 1'000'000'000;

struct GrantsTest : testing::Test {
  Grants grants{kMask, 4, kNone};
  GrantsTest() { grants.restart({100, 200, 300, 400}); }
};

TEST(HeldLimits, FollowsALimitThatIsAhead) {
  HeldLimits held(kMask);
  EXPECT_EQ(held.take(1, 100), HeldLimits::News::kAdvanced);
  EXPECT_EQ(held.take(1, 100), HeldLimits::News::kSame);
  EXPECT_EQ(held.all()[1], 100);
  EXPECT_EQ(held.all()[0], 0);
}

TEST(HeldLimits, IgnoresALimitThatGoesBackwards) {
  HeldLimits held(kMask);
  held.take(0, 100);
  EXPECT_EQ(held.take(0, 99), HeldLimits::News::kBackwards);
  EXPECT_EQ(held.take(0, 100 + 0x4000), HeldLimits::News::kBackwards);
  EXPECT_EQ(held.all()[0], 100);
  EXPECT_EQ(held.take(0, 100 + 0x3FFF), HeldLimits::News::kAdvanced);
}

TEST(HeldLimits, FollowsALimitAcrossTheWrap) {
  HeldLimits held(kMask);
  held.set(0, 0x7FF0);
  EXPECT_EQ(held.take(0, 0x0010), HeldLimits::News::kAdvanced);
  EXPECT_EQ(held.take(0, 0x7FF0), HeldLimits::News::kBackwards);
}

TEST_F(GrantsTest, OwesNothingAtTheStart) {
  EXPECT_FALSE(grants.due(kNever, 1, 1));
  EXPECT_FALSE(grants.armed());
  EXPECT_EQ(grants.pick(), kNone);
  EXPECT_EQ(grants.limit_of(2), 300);
  EXPECT_EQ(grants.limit_of(kNone), 0);
}

TEST_F(GrantsTest, IsDueAfterRetNUnitsOfOneVc) {
  grants.free(0, 4, 10);
  grants.free(1, 4, 11);
  EXPECT_FALSE(grants.due(12, 5, kNever)) << "4 of each of two VCs are not 5 of one";
  grants.free(1, 1, 12);
  EXPECT_TRUE(grants.due(13, 5, kNever));
}

TEST_F(GrantsTest, IsDueRetTCyclesAfterTheFirstUnit) {
  grants.free(0, 1, 10);
  grants.free(2, 1, 40);
  EXPECT_EQ(grants.deadline(64), 74u);
  EXPECT_FALSE(grants.due(73, 100, 64));
  EXPECT_TRUE(grants.due(74, 100, 64));
}

TEST_F(GrantsTest, RecordsDirtyVcsInTurn) {
  for (unsigned vc : {0u, 1u, 3u}) grants.free(vc, 1, 5);
  EXPECT_EQ(grants.pick(), 1);
  EXPECT_EQ(grants.pick(), 3);
  EXPECT_EQ(grants.pick(), 0);
  EXPECT_EQ(grants.pick(), 1);
}

TEST_F(GrantsTest, IsCleanOnceATailHasToldIt) {
  grants.free(2, 7, 5);
  EXPECT_EQ(grants.pick(), 2);
  EXPECT_EQ(grants.limit_of(2), 307);
  grants.tell(2, 6);
  EXPECT_EQ(grants.pick(), kNone);
  EXPECT_FALSE(grants.armed());
}

TEST_F(GrantsTest, StaysDirtyForWhatIsFreedAfterTheTail) {
  grants.free(2, 7, 5);
  grants.tell(2, 6);
  grants.free(2, 1, 6);
  EXPECT_EQ(grants.pick(), 2);
  EXPECT_EQ(grants.deadline(64), 70u);
}

TEST_F(GrantsTest, TellsEveryVcAgainWhenForcedThoughNothingIsOwed) {
  grants.force_all();
  EXPECT_FALSE(grants.due(kNever, 1, 1)) << "not by itself a reason for a CTRL";
  for (std::uint8_t vc : {1, 2, 3, 0}) {
    EXPECT_EQ(grants.pick(), vc);
    grants.tell(vc, 1);
  }
  EXPECT_EQ(grants.pick(), kNone);
}

TEST_F(GrantsTest, IsCleanAfterAFlitWithAllLimits) {
  grants.free(0, 1, 1);
  grants.free(3, 1, 1);
  grants.force_all();
  grants.tell_all();
  EXPECT_EQ(grants.pick(), kNone);
  EXPECT_FALSE(grants.due(kNever, 1, 1));
}

TEST_F(GrantsTest, WrapsModulo2To15) {
  for (int i = 0; i < 5; ++i) grants.free(0, 0x2000, 1);
  EXPECT_EQ(grants.limit_of(0), (100 + 5 * 0x2000) & kMask);
}

}  // namespace
}  // namespace weft
