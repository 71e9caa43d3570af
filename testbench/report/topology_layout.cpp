// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/topology_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

namespace weft::tb {
namespace {

using Neighbours = std::vector<std::vector<std::size_t>>;

constexpr double kLabelSpace = 62;
constexpr std::size_t kUnknown = std::numeric_limits<std::size_t>::max();

Neighbours neighbours_of(std::size_t nodes, const std::vector<ReportLink>& links) {
  Neighbours neighbours(nodes);
  for (const ReportLink& link : links) {
    neighbours[link.nodes[0]].push_back(link.nodes[1]);
    neighbours[link.nodes[1]].push_back(link.nodes[0]);
  }
  for (auto& list : neighbours) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return neighbours;
}

bool is_switch(const ReportNode& node) { return node.kind == "switch"; }

bool are_pairs(const Neighbours& neighbours) {
  return std::all_of(neighbours.begin(), neighbours.end(),
                     [](const auto& list) { return list.size() <= 1; });
}

TopologyLayout pairs(const Neighbours& neighbours) {
  constexpr double kColumn = 330, kRow = 44, kHalf = 85;
  TopologyLayout layout;
  layout.places.resize(neighbours.size());
  std::vector<std::size_t> firsts;
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    if (neighbours[i].empty() || neighbours[i][0] >= i) firsts.push_back(i);
  }
  const std::size_t columns = firsts.size() <= 8 ? 2 : 3;
  const std::size_t rows = (firsts.size() + columns - 1) / columns;
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    const double x = kColumn * (static_cast<double>(i / rows) + 0.5);
    const double y = kRow * (static_cast<double>(i % rows) + 0.5);
    layout.places[firsts[i]] = {x - kHalf, y, 180};
    if (!neighbours[firsts[i]].empty()) {
      layout.places[neighbours[firsts[i]][0]] = {x + kHalf, y, 0};
    }
  }
  layout.width = kColumn * static_cast<double>(std::min(columns, firsts.size()));
  layout.height = kRow * static_cast<double>(rows);
  return layout;
}

/// `around` on a circle, clockwise from the top, and the others in its middle.
TopologyLayout circle(std::size_t nodes, const std::vector<std::size_t>& around) {
  constexpr double kSpacing = 26, kLeastRadius = 130;
  const auto n = static_cast<double>(around.size());
  const double radius = std::max(kLeastRadius, n * kSpacing / (2 * std::numbers::pi));
  const double middle = radius + kLabelSpace;
  TopologyLayout layout{2 * middle, 2 * middle, std::vector<Place>(nodes, {middle, middle, 0})};
  for (std::size_t i = 0; i < around.size(); ++i) {
    const double turn = static_cast<double>(i) / n * 2 * std::numbers::pi;
    layout.places[around[i]] = {middle + radius * std::sin(turn), middle - radius * std::cos(turn),
                                turn * 180 / std::numbers::pi - 90};
  }
  return layout;
}

/// Hops of each node from the nearest endpoint.
std::vector<std::size_t> layers_of(const std::vector<ReportNode>& nodes,
                                   const Neighbours& neighbours) {
  std::vector<std::size_t> layer(nodes.size(), kUnknown), queue;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_switch(nodes[i])) queue.push_back(i);
  }
  for (const std::size_t i : queue) layer[i] = 0;
  for (std::size_t at = 0; at < queue.size(); ++at) {
    for (const std::size_t next : neighbours[queue[at]]) {
      if (layer[next] != kUnknown) continue;
      layer[next] = layer[queue[at]] + 1;
      queue.push_back(next);
    }
  }
  // Switches that no endpoint reaches.
  for (std::size_t& one : layer) one = one == kUnknown ? 1 : one;
  return layer;
}

/// Orders a layer by where the neighbours of its nodes stand, given positions from 0 to 1.
void order_by_neighbours(std::vector<std::size_t>& layer, const Neighbours& neighbours,
                         std::vector<double>& position) {
  std::vector<std::pair<double, std::size_t>> wanted;
  for (const std::size_t node : layer) {
    double sum = 0;
    for (const std::size_t other : neighbours[node]) sum += position[other];
    const auto n = static_cast<double>(neighbours[node].size());
    wanted.emplace_back(n > 0 ? sum / n : position[node], node);
  }
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < layer.size(); ++i) {
    layer[i] = wanted[i].second;
    position[layer[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
  }
}

TopologyLayout layered(const std::vector<ReportNode>& nodes, const Neighbours& neighbours) {
  constexpr double kLeastWidth = 640, kSpacing = 26, kLayerHeight = 120, kMargin = 30;
  const std::vector<std::size_t> layer_of = layers_of(nodes, neighbours);
  std::vector<std::vector<std::size_t>> layers(1 +
                                               *std::max_element(layer_of.begin(), layer_of.end()));
  for (std::size_t i = 0; i < nodes.size(); ++i) layers[layer_of[i]].push_back(i);
  std::vector<double> position(nodes.size(), 0.5);
  std::size_t widest = 0;
  for (auto& layer : layers) {
    widest = std::max(widest, layer.size());
    for (std::size_t i = 0; i < layer.size(); ++i) {
      position[layer[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
    }
  }
  for (int sweep = 0; sweep < 4; ++sweep) {
    for (std::size_t i = 1; i < layers.size(); ++i) {
      order_by_neighbours(layers[i], neighbours, position);
    }
  }
  TopologyLayout layout;
  layout.width = std::max(kLeastWidth, static_cast<double>(widest) * kSpacing) + 2 * kMargin;
  const double bottom = kMargin + kLayerHeight * static_cast<double>(layers.size() - 1);
  layout.height = bottom + kLabelSpace + kMargin / 2;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    layout.places.push_back({kMargin + position[i] * (layout.width - 2 * kMargin),
                             bottom - kLayerHeight * static_cast<double>(layer_of[i]), 90});
  }
  return layout;
}

}  // namespace

TopologyLayout lay_out(const std::vector<ReportNode>& nodes, const std::vector<ReportLink>& links) {
  if (nodes.empty()) return {};
  const Neighbours neighbours = neighbours_of(nodes.size(), links);
  if (are_pairs(neighbours)) return pairs(neighbours);
  std::vector<std::size_t> endpoints;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_switch(nodes[i])) endpoints.push_back(i);
  }
  if (endpoints.empty()) {
    endpoints.resize(nodes.size());
    std::iota(endpoints.begin(), endpoints.end(), std::size_t{0});
  }
  return nodes.size() - endpoints.size() <= 1 ? circle(nodes.size(), endpoints)
                                              : layered(nodes, neighbours);
}

}  // namespace weft::tb
