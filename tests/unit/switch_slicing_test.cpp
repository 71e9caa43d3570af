// SPDX-License-Identifier: Apache-2.0
/// What a SwitchCore sends depends on neither the order in which it is told things nor on how its
/// run is cut into pieces.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "models/switch/switch_core.h"

namespace weft {
namespace {

constexpr unsigned kPorts = 5, kVcs = 2;

struct Event {
  Cycle cycle;
  bool is_room;
  unsigned port, output, vc;
  std::uint32_t slots;
};

using Trace = std::vector<std::tuple<unsigned, Cycle, Cycle, unsigned, unsigned, std::uint32_t>>;

std::vector<Event> any_events() {
  const auto number = [](unsigned below) { return *rc::gen::inRange(0u, below); };
  std::vector<Event> events;
  const unsigned n = 1 + number(120);
  Cycle cycle = 0;
  for (unsigned i = 0; i < n; ++i) {
    cycle += number(6);
    const bool room = number(3) == 0;
    events.push_back({cycle, room, number(kPorts), number(kPorts), number(kVcs),
                      room ? 8 + number(60) : 1 + number(40)});
  }
  return events;
}

/// Tells `events` (in that order within a window) each at the latest time it may be told minus up
/// to `early` windows.
Trace trace(const SwitchCoreConfig& config, const std::vector<Event>& events, Cycle window,
            unsigned early, bool reversed) {
  SwitchCore core(config);
  for (unsigned o = 0; o < kPorts; ++o) {
    for (unsigned vc = 0; vc < kVcs; ++vc) core.room(o, vc, 0, 80);
  }
  std::vector<SwitchCore::Sent> sent;
  const Cycle end = events.back().cycle + 500;
  std::size_t next = 0;
  std::map<unsigned, std::uint32_t> number;  // of packets, by input
  const auto tell = [&](const Event& event) {
    if (event.is_room) {
      core.room(event.output, event.vc, event.cycle, event.slots);
      return;
    }
    SwitchCore::Arrival arrival;
    arrival.head = arrival.tail = event.cycle;
    arrival.slots = event.slots;
    arrival.handle = event.port << 16 | number[event.port]++;
    arrival.output = static_cast<std::uint16_t>(event.output);
    arrival.vc = static_cast<std::uint8_t>(event.vc);
    core.arrive(event.port, arrival);
  };
  for (Cycle now = 0; now < end; now += window) {
    const std::size_t first = next;
    while (next < events.size() && events[next].cycle < now + window * (1 + early)) ++next;
    std::vector<Event> batch(events.begin() + static_cast<long>(first),
                             events.begin() + static_cast<long>(next));
    // Another order that keeps the packets of an input in theirs.
    if (reversed) {
      std::stable_sort(batch.begin(), batch.end(), [](const Event& a, const Event& b) {
        return std::tuple(a.is_room, a.port) > std::tuple(b.is_room, b.port);
      });
    }
    for (const Event& event : batch) tell(event);
    core.run(std::min(now + window, end), sent);
  }
  Trace result;
  for (const auto& s : sent) {
    result.emplace_back(s.output, s.cycle, s.done, s.input, s.vc, s.handle);
  }
  // Within an output the order is its own; between outputs it is not promised.
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
  for (unsigned o = 0; o < kPorts; ++o) {
    const auto& counters = core.counters(o);
    result.emplace_back(o, counters.blocked, counters.slots, counters.peak_queued, 0, 0);
  }
  return result;
}

void check(Crossbar crossbar) {
  SwitchCoreConfig config;
  config.ports = kPorts;
  config.vcs = kVcs;
  config.latency = *rc::gen::inRange(0u, 20u);
  config.crossbar = crossbar;
  config.islip_iterations = *rc::gen::inRange(1u, 4u);
  config.pace = *rc::gen::element(Pace{1, 8}, Pace{4, 30}, Pace{1, 1}, Pace{7, 3});
  const std::vector<Event> events = any_events();
  const Trace expected = trace(config, events, 1, 0, false);
  for (Cycle window : {3u, 10u, 64u, 100'000u}) {
    RC_ASSERT(trace(config, events, window, 0, false) == expected);
    RC_ASSERT(trace(config, events, window, 0, true) == expected);
    RC_ASSERT(trace(config, events, window, 2, true) == expected);
  }
}

RC_GTEST_PROP(SwitchCoreProperty, SendsTheSameHoweverItIsRunWithSpeedup, ()) {
  check(Crossbar::kSpeedup);
}
RC_GTEST_PROP(SwitchCoreProperty, SendsTheSameHoweverItIsRunWithIslip, ()) {
  check(Crossbar::kIslip);
}

}  // namespace
}  // namespace weft
