// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/wire_faults.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <vector>

#include "testbench/break/faulty_wire.h"

namespace weft::tb {
namespace {

std::uint64_t data_head(unsigned seq, bool rtx = false) {
  return std::uint64_t{1} << 45 | std::uint64_t{rtx ? 1u : 0u} << 43 | seq;
}
constexpr std::uint64_t kCtrlHead = std::uint64_t{2} << 45;
constexpr std::uint64_t kBootHead = std::uint64_t{4} << 45;

/// Sends a flit whose slots are all different, back to back with the one before.
void send(FaultyWire& wire, std::uint64_t& cycle, std::uint64_t head, unsigned beats = 4) {
  for (unsigned beat = 0; beat < beats; ++beat) {
    std::array<std::uint64_t, 8> slots{};
    for (unsigned slot = 0; slot < 8; ++slot) slots[slot] = cycle * 100 + slot;
    if (beat == 0) slots[0] = head;
    wire.send(cycle, slots.data(), beat == 0, beat + 1 == beats);
    ++cycle;
  }
}

std::vector<FaultyWire::Beat> all_of(FaultyWire& wire) {
  std::vector<FaultyWire::Beat> beats;
  for (; wire.next() != FaultyWire::kNever; wire.pop()) beats.push_back(wire.front());
  return beats;
}

TEST(FlitNamer, CountsOrdinalsBeyondTheSequenceNumbers) {
  FlitNamer namer(4, 8);
  for (unsigned i = 0; i < 37; ++i) {
    EXPECT_EQ(namer.name(data_head(i & 15)), (FlitName{FlitKind::kData, i, 0}));
  }
  EXPECT_EQ(namer.name(data_head(33 & 15, true)), (FlitName{FlitKind::kData, 33, 1}));
  EXPECT_EQ(namer.name(data_head(34 & 15, true)), (FlitName{FlitKind::kData, 34, 1}));
  EXPECT_EQ(namer.name(data_head(33 & 15, true)), (FlitName{FlitKind::kData, 33, 2}));
  EXPECT_EQ(namer.name(kCtrlHead), (FlitName{FlitKind::kCtrl, 0, 0}));
  EXPECT_EQ(namer.name(kBootHead), (FlitName{FlitKind::kBoot, 0, 0}));
  EXPECT_EQ(namer.name(kCtrlHead), (FlitName{FlitKind::kCtrl, 1, 0}));
  EXPECT_EQ(namer.name(data_head(37 & 15)), (FlitName{FlitKind::kData, 37, 0}));
}

TEST(FaultyWire, DeliversEverythingAfterItsDelay) {
  FaultyWire wire(20, {}, FlitNamer(10, 256));
  std::uint64_t cycle = 100;
  for (unsigned i = 0; i < 200; ++i) send(wire, cycle, data_head(i));
  const auto beats = all_of(wire);
  ASSERT_EQ(beats.size(), 800u);
  for (std::size_t i = 0; i < beats.size(); ++i) {
    EXPECT_EQ(beats[i].cycle, 120 + i);
    EXPECT_EQ(beats[i].origin, i / 4);
    EXPECT_EQ(beats[i].sof, i % 4 == 0);
    EXPECT_EQ(beats[i].eof, i % 4 == 3);
    EXPECT_EQ(beats[i].slots[5], (100 + i) * 100 + 5);
    EXPECT_FALSE(beats[i].bad);
  }
  EXPECT_EQ(wire.counts().faults(), 0u);
}

TEST(FaultyWire, DoesWhatTheListSays) {
  FaultPlan plan;
  plan.at({FlitKind::kData, 1, 0}, WireFault::flip({0, 2047}));
  plan.at({FlitKind::kData, 2, 0}, WireFault::drop());
  plan.at({FlitKind::kData, 3, 0}, WireFault::duplicate());
  plan.at({FlitKind::kCtrl, 0, 0}, WireFault::mark(2));
  plan.at({FlitKind::kData, 4, 0}, WireFault::cut(3));
  plan.at({FlitKind::kData, 4, 1}, WireFault::burst(510, 4));
  FaultyWire wire(10, plan, FlitNamer(10, 256));
  std::uint64_t cycle = 0;
  for (unsigned i = 0; i < 4; ++i) send(wire, cycle, data_head(i));
  send(wire, cycle, kCtrlHead);
  send(wire, cycle, data_head(4));
  cycle += 20;
  send(wire, cycle, data_head(4, true));
  const auto beats = all_of(wire);
  std::map<std::uint64_t, std::vector<FaultyWire::Beat>> by_flit;
  for (const auto& beat : beats) by_flit[beat.origin].push_back(beat);
  EXPECT_EQ(by_flit[0][0].slots[0], data_head(0));
  EXPECT_EQ(by_flit[1][0].slots[0], data_head(1) ^ 1);
  EXPECT_EQ(by_flit[1][3].slots[7], (700 + 7) ^ (std::uint64_t{1} << 63));
  EXPECT_TRUE(by_flit[2].empty());
  ASSERT_EQ(by_flit[3].size(), 8u);
  for (unsigned i = 0; i < 4; ++i) {
    EXPECT_EQ(by_flit[3][i].slots, by_flit[3][i + 4].slots);
    EXPECT_EQ(by_flit[3][i + 4].cycle, by_flit[3][i].cycle + 4);
  }
  for (unsigned i = 0; i < 4; ++i) EXPECT_EQ(by_flit[4][i].bad, i == 2);
  ASSERT_EQ(by_flit[5].size(), 1u);
  EXPECT_TRUE(by_flit[5][0].sof);
  EXPECT_FALSE(by_flit[5][0].eof);
  const auto& burst = by_flit[6];
  ASSERT_EQ(burst.size(), 4u);
  EXPECT_EQ(burst[0].slots[7] >> 62 & 1, ((burst[0].cycle - 10) * 100 + 7) >> 62 ^ 1);
  EXPECT_EQ(burst[1].slots[0] >> 1 & 1, ((burst[1].cycle - 10) * 100 >> 1 & 1) ^ 1);
  EXPECT_EQ(wire.counts().corrupted, 2u);
  EXPECT_EQ(wire.counts().dropped, 1u);
  EXPECT_EQ(wire.counts().duplicated, 1u);
  EXPECT_EQ(wire.counts().marked, 1u);
  EXPECT_EQ(wire.counts().cut, 1u);
  for (std::size_t i = 1; i < beats.size(); ++i) EXPECT_GT(beats[i].cycle, beats[i - 1].cycle);
}

TEST(FaultPlan, HitsAsOftenAsItsRatesSay) {
  FaultPlan plan;
  plan.random(7, 0, {.corrupt = 0.02, .drop = 0.01, .duplicate = 0.03, .mark = 0.04});
  std::map<WireFault::Kind, unsigned> counts;
  constexpr unsigned kFlits = 100'000;
  for (unsigned i = 0; i < kFlits; ++i) {
    if (const auto fault = plan.next({FlitKind::kData, i, 0})) ++counts[fault->kind];
  }
  const unsigned corrupted = counts[WireFault::Kind::kFlip] + counts[WireFault::Kind::kBurst];
  // Five standard deviations of a binomial count.
  EXPECT_NEAR(corrupted, 2000, 225);
  EXPECT_NEAR(counts[WireFault::Kind::kFlip], 1000, 160);
  EXPECT_NEAR(counts[WireFault::Kind::kDrop], 1000, 160);
  EXPECT_NEAR(counts[WireFault::Kind::kDuplicate], 3000, 270);
  EXPECT_NEAR(counts[WireFault::Kind::kMark], 4000, 310);
}

TEST(FaultPlan, KeysItsDrawsByNameAndNotByOrder) {
  const auto hits = [](std::vector<FlitName> names) {
    FaultPlan plan;
    plan.random(7, 1, {.corrupt = 0.2});
    std::vector<FlitName> hit;
    for (const FlitName& name : names) {
      if (plan.next(name)) hit.push_back(name);
    }
    std::sort(hit.begin(), hit.end());
    return hit;
  };
  std::vector<FlitName> names;
  for (unsigned i = 0; i < 500; ++i) {
    names.push_back({FlitKind::kData, i, 0});
    names.push_back({FlitKind::kData, i, 1});
    names.push_back({FlitKind::kCtrl, i, 0});
  }
  const auto forward = hits(names);
  std::reverse(names.begin(), names.end());
  EXPECT_EQ(hits(names), forward);
  EXPECT_GT(forward.size(), 200u);
}

TEST(FaultPlan, HitsFlitsInRuns) {
  FaultPlan plan;
  plan.random(3, 0, {.corrupt = 0.002, .run_min = 3, .run_max = 4});
  std::map<unsigned, unsigned> runs;
  unsigned length = 0;
  for (unsigned i = 0; i < 100'000; ++i) {
    if (plan.next({FlitKind::kData, i, 0})) {
      ++length;
    } else if (length != 0) {
      ++runs[length];
      length = 0;
    }
  }
  EXPECT_GT(runs[3], 50u);
  EXPECT_GT(runs[4], 50u);
  EXPECT_EQ(runs[1] + runs[2], 0u);
}

TEST(FaultPlan, SparesTheFlitsBeforeItsFirst) {
  FaultPlan plan;
  plan.random(3, 0, {.drop = 1}, 10);
  for (unsigned i = 0; i < 20; ++i) {
    EXPECT_EQ(plan.next({FlitKind::kData, i, 0}).has_value(), i >= 10);
  }
}

}  // namespace
}  // namespace weft::tb
