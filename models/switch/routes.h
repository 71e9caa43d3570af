// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace weft {

/// Nodes and the links between them, as routing sees them.
struct RouteGraph {
  struct End {
    std::uint32_t node = 0;
    std::uint32_t port = 0;  ///< of the node
  };
  std::vector<bool> switches;  ///< by node: it forwards; others only send and receive
  std::vector<std::pair<End, End>> links;
};

/// Which port of each switch leads to each endpoint: deterministic shortest paths.
///
/// Where several ports are equally near, endpoints are spread over them: destination by
/// destination, the port that carries the fewest (source, destination) pairs so far is taken, the
/// lowest one of equals. A packet's way depends on its destination and the switch it is in alone.
class Routes {
 public:
  static constexpr std::uint16_t kNoRoute = 0xFFFF;

  /// Throws std::invalid_argument for a link to a node that does not exist or a port above 65534.
  explicit Routes(const RouteGraph& graph);

  /// By destination node, the output port of a switch; kNoRoute where no way leads there.
  const std::vector<std::uint16_t>& table(std::uint32_t node) const { return tables_[node]; }
  /// Pairs of different endpoints (source, destination) without a way, in order.
  const std::vector<std::pair<std::uint32_t, std::uint32_t>>& unreachable() const {
    return unreachable_;
  }
  /// Links on the way from an endpoint or switch to an endpoint; 0 to itself, -1 without a way.
  int hops(const RouteGraph& graph, std::uint32_t from, std::uint32_t to) const;

 private:
  std::vector<std::vector<std::uint16_t>> tables_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> unreachable_;
};

}  // namespace weft
