// SPDX-License-Identifier: Apache-2.0
#include "models/system/system_paths.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace weft {
namespace {

/// Npus and what they meet in: a run of connected switches, or a link between two npus.
class Meetings {
 public:
  explicit Meetings(const System& system) : system_(system), groups_(system.nodes.size()) {
    std::iota(groups_.begin(), groups_.end(), std::size_t{0});
    for (const SystemLink& link : system.links) {
      if (is_switch(link.ends[0].node) && is_switch(link.ends[1].node)) {
        groups_[group(link.ends[0].node)] = group(link.ends[1].node);
      }
    }
    members_.resize(system.nodes.size() + system.links.size());
    places_.resize(system.nodes.size());
    for (std::size_t i = 0; i < system.links.size(); ++i) add_link(i);
  }

  std::optional<std::pair<std::size_t, std::size_t>> find_apart() {
    std::vector<std::size_t> npus;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (system_.nodes[i].kind == NodeKind::kNpu) npus.push_back(i);
    }
    const auto everyone_in = [&](std::size_t place) {
      return members_[place].size() == npus.size();
    };
    if (npus.empty()) return std::nullopt;
    const std::vector<std::size_t>& first = places_[npus[0]];
    if (std::any_of(first.begin(), first.end(), everyone_in)) return std::nullopt;
    std::vector<std::size_t> met(system_.nodes.size(), ~std::size_t{0});  // by whom, last
    for (const std::size_t npu : npus) {
      met[npu] = npu;
      for (const std::size_t place : places_[npu]) {
        for (const std::size_t other : members_[place]) met[other] = npu;
      }
      for (const std::size_t other : npus) {
        if (met[other] != npu) return std::pair(npu, other);
      }
    }
    return std::nullopt;
  }

 private:
  bool is_switch(std::size_t node) const { return system_.nodes[node].kind == NodeKind::kSwitch; }

  std::size_t group(std::size_t node) {
    while (groups_[node] != node) node = groups_[node] = groups_[groups_[node]];
    return node;
  }

  void add_link(std::size_t i) {
    const auto& ends = system_.links[i].ends;
    for (const unsigned side : {0u, 1u}) {
      const std::size_t node = ends[side].node, peer = ends[1 - side].node;
      if (is_switch(node)) continue;
      meet(node, is_switch(peer) ? group(peer) : system_.nodes.size() + i);
    }
  }

  void meet(std::size_t node, std::size_t place) {
    std::vector<std::size_t>& places = places_[node];
    if (std::find(places.begin(), places.end(), place) != places.end()) return;
    places.push_back(place);
    members_[place].push_back(node);
  }

  const System& system_;
  std::vector<std::size_t> groups_;                // union-find over the switches
  std::vector<std::vector<std::size_t>> members_;  // by place
  std::vector<std::vector<std::size_t>> places_;   // by npu
};

}  // namespace

std::optional<std::pair<std::size_t, std::size_t>> npus_without_path(const System& system) {
  return Meetings(system).find_apart();
}

}  // namespace weft
