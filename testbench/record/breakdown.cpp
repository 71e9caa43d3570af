// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/breakdown.h"

#include "models/system/route_graph.h"

#include <algorithm>

namespace weft::tb {
namespace {

__extension__ using Wide = unsigned __int128;

Time& at(LatencyParts& parts, LatencyPart part) { return parts[static_cast<std::size_t>(part)]; }

std::uint64_t divide_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit;
}

}  // namespace

LatencyParts split_latency(Time mean, LatencyParts known) {
  Time sum;
  for (const Time part : known) sum += part;
  for (const LatencyPart part :
       {LatencyPart::kReplay, LatencyPart::kMemory, LatencyPart::kOther, LatencyPart::kSwitch,
        LatencyPart::kSerialise, LatencyPart::kFlightFec, LatencyPart::kQueue}) {
    if (sum <= mean) break;
    const Time less = std::min(sum - mean, at(known, part));
    at(known, part) = at(known, part) - less;
    sum = sum - less;
  }
  at(known, LatencyPart::kOther) += mean - sum;
  return known;
}

LatencyModel::LatencyModel(const Platform& platform)
    : platform_(platform),
      system_(platform.scenario().system),
      routes_(route_graph(platform.scenario().system)) {}

std::vector<LatencyModel::Hop> LatencyModel::way(std::size_t from, std::size_t to) const {
  std::vector<Hop> way;
  unsigned port = 0;
  for (std::size_t node = from; node != to && way.size() <= system_.links.size();) {
    if (!system_.nodes[node].is_endpoint()) {
      port = routes_.table(static_cast<std::uint32_t>(node))[to];
    }
    const std::size_t link = *system_.link_of(node, port);
    const auto& ends = system_.links[link].ends;
    const unsigned side = ends[0].node == node && ends[0].port == port ? 0 : 1;
    way.push_back({link, side});
    node = ends[1 - side].node;
  }
  return way;
}

void LatencyModel::add_way(const std::vector<Hop>& way, std::uint64_t slots,
                           LatencyParts& parts) const {
  const Scenario& scenario = platform_.scenario();
  const std::uint64_t flits = divide_up(slots, scenario.protocol.data_slots());
  for (const Hop& hop : way) {
    const Clock& clock = platform_.link(hop.link).clock();
    at(parts, LatencyPart::kSerialise) += clock.edge(flits * scenario.protocol.flit.beats);
    at(parts, LatencyPart::kFlightFec) += scenario.links[hop.link].phy.latency();
    at(parts, LatencyPart::kReplay) += replay(hop);
    const std::size_t node = system_.links[hop.link].ends[1 - hop.side].node;
    if (system_.nodes[node].kind == NodeKind::kSwitch) {
      at(parts, LatencyPart::kSwitch) += clock.edge(scenario.switches[node].latency.cycles);
    }
  }
  for (const std::size_t link : {way.front().link, way.back().link}) {
    at(parts, LatencyPart::kOther) +=
        platform_.link(link).clock().edge(scenario.links[link].port.pipeline.cycles);
  }
}

void LatencyModel::add_wait(const std::vector<Hop>& way, bool response, LatencyParts& parts) const {
  for (const Hop& hop : way) {
    const SystemLink::End& from = system_.links[hop.link].ends[hop.side];
    if (system_.nodes[from.node].kind != NodeKind::kSwitch) continue;
    at(parts, LatencyPart::kQueue) += platform_.nodes().switch_wait(from.node, from.port, response);
  }
}

/// A flit that is sent again comes a round trip later, and so does its packet.
Time LatencyModel::replay(const Hop& hop) const {
  const LinkEnd::Counters& counters = platform_.link(hop.link).end(hop.side).counters();
  if (counters.flits_sent == 0) return {};
  const Scenario& scenario = platform_.scenario();
  const Time trip = platform_.link(hop.link).clock().edge(
      round_trip_cycles(scenario.protocol, scenario.flight(hop.link)));
  return Time::from_fs(
      static_cast<std::uint64_t>(Wide{trip.fs()} * counters.flits_repeated / counters.flits_sent));
}

Time LatencyModel::memory(std::size_t owner, std::uint64_t bytes) const {
  const NpuConfig& npu = platform_.scenario().npus[owner].device;
  const Wide fs = Wide{bytes} * 8 * Time::s(1).fs() / npu.hbm_bandwidth.bits_per_s;
  return npu.hbm_latency + Time::from_fs(static_cast<std::uint64_t>(fs));
}

LatencyParts LatencyModel::of(std::size_t node) const {
  const Nodes::Latency latency = platform_.nodes().latency(node);
  const Protocol& protocol = platform_.scenario().protocol;
  const std::uint64_t bytes =
      latency.bytes / std::max<std::uint64_t>(1, latency.histogram->count());
  const unsigned header = platform_.nodes().header_slots();
  const std::uint64_t slots = header + divide_up(bytes, protocol.flit.slot);
  LatencyParts parts{};
  if (!latency.round_trip) {
    add_way(way(latency.peer, node), slots, parts);
    return parts;
  }
  const std::vector<Hop> there = way(node, latency.peer), back = way(latency.peer, node);
  add_way(there, slots, parts);
  add_way(back, header, parts);
  add_wait(there, false, parts);
  add_wait(back, true, parts);
  at(parts, LatencyPart::kMemory) = memory(latency.peer, bytes);
  return parts;
}

}  // namespace weft::tb
