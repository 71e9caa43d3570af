// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/link_model_pair.h"

namespace weft {
namespace {

using test::Dice;
using test::Fate;
using test::ModelPair;
using test::ofl;

/// Everything seen of a run of random traffic, errors, register accesses and lock flaps.
struct Seen {
  std::uint64_t trace = 0, steps = 0;
  std::uint64_t received[2] = {};
  std::string error;
};

Seen run(unsigned seed, bool skip, const Protocol& protocol) {
  Dice dice(seed);
  ModelPair link(dice.hit(0.5), 5 + dice.below(150), protocol, protocol);
  link->skip = skip;
  Dice faults(seed + 1000);
  const double loss = dice.hit(0.5) ? 0.0 : dice.below(100) / 1000.0;
  link->fault = [&](unsigned, std::uint64_t, std::uint64_t) {
    return faults.hit(loss) ? static_cast<Fate>(1 + faults.below(4)) : Fate::kKeep;
  };
  link->dice = Dice(seed + 2000);
  const double rate = dice.hit(0.7) ? 0.003 : 0.1;  // mostly idle, so that there is much to skip
  const bool wild = dice.hit(0.4);
  for (unsigned e = 0; e < 2; ++e) {
    link->host(e).free_delay = dice.below(500);
    link->host(e).lossy = true;
  }
  for (int i = 0; i < 20'000; ++i) {
    for (unsigned e = 0; e < 2; ++e) {
      if (dice.hit(rate))
        link->host(e).send(dice.below(4), 1 + dice.below(dice.hit(0.1) ? 515 : 12));
      if (dice.hit(0.001)) link->host(e).hold = !link->host(e).hold;
      if (!wild) continue;
      if (dice.hit(0.001)) {
        link->host(e).csr.push_back({false, static_cast<std::uint16_t>(8 * dice.below(170)), 0});
      }
      if (dice.hit(0.0003)) {
        link->host(e).csr.push_back(
            {true, static_cast<std::uint16_t>(0x40 + 8 * dice.below(12)), 1 + dice.below(400)});
      }
      if (dice.hit(0.0001)) link->host(e).csr.push_back({true, link_regs::kCtrlOffset, 3});
      if (dice.hit(0.0001)) link->host(e).csr.push_back({true, link_regs::kCtrlOffset, 5});
      if (dice.hit(0.0002)) link->set_lock(e, false);
      if (dice.hit(0.002)) link->set_lock(e, true);
    }
    link->run(1);
  }
  return {link->trace(),
          link->steps(),
          {link->host(0).received(), link->host(1).received()},
          link->error()};
}

// Leaving out the clocks of quiescent ends changes no output in no cycle.
TEST(LinkSkip, ChangesNothingThatCanBeSeen) {
  const Protocol protocol = ofl();
  for (unsigned seed = 1; seed <= 150; ++seed) {
    const Seen all = run(seed, false, protocol);
    const Seen some = run(seed, true, protocol);
    ASSERT_EQ(all.trace, some.trace) << seed;
    ASSERT_EQ(all.received[0], some.received[0]) << seed;
    ASSERT_EQ(all.received[1], some.received[1]) << seed;
    EXPECT_EQ(all.error, some.error);
    EXPECT_LT(some.steps, all.steps);
  }
}

TEST(LinkSkip, LeavesOutMostClocksOfAnIdleLink) {
  ModelPair link(true);
  link->skip = true;
  link->run(1000);
  EXPECT_LT(link->steps(), 20u);
  link->host(0).send(0, 3);
  link->run(100'000);
  EXPECT_EQ(link->host(1).received(), 1u);
  EXPECT_LT(link->steps(), 300u);
}

TEST(LinkSkip, SleepsWhileItWaitsForCredit) {
  ModelPair link(true);
  link->skip = true;
  link->host(1).hold = true;
  for (int i = 0; i < 16; ++i) link->host(0).send(0, 515);
  link->run(10'000);
  const std::uint64_t before = link->steps();
  link->run(20'000);
  EXPECT_LT(link->steps() - before, 1500u) << "a poll every STALL_T";
}

// P13: with null inputs a quiescent end stays what it is until its deadline, and says nothing.
TEST(LinkSkip, SaysNothingBeforeTheDeadlineItNamed) {
  const Protocol protocol = ofl();
  LinkModel end(protocol, weft_link_straps{7, 0});
  weft_link_out out{};
  std::uint64_t silent_until = 0;
  unsigned spoke = 0;
  for (std::uint64_t now = 0; now < 20'000; ++now) {
    weft_link_in in{};
    in.now = now;
    in.flags = WEFT_IN_PHY_LOCK;
    if (now % kBeats == 0) in.flags |= WEFT_IN_TX_SLOT;
    end.step(in, out);
    if ((out.flags & WEFT_OUT_LO) != 0) {
      ASSERT_GE(now, silent_until);
      ++spoke;
    }
    if ((out.flags & WEFT_OUT_QUIESCENT) != 0) silent_until = end.wake_at();
  }
  EXPECT_GT(spoke, 200u) << "a PARAM every 64 cycles";
}

}  // namespace
}  // namespace weft
