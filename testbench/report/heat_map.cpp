// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/heat_map.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "testbench/report/chart_axis.h"
#include "testbench/report/markup.h"
#include "testbench/report/topology_picture.h"

namespace weft::tb {
namespace {

constexpr double kUnits = 10'000;  // of the plot's width
constexpr std::size_t kMostNamedRows = 32;

/// Series rows of the links that are shown, in their order.
std::vector<std::size_t> shown_rows(const LinkSeriesData& series) {
  const std::size_t links = series.rows.size() / 2;
  std::vector<std::size_t> order(links);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (links > kMostHeatLinks) {
    std::vector<std::pair<double, double>> weight(links);
    for (std::size_t row = 0; row < series.rows.size(); ++row) {
      for (const SeriesCell& cell : series.rows[row].cells) {
        weight[row / 2].first += cell.resent;
        weight[row / 2].second += cell.utilisation_pct;
      }
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return weight[a] > weight[b]; });
    order.resize(kMostHeatLinks);
    std::sort(order.begin(), order.end());
  }
  std::vector<std::size_t> rows;
  for (const std::size_t link : order) rows.insert(rows.end(), {2 * link, 2 * link + 1});
  return rows;
}

/// Neighbouring stretches put together, so that there are few enough to draw.
LinkSeriesData thinned(const LinkSeriesData& series, const std::vector<std::size_t>& rows) {
  const std::size_t stretches = series.ends_ns.size();
  const std::size_t step = (stretches + kMostHeatColumns - 1) / kMostHeatColumns;
  LinkSeriesData thin;
  for (std::size_t i = 0; i < stretches; i += step) {
    thin.ends_ns.push_back(series.ends_ns[std::min(i + step, stretches) - 1]);
  }
  for (const std::size_t row : rows) {
    LinkSeriesData::Row to{series.rows[row].link, series.rows[row].side, {}};
    for (std::size_t i = 0; i < stretches; i += step) {
      SeriesCell sum{0, 0, true, false};
      double length = 0;
      for (std::size_t j = i; j < std::min(i + step, stretches); ++j) {
        const SeriesCell& cell = series.rows[row].cells[j];
        if (!cell.known) continue;
        const double one = series.ends_ns[j] - series.begin_ns(j);
        sum.utilisation_pct += cell.utilisation_pct * one;
        length += one;
        sum.resent += cell.resent;
        sum.up = sum.up && cell.up;
        sum.known = true;
      }
      if (length > 0) sum.utilisation_pct /= length;
      to.cells.push_back(sum);
    }
    thin.rows.push_back(std::move(to));
  }
  return thin;
}

class HeatMap {
 public:
  explicit HeatMap(const ReportData& data)
      : data_(data), series_(thinned(data.series, shown_rows(data.series))) {
    axis_.high = series_.ends_ns.back();
    const double row_height = series_.rows.size() <= kMostNamedRows ? 15 : 7;
    const double left = series_.rows.size() <= kMostNamedRows ? 150 : 60;
    area_ = {left, 4, 960 - left - 26, row_height * static_cast<double>(series_.rows.size())};
  }

  std::string svg() const {
    return open_chart(axis_, area_, 960, area_.top + area_.height + 40,
                      series_.rows.size() <= kMostNamedRows ? "few" : "many",
                      "utilisation of each link by time", tip_data()) +
           row_names() + plot() + axis_svg(axis_, area_, "simulated time", false) + "</svg>\n";
  }

 private:
  double edge(std::size_t column) const {
    return column == 0 ? 0 : std::round(axis_.position(series_.ends_ns[column - 1]) * kUnits);
  }

  /// One path per colour: a run of equal cells in a row is one stroke.
  std::string plot() const {
    std::map<std::string, std::string> paths;
    std::string resent;
    for (std::size_t row = 0; row < series_.rows.size(); ++row) {
      const std::vector<SeriesCell>& cells = series_.rows[row].cells;
      for (std::size_t first = 0, end = 0; first < cells.size(); first = end) {
        const std::string colour = class_of(cells[first]);
        for (end = first + 1; end < cells.size() && class_of(cells[end]) == colour; ++end) {
        }
        paths[colour] += stroke(first, end, static_cast<double>(row) + 0.5);
      }
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].resent > 0) resent += stroke(i, i + 1, static_cast<double>(row) + 0.8);
      }
    }
    std::string out = "<svg class=\"plot heat\"" + place_attributes() +
                      attribute("viewBox", "0 0 " + decimal(kUnits, 0) + " " +
                                               std::to_string(series_.rows.size())) +
                      " preserveAspectRatio=\"none\">";
    for (const auto& [colour, path] : paths) {
      out += "<path class=\"" + colour + "\" d=\"" + path + "\"/>\n";
    }
    if (!resent.empty()) out += "<path class=\"resent\" d=\"" + resent + "\"/>\n";
    std::string between;  // links
    for (std::size_t row = 2; row < series_.rows.size(); row += 2) {
      between += "M0 " + std::to_string(row) + "h" + decimal(kUnits, 0);
    }
    return out + "<path class=\"between\" d=\"" + between + "\"/></svg>\n";
  }

  std::string stroke(std::size_t first, std::size_t end, double y) const {
    const double begin = edge(first);
    return "M" + decimal(begin, 0) + " " + decimal(y) + "h" + decimal(edge(end) - begin, 0);
  }

  static std::string class_of(const SeriesCell& cell) {
    if (!cell.known) return "unknown";
    return cell.up ? utilisation_class(cell.utilisation_pct) : "off";
  }

  std::string place_attributes() const {
    return attribute("x", decimal(area_.left)) + attribute("y", decimal(area_.top)) +
           attribute("width", decimal(area_.width)) + attribute("height", decimal(area_.height));
  }

  std::string row_names() const {
    const bool all = series_.rows.size() <= kMostNamedRows;
    const double height = area_.height / static_cast<double>(series_.rows.size());
    std::string out = "<g class=\"rows\">";
    for (std::size_t row = 0; row < series_.rows.size(); row += all ? 1 : 2) {
      const double y = area_.top + height * (static_cast<double>(row) + (all ? 0.5 : 1)) + 3.5;
      out += "<text text-anchor=\"end\" x=\"" + decimal(area_.left - 6) + "\" y=\"" + decimal(y) +
             "\"" + attribute("data-link", series_.rows[row].link) + ">" +
             escaped(all ? row_name(row) : series_.rows[row].link) + "</text>";
    }
    return out + "</g>\n";
  }

  /// "link3 npu3 > switch0"
  std::string row_name(std::size_t row) const {
    const auto& [link, side, cells] = series_.rows[row];
    for (const ReportLink& one : data_.links) {
      if (one.name != link) continue;
      return link + "  " + data_.nodes[one.nodes[side]].name + " \u2192 " +
             data_.nodes[one.nodes[1 - side]].name;
    }
    return link + (side == 0 ? "  a \u2192 b" : "  b \u2192 a");
  }

  /// What the page's script shows under the pointer: edges of the stretches in ns, names, and per
  /// row two hexadecimal digits of percent per stretch; where flits were resent "row,stretch,n".
  std::string tip_data() const {
    std::string edges = "0", names, percents, resent;
    for (const double end : series_.ends_ns) edges += " " + decimal(end, 3);
    for (std::size_t row = 0; row < series_.rows.size(); ++row) {
      names += (row == 0 ? "" : "\n") + series_.rows[row].link + "\t" + row_name(row);
      if (row != 0) percents += ' ';
      for (std::size_t i = 0; i < series_.rows[row].cells.size(); ++i) {
        const SeriesCell& cell = series_.rows[row].cells[i];
        percents += percent_digits(cell);
        if (cell.resent <= 0) continue;
        resent += (resent.empty() ? "" : " ") + std::to_string(row) + "," + std::to_string(i) +
                  "," + decimal(cell.resent, 0);
      }
    }
    return attribute("data-edges", edges) + attribute("data-rows", names) +
           attribute("data-percents", percents) + attribute("data-resent", resent);
  }

  /// "ff" is not known, "fe" not up.
  static std::string percent_digits(const SeriesCell& cell) {
    constexpr const char* kDigits = "0123456789abcdef";
    if (!cell.known) return "ff";
    if (!cell.up) return "fe";
    const auto value =
        static_cast<unsigned>(std::clamp(std::round(cell.utilisation_pct), 0.0, 200.0));
    return {kDigits[value / 16], kDigits[value % 16]};
  }

  const ReportData& data_;
  LinkSeriesData series_;
  TimeAxis axis_;
  PlotArea area_;
};

}  // namespace

std::string heat_map_svg(const ReportData& data) {
  if (data.series.rows.empty() || data.series.ends_ns.empty()) return {};
  return HeatMap(data).svg();
}

std::string heat_map_note(const ReportData& data) {
  const std::size_t links = data.series.rows.size() / 2;
  if (links <= kMostHeatLinks) return {};
  return "Shown are " + std::to_string(kMostHeatLinks) + " of " +
         grouped(static_cast<double>(links)) +
         " links: those that resent most, then those that were busiest.";
}

}  // namespace weft::tb
