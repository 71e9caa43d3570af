// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/chart_axis.h"

#include <array>
#include <cmath>

#include "testbench/report/markup.h"

namespace weft::tb {
namespace {

/// The least of 1, 2, 5 times a power of ten that is not below `value`.
double round_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= value * (1 - 1e-9)) return step * power;
  }
  return 10 * power;
}

std::vector<double> logarithmic_ticks(double low, double high) {
  std::vector<double> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double step : {1.0, 2.0, 5.0}) {
      if (step * power >= low && step * power <= high) ticks.push_back(step * power);
    }
  }
  return ticks;
}

}  // namespace

double TimeAxis::position(double ns) const {
  if (logarithmic) return std::log(ns / low) / std::log(high / low);
  return (ns - low) / (high - low);
}

std::vector<double> TimeAxis::ticks(int most) const {
  if (logarithmic) return logarithmic_ticks(low, high);
  const double step = round_up((high - low) / most);
  std::vector<double> ticks;
  for (double n = std::ceil(low / step - 1e-9); n * step <= high * (1 + 1e-9); ++n) {
    ticks.push_back(n * step);
  }
  return ticks;
}

std::string axis_svg(const TimeAxis& axis, const PlotArea& area, const std::string& name,
                     bool through) {
  const double bottom = area.top + area.height;
  std::string out = "<g class=\"ticks\">";
  for (const double tick : axis.ticks(8)) {
    const std::string x = decimal(area.left + axis.position(tick) * area.width);
    out += "<path d=\"M" + x + " " + decimal(through ? area.top : bottom) + "V" +
           decimal(bottom + 4) + "\"/><text text-anchor=\"middle\" x=\"" + x + "\" y=\"" +
           decimal(bottom + 17) + "\">" + time_text(tick) + "</text>";
  }
  return out + "</g><text class=\"axis\" text-anchor=\"end\" x=\"" +
         decimal(area.left + area.width) + "\" y=\"" + decimal(bottom + 33) + "\">" +
         escaped(name) + "</text>\n";
}

std::string open_chart(const TimeAxis& axis, const PlotArea& area, double width, double height,
                       const std::string& kind, const std::string& name,
                       const std::string& attributes) {
  return "<svg role=\"img\"" + attribute("class", "chart " + kind) + attribute("aria-label", name) +
         attribute("viewBox", "0 0 " + decimal(width) + " " + decimal(height)) +
         attribute("data-low", decimal(axis.low, 3)) +
         attribute("data-high", decimal(axis.high, 3)) +
         attribute("data-log", axis.logarithmic ? "1" : "") +
         attribute("data-area", decimal(area.left) + " " + decimal(area.top) + " " +
                                    decimal(area.width) + " " + decimal(area.height)) +
         attributes + ">\n";
}

}  // namespace weft::tb
