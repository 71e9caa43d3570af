// SPDX-License-Identifier: Apache-2.0
#include "models/link/mailbox.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <numeric>
#include <vector>

namespace weft {
namespace {

TEST(Mailbox, ShowsNothingBeforeAnExchange) {
  Outbox<int> out;
  Inbox<int> in;
  out.push(7);
  EXPECT_TRUE(in.empty());
  out.exchange(in);
  ASSERT_FALSE(in.empty());
  EXPECT_EQ(in.front(), 7);
}

TEST(Mailbox, LetsTheReaderFinishWhileTheRingGrows) {
  Outbox<int> out;
  Inbox<int> in;
  for (int i = 0; i < 10; ++i) out.push(i);
  out.exchange(in);
  for (int i = 10; i < 1000; ++i) out.push(i);  // outgrows the ring more than once
  for (int i = 0; i < 10; ++i, in.pop()) EXPECT_EQ(in.front(), i);
  EXPECT_TRUE(in.empty());
  out.exchange(in);
  for (int i = 10; i < 1000; ++i, in.pop()) ASSERT_EQ(in.front(), i);
  EXPECT_TRUE(in.empty());
}

TEST(Mailbox, UsesRoomAgainOnceItWasTaken) {
  Outbox<int> out;
  Inbox<int> in;
  for (int i = 0; i < 12; ++i) out.push(i);
  const std::size_t bytes = out.memory_bytes();
  for (int lap = 0; lap < 100; ++lap) {
    out.exchange(in);
    while (!in.empty()) in.pop();
    out.exchange(in);
    for (int i = 0; i < 12; ++i) out.push(i);
  }
  EXPECT_EQ(out.memory_bytes(), bytes);
}

TEST(Mailbox, ForgetsWhatIsTakenBack) {
  Outbox<int> out;
  Inbox<int> in;
  out.push(1);
  const std::uint64_t mark = out.end();
  out.push(2);
  out.push(3);
  out.rewind(mark);
  out.push(4);
  out.exchange(in);
  EXPECT_EQ(in.front(), 1);
  in.pop();
  EXPECT_EQ(in.front(), 4);
  in.pop();
  EXPECT_TRUE(in.empty());
}

RC_GTEST_PROP(Mailbox, KeepsRunsTogetherAndWholeThroughGrowthAndReuse, ()) {
  struct Run {
    std::uint64_t at;
    std::uint32_t items;
    std::uint32_t first;
  };
  Outbox<std::uint32_t> out;
  Inbox<std::uint32_t> in;
  std::vector<Run> sent;
  std::size_t shown = 0, taken = 0;
  std::uint32_t value = 0;
  const auto steps = *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0u, 100u));
  for (unsigned step : steps) {
    if (step < 60) {
      const std::uint32_t n = 1 + step % 40;
      const std::uint64_t at = out.reserve(n);
      std::iota(out.item_at(at), out.item_at(at) + n, value);
      sent.push_back({at, n, value});
      value += n;
    } else if (step < 80) {
      out.exchange(in);
      shown = sent.size();
    } else if (taken < shown) {
      const Run& run = sent[taken++];
      for (std::uint32_t i = 0; i < run.items; ++i) {
        RC_ASSERT(in.item_at(run.at)[i] == run.first + i);
      }
      in.release_to(run.at + run.items);
    }
  }
  out.exchange(in);
  for (; taken < sent.size(); ++taken) {
    const Run& run = sent[taken];
    for (std::uint32_t i = 0; i < run.items; ++i) {
      RC_ASSERT(in.item_at(run.at)[i] == run.first + i);
    }
  }
}

}  // namespace
}  // namespace weft
