// SPDX-License-Identifier: Apache-2.0
#include "models/system/route_graph.h"

namespace weft {

RouteGraph route_graph(const System& system) {
  RouteGraph graph;
  for (const SystemNode& node : system.nodes) graph.switches.push_back(!node.is_endpoint());
  for (const SystemLink& link : system.links) {
    const auto end = [&](unsigned side) {
      return RouteGraph::End{static_cast<std::uint32_t>(link.ends[side].node),
                             link.ends[side].port};
    };
    graph.links.emplace_back(end(0), end(1));
  }
  return graph;
}

}  // namespace weft
