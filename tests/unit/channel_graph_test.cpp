// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/channel_graph.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

namespace weft::tb {
namespace {

using End = RouteGraph::End;
using Edges = std::vector<std::vector<std::uint32_t>>;

/// `n` switches, each with an endpoint of the same number, and with the next one in a ring.
RouteGraph ring(unsigned n, bool closed = true) {
  RouteGraph graph;
  graph.switches.assign(n, false);
  graph.switches.insert(graph.switches.end(), n, true);
  for (unsigned i = 0; i < n; ++i) graph.links.push_back({End{i, 0}, End{n + i, 0}});
  for (unsigned i = 0; i + 1 < n + (closed ? 1 : 0); ++i) {
    graph.links.push_back({End{n + i, 1}, End{n + (i + 1) % n, 2}});
  }
  return graph;
}

RouteGraph star(unsigned n) {
  RouteGraph graph;
  graph.switches.assign(n, false);
  graph.switches.push_back(true);
  for (unsigned i = 0; i < n; ++i) graph.links.push_back({End{i, 0}, End{n, i}});
  return graph;
}

ChannelGraph channels(const RouteGraph& graph, unsigned request_vc = 0, unsigned response_vc = 1) {
  return ChannelGraph(graph, Routes(graph), request_vc, response_vc);
}

/// The node a channel leads to.
std::uint32_t target(const RouteGraph& graph, const Channel& channel) {
  const auto& [a, b] = graph.links[channel.link];
  return channel.side == 0 ? b.node : a.node;
}
std::uint32_t source(const RouteGraph& graph, const Channel& channel) {
  const auto& [a, b] = graph.links[channel.link];
  return channel.side == 0 ? a.node : b.node;
}

TEST(ChannelGraph, FindsTheCycleOfARingOfSwitches) {
  const RouteGraph graph = ring(5);
  const std::vector<Channel> cycle = channels(graph).cycle();
  ASSERT_EQ(cycle.size(), 5u);
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const Channel& next = cycle[(i + 1) % cycle.size()];
    EXPECT_EQ(target(graph, cycle[i]), source(graph, next));
    EXPECT_TRUE(graph.switches[target(graph, cycle[i])]);
    EXPECT_EQ(cycle[i].vc, next.vc);
  }
}

TEST(ChannelGraph, FindsNoneWhereTheRingIsOpenOrTooSmallForTwoHops) {
  EXPECT_TRUE(channels(ring(5, false)).cycle().empty());
  EXPECT_TRUE(channels(ring(3)).cycle().empty());  // neighbours all of them
}

TEST(ChannelGraph, FindsNoneInAStarAndCountsItsDependencies) {
  const ChannelGraph graph = channels(star(8));
  EXPECT_TRUE(graph.cycle().empty());
  EXPECT_EQ(graph.channels(), 8u * 2 * 2);  // links by direction and VC
  // In the switch each link to each other one, on both VCs; and requests wait for responses.
  EXPECT_EQ(graph.dependencies(), 8u * 7 * 2 + 8);
}

TEST(ChannelGraph, RequestsAndResponsesOnOneVcWaitForEachOther) {
  const RouteGraph graph = star(4);
  const std::vector<Channel> cycle = channels(graph, 0, 0).cycle();
  ASSERT_EQ(cycle.size(), 4u);  // to the switch, to an endpoint, and back the same way
  const auto ends = std::count_if(cycle.begin(), cycle.end(), [&](const Channel& channel) {
    return !graph.switches[target(graph, channel)];
  });
  EXPECT_EQ(ends, 2);
}

TEST(FindCycle, TakesTheShortWayRound) {
  // 0 to 5 in a ring, with a short cut from 3 to 1; the first cycle a search finds is the long one.
  const Edges next{{1}, {2}, {3}, {4, 1}, {5}, {0}};
  std::vector<std::uint32_t> cycle = find_cycle(next);
  std::sort(cycle.begin(), cycle.end());
  EXPECT_EQ(cycle, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(FindCycle, SeesANodeThatWaitsForItself) {
  EXPECT_EQ(find_cycle({{1}, {1}}), std::vector<std::uint32_t>{1});
  EXPECT_TRUE(find_cycle({{1}, {2}, {}}).empty());
  EXPECT_TRUE(find_cycle({}).empty());
}

/// Whether edges are acyclic, by taking away nodes that nobody leads to (Kahn).
bool is_acyclic(const Edges& next) {
  std::vector<std::size_t> in(next.size());
  for (const auto& list : next) {
    for (const std::uint32_t to : list) ++in[to];
  }
  std::vector<std::uint32_t> free;
  for (std::uint32_t i = 0; i < next.size(); ++i) {
    if (in[i] == 0) free.push_back(i);
  }
  for (std::size_t i = 0; i < free.size(); ++i) {
    for (const std::uint32_t to : next[free[i]]) {
      if (--in[to] == 0) free.push_back(to);
    }
  }
  return free.size() == next.size();
}

RC_GTEST_PROP(FindCycle, FindsOneExactlyWhereThereIsOne, ()) {
  const auto nodes = *rc::gen::inRange<std::uint32_t>(1, 12);
  const auto edges =
      *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint32_t>>>(rc::gen::pair(
          rc::gen::inRange<std::uint32_t>(0, nodes), rc::gen::inRange<std::uint32_t>(0, nodes)));
  Edges next(nodes);
  for (const auto& [from, to] : edges) next[from].push_back(to);
  const std::vector<std::uint32_t> cycle = find_cycle(next);
  RC_ASSERT(cycle.empty() == is_acyclic(next));
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    const auto& list = next[cycle[i]];
    const std::uint32_t to = cycle[(i + 1) % cycle.size()];
    RC_ASSERT(std::find(list.begin(), list.end(), to) != list.end());
  }
}

}  // namespace
}  // namespace weft::tb
