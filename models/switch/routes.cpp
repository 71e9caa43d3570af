// SPDX-License-Identifier: Apache-2.0
#include "models/switch/routes.h"

#include <algorithm>
#include <stdexcept>

namespace weft {
namespace {

constexpr std::uint32_t kFar = ~std::uint32_t{0};

struct Neighbour {
  std::uint32_t node;
  std::uint32_t port;  // of the node that lists it
  std::uint64_t load;  // pairs sent this way
};
using Neighbours = std::vector<std::vector<Neighbour>>;

Neighbours neighbours_of(const RouteGraph& graph) {
  Neighbours result(graph.switches.size());
  for (const auto& [a, b] : graph.links) {
    if (a.node >= result.size() || b.node >= result.size()) {
      throw std::invalid_argument("a link leads to a node that does not exist");
    }
    if (std::max(a.port, b.port) >= Routes::kNoRoute) {
      throw std::invalid_argument("a port's number is too large to route by");
    }
    result[a.node].push_back({b.node, a.port, 0});
    result[b.node].push_back({a.node, b.port, 0});
  }
  for (auto& list : result) {
    std::sort(list.begin(), list.end(),
              [](const Neighbour& a, const Neighbour& b) { return a.port < b.port; });
  }
  return result;
}

/// Links from each node to `to`, through switches only; fills `order` with the nodes, nearest
/// first.
void measure(const RouteGraph& graph, const Neighbours& neighbours, std::uint32_t to,
             std::vector<std::uint32_t>& distance, std::vector<std::uint32_t>& order) {
  std::fill(distance.begin(), distance.end(), kFar);
  order.assign(1, to);
  distance[to] = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t node = order[i];
    if (node != to && !graph.switches[node]) continue;
    for (const Neighbour& next : neighbours[node]) {
      if (distance[next.node] != kFar) continue;
      distance[next.node] = distance[node] + 1;
      order.push_back(next.node);
    }
  }
}

/// Of the neighbours one link nearer, the one that carries least. An endpoint other than `to` does
/// not forward.
Neighbour* way_to(const RouteGraph& graph, std::vector<Neighbour>& neighbours,
                  const std::vector<std::uint32_t>& distance, std::uint32_t from,
                  std::uint32_t to) {
  Neighbour* best = nullptr;
  for (Neighbour& next : neighbours) {
    if (next.node != to && !graph.switches[next.node]) continue;
    if (distance[next.node] == kFar || distance[next.node] + 1 != distance[from]) continue;
    if (best == nullptr || next.load < best->load) best = &next;
  }
  return best;
}

}  // namespace

Routes::Routes(const RouteGraph& graph) {
  const auto nodes = static_cast<std::uint32_t>(graph.switches.size());
  Neighbours neighbours = neighbours_of(graph);
  tables_.resize(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (graph.switches[node]) tables_[node].assign(nodes, kNoRoute);
  }
  std::vector<std::uint32_t> distance(nodes), order;
  std::vector<std::uint64_t> sources(nodes);  // endpoints whose packets to `to` pass a node
  for (std::uint32_t to = 0; to < nodes; ++to) {
    if (graph.switches[to]) continue;
    measure(graph, neighbours, to, distance, order);
    std::fill(sources.begin(), sources.end(), 0);
    for (std::size_t i = order.size(); i-- > 1;) {
      const std::uint32_t node = order[i];
      if (!graph.switches[node]) sources[node] = 1;
      Neighbour* way = way_to(graph, neighbours[node], distance, node, to);
      way->load += sources[node];
      sources[way->node] += sources[node];
      if (graph.switches[node]) tables_[node][to] = static_cast<std::uint16_t>(way->port);
    }
    for (std::uint32_t from = 0; from < nodes; ++from) {
      if (!graph.switches[from] && distance[from] == kFar) unreachable_.emplace_back(from, to);
    }
  }
  std::sort(unreachable_.begin(), unreachable_.end());
}

int Routes::hops(const RouteGraph& graph, std::uint32_t from, std::uint32_t to) const {
  std::vector<std::uint32_t> distance(graph.switches.size()), order;
  measure(graph, neighbours_of(graph), to, distance, order);
  return distance[from] == kFar ? -1 : static_cast<int>(distance[from]);
}

}  // namespace weft
