// SPDX-License-Identifier: Apache-2.0
#include "models/link/lsm.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

struct LinkStateMachineTest : testing::Test {
  const LinkStateMachine::Times times{
      .boot = 64, .train = 100, .retrain = 200, .hrst = 300, .retrain_num = 2};
  LinkStateMachine lsm{false};
  LinkStateMachine::In in{.now = 0, .lock = true, .enable = true, .boot = {}};

  LinkStateMachine::Out edge() {
    const LinkStateMachine::Out out = lsm.edge(in, times);
    ++in.now;
    in.boot = {};
    in.retrain = in.hot_reset = in.good = in.give_up = in.progress = false;
    return out;
  }
  LinkStateMachine::Out boot(BootOp op, bool seen = false, std::uint32_t session = 77) {
    in.boot = {.op = op, .seen = seen, .session = session, .mismatch = 0, .exp_possible = true};
    return edge();
  }
  void run(unsigned edges) {
    while (edges-- > 0) edge();
  }
  void bring_to(LinkState state) {
    run(2);
    run(100);
    ASSERT_EQ(lsm.state(), LinkState::kParam);
    if (state == LinkState::kParam) return;
    boot(BootOp::kParam, true);
    ASSERT_EQ(lsm.state(), LinkState::kCinit);
    if (state == LinkState::kCinit) return;
    boot(BootOp::kCinit, true);
    ASSERT_EQ(lsm.state(), LinkState::kActive);
    if (state == LinkState::kActive) return;
    in.retrain = true;
    edge();
    ASSERT_EQ(lsm.state(), LinkState::kRetrain);
    if (state == LinkState::kRetrain) return;
    run(200);
    ASSERT_EQ(lsm.state(), LinkState::kResync);
  }
};

TEST_F(LinkStateMachineTest, BeginsInDownAndForgetsEverything) {
  const auto out = edge();
  EXPECT_EQ(lsm.state(), LinkState::kDown);
  EXPECT_TRUE(out.clear);
  EXPECT_FALSE(out.down) << "it did not go down";
}

TEST_F(LinkStateMachineTest, BeginsInActiveWithTheStrapAndTellsNothing) {
  LinkStateMachine up(true);
  const auto out = up.edge(in, times);
  EXPECT_EQ(up.state(), LinkState::kActive);
  EXPECT_TRUE(out.clear);
  EXPECT_FALSE(out.tell);
}

TEST_F(LinkStateMachineTest, WaitsForLockAndEnable) {
  in.lock = false;
  run(10);
  EXPECT_EQ(lsm.state(), LinkState::kDown);
  in.lock = true;
  in.enable = false;
  run(10);
  EXPECT_EQ(lsm.state(), LinkState::kDown);
  in.enable = true;
  run(1);
  EXPECT_EQ(lsm.state(), LinkState::kTrain);
}

TEST_F(LinkStateMachineTest, TrainsForTrainTCycles) {
  run(2);
  run(99);
  EXPECT_EQ(lsm.state(), LinkState::kTrain);
  run(1);
  EXPECT_EQ(lsm.state(), LinkState::kParam);
}

TEST_F(LinkStateMachineTest, GoesOnToCinitWhenThePeerHasSeenAParam) {
  bring_to(LinkState::kParam);
  EXPECT_FALSE(lsm.boot_seen());
  boot(BootOp::kParam, false);
  EXPECT_EQ(lsm.state(), LinkState::kParam);
  EXPECT_TRUE(lsm.boot_seen());
  boot(BootOp::kParam, true);
  EXPECT_EQ(lsm.state(), LinkState::kCinit);
  EXPECT_FALSE(lsm.boot_seen());
}

TEST_F(LinkStateMachineTest, GoesOnToCinitWhenThePeerIsThereAlready) {
  bring_to(LinkState::kParam);
  boot(BootOp::kCinit);
  EXPECT_EQ(lsm.state(), LinkState::kParam) << "nothing matched yet";
  boot(BootOp::kParam, false);
  boot(BootOp::kCinit, false, 78);
  EXPECT_EQ(lsm.state(), LinkState::kParam) << "another session";
  const auto out = boot(BootOp::kCinit);
  EXPECT_EQ(lsm.state(), LinkState::kCinit);
  EXPECT_FALSE(out.take_first);
}

TEST_F(LinkStateMachineTest, RefusesAPeerOfAnotherProtocolUntilAHotReset) {
  bring_to(LinkState::kParam);
  in.boot = {.op = BootOp::kParam, .seen = true, .session = 77, .mismatch = 4};
  EXPECT_TRUE(edge().refused);
  EXPECT_EQ(lsm.state(), LinkState::kRefused);
  EXPECT_EQ(lsm.reason(), 4u);
  EXPECT_EQ(lsm.boot_op(), BootOp::kParam);
  boot(BootOp::kParam, true);
  boot(BootOp::kCinit, true);
  run(1000);
  EXPECT_EQ(lsm.state(), LinkState::kRefused);
  boot(BootOp::kHrst);
  EXPECT_EQ(lsm.state(), LinkState::kHreset);
  EXPECT_EQ(lsm.reason(), 0u);
}

TEST_F(LinkStateMachineTest, HoldsThePeersLimitsFromTheFirstCinit) {
  bring_to(LinkState::kCinit);
  EXPECT_FALSE(lsm.open());
  EXPECT_TRUE(boot(BootOp::kCinit).take_first);
  EXPECT_TRUE(lsm.open());
  EXPECT_TRUE(lsm.boot_seen());
  EXPECT_FALSE(boot(BootOp::kCinit).take_first);
  in.good = true;
  const auto out = edge();
  EXPECT_EQ(lsm.state(), LinkState::kActive);
  EXPECT_TRUE(out.tell);
}

TEST_F(LinkStateMachineTest, GoesDownInCinitForAPeerThatBeganAgain) {
  bring_to(LinkState::kCinit);
  boot(BootOp::kParam, true);
  EXPECT_EQ(lsm.state(), LinkState::kCinit);
  EXPECT_TRUE(boot(BootOp::kParam, true, 78).clear);
  EXPECT_EQ(lsm.state(), LinkState::kDown);
}

TEST_F(LinkStateMachineTest, GoesDownInActiveForAPeerThatBeganAgain) {
  for (const BootOp op : {BootOp::kParam, BootOp::kCinit, BootOp::kResync}) {
    lsm = LinkStateMachine(false);
    bring_to(LinkState::kActive);
    boot(op, false, 78);
    EXPECT_EQ(lsm.state(), LinkState::kDown);
  }
}

TEST_F(LinkStateMachineTest, AnswersALateCinitAndALateResync) {
  bring_to(LinkState::kActive);
  EXPECT_TRUE(boot(BootOp::kCinit).tell);
  EXPECT_TRUE(boot(BootOp::kResync, true).tell);
  EXPECT_EQ(lsm.state(), LinkState::kActive);
}

TEST_F(LinkStateMachineTest, RetrainsForEveryReasonOfOFL7_7) {
  const auto retrains = [this](auto cause) {
    lsm = LinkStateMachine(false);
    bring_to(LinkState::kActive);
    cause();
    const bool there = lsm.state() == LinkState::kRetrain;
    in.lock = true;
    return there;
  };
  EXPECT_TRUE(retrains([this] { in.retrain = true, edge(); }));
  EXPECT_TRUE(retrains([this] { in.give_up = true, edge(); }));
  EXPECT_TRUE(retrains([this] { in.lock = false, edge(); }));
  EXPECT_TRUE(retrains([this] { boot(BootOp::kRetrain); }));
  EXPECT_TRUE(retrains([this] { boot(BootOp::kResync, false); }));
}

TEST_F(LinkStateMachineTest, DropsRunningStateAtTheEdgeAfterARetrainBegan) {
  bring_to(LinkState::kRetrain);
  EXPECT_TRUE(lsm.drops());
  edge();
  EXPECT_FALSE(lsm.drops());
}

TEST_F(LinkStateMachineTest, GoesOnFromRetrainWithLockOnly) {
  bring_to(LinkState::kRetrain);
  in.lock = false;
  run(500);
  EXPECT_EQ(lsm.state(), LinkState::kRetrain);
  in.lock = true;
  edge();
  EXPECT_EQ(lsm.state(), LinkState::kResync);
}

TEST_F(LinkStateMachineTest, TakesTheFirstResyncOnlyAndGoesUpWhenItWasSeen) {
  bring_to(LinkState::kResync);
  EXPECT_FALSE(lsm.open());
  EXPECT_TRUE(boot(BootOp::kResync).resync);
  EXPECT_TRUE(lsm.open());
  EXPECT_FALSE(boot(BootOp::kResync).resync);
  EXPECT_TRUE(boot(BootOp::kResync, true).tell);
  EXPECT_EQ(lsm.state(), LinkState::kActive);
}

TEST_F(LinkStateMachineTest, GoesUpFromResyncWhenThePeerSendsAgain) {
  bring_to(LinkState::kResync);
  boot(BootOp::kResync);
  in.good = true;
  edge();
  EXPECT_EQ(lsm.state(), LinkState::kActive);
}

TEST_F(LinkStateMachineTest, GoesDownForAResyncItCannotBelieve) {
  bring_to(LinkState::kResync);
  in.boot = {.op = BootOp::kResync, .session = 77, .exp_possible = false};
  edge();
  EXPECT_EQ(lsm.state(), LinkState::kDown);
}

TEST_F(LinkStateMachineTest, GivesUpAfterRetrainNumRetrainsWithoutProgress) {
  bring_to(LinkState::kActive);
  for (int i = 0; i < 2; ++i) {
    in.give_up = true;
    edge();
    ASSERT_EQ(lsm.state(), LinkState::kRetrain);
    run(200);
    boot(BootOp::kResync, true);
    ASSERT_EQ(lsm.state(), LinkState::kActive);
  }
  in.give_up = true;
  EXPECT_TRUE(edge().down);
  run(1000);
  EXPECT_EQ(lsm.state(), LinkState::kDown) << "dead until it is enabled again";
  in.enable = false;
  edge();
  in.enable = true;
  edge();
  EXPECT_EQ(lsm.state(), LinkState::kTrain);
}

TEST_F(LinkStateMachineTest, ForgetsEarlierRetrainsOnceThereIsProgress) {
  bring_to(LinkState::kActive);
  for (int i = 0; i < 10; ++i) {
    in.give_up = true;
    edge();
    ASSERT_EQ(lsm.state(), LinkState::kRetrain);
    run(200);
    boot(BootOp::kResync, true);
    lsm.progressed();
  }
}

TEST_F(LinkStateMachineTest, ResetsForHrstTCyclesAndThenBeginsAgain) {
  bring_to(LinkState::kActive);
  in.hot_reset = true;
  EXPECT_TRUE(edge().clear);
  EXPECT_EQ(lsm.boot_op(), BootOp::kHrst);
  run(299);
  EXPECT_EQ(lsm.state(), LinkState::kHreset);
  run(1);
  EXPECT_EQ(lsm.state(), LinkState::kDown);
  run(1);
  EXPECT_EQ(lsm.state(), LinkState::kTrain);
}

TEST_F(LinkStateMachineTest, LetsAHotResetOfThePeerThroughOnlyWhereItMatters) {
  run(2);
  ASSERT_EQ(lsm.state(), LinkState::kTrain);
  boot(BootOp::kHrst);
  EXPECT_EQ(lsm.state(), LinkState::kTrain);
  bring_to(LinkState::kParam);
  boot(BootOp::kHrst);
  EXPECT_EQ(lsm.state(), LinkState::kHreset);
}

TEST_F(LinkStateMachineTest, PacesBootFlitsByBootTAndStartsAgainInEveryState) {
  bring_to(LinkState::kParam);
  EXPECT_TRUE(lsm.boot_due(in.now, times));
  lsm.boot_sent(in.now);
  EXPECT_FALSE(lsm.boot_due(in.now + 63, times));
  EXPECT_TRUE(lsm.boot_due(in.now + 64, times));
  EXPECT_EQ(lsm.deadline(times, true), in.now + 64);
  boot(BootOp::kParam, true);
  EXPECT_TRUE(lsm.boot_due(in.now, times));
}

}  // namespace
}  // namespace weft
