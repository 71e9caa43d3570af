// SPDX-License-Identifier: Apache-2.0
#include "models/link/replay.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

constexpr std::uint32_t kMask = 15;  // 16 numbers
constexpr std::uint32_t kWindow = 8;

Replay with_sent(unsigned flits) {
  Replay replay(kMask, 3);
  for (unsigned i = 0; i < flits; ++i) replay.send();
  return replay;
}

TEST(Replay, KeepsWhatWasSentUntilItIsAcknowledged) {
  Replay replay = with_sent(5);
  EXPECT_EQ(replay.unacked(), 5u);
  EXPECT_EQ(replay.acknowledge(3, replay.point()), Replay::Ack::kAdvanced);
  EXPECT_EQ(replay.unacked(), 2u);
  EXPECT_EQ(replay.acknowledge(3, replay.point()), Replay::Ack::kKnown);
}

TEST(Replay, RepeatsFromTheOldestUnacknowledgedFlitAfterANak) {
  Replay replay = with_sent(5);
  replay.acknowledge(2, replay.point());
  ASSERT_EQ(replay.nak(0), Replay::Nak::kObeyed);
  replay.start();
  EXPECT_EQ(replay.epoch(), 1);
  for (std::uint32_t seq : {2u, 3u, 4u}) {
    EXPECT_TRUE(replay.replaying());
    EXPECT_EQ(replay.next(), seq);
    replay.send();
  }
  EXPECT_FALSE(replay.replaying());
  EXPECT_EQ(replay.top(), 5u);
}

TEST(Replay, ObeysANakOfItsOwnEpochOnly) {
  Replay replay = with_sent(3);
  replay.start();
  EXPECT_EQ(replay.nak(0), Replay::Nak::kStale);
  EXPECT_EQ(replay.nak(2), Replay::Nak::kStale);
  EXPECT_EQ(replay.nak(1), Replay::Nak::kObeyed);
}

TEST(Replay, HasNothingToRepeatWhenAllIsAcknowledged) {
  Replay replay = with_sent(3);
  replay.acknowledge(3, replay.point());
  EXPECT_EQ(replay.nak(0), Replay::Nak::kNothingToRepeat);
}

TEST(Replay, SkipsWhatAnAckOvertakesInAReplay) {
  Replay replay = with_sent(6);
  replay.start();
  replay.send();
  EXPECT_EQ(replay.acknowledge(4, replay.point()), Replay::Ack::kAdvanced);
  EXPECT_EQ(replay.next(), 4u);
  EXPECT_EQ(replay.base(), 4u);
}

TEST(Replay, DoesNotGoBackForAnAckBehindTheReplay) {
  Replay replay = with_sent(6);
  replay.start();
  for (int i = 0; i < 4; ++i) replay.send();
  replay.acknowledge(2, replay.point());
  EXPECT_EQ(replay.next(), 4u);
}

TEST(Replay, IgnoresAnAckOfWhatWasNeverSent) {
  Replay replay = with_sent(3);
  EXPECT_EQ(replay.acknowledge(4, replay.point()), Replay::Ack::kStale);
  EXPECT_EQ(replay.acknowledge(15, replay.point()), Replay::Ack::kStale);
  EXPECT_EQ(replay.base(), 0u);
}

TEST(Replay, IgnoresAnAckOfAFlitThatLeavesAtTheSameMoment) {
  Replay replay = with_sent(3);
  const Replay::Point before = replay.point();
  replay.send();
  EXPECT_EQ(replay.acknowledge(4, before), Replay::Ack::kStale);
  EXPECT_EQ(replay.acknowledge(3, before), Replay::Ack::kAdvanced);
  EXPECT_EQ(replay.next(), 4u);
}

TEST(Replay, RepeatsAFlitThatLeavesWhileTheNakComes) {
  Replay replay = with_sent(3);
  replay.send();
  ASSERT_EQ(replay.nak(0), Replay::Nak::kObeyed);
  replay.start();
  EXPECT_EQ(replay.next(), 0u);
  EXPECT_EQ(replay.top(), 4u);
}

TEST(Replay, CountsReplaysInARowUntilBaseMoves) {
  Replay replay = with_sent(3);
  for (std::uint8_t i = 1; i <= 3; ++i) {
    replay.start();
    EXPECT_EQ(replay.in_a_row(), i);
  }
  replay.acknowledge(1, replay.point());
  EXPECT_EQ(replay.in_a_row(), 0);
}

TEST(Replay, GoesOnFromWhatThePeerExpectsAfterARetrain) {
  Replay replay = with_sent(6);
  EXPECT_TRUE(replay.may_resync(0));
  EXPECT_TRUE(replay.may_resync(6));
  EXPECT_FALSE(replay.may_resync(7));
  EXPECT_FALSE(replay.may_resync(15));
  EXPECT_TRUE(replay.resync(4));
  EXPECT_EQ(replay.base(), 4u);
  EXPECT_EQ(replay.next(), 4u);
  EXPECT_EQ(replay.epoch(), 1);
  EXPECT_FALSE(replay.resync(6)) << "nothing is missing: no new epoch";
  EXPECT_EQ(replay.epoch(), 1);
  EXPECT_FALSE(replay.replaying());
}

TEST(Replay, WorksAcrossTheWrapOfNumbersAndEpochs) {
  Replay replay = with_sent(0);
  std::uint32_t acked = 0;
  for (int round = 0; round < 100; ++round) {
    for (unsigned i = 0; i < kWindow; ++i) replay.send();
    ASSERT_EQ(replay.unacked(), kWindow);
    ASSERT_EQ(replay.nak(static_cast<std::uint8_t>(round & 3)), Replay::Nak::kObeyed);
    replay.start();
    ASSERT_EQ(replay.next(), acked);
    for (unsigned i = 0; i < kWindow; ++i) replay.send();
    acked = (acked + kWindow) & kMask;
    ASSERT_EQ(replay.acknowledge(acked, replay.point()), Replay::Ack::kAdvanced);
  }
}

TEST(Accept, TakesFlitsInOrder) {
  Accept accept(kMask, kWindow);
  for (std::uint32_t seq = 0; seq < 40; ++seq) {
    EXPECT_EQ(accept.data(seq & kMask, 0).verdict, Accept::Verdict::kAccepted);
  }
  EXPECT_EQ(accept.exp(), 40u & kMask);
}

TEST(Accept, NaksAGapOnceWithTheEpochItWasSeenIn) {
  Accept accept(kMask, kWindow);
  const Accept::Outcome first = accept.data(2, 1);
  EXPECT_EQ(first.verdict, Accept::Verdict::kGap);
  EXPECT_TRUE(first.nak_again);
  EXPECT_TRUE(accept.missing());
  EXPECT_EQ(accept.nak_ep(), 1);
  EXPECT_FALSE(accept.data(3, 1).nak_again) << "the same loss";
  EXPECT_EQ(accept.exp(), 0u);
}

TEST(Accept, NaksAgainWhenTheReplayItselfIsHit) {
  Accept accept(kMask, kWindow);
  accept.data(2, 0);
  EXPECT_TRUE(accept.data(1, 1).nak_again);
  EXPECT_EQ(accept.nak_ep(), 1);
}

TEST(Accept, IsContentOnceTheMissingFlitIsThere) {
  Accept accept(kMask, kWindow);
  accept.data(1, 2);
  accept.data(0, 3);
  EXPECT_FALSE(accept.missing());
  EXPECT_EQ(accept.nak_ep(), 0);
}

TEST(Accept, DropsDuplicatesWithoutANak) {
  Accept accept(kMask, kWindow);
  for (std::uint32_t seq = 0; seq < 5; ++seq) accept.data(seq, 0);
  for (std::uint32_t seq : {0u, 4u, 13u}) {  // 13 is 8 numbers back from 5
    const Accept::Outcome outcome = accept.data(seq, 0);
    EXPECT_EQ(outcome.verdict, Accept::Verdict::kDuplicate) << seq;
    EXPECT_FALSE(outcome.nak_again);
  }
  EXPECT_FALSE(accept.missing());
  EXPECT_EQ(accept.data(12, 0).verdict, Accept::Verdict::kGap) << "7 ahead: the last of a window";
}

TEST(Accept, FindsALostTailByTheNumberACtrlNames) {
  Accept accept(kMask, kWindow);
  EXPECT_EQ(accept.ctrl(0, 0).verdict, Accept::Verdict::kNothing);
  EXPECT_TRUE(accept.ctrl(8, 0).nak_again) << "a whole window is missing";
  EXPECT_TRUE(accept.missing());
  accept.ctrl(0, 1);
  EXPECT_FALSE(accept.missing()) << "the sender has gone back";
  EXPECT_EQ(accept.ctrl(9, 1).verdict, Accept::Verdict::kNothing);
  EXPECT_EQ(accept.exp(), 0u);
}

TEST(Accept, RefersTheNakForABadFlitToTheLastGoodOnesEpoch) {
  Accept accept(kMask, kWindow);
  accept.data(0, 2);
  accept.bad();
  EXPECT_TRUE(accept.missing());
  EXPECT_EQ(accept.nak_ep(), 2);
  accept.ctrl(1, 3);
  EXPECT_FALSE(accept.missing());
  accept.bad();
  EXPECT_EQ(accept.nak_ep(), 3) << "a CTRL is a good flit too";
}

TEST(Accept, KeepsTheEpochOfTheFirstLossWhenABadFlitFollows) {
  Accept accept(kMask, kWindow);
  accept.data(3, 1);
  accept.bad();
  EXPECT_EQ(accept.nak_ep(), 1);
}

}  // namespace
}  // namespace weft
