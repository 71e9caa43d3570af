// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/link_model_pair.h"

namespace weft {
namespace {

using test::Dice;
using test::Fate;
using test::ModelPair;
using test::ofl;

constexpr std::uint16_t kWindow = link_regs::kWindowOffset;

TEST(LinkTraffic, DeliversPacketsOfEverySizeInOrderAndOnce) {
  ModelPair link(true);
  for (unsigned slots = 1; slots <= 515; ++slots) {
    link->host(0).send(slots % 4, slots);
    link->host(1).send(slots / 4 % 4, 516 - slots);
  }
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkTraffic, DeliversRandomPacketsOfAllVcs) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    ModelPair link(true, 5 + seed * 7);
    Dice dice(seed);
    const unsigned longest = 1 + dice.below(80);
    for (int i = 0; i < 3000; ++i) {
      for (unsigned e = 0; e < 2; ++e) {
        if (dice.hit(0.3)) link->host(e).send(dice.below(4), 1 + dice.below(longest));
        link->host(e).free_delay = dice.below(100);
      }
      link->run(1 + dice.below(4));
    }
    ASSERT_TRUE(link.delivers_all()) << seed;
  }
}

TEST(LinkTraffic, FillsItsWindowAndWaits) {
  ModelPair link(true, 400);
  link->host(0).csr.push_back({true, kWindow, 16});
  for (int i = 0; i < 100; ++i) link->host(0).send(0, 30);
  link->run(390);
  EXPECT_EQ(link.end(0).replay().unacked(), 16u);
  EXPECT_EQ(link->flits_sent(0), 16u);
  EXPECT_TRUE(link.delivers_all());
  EXPECT_EQ(link.end(0).regs().tx_replay_flits.value(), 0u);
}

TEST(LinkTraffic, NeverHasMoreThanTheWindowUnacknowledged) {
  ModelPair link(true, 300);
  for (int i = 0; i < 3000; ++i) link->host(0).send(0, 30);
  for (int i = 0; i < 5000; ++i) {
    link->run(1);
    ASSERT_LE(link.end(0).replay().unacked(), 256u);
  }
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkTraffic, StopsWhenTheCreditIsUsedUpAndGoesOnWhenItIsGivenBack) {
  ModelPair link(true);
  link->host(1).hold = true;
  for (int i = 0; i < 30; ++i) link->host(0).send(0, 515);
  link->run(20'000);
  EXPECT_EQ(link->host(1).received(), 15u) << "15 * 65 units of 1024";
  EXPECT_EQ(link.end(0).used(0), 975);
  link->host(1).hold = false;
  EXPECT_TRUE(link.delivers_all());
  EXPECT_GT(link.end(0).regs().stall_cycles[0].value(), 0u);
  EXPECT_EQ(link.end(0).regs().stall_cycles[1].value(), 0u);
}

TEST(LinkTraffic, LetsOtherVcsPassOneThatHasNoCredit) {
  ModelPair link(true);
  link->host(1).hold = true;
  for (int i = 0; i < 16; ++i) link->host(0).send(0, 515);
  link->run(20'000);
  ASSERT_EQ(link->host(1).received(), 15u);
  for (int i = 0; i < 100; ++i) link->host(0).send(1, 4);
  link->run(3000);
  EXPECT_EQ(link->host(1).received(), 115u);
  link->host(1).hold = false;
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkTraffic, PollsWhenItWaitsForCreditThatWasLostWithoutATrace) {
  ModelPair link(true);
  link->host(1).hold = true;
  for (int i = 0; i < 16; ++i) link->host(0).send(0, 515);
  link->run(10'000);
  // Every flit that could tell of the credit vanishes.
  bool cut = true;
  link->fault = [&](unsigned end, std::uint64_t, std::uint64_t) {
    return cut && end == 1 ? Fate::kDrop : Fate::kKeep;
  };
  link->host(1).hold = false;
  link->run(1000);
  cut = false;
  EXPECT_TRUE(link.delivers_all(10'000));
}

TEST(LinkTraffic, CountsNumbersAndCreditsPastTheirWrap) {
  ModelPair link(true, 20);
  for (int i = 0; i < 3000; ++i) link->host(0).send(0, 30);
  for (int i = 0; i < 700; ++i) link->host(0).send(1, 515);
  EXPECT_TRUE(link.delivers_all(400'000));
  EXPECT_GT(link.end(0).regs().tx_data.value(), 3 * 1024u);
  EXPECT_GT(700u * 65, 1u << 15);
}

TEST(LinkTraffic, AcknowledgesOneWayTrafficWithFewCtrls) {
  ModelPair link(true);
  for (int i = 0; i < 1000; ++i) link->host(0).send(0, 30);
  EXPECT_TRUE(link.delivers_all());
  const std::uint64_t ctrls = link.end(1).regs().tx_ctrl.value();
  EXPECT_GE(ctrls, 1000u / 12);
  EXPECT_LE(ctrls, 1000u / 8 + 5) << "one for every 8 flits, or a few more";
  EXPECT_EQ(link.end(0).regs().tx_ctrl.value(), 0u);
}

TEST(LinkTraffic, SendsNoCtrlWhileDataCarriesAcksAndCredits) {
  ModelPair link(true);
  for (int i = 0; i < 1000; ++i) {
    link->host(0).send(0, 30);
    link->host(1).send(0, 30);
  }
  link->run(3800);
  EXPECT_EQ(link.end(0).regs().tx_ctrl.value() + link.end(1).regs().tx_ctrl.value(), 0u);
  EXPECT_TRUE(link.delivers_all());
}

/// Payload bytes per byte on the wire at saturation: a packet has `header` slots of its own.
double efficiency(unsigned slots, unsigned header) {
  ModelPair link(true);
  for (int i = 0; i < 60'000 / static_cast<int>(slots); ++i) link->host(0).send(0, slots);
  link->run(200);
  const std::uint64_t packets = link->host(1).received();
  const std::uint64_t before = link->now();
  link->run(4000);
  const double payload =
      8.0 * (slots - header) * static_cast<double>(link->host(1).received() - packets);
  return payload / (64.0 * static_cast<double>(link->now() - before));
}

TEST(LinkEfficiency, Is312PerMilleForWritesOf8Bytes) {
  EXPECT_NEAR(efficiency(3, 2), 0.3125, 0.002);
}
TEST(LinkEfficiency, Is750PerMilleForWritesOf64Bytes) {
  EXPECT_NEAR(efficiency(10, 2), 0.750, 0.004);
}
TEST(LinkEfficiency, Is934PerMilleForWritesOf4096Bytes) {
  EXPECT_NEAR(efficiency(515, 2), 0.934, 0.03);
}

TEST(LinkEfficiency, LeavesNoPayloadSlotEmptyWhenTenPacketsFillAFlit) {
  ModelPair link(true);
  for (int i = 0; i < 10'000; ++i) link->host(0).send(0, 3);
  link->run(100);
  const std::uint64_t flits = link.end(0).regs().tx_data.value();
  const std::uint64_t packets = link.end(0).regs().pkts_tx[0].value();
  link->run(2000);
  EXPECT_EQ(link.end(0).regs().tx_data.value() - flits, 500u) << "a flit at every strobe";
  EXPECT_EQ(link.end(0).regs().pkts_tx[0].value() - packets, 5000u);
}

}  // namespace
}  // namespace weft
