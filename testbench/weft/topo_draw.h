// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/scenario/scenario.h"

namespace weft::tb {

/// A system to draw.
struct DrawnSystem {
  std::string title;
  const System& system;
  const Scenario* scenario = nullptr;  ///< for the levels of links; may be null
};

/// An undirected graph for Graphviz; every link is an edge of its own, with its ports at its ends.
std::string topology_dot(const DrawnSystem& drawn);

/// A picture that stands alone: SVG 1.1, readable on light and dark grounds.
std::string topology_picture_svg(const DrawnSystem& drawn);

}  // namespace weft::tb
