// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// Where a node is drawn, in pixels from the top left.
struct Place {
  double x = 0, y = 0;
  /// Where its name stands: as an angle in degrees, clockwise from "to the right of it".
  double label_angle = 0;
};

struct TopologyLayout {
  double width = 0, height = 0;
  std::vector<Place> places;  ///< by node
};

/// Places the nodes of a system. Nodes that know only one partner: pairs in columns. All at one
/// switch, or no switch at all: a circle. Else layers: endpoints below, and above them each switch
/// by its distance in hops from the nearest endpoint, ordered so that links cross little.
TopologyLayout lay_out(const std::vector<ReportNode>& nodes, const std::vector<ReportLink>& links);

}  // namespace weft::tb
