// SPDX-License-Identifier: Apache-2.0
// The parts that faults are made of, one by one; whole faults are in tests/system/faults_test.py.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "models/core/core.h"
#include "models/phy/phy_direction.h"
#include "models/switch/switch_core.h"
#include "testbench/break/fault_score.h"
#include "tests/unit/core_machine.h"

namespace weft {
namespace {

using Beat = std::array<std::uint64_t, 8>;

Beat flips_of(PhyDirection& phy, std::uint64_t cycle) {
  std::uint64_t slots[8] = {};
  phy.transmit(cycle, slots);
  Beat flips;
  std::copy(slots, slots + 8, flips.begin());
  return flips;
}

struct Line {
  PhyConfig config;
  std::shared_ptr<const ErrorProfile> dead;
  PhyDirection phy;

  explicit Line(double ber) : Line(config_with(ber)) {}

 private:
  static PhyConfig config_with(double ber) {
    PhyConfig config;
    config.pre_fec_ber = ber;
    return config;
  }
  explicit Line(const PhyConfig& with)
      : config(with), phy(config, config.beat_clock(), 1, "link0.a_to_b") {
    std::vector<double> ber = config.lane_ber();
    ber[2] = 0.5;
    dead = std::make_shared<const ErrorProfile>(config.code(), ber);
  }
};

TEST(ChangedErrorRates, HoldFromTheirCodewordToTheNextChange) {
  Line plain(1.2e-3), broken(1.2e-3);
  broken.phy.change_profile(20'000, broken.dead);
  broken.phy.change_profile(
      21'000, std::make_shared<const ErrorProfile>(broken.config.code(), broken.config.lane_ber()));
  unsigned damaged = 0, before = 0;
  std::uint64_t after = 0;
  for (std::uint64_t cycle = 0; cycle < 40'000; ++cycle) {
    const Beat with = flips_of(broken.phy, cycle), without = flips_of(plain.phy, cycle);
    if (cycle < 20'000) {
      EXPECT_EQ(with, without) << cycle;
      before += with != Beat{};
    }
    if (cycle >= 20'010 && cycle < 21'000) damaged += with != Beat{};
    if (cycle == 39'999) after = broken.phy.stats().failed;
  }
  EXPECT_GT(before, 0u);
  EXPECT_NEAR(static_cast<double>(after), 100.0 + static_cast<double>(plain.phy.stats().failed),
              60.0);
  EXPECT_EQ(damaged, 990u);  // one symbol in eight is wrong: no beat escapes
}

TEST(ChangedErrorRates, DoNotDependOnTheTraffic) {
  Line all(0), some(0);
  for (Line* line : {&all, &some}) {
    line->phy.change_profile(500, line->dead);
    line->phy.change_profile(900, std::make_shared<const ErrorProfile>(
                                      line->config.code(), std::vector<double>(8, 2e-3)));
  }
  for (std::uint64_t cycle = 0; cycle < 3'000; ++cycle) {
    const Beat flips = flips_of(all.phy, cycle);
    if (cycle % 7 < 3) {
      EXPECT_EQ(flips_of(some.phy, cycle), flips) << cycle;
    }
  }
}

TEST(ChangedErrorRates, ComeInOrderAndBeforeTheFirstBeat) {
  Line line(0);
  line.phy.change_profile(500, line.dead);
  EXPECT_THROW(line.phy.change_profile(100, line.dead), std::logic_error);
  flips_of(line.phy, 0);
  EXPECT_THROW(line.phy.change_profile(900, line.dead), std::logic_error);
}

/// Cycles in which output 1 of a switch sends, which gets a packet every other cycle.
std::vector<Cycle> sends(Crossbar crossbar, Cycle step, bool stalls) {
  SwitchCoreConfig config;
  config.crossbar = crossbar;
  SwitchCore core(config);
  core.room(1, 0, 0, 1u << 30);
  if (stalls) core.stall(1, 40, 70);
  std::vector<SwitchCore::Sent> sent;
  for (Cycle until = step; until <= 200; until += step) {
    for (Cycle tail = until - step; tail < until; ++tail) {
      if (tail % 2 != 0 || tail >= 160) continue;
      SwitchCore::Arrival arrival;
      arrival.head = arrival.tail = tail;
      arrival.output = 1;
      arrival.slots = 8;
      core.arrive(0, arrival);
    }
    core.run(until, sent);
  }
  if (stalls) {
    EXPECT_EQ(core.stalls()[0].held, 40u);
    EXPECT_EQ(core.stalls()[0].resumed, 70u);
  }
  std::vector<Cycle> cycles;
  for (const SwitchCore::Sent& one : sent) cycles.push_back(one.cycle);
  return cycles;
}

TEST(StalledOutput, SendsNothingAndThenEverything) {
  for (const Crossbar crossbar : {Crossbar::kSpeedup, Crossbar::kIslip}) {
    const std::vector<Cycle> plain = sends(crossbar, 10, false);
    const std::vector<Cycle> stalled = sends(crossbar, 10, true);
    EXPECT_EQ(plain.size(), stalled.size());
    for (const Cycle cycle : stalled) EXPECT_TRUE(cycle < 40 || cycle >= 70) << cycle;
    EXPECT_EQ(sends(crossbar, 1, true), stalled);
    EXPECT_EQ(sends(crossbar, 50, true), stalled);
  }
}

TEST(PausedCore, ExecutesNothingWhileItsClockGoesOn) {
  using namespace rv_asm;
  CoreMachine machine;
  Program program;
  program(csrr(a0, 0xB00))(csrr(a1, 0xB00))(csrr(a2, 0xB02));  // mcycle, mcycle, minstret
  machine.put(program);
  machine.core.reset(CoreMachine::kBase);
  machine.core.run(Time::ns(1));
  machine.core.pause(Time::ns(500));
  EXPECT_EQ(machine.core.next(), Time::ns(500));
  EXPECT_EQ(machine.core.instructions(), 1u);
  machine.core.run(Time::ns(502));
  EXPECT_EQ(machine.core.reg(10), 0u);
  EXPECT_EQ(machine.core.reg(11), 500u);
  EXPECT_EQ(machine.core.reg(12), 2u);
}

TEST(FaultScore, PassesOnlyWithTheRightRecoveryInTime) {
  tb::FaultScore score;
  score.expected = score.seen = Recovery::kReplayed;
  score.within = Time::us(2);
  score.happened = score.recovered = true;
  score.took = Time::us(2);
  EXPECT_TRUE(score.passed());
  EXPECT_EQ(score.wanted_text(), "replayed within 2us");
  EXPECT_EQ(score.seen_text(), "replayed in 2us");
  for (const auto& spoil : std::vector<void (*)(tb::FaultScore&)>{
           [](tb::FaultScore& s) { s.happened = false; },
           [](tb::FaultScore& s) { s.recovered = false; },
           [](tb::FaultScore& s) { s.seen = Recovery::kRetrained; },
           [](tb::FaultScore& s) { s.took = Time::us(2) + Time::ps(1); }}) {
    tb::FaultScore spoilt = score;
    spoil(spoilt);
    EXPECT_FALSE(spoilt.passed()) << spoilt.seen_text();
  }
}

}  // namespace
}  // namespace weft
