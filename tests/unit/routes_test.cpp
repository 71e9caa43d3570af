// SPDX-License-Identifier: Apache-2.0
#include "models/switch/routes.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace weft {
namespace {

using End = RouteGraph::End;

/// Two levels: `leaves` switches of `down` endpoints and one link to each of `spines` switches.
/// Endpoints come first.
RouteGraph clos(unsigned leaves, unsigned down, unsigned spines) {
  RouteGraph graph;
  graph.switches.assign(leaves * down, false);
  graph.switches.insert(graph.switches.end(), leaves + spines, true);
  const unsigned first_leaf = leaves * down, first_spine = first_leaf + leaves;
  for (unsigned leaf = 0; leaf < leaves; ++leaf) {
    for (unsigned i = 0; i < down; ++i) {
      graph.links.push_back({End{leaf * down + i, 0}, End{first_leaf + leaf, i}});
    }
    for (unsigned spine = 0; spine < spines; ++spine) {
      graph.links.push_back({End{first_leaf + leaf, down + spine}, End{first_spine + spine, leaf}});
    }
  }
  return graph;
}

/// The node at the other end of a port.
std::map<std::pair<unsigned, unsigned>, unsigned> wiring(const RouteGraph& graph) {
  std::map<std::pair<unsigned, unsigned>, unsigned> other;
  for (const auto& [a, b] : graph.links) {
    other[{a.node, a.port}] = b.node;
    other[{b.node, b.port}] = a.node;
  }
  return other;
}

TEST(Routes, LeadEverywhereByAShortestWay) {
  const RouteGraph graph = clos(4, 4, 4);
  const Routes routes(graph);
  EXPECT_TRUE(routes.unreachable().empty());
  auto other = wiring(graph);
  for (unsigned from = 0; from < 16; ++from) {
    for (unsigned to = 0; to < 16; ++to) {
      if (from == to) continue;
      unsigned node = other.at({from, 0});
      int links = 1;
      while (node != to) {
        ASSERT_LT(links, 5);
        node = other.at({node, routes.table(node)[to]});
        ++links;
      }
      EXPECT_EQ(links, routes.hops(graph, from, to));
      EXPECT_EQ(links, from / 4 == to / 4 ? 2 : 4);
    }
  }
}

TEST(Routes, SpreadDestinationsOverEqualWays) {
  const RouteGraph graph = clos(4, 4, 4);
  const Routes routes(graph);
  for (unsigned leaf = 16; leaf < 20; ++leaf) {
    std::map<unsigned, unsigned> used;  // up port: destinations
    for (unsigned to = 0; to < 16; ++to) {
      if (routes.table(leaf)[to] >= 4) ++used[routes.table(leaf)[to]];
    }
    EXPECT_EQ(used.size(), 4u);
    for (const auto& [port, n] : used) EXPECT_EQ(n, 3u) << port;
  }
}

TEST(Routes, SpreadOverTheUpperLevelOfThreeToo) {
  // 2 pods of 2 leaves (2 endpoints each) and 2 middle switches, each with 2 ways to the top.
  RouteGraph graph;
  graph.switches.assign(8, false);
  graph.switches.insert(graph.switches.end(), 4 + 4 + 4, true);
  for (unsigned e = 0; e < 8; ++e) graph.links.push_back({End{e, 0}, End{8 + e / 2, e % 2}});
  for (unsigned leaf = 0; leaf < 4; ++leaf) {
    for (unsigned m = 0; m < 2; ++m) {
      graph.links.push_back({End{8 + leaf, 2 + m}, End{12 + leaf / 2 * 2 + m, leaf % 2}});
    }
  }
  for (unsigned middle = 0; middle < 4; ++middle) {
    for (unsigned t = 0; t < 2; ++t) {
      graph.links.push_back({End{12 + middle, 2 + t}, End{16 + middle % 2 * 2 + t, middle / 2}});
    }
  }
  const Routes routes(graph);
  EXPECT_TRUE(routes.unreachable().empty());
  // From leaf 8, destinations of the other pod go up by a middle switch and on to the top: none of
  // the four tops is left out.
  std::set<unsigned> tops;
  auto other = wiring(graph);
  for (unsigned to = 4; to < 8; ++to) {
    const unsigned middle = other.at({8, routes.table(8)[to]});
    tops.insert(other.at({middle, routes.table(middle)[to]}));
  }
  EXPECT_EQ(tops.size(), 4u);
}

TEST(Routes, TellUnreachablePairsAndDoNotForwardThroughEndpoints) {
  RouteGraph graph;
  graph.switches = {false, false, false, true, true};
  graph.links = {{End{0, 0}, End{3, 0}},
                 {End{1, 0}, End{3, 1}},
                 {End{1, 1}, End{4, 0}},
                 {End{2, 0}, End{4, 1}}};
  const Routes routes(graph);
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> expected{{0, 2}, {2, 0}};
  EXPECT_EQ(routes.unreachable(), expected);
  EXPECT_EQ(routes.table(3)[2], Routes::kNoRoute);
  EXPECT_EQ(routes.table(3)[1], 1u);
  EXPECT_EQ(routes.hops(graph, 0, 2), -1);
}

TEST(Routes, RefuseLinksToNowhere) {
  RouteGraph graph;
  graph.switches = {false};
  graph.links = {{End{0, 0}, End{1, 0}}};
  EXPECT_THROW(Routes{graph}, std::invalid_argument);
  graph.links = {{End{0, 0}, End{0, 70'000}}};
  EXPECT_THROW(Routes{graph}, std::invalid_argument);
}

}  // namespace
}  // namespace weft
