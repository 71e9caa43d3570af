// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/channel_graph.h"

#include <algorithm>
#include <numeric>

namespace weft::tb {
namespace {

using Edges = std::vector<std::vector<std::uint32_t>>;

constexpr std::uint32_t kNone = ~std::uint32_t{0};

/// Any cycle, by a depth-first search without recursion.
class CycleSearch {
 public:
  explicit CycleSearch(const Edges& next) : next_(next), states_(next.size()) {}

  std::vector<std::uint32_t> find() {
    for (std::uint32_t start = 0; start < next_.size(); ++start) {
      if (states_[start] == State::kNew && search(start)) return cycle_;
    }
    return {};
  }

 private:
  enum class State : std::uint8_t { kNew, kOnPath, kDone };
  struct Step {
    std::uint32_t node;
    std::size_t taken = 0;  // edges followed so far
  };

  bool search(std::uint32_t start) {
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.taken == next_[step.node].size()) {
        states_[step.node] = State::kDone;
        path_.pop_back();
        continue;
      }
      const std::uint32_t to = next_[step.node][step.taken++];
      if (states_[to] == State::kOnPath) {
        close(to);
        return true;
      }
      if (states_[to] == State::kNew) enter(to);
    }
    return false;
  }

  void enter(std::uint32_t node) {
    states_[node] = State::kOnPath;
    path_.push_back({node});
  }

  /// The path leads back to `to`, which is on it.
  void close(std::uint32_t to) {
    auto step =
        std::find_if(path_.begin(), path_.end(), [&](const Step& one) { return one.node == to; });
    for (; step != path_.end(); ++step) cycle_.push_back(step->node);
  }

  const Edges& next_;
  std::vector<State> states_;
  std::vector<Step> path_;
  std::vector<std::uint32_t> cycle_;
};

/// A shortest way from `start` back to it; empty when there is none of fewer than `limit` nodes.
std::vector<std::uint32_t> way_back(const Edges& next, std::uint32_t start, std::size_t limit) {
  std::vector<std::uint32_t> before(next.size(), kNone), depth(next.size(), 0), queue{start};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::uint32_t node = queue[i];
    if (depth[node] + 1 >= limit) break;
    for (const std::uint32_t to : next[node]) {
      if (to == start) {
        std::vector<std::uint32_t> way;
        for (std::uint32_t at = node; at != start; at = before[at]) way.push_back(at);
        way.push_back(start);
        std::reverse(way.begin(), way.end());
        return way;
      }
      if (before[to] != kNone) continue;
      before[to] = node;
      depth[to] = depth[node] + 1;
      queue.push_back(to);
    }
  }
  return {};
}

}  // namespace

std::vector<std::uint32_t> find_cycle(const Edges& next) {
  std::vector<std::uint32_t> best = CycleSearch(next).find();
  const std::vector<std::uint32_t> first = best;
  for (const std::uint32_t node : first) {
    std::vector<std::uint32_t> shorter = way_back(next, node, best.size());
    if (!shorter.empty()) best = std::move(shorter);
  }
  return best;
}

ChannelGraph::ChannelGraph(const RouteGraph& graph, const Routes& routes, unsigned request_vc,
                           unsigned response_vc)
    : attached_(graph.switches.size()), vcs_{request_vc} {
  if (response_vc != request_vc) vcs_.push_back(response_vc);
  for (std::size_t i = 0; i < graph.links.size(); ++i) {
    const auto& [a, b] = graph.links[i];
    attached_[a.node].push_back({i, 0, a.port, b});
    attached_[b.node].push_back({i, 1, b.port, a});
  }
  next_.resize(2 * graph.links.size() * vcs_.size());
  used_.resize(next_.size());
  const auto nodes = static_cast<std::uint32_t>(graph.switches.size());
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (graph.switches[node]) add_switch(graph, routes, node);
  }
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (!graph.switches[node]) add_endpoint(node);
  }
}

/// Channels into a switch wait for the channels that their packets go on by.
void ChannelGraph::add_switch(const RouteGraph& graph, const Routes& routes, std::uint32_t node) {
  const std::vector<Attachment>& here = attached_[node];
  const std::vector<std::uint16_t>& table = routes.table(node);
  std::vector<bool> passes(here.size() * here.size());  // from attachment to attachment
  for (std::uint32_t to = 0; to < table.size(); ++to) {
    if (table[to] == Routes::kNoRoute) continue;
    const auto out = std::find_if(here.begin(), here.end(),
                                  [&](const Attachment& one) { return one.port == table[to]; });
    for (std::size_t in = 0; in < here.size(); ++in) {
      const RouteGraph::End& from = here[in].other;
      const bool comes =
          graph.switches[from.node] ? routes.table(from.node)[to] == from.port : from.node != to;
      if (comes) passes[in * here.size() + static_cast<std::size_t>(out - here.begin())] = true;
    }
  }
  for (std::size_t pair = 0; pair < passes.size(); ++pair) {
    if (!passes[pair]) continue;
    const Attachment &in = here[pair / here.size()], &out = here[pair % here.size()];
    for (unsigned vc = 0; vc < vcs_.size(); ++vc) {
      const std::size_t holds = index(in.link, 1 - in.side, vc);
      const std::size_t wants = index(out.link, out.side, vc);
      next_[holds].push_back(static_cast<std::uint32_t>(wants));
      used_[holds] = used_[wants] = true;
    }
  }
}

/// A request that arrives waits until its response can leave.
void ChannelGraph::add_endpoint(std::uint32_t node) {
  const unsigned response = static_cast<unsigned>(vcs_.size()) - 1;
  for (const Attachment& in : attached_[node]) {
    for (const Attachment& out : attached_[node]) {
      const std::size_t holds = index(in.link, 1 - in.side, 0);
      const std::size_t wants = index(out.link, out.side, response);
      next_[holds].push_back(static_cast<std::uint32_t>(wants));
      used_[holds] = used_[wants] = true;
    }
  }
}

std::size_t ChannelGraph::channels() const {
  return static_cast<std::size_t>(std::count(used_.begin(), used_.end(), true));
}

std::size_t ChannelGraph::dependencies() const {
  return std::accumulate(next_.begin(), next_.end(), std::size_t{0},
                         [](std::size_t sum, const auto& list) { return sum + list.size(); });
}

std::vector<Channel> ChannelGraph::cycle() const {
  std::vector<Channel> channels;
  for (const std::uint32_t i : find_cycle(next_)) {
    const std::size_t direction = i / vcs_.size();
    channels.push_back(
        {direction / 2, static_cast<unsigned>(direction % 2), vcs_[i % vcs_.size()]});
  }
  return channels;
}

}  // namespace weft::tb
