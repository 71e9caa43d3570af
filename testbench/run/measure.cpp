// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/measure.h"

#include <algorithm>
#include <numeric>

namespace weft::tb {
namespace {

using Counters = StreamHost::Counters;

/// Writes values by metric.
template <class M>
class Values {
 public:
  explicit Values(MetricValues<M>& values) : values_(values) {}
  std::uint64_t& operator[](M metric) { return values_[static_cast<std::size_t>(metric)]; }

 private:
  MetricValues<M>& values_;
};

std::uint64_t payload_slots(const StreamHost& receiver) {
  return receiver.counters().slots_received - receiver.counters().packets_received;
}

/// Slots over a time as bit/s.
std::uint64_t rate(std::uint64_t slots, unsigned slot_bytes, Time time) {
  __extension__ using Wide = unsigned __int128;
  if (time.fs() == 0) return 0;
  return static_cast<std::uint64_t>(Wide{slots} * slot_bytes * 8 * Time::s(1).fs() / time.fs());
}

/// Units of the buffer at `side` that its sender can neither use nor is told of.
std::uint64_t leaked(const Platform& platform, std::size_t link, unsigned side) {
  const RegisterPage& receiver = platform.registers(link, side);
  const RegisterPage& sender = platform.registers(link, 1 - side);
  std::uint64_t units = 0;
  for (unsigned vc = 0; vc < receiver.vcs(); ++vc) {
    const std::uint64_t buffer = receiver.at(link_regs::kRxBufOffset, vc);
    const std::uint64_t credit = sender.credit(vc);
    units += credit > buffer ? credit - buffer : buffer - credit;
  }
  return units;
}

bool is_up(const Platform& platform, std::size_t link) {
  return platform.registers(link, 0).state() == link_regs::StatusState::kActive &&
         platform.registers(link, 1).state() == link_regs::StatusState::kActive;
}

std::string down_text(const Platform& platform, std::size_t link) {
  std::string text = platform.scenario().system.links[link].name + " is not up:";
  for (unsigned side : {0u, 1u}) {
    text += (side == 0 ? " " : ", ") + end_name(platform.scenario(), link, side) + " is in state " +
            platform.registers(link, side).state_name();
  }
  return text;
}

std::uint64_t rule_breaks(const Platform& platform, std::size_t link, unsigned side) {
  const RegisterPage& page = platform.registers(link, side);
  const LinkPort::Faults& faults = platform.link(link).end(side).port().faults();
  return page.at(link_regs::kProtoErrOffset) + page.at(link_regs::kRamErrOffset) + faults.framing +
         faults.overruns + faults.space;
}

void add_registers(const Platform& platform, std::size_t link, unsigned side,
                   Values<LinkMetric>& values, Cycle& stalled) {
  const RegisterPage& page = platform.registers(link, side);
  values[LinkMetric::kBad] += page.at(link_regs::kRxBadOffset);
  values[LinkMetric::kReplays] += page.at(link_regs::kTxReplayEventsOffset);
  values[LinkMetric::kRetrains] += page.at(link_regs::kRetrainsOffset);
  values[LinkMetric::kRuleBreaks] += rule_breaks(platform, link, side);
  stalled += page.sum(link_regs::kStallCyclesOffset);
}

void add_counters(const Counters& counters, Values<LinkMetric>& values) {
  values[LinkMetric::kRetired] += counters.packets_received;
  values[LinkMetric::kLost] += counters.lost;
  values[LinkMetric::kDuplicated] += counters.duplicated;
  values[LinkMetric::kMisordered] += counters.misordered;
  values[LinkMetric::kCorrupted] += counters.corrupted;
}

void measure_link(Platform& platform, std::size_t i, const LoadPhase& load, RunResult& result) {
  Link& link = platform.link(i);
  Values<LinkMetric> values(result.links[i]);
  LatencyHistogram latency;
  Cycle stalled = 0;
  for (unsigned side : {0u, 1u}) {
    const StreamHost& host = platform.host(i, side);
    add_counters(host.counters(), values);
    add_registers(platform, i, side, values, stalled);
    values[LinkMetric::kFlits] += link.end(side).counters().flits_sent;
    values[LinkMetric::kReplayed] += link.end(side).counters().flits_repeated;
    values[LinkMetric::kCodewordsFailed] += link.wire_from(side).phy()->stats().failed;
    if (result.settled && is_up(platform, i)) {
      values[LinkMetric::kCreditsLeaked] += leaked(platform, i, side);
    }
    latency.merge(host.latency());
  }
  values[LinkMetric::kUp] = is_up(platform, i) ? 1 : 0;
  if (result.registers_read && !is_up(platform, i)) result.down.push_back(down_text(platform, i));
  const auto time = [&](Cycle cycles) { return link.clock().edge(cycles).fs(); };
  values[LinkMetric::kStall] = time(stalled);
  values[LinkMetric::kLatencyP50] = time(latency.percentile(50, 100));
  values[LinkMetric::kLatencyP99] = time(latency.percentile(99, 100));
  values[LinkMetric::kLatencyP999] = time(latency.percentile(999, 1000));
  values[LinkMetric::kLatencyMax] = time(latency.max());
  const unsigned slot = platform.scenario().protocol.flit.slot;
  values[LinkMetric::kThroughputAb] = rate(load.payload_slots[i][0], slot, load.length);
  values[LinkMetric::kThroughputBa] = rate(load.payload_slots[i][1], slot, load.length);
}

void measure_node(const Platform& platform, std::size_t link, unsigned side, RunResult& result) {
  const std::size_t node = platform.scenario().system.links[link].ends[side].node;
  const StreamHost& host = platform.host(link, side);
  Values<NodeMetric> values(result.nodes[node]);
  values[NodeMetric::kIssued] += host.counters().packets_sent;
  values[NodeMetric::kRetired] += host.counters().packets_received;
  values[NodeMetric::kMismatches] += host.counters().errors();
  values[NodeMetric::kOutstanding] += host.in_flight();
}

void measure_run(RunResult& result) {
  Values<RunMetric> values(result.run);
  for (const MetricValues<NodeMetric>& node : result.nodes) {
    values[RunMetric::kIssued] += node[static_cast<std::size_t>(NodeMetric::kIssued)];
  }
  const auto sum = [&](RunMetric to, LinkMetric from) {
    for (const MetricValues<LinkMetric>& link : result.links) {
      values[to] += link[static_cast<std::size_t>(from)];
    }
  };
  sum(RunMetric::kRetired, LinkMetric::kRetired);
  sum(RunMetric::kLost, LinkMetric::kLost);
  sum(RunMetric::kDuplicated, LinkMetric::kDuplicated);
  sum(RunMetric::kMisordered, LinkMetric::kMisordered);
  sum(RunMetric::kCorrupted, LinkMetric::kCorrupted);
  sum(RunMetric::kCreditsLeaked, LinkMetric::kCreditsLeaked);
  sum(RunMetric::kReplays, LinkMetric::kReplays);
  values[RunMetric::kComplete] = result.ending == Ending::kDone ? 1 : 0;
}

/// Indices of parts in the order of their names.
template <class Part>
std::vector<std::size_t> by_name(const std::vector<Part>& parts) {
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return parts[a].name < parts[b].name; });
  return order;
}

void add_counters(Digest& digest, const StreamHost& host) {
  const Counters& c = host.counters();
  for (const std::uint64_t count :
       {c.packets_sent, c.slots_sent, c.packets_received, c.slots_received, c.lost, c.duplicated,
        c.misordered, c.corrupted, c.poisoned}) {
    digest.add(count);
  }
}

void add_counters(Digest& digest, const LinkEnd& end) {
  const LinkEnd::Counters& c = end.counters();  // but for evaluated clocks
  for (const std::uint64_t count :
       {c.beats_sent, c.flits_sent, c.flits_repeated, c.flits_accepted, c.flits_aborted}) {
    digest.add(count);
  }
}

/// Nodes in the order of their names, then links, then all counters in the same order.
void hash_run(const Platform& platform, RunResult& result) {
  struct Place {
    std::size_t link;
    unsigned side;
  };
  const System& system = platform.scenario().system;
  std::vector<Place> places(system.nodes.size());
  for (std::size_t i = 0; i < system.links.size(); ++i) {
    for (unsigned side : {0u, 1u}) places[system.links[i].ends[side].node] = {i, side};
  }
  const std::vector<std::size_t> nodes = by_name(system.nodes), links = by_name(system.links);
  Digest digest, results;
  for (const std::size_t node : nodes) {
    const StreamHost& host = platform.host(places[node].link, places[node].side);
    host.add_to(digest);
    host.add_result_to(results);
  }
  for (const std::size_t link : links) platform.link(link).add_to(digest);
  for (const std::size_t node : nodes) {
    add_counters(digest, platform.host(places[node].link, places[node].side));
  }
  for (const std::size_t link : links) {
    for (unsigned side : {0u, 1u}) {
      add_counters(digest, platform.link(link).end(side));
      platform.registers(link, side).add_to(digest);
    }
  }
  result.digest = digest.value();
  result.result_hash = results.value();
}

}  // namespace

LoadPhase measure_load(const Platform& platform, Time length) {
  LoadPhase load;
  load.length = length;
  for (std::size_t i = 0; i < platform.links(); ++i) {
    load.payload_slots.push_back(
        {payload_slots(platform.host(i, 1)), payload_slots(platform.host(i, 0))});
  }
  return load;
}

void measure(Platform& platform, const LoadPhase& load, RunResult& result) {
  result.links.assign(platform.links(), {});
  result.nodes.assign(platform.scenario().system.nodes.size(), {});
  result.run = {};
  for (std::size_t i = 0; i < platform.links(); ++i) {
    measure_link(platform, i, load, result);
    for (unsigned side : {0u, 1u}) measure_node(platform, i, side, result);
    result.clocks += platform.link(i).end(0).cycle() + platform.link(i).end(1).cycle();
  }
  measure_run(result);
  hash_run(platform, result);
  result.evaluated = platform.evaluated();
  result.memory_bytes = platform.memory_bytes();
}

}  // namespace weft::tb
