// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/tables.h"

#include <nlohmann/json.hpp>

#include "testbench/record/csv.h"

namespace weft::tb {
namespace {

using Json = nlohmann::ordered_json;

std::string port_name(const System& system, const SystemLink::End& end) {
  return system.nodes[end.node].name + ".port" + std::to_string(end.port);
}

const char* level_name(LinkLevel level) { return level == LinkLevel::kRtl ? "rtl" : "model"; }

template <class Names, class E>
std::string_view name_of(const Names& names, E value) {
  for (const auto& one : names) {
    if (one.value == value) return one.name;
  }
  return "?";
}

double gbps(std::uint64_t bits_per_s) { return static_cast<double>(bits_per_s) / 1e9; }

/// What the end at `side` sends.
std::string link_row(const Platform& platform, const RunResult& result, std::size_t i,
                     unsigned side) {
  const Scenario& scenario = platform.scenario();
  const SystemLink& link = scenario.system.links[i];
  const LinkEnd& end = platform.link(i).end(side);
  const LinkPort::Taken& taken = platform.link(i).end(1 - side).port().taken();
  const LinkEnd::Counters& counters = end.counters();
  const RegisterPage& sender = platform.registers(i, side);
  const RegisterPage& receiver = platform.registers(i, 1 - side);
  const Clock& clock = platform.link(i).clock();
  const std::uint64_t payload = taken.slots - taken.packets * platform.nodes().header_slots();
  const auto read = [&](const std::string& text) { return result.registers_read ? text : ""; };
  const std::uint64_t busy =
      (counters.flits_sent + counters.flits_repeated) * scenario.protocol.flit.beats;
  return csv_row({link.name, side == 0 ? "a_to_b" : "b_to_a", level_name(scenario.links[i].level),
                  port_name(scenario.system, link.ends[side]),
                  port_name(scenario.system, link.ends[1 - side]),
                  Json(gbps(link.rate.bits_per_s)).dump(), std::to_string(taken.packets),
                  std::to_string(payload * scenario.protocol.flit.slot),
                  std::to_string(counters.flits_sent), std::to_string(counters.flits_repeated),
                  read(std::to_string(sender.at(link_regs::kTxReplayEventsOffset))),
                  read(std::to_string(receiver.at(link_regs::kRxBadOffset))),
                  read(ns_text(clock.edge(sender.sum(link_regs::kStallCyclesOffset)).fs())),
                  percent_cell(busy, clock.edges_before(result.sim_time)),
                  result.registers_read ? sender.state_name() : "unknown"});
}

}  // namespace

std::string links_csv(const Platform& platform, const RunResult& result) {
  std::string text =
      csv_row({"link", "direction", "level", "from", "to", "rate_gbps", "packets", "payload_bytes",
               "flits", "flits_resent", "replays", "bad", "stall_ns", "utilisation_pct", "state"});
  for (std::size_t i = 0; i < platform.links(); ++i) {
    for (unsigned side : {0u, 1u}) text += link_row(platform, result, i, side);
  }
  return text;
}

std::string topology_json(const Scenario& scenario) {
  const System& system = scenario.system;
  Json nodes = Json::array(), links = Json::array();
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const SystemNode& node = system.nodes[i];
    nodes.push_back({{"name", node.name},
                     {"kind", name_of(kNodeKindNames, node.kind)},
                     {"id", node.is_endpoint() ? Json(system.node_id(i)) : Json(nullptr)},
                     {"ports", node.ports}});
  }
  for (std::size_t i = 0; i < system.links.size(); ++i) {
    const SystemLink& link = system.links[i];
    links.push_back({{"name", link.name},
                     {"a", port_name(system, link.ends[0])},
                     {"b", port_name(system, link.ends[1])},
                     {"rate_gbps", gbps(link.rate.bits_per_s)},
                     {"level", level_name(scenario.links[i].level)}});
  }
  return Json{{"nodes", nodes}, {"links", links}}.dump(1) + "\n";
}

}  // namespace weft::tb
