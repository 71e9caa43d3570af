// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/switch/routes.h"
#include "models/system/route_graph.h"
#include "models/system/system.h"

namespace weft::tb {

/// What a packet holds while it waits for the next: one direction of a link, on one VC.
struct Channel {
  std::size_t link = 0;
  unsigned side = 0;  ///< the end that sends
  unsigned vc = 0;
};

/// The channel dependency graph of a fabric (Dally and Seitz, IEEE Trans. Computers C-36, 1987): an
/// edge from channel to channel wherever a packet may hold the first and wait for the second.
///
/// A packet keeps its VC from end to end. An endpoint takes a request only when it can send the
/// response, so a request waits for the first channel of the response too; responses are always
/// taken. Without a cycle the fabric cannot deadlock, provided that every buffer belongs to one VC,
/// as those of link ends and switches do.
class ChannelGraph {
 public:
  ChannelGraph(const RouteGraph& graph, const Routes& routes, unsigned request_vc,
               unsigned response_vc);

  /// Channels that some packet may take.
  std::size_t channels() const;
  std::size_t dependencies() const;
  /// Channels that wait for each other in a ring, a shortest one through some channel that is in
  /// one; empty when there is none.
  std::vector<Channel> cycle() const;

 private:
  std::size_t index(std::size_t link, unsigned side, unsigned vc_class) const {
    return (2 * link + side) * vcs_.size() + vc_class;
  }
  void add_switch(const RouteGraph& graph, const Routes& routes, std::uint32_t node);
  void add_endpoint(std::uint32_t node);

  struct Attachment {
    std::size_t link = 0;
    unsigned side = 0;  ///< the end that is here
    std::uint32_t port = 0;
    RouteGraph::End other;
  };
  std::vector<std::vector<Attachment>> attached_;  // by node
  std::vector<unsigned> vcs_;                      // requests, responses; or one of both
  std::vector<std::vector<std::uint32_t>> next_;   // by channel
  std::vector<bool> used_;                         // by channel
};

/// The nodes of a shortest cycle through some node that is in a cycle, in order; empty when there
/// is none. Takes time linear in the edges, and as much again for each node of the first cycle
/// found.
std::vector<std::uint32_t> find_cycle(const std::vector<std::vector<std::uint32_t>>& next);

}  // namespace weft::tb
