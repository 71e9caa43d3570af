// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/link_model_pair.h"
#include "tests/unit/protocol_text.h"

namespace weft {
namespace {

using test::Dice;
using test::Fate;
using test::ModelPair;
using test::ofl;

constexpr std::uint16_t kCtrl = link_regs::kCtrlOffset;

TEST(LinkBringUp, TrainsByItself) {
  ModelPair link(false);
  ASSERT_TRUE(link.comes_up());
  EXPECT_GT(link->now(), 1562u);
  EXPECT_LT(link->now(), 2200u);
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkBringUp, IsUpFromTheFirstClockWithTheStrapAndTellsNothing) {
  ModelPair link(true);
  link->run(2);
  EXPECT_TRUE(link->up());
  link->run(1000);
  EXPECT_EQ(link->flits_sent(0) + link->flits_sent(1), 0u);
  EXPECT_TRUE(link->idle());
  for (unsigned v = 0; v < 4; ++v) EXPECT_EQ(link.end(0).limit(v), 1024);
}

TEST(LinkBringUp, WaitsForTheEndThatGetsLockLater) {
  ModelPair link(false);
  link->set_lock(1, false);
  link->run(10'000);
  EXPECT_EQ(link.end(0).state(), LinkState::kParam);
  EXPECT_EQ(link.end(1).state(), LinkState::kDown);
  link->set_lock(1, true);
  ASSERT_TRUE(link.comes_up());
  link->host(0).send(1, 100);
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkBringUp, GetsThereThoughMostBootFlitsAreLost) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    ModelPair link(false, 7 + seed);
    Dice dice(seed);
    link->fault = [&](unsigned, std::uint64_t, std::uint64_t) {
      return dice.hit(0.7) ? Fate::kCorrupt : Fate::kKeep;
    };
    ASSERT_TRUE(link.comes_up(100'000)) << seed;
    link->fault = nullptr;
    link->host(0).send(0, 50);
    link->host(1).send(2, 60);
    ASSERT_TRUE(link.delivers_all()) << seed;
  }
}

TEST(LinkBringUp, GrantsTheBufferThatTheRegistersName) {
  ModelPair link(false);
  link->host(1).csr.push_back({true, link_regs::kRxBufOffset + 8, 70});
  link->host(1).csr.push_back({true, kCtrl, 5});
  ASSERT_TRUE(link.comes_up());
  link->run(200);
  EXPECT_EQ(link.end(0).limit(0), 1024);
  EXPECT_EQ(link.end(0).limit(1), 70);
}

TEST(LinkBringUp, RefusesAPeerOfAnotherTimerClassAndSaysWhich) {
  ModelPair link(false, 40, ofl(), ofl(ofl_with("timers", "class", "2")));
  link->run(10'000);
  for (unsigned e = 0; e < 2; ++e) {
    EXPECT_EQ(link.end(e).state(), LinkState::kRefused);
    EXPECT_EQ(link.end(e).regs().status_refuse_reason, 9u);
    EXPECT_TRUE(link.end(e).regs().irq_stat_refuse);
  }
}

TEST(LinkBringUp, RefusesAPeerWithOtherSequenceNumbersBeforeItLooksAtTheHash) {
  ModelPair link(false, 40, ofl(), ofl(ofl_with("sequence", "width", "12")));
  link->run(10'000);
  EXPECT_EQ(link.end(0).regs().status_refuse_reason, 2u);
}

TEST(LinkBringUp, AcceptsAPeerWithAnotherWindow) {
  ModelPair link(false, 40, ofl(), ofl(ofl_with("sequence", "window", "64")));
  ASSERT_TRUE(link.comes_up());
  for (int i = 0; i < 200; ++i) {
    link->host(0).send(0, 30);
    link->host(1).send(0, 30);
  }
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkBringUp, LeavesRefusedByAHotReset) {
  ModelPair link(false, 40, ofl(), ofl(ofl_with("timers", "class", "2")));
  link->run(10'000);
  link->host(0).csr.push_back({true, kCtrl, 5});
  link->run(200);
  EXPECT_EQ(link.end(0).state(), LinkState::kHreset);
  EXPECT_EQ(link.end(1).state(), LinkState::kHreset);
}

TEST(LinkRetrain, LosesAndRepeatsNothingForTheHosts) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    ModelPair link(true, 5 + 10 * seed);
    Dice dice(seed);
    for (int round = 0; round < 6; ++round) {
      for (unsigned e = 0; e < 2; ++e) {
        for (int i = 0; i < 30; ++i) link->host(e).send(dice.below(4), 1 + dice.below(90));
      }
      link->run(1 + dice.below(400));
      link->host(dice.below(2)).csr.push_back({true, kCtrl, 3});
      link->run(100 + dice.below(3000));
    }
    ASSERT_TRUE(link.comes_up()) << seed;
    ASSERT_TRUE(link.delivers_all()) << seed;
    EXPECT_GT(link.end(0).regs().retrains.value(), 0u);
  }
}

TEST(LinkRetrain, FollowsLossOfLockAtEitherEnd) {
  for (unsigned e = 0; e < 2; ++e) {
    ModelPair link(true);
    for (int i = 0; i < 100; ++i) link->host(i % 2).send(i % 4, 20);
    link->run(150);
    link->set_lock(e, false);
    link->run(300);
    EXPECT_EQ(link.end(e).state(), LinkState::kRetrain);
    link->set_lock(e, true);
    ASSERT_TRUE(link.comes_up());
    ASSERT_TRUE(link.delivers_all());
  }
}

TEST(LinkRetrain, IsAskedForByReplayNumReplaysWithoutProgress) {
  ModelPair link(true);
  bool cut = true;
  link->fault = [&](unsigned end, std::uint64_t, std::uint64_t head) {
    const bool data = (head >> 45 & 7) == 1;
    return cut && end == 0 && data ? Fate::kDrop : Fate::kKeep;
  };
  link->host(0).send(0, 10);
  ASSERT_TRUE(link->run_until([&] { return link.end(0).state() == LinkState::kRetrain; }, 20'000));
  EXPECT_EQ(link.end(0).regs().tx_replay_events.value(), 4u);
  EXPECT_EQ(link.end(0).regs().timer_replay.value(), 1u) << "then the CTRL makes the peer nak";
  EXPECT_EQ(link.end(0).regs().tx_replay_flits.value(), 3u) << "the fourth is not sent any more";
  EXPECT_TRUE(link.end(0).regs().irq_stat_replay_thr);
  cut = false;
  ASSERT_TRUE(link.comes_up());
  ASSERT_TRUE(link.delivers_all());
}

TEST(LinkRetrain, GivesUpWhenItDoesNotHelpAndStaysDownUntilEnabledAgain) {
  ModelPair link(true);
  link->fault = [](unsigned end, std::uint64_t, std::uint64_t head) {
    return end == 0 && (head >> 45 & 7) == 1 ? Fate::kDrop : Fate::kKeep;
  };
  link->host(0).send(0, 10);
  ASSERT_TRUE(link->run_until([&] { return link.end(0).state() == LinkState::kDown; }, 200'000));
  EXPECT_EQ(link.end(0).regs().retrains.value(), 3u);
  EXPECT_EQ(link.end(0).regs().lost_flits.value(), 1u);
  EXPECT_TRUE(link.end(0).regs().irq_stat_down);
  link->run(20'000);
  EXPECT_EQ(link.end(0).state(), LinkState::kDown);
  link->fault = nullptr;
  link->host(0).lossy = link->host(1).lossy = true;
  link->host(0).csr.push_back({true, kCtrl, 0});
  link->host(0).csr.push_back({true, kCtrl, 1});
  ASSERT_TRUE(link.comes_up());
}

TEST(LinkReset, TakesThePeerAlongAndCountsWhatIsLost) {
  ModelPair link(true);
  link->host(0).lossy = link->host(1).lossy = true;
  for (int i = 0; i < 50; ++i) link->host(0).send(0, 30);
  link->run(60);
  const std::uint64_t unacked = link.end(0).replay().unacked();
  ASSERT_GT(unacked, 0u);
  link->host(0).csr.push_back({true, kCtrl, 5});
  link->run(200);
  EXPECT_EQ(link.end(0).state(), LinkState::kHreset);
  EXPECT_EQ(link.end(1).state(), LinkState::kHreset);
  EXPECT_GE(link.end(0).regs().lost_flits.value(), unacked);
  ASSERT_TRUE(link.comes_up());
  link->run(3000);
  EXPECT_EQ(link->error(), "");
  for (unsigned v = 0; v < 4; ++v) EXPECT_EQ(link.end(1).limit(v) - link.end(1).used(v), 1024);
}

// A hot reset in the middle of flits must never make the peer believe in a broken packet.
TEST(LinkReset, DeliversNothingWrongWhereverItStrikes) {
  for (unsigned at = 20; at < 80; ++at) {
    for (unsigned victim = 0; victim < 2; ++victim) {
      ModelPair link(true, 9);
      link->host(0).lossy = link->host(1).lossy = true;
      Dice dice(at);
      for (int i = 0; i < 60; ++i) link->host(0).send(dice.below(4), 1 + dice.below(60));
      link->run(at);
      link->host(victim).csr.push_back({true, kCtrl, 5});
      link->run(2000);
      ASSERT_TRUE(link.comes_up()) << at;
      const std::uint64_t before = link->host(1).received();
      for (int i = 0; i < 60; ++i) link->host(0).send(dice.below(4), 1 + dice.below(60));
      ASSERT_TRUE(link->run_until_idle());
      ASSERT_EQ(link->error(), "") << at;
      ASSERT_GE(link->host(1).received(), before + 60);
    }
  }
}

TEST(LinkReset, ComesBackFromAPeerThatWasResetWithoutASign) {
  ModelPair link(true);
  link->host(0).lossy = link->host(1).lossy = true;
  link->host(0).send(0, 10);
  link->run(500);
  // End 1 forgets everything, and says so to nobody.
  link->host(1).csr.push_back({true, kCtrl, 0});
  link->host(1).csr.push_back({true, kCtrl, 1});
  link->run(5);
  ASSERT_TRUE(link->run_until([&] { return !link->up(0); }, 10'000));
  ASSERT_TRUE(link.comes_up());
  link->host(0).send(0, 10);
  ASSERT_TRUE(link->run_until_idle());
  EXPECT_EQ(link->host(1).received(), 2u);
  EXPECT_EQ(link->error(), "");
}

}  // namespace
}  // namespace weft
