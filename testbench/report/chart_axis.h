// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::tb {

/// The horizontal axis of a chart, in ns. The page's script reads its range from the attributes of
/// the frame, and redraws the ticks when the reader zooms.
struct TimeAxis {
  double low = 0, high = 1;
  bool logarithmic = false;

  /// 0 at low, 1 at high.
  double position(double ns) const;
  /// About `most` round times within the range.
  std::vector<double> ticks(int most) const;
};

/// Where the plot of a chart stands in its picture, in pixels.
struct PlotArea {
  double left = 0, top = 0, width = 0, height = 0;
};

/// Ticks below the plot, with their lines through it where `through` says so, and the axis' name.
std::string axis_svg(const TimeAxis& axis, const PlotArea& area, const std::string& name,
                     bool through);

/// Opens a chart's picture of that class: what the script must know stands in its attributes.
std::string open_chart(const TimeAxis& axis, const PlotArea& area, double width, double height,
                       const std::string& kind, const std::string& name,
                       const std::string& attributes);

}  // namespace weft::tb
