// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/topo_check.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "testbench/weft/channel_graph.h"
#include "testbench/weft/port_survey.h"

namespace weft::tb {
namespace {

constexpr std::size_t kMostLines = 100;  // of problems

std::string plural(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

void print_capped(std::ostream& out, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i) out << lines[i] << "\n";
  if (lines.size() > kMostLines) out << "and " << lines.size() - kMostLines << " more\n";
}

/// The node at the other end of a port.
struct Hop {
  std::uint32_t node = 0;
  bool known = false;
};

/// Pairs of endpoints by how many links lie between them.
class HopCounts {
 public:
  HopCounts(const RouteGraph& graph, const Routes& routes) : graph_(graph), routes_(routes) {
    neighbours_.resize(graph.switches.size());
    for (const auto& [a, b] : graph.links) {
      add(a, b.node);
      add(b, a.node);
    }
    for (std::uint32_t to = 0; to < graph.switches.size(); ++to) {
      if (!graph.switches[to]) count(to);
    }
  }

  const std::map<unsigned, std::size_t>& pairs() const { return pairs_; }

 private:
  static constexpr unsigned kFar = ~0u;

  void add(const RouteGraph::End& end, std::uint32_t other) {
    std::vector<Hop>& ports = neighbours_[end.node];
    if (ports.size() <= end.port) ports.resize(end.port + 1);
    ports[end.port] = {other, true};
  }

  void count(std::uint32_t to) {
    hops_.assign(graph_.switches.size(), kFar);
    hops_[to] = 0;
    for (std::uint32_t from = 0; from < graph_.switches.size(); ++from) {
      if (graph_.switches[from] || from == to) continue;
      unsigned least = kFar;
      for (const Hop& next : neighbours_[from]) {
        if (!next.known || (next.node != to && !graph_.switches[next.node])) continue;
        const unsigned rest = from_switch(next.node, to);
        if (rest != kFar) least = std::min(least, rest + 1);
      }
      if (least != kFar) ++pairs_[least];
    }
  }

  /// Follows the tables; every node on the way is then known.
  unsigned from_switch(std::uint32_t node, std::uint32_t to) {
    std::vector<std::uint32_t> way;
    while (hops_[node] == kFar && node != to) {
      const std::uint16_t port = routes_.table(node)[to];
      if (port == Routes::kNoRoute) return kFar;
      way.push_back(node);
      node = neighbours_[node][port].node;
    }
    unsigned hops = hops_[node];
    for (std::size_t i = way.size(); i-- > 0;) hops_[way[i]] = ++hops;
    return hops;
  }

  const RouteGraph& graph_;
  const Routes& routes_;
  std::vector<std::vector<Hop>> neighbours_;  // by node and port
  std::vector<unsigned> hops_;                // to the endpoint in hand
  std::map<unsigned, std::size_t> pairs_;
};

std::string channel_text(const System& system, const Channel& channel) {
  const SystemLink& link = system.links[channel.link];
  const bool from_a = channel.side == 0;
  return link.name + " (" + (from_a ? link.a : link.b) + " to " + (from_a ? link.b : link.a) +
         "), VC " + std::to_string(channel.vc);
}

void print_paths(std::ostream& out, const System& system, const RouteGraph& graph,
                 const Routes& routes) {
  const std::map<unsigned, std::size_t> pairs = HopCounts(graph, routes).pairs();
  std::size_t sum = 0;
  for (const auto& [hops, count] : pairs) sum += count;
  const std::size_t ends = system.endpoints.size();
  out << "paths     " << sum << " of " << ends * (ends - 1) << " pairs";
  for (const auto& [hops, count] : pairs) {
    out << (hops == pairs.begin()->first ? ": " : ", ") << count << " over "
        << plural(hops, "link");
  }
  out << "\n";
}

}  // namespace

bool print_wiring_problems(std::ostream& out, const NamedSystem& named) {
  PortSurvey survey = survey_ports(named.text, named.file);
  const bool forwards = std::find(survey.graph.switches.begin(), survey.graph.switches.end(),
                                  true) != survey.graph.switches.end();
  if (forwards) {
    const Routes routes(survey.graph);
    for (const auto& [from, to] : routes.unreachable()) {
      if (from > to) continue;  // named the other way round
      survey.problems.push_back(named.file + ": " + survey.nodes[from] + " has no path to " +
                                survey.nodes[to]);
    }
  }
  print_capped(out, survey.problems);
  if (survey.problems.empty()) {
    out << "ports     " << survey.linked_ports << " with a link, " << survey.free_ports
        << " of switches without\n";
  } else {
    out << "FAIL  " << plural(survey.problems.size(), "problem") << "\n";
  }
  return !survey.problems.empty();
}

Exit print_routes(std::ostream& out, const System& system, const Protocol& protocol) {
  const RouteGraph graph = route_graph(system);
  const Routes routes(graph);
  print_paths(out, system, graph, routes);
  if (!system.has(NodeKind::kSwitch)) {
    out << "deadlock  none: nothing is forwarded\n";
    return Exit::kPass;
  }
  const auto& vcs = protocol.transactions;
  const ChannelGraph channels(graph, routes, vcs.request_vc, vcs.response_vc);
  out << "deadlock  " << plural(channels.channels(), "channel") << " (links by direction and VC), "
      << std::to_string(channels.dependencies()) << " dependencies"
      << ": ";
  const std::vector<Channel> cycle = channels.cycle();
  if (cycle.empty()) {
    out << "no cycle\n";
    return Exit::kPass;
  }
  out << "a CYCLE of " << cycle.size() << "\n";
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    out << "  " << channel_text(system, cycle[i]) << " waits for"
        << (i + 1 == cycle.size() ? " the first\n" : "\n");
  }
  out << "FAIL  packets that hold these buffers can wait for each other for ever\n";
  return Exit::kFail;
}

std::string deadlock_text(const System& system, const Protocol& protocol) {
  const RouteGraph graph = route_graph(system);
  const auto& vcs = protocol.transactions;
  const std::vector<Channel> cycle =
      ChannelGraph(graph, Routes(graph), vcs.request_vc, vcs.response_vc).cycle();
  if (cycle.empty()) return {};
  return "the routes can deadlock, in a cycle of " + plural(cycle.size(), "channel") +
         " that begins with " + channel_text(system, cycle[0]);
}

}  // namespace weft::tb
