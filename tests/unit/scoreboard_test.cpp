// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/scoreboard.h"

#include <gtest/gtest.h>

namespace weft::tb {
namespace {

TxnHeader write_to(std::uint16_t tag, std::uint64_t offset) {
  TxnHeader header;
  header.type = TxnType::kWriteRequest;
  header.src = 0;
  header.dst = 1;
  header.tag = tag;
  header.offset = offset;
  header.bytes = 64;
  return header;
}

/// Node 0 writes to node 1.
class ScoreboardTest : public testing::Test {
 protected:
  void issue(std::uint16_t tag, std::uint64_t hash = 7) {
    board.log(0).issued(Time::ns(1), write_to(tag, tag * 64u), hash);
  }
  void perform(std::uint16_t tag, std::uint64_t hash = 7) {
    board.log(1).performed(Time::ns(2), write_to(tag, tag * 64u), TxnStatus::kOk, hash);
  }
  void retire(std::uint16_t tag, TxnStatus status = TxnStatus::kOk) {
    TxnHeader response = write_to(tag, 0);
    response.type = TxnType::kWriteResponse;
    response.src = 1;
    response.dst = 0;
    response.status = status;
    board.log(0).retired(Time::ns(3), response, Time::ns(1), 0);
  }

  Scoreboard board{2};
};

TEST_F(ScoreboardTest, FindsNothingWrongWithARunInOrder) {
  for (std::uint16_t tag : {0, 1, 2, 3}) issue(tag);
  for (std::uint16_t tag : {0, 1}) perform(tag);
  retire(0);
  board.match();
  EXPECT_EQ(board.outstanding(), 3u);
  for (std::uint16_t tag : {2, 3}) perform(tag);
  for (std::uint16_t tag : {1, 2, 3}) retire(tag);
  board.match();
  EXPECT_EQ(board.outstanding(), 0u);
  EXPECT_EQ(board.counts(0).issued, 4u);
  EXPECT_EQ(board.counts(0).retired, 4u);
  EXPECT_EQ(board.counts(0).errors(), 0u);
  EXPECT_EQ(board.counts(1).performed, 4u);
  EXPECT_EQ(board.counts(1).written, 256u);
  EXPECT_EQ(board.lost(0, true), 0u);
  EXPECT_EQ(board.latency(0).max(), Time::ns(2).fs());
}

TEST_F(ScoreboardTest, KnowsTheOldestThatHasNotComeBack) {
  EXPECT_TRUE(board.oldest().since.is_never());
  for (std::uint16_t tag : {0, 1}) issue(tag);
  board.log(0).issued(Time::ns(9), write_to(2, 128), 7);
  for (std::uint16_t tag : {0, 1, 2}) perform(tag);
  retire(1);
  board.match();
  EXPECT_EQ(board.oldest().since, Time::ns(1));
  EXPECT_EQ(board.oldest().to, 1);
  retire(0);
  board.match();
  EXPECT_EQ(board.oldest().since, Time::ns(9));
  retire(2);
  board.match();
  EXPECT_TRUE(board.oldest().since.is_never());
}

TEST_F(ScoreboardTest, SeesAWriteWhoseDataChanged) {
  issue(0, 7);
  perform(0, 8);
  board.match();
  EXPECT_EQ(board.counts(0).corrupted, 1u);
}

TEST_F(ScoreboardTest, SeesAWritePerformedTwice) {
  issue(0);
  issue(1);
  perform(0);
  perform(0);
  board.match();
  EXPECT_EQ(board.counts(0).duplicated, 1u);
}

TEST_F(ScoreboardTest, SeesOneOvertakeAnother) {
  issue(0);
  issue(1);
  perform(1);
  perform(0);
  board.match();
  EXPECT_EQ(board.counts(0).misordered, 1u);
  EXPECT_EQ(board.lost(0, true), 0u);
}

TEST_F(ScoreboardTest, SeesOneLeftOut) {
  issue(0);
  issue(1);
  perform(1);
  board.match();
  EXPECT_EQ(board.lost(0, false), 1u);
}

TEST_F(ScoreboardTest, CountsWhatNeverArrivedOnlyOnceAllIsOver) {
  issue(0);
  board.match();
  EXPECT_EQ(board.lost(0, false), 0u);
  EXPECT_EQ(board.lost(0, true), 1u);
}

TEST_F(ScoreboardTest, SeesAResponseThatComesTwice) {
  issue(0);
  perform(0);
  retire(0);
  retire(0);
  board.match();
  EXPECT_EQ(board.counts(0).duplicated, 1u);
  EXPECT_EQ(board.counts(0).retired, 1u);
}

TEST_F(ScoreboardTest, SeesWhatWasNeverIssued) {
  perform(0);
  retire(5);
  board.match();
  EXPECT_EQ(board.counts(0).unknown, 2u);
}

TEST_F(ScoreboardTest, CountsResponsesThatTellOfAnError) {
  issue(0);
  perform(0);
  retire(0, TxnStatus::kBadToken);
  board.match();
  EXPECT_EQ(board.counts(0).failed, 1u);
  EXPECT_EQ(board.counts(0).retired, 1u);
}

}  // namespace
}  // namespace weft::tb
