// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/measure.h"

#include <algorithm>
#include <numeric>

namespace weft::tb {
namespace {

std::uint64_t payload_slots(const Platform& platform, std::size_t link, unsigned receiver) {
  const LinkPort::Taken& taken = platform.link(link).end(receiver).port().taken();
  return taken.slots - taken.packets * platform.nodes().header_slots();
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
                   MetricWriter<LinkMetric>& values, Cycle& stalled) {
  const RegisterPage& page = platform.registers(link, side);
  values[LinkMetric::kBad] += page.at(link_regs::kRxBadOffset);
  values[LinkMetric::kReplays] += page.at(link_regs::kTxReplayEventsOffset);
  values[LinkMetric::kRetrains] += page.at(link_regs::kRetrainsOffset);
  values[LinkMetric::kRuleBreaks] += rule_breaks(platform, link, side);
  stalled += page.sum(link_regs::kStallCyclesOffset);
}

void measure_link(Platform& platform, std::size_t i, const LoadPhase& load, RunResult& result) {
  Link& link = platform.link(i);
  MetricWriter<LinkMetric> values(result.links[i]);
  Cycle stalled = 0;
  for (unsigned side : {0u, 1u}) {
    values[LinkMetric::kRetired] += link.end(side).port().taken().packets;
    add_registers(platform, i, side, values, stalled);
    values[LinkMetric::kFlits] += link.end(side).counters().flits_sent;
    values[LinkMetric::kReplayed] += link.end(side).counters().flits_repeated;
    values[LinkMetric::kCodewordsFailed] += link.wire_from(side).phy()->stats().failed;
    if (result.settled && is_up(platform, i)) {
      values[LinkMetric::kCreditsLeaked] += leaked(platform, i, side);
    }
  }
  values[LinkMetric::kUp] = is_up(platform, i) ? 1 : 0;
  if (result.registers_read && !is_up(platform, i)) result.down.push_back(down_text(platform, i));
  values[LinkMetric::kStall] = link.clock().edge(stalled).fs();
  const unsigned slot = platform.scenario().protocol.flit.slot;
  values[LinkMetric::kThroughputAb] = rate(load.payload_slots[i][0], slot, load.length);
  values[LinkMetric::kThroughputBa] = rate(load.payload_slots[i][1], slot, load.length);
}

void measure_run(RunResult& result) {
  MetricWriter<RunMetric> values(result.run);
  const auto sum = [&](RunMetric to, LinkMetric from) {
    for (const MetricValues<LinkMetric>& link : result.links) {
      values[to] += link[static_cast<std::size_t>(from)];
    }
  };
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

void add_counters(Digest& digest, const LinkEnd& end) {
  const LinkEnd::Counters& c = end.counters();  // but for evaluated clocks
  for (const std::uint64_t count :
       {c.beats_sent, c.flits_sent, c.flits_repeated, c.flits_accepted, c.flits_aborted}) {
    digest.add(count);
  }
}

/// Nodes in the order of their names, then links, then all counters in the same order.
void hash_run(const Platform& platform, RunResult& result) {
  const System& system = platform.scenario().system;
  const std::vector<std::size_t> nodes = by_name(system.nodes), links = by_name(system.links);
  Digest digest, results;
  for (const std::size_t node : nodes) {
    platform.nodes().add_to(digest, node);
    platform.nodes().add_result_to(results, node);
  }
  for (const std::size_t link : links) platform.link(link).add_to(digest);
  for (const std::size_t node : nodes) platform.nodes().add_counters_to(digest, node);
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
    load.payload_slots.push_back({payload_slots(platform, i, 1), payload_slots(platform, i, 0)});
  }
  return load;
}

void measure(Platform& platform, const LoadPhase& load, RunResult& result) {
  result.links.assign(platform.links(), {});
  result.nodes.assign(platform.scenario().system.nodes.size(), {});
  result.run = {};
  for (std::size_t i = 0; i < platform.links(); ++i) {
    measure_link(platform, i, load, result);
    result.clocks += platform.link(i).end(0).cycle() + platform.link(i).end(1).cycle();
  }
  result.load_time = load.length;
  platform.nodes().measure(result);
  measure_run(result);
  hash_run(platform, result);
  result.evaluated = platform.evaluated();
  result.memory_bytes = platform.memory_bytes();
}

}  // namespace weft::tb
