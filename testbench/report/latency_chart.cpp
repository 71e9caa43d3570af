// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/latency_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "testbench/report/chart_axis.h"
#include "testbench/report/markup.h"

namespace weft::tb {
namespace {

constexpr double kUnits = 1'000;  // of the plot's width and height
constexpr double kWidth = 960, kHeight = 380;

struct Mark {
  double part;
  const char* name;
};
constexpr std::array kMarks{Mark{0.5, "p50"}, Mark{0.99, "p99"}, Mark{0.999, "p99.9"}};

class LatencyChart {
 public:
  explicit LatencyChart(const std::vector<NodeLatency>& latency)
      : latency_(latency), all_(all_latency(latency)), nines_(std::log10(all_.total()) + 0.3) {
    const double low = std::max(all_.counts.front().latency_ns, 0.001);
    const double high = std::max(all_.counts.back().latency_ns, low);
    axis_.logarithmic = high > 12 * low;
    axis_.low = axis_.logarithmic ? low / 1.1 : std::max(0.0, low - 0.05 * (high - low) - 1);
    axis_.high = axis_.logarithmic ? high * 1.1 : high + 0.05 * (high - low) + 1;
    nines_ = std::max(nines_, 1.3);
  }

  std::string svg() const {
    std::string out = open_chart(axis_, area_, kWidth, kHeight, "", "distribution of latency", "");
    out += levels() + axis_svg(axis_, area_, "latency of a transaction", true);
    out += "<svg class=\"plot lines\"" + attribute("x", decimal(area_.left)) +
           attribute("y", decimal(area_.top)) + attribute("width", decimal(area_.width)) +
           attribute("height", decimal(area_.height)) +
           " viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">";
    if (latency_.size() > 1) {
      for (const NodeLatency& node : latency_) out += line(node, "thin");
    }
    return out + line(all_, "thick") + "</svg>\n" + marks() + "</svg>\n";
  }

 private:
  /// Of a share of the transactions, from the top of the plot: 0 to 1.
  double height_of(double part) const {
    return 1 - std::min(1.0, -std::log10(std::max(1 - part, 1e-12)) / nines_);
  }

  std::string line(const NodeLatency& node, const char* kind) const {
    const double total = node.total();
    double seen = 0, last_x = -10, last_y = kUnits;
    std::string path;
    for (std::size_t i = 0; i < node.counts.size(); ++i) {
      seen += node.counts[i].count;
      const double x = axis_.position(node.counts[i].latency_ns) * kUnits;
      const double y = i + 1 == node.counts.size() ? 0 : height_of(seen / total) * kUnits;
      const bool near = std::fabs(x - last_x) < 0.7 && std::fabs(y - last_y) < 2;
      if (near && i + 1 < node.counts.size()) continue;
      if (path.empty()) path = "M" + decimal(x) + " 1000";
      path += "H" + decimal(x) + "V" + decimal(y, 0);
      last_x = x;
      last_y = y;
    }
    return "<path class=\"" + std::string(kind) + "\" d=\"" + path + "\"" +
           attribute("data-tip", tip(node)) + "/>\n";
  }

  static std::string tip(const NodeLatency& node) {
    std::string text = node.node + "  " + grouped(node.total()) + " transactions";
    for (const Mark& mark : kMarks) {
      text += std::string("\n") + mark.name + " " + time_text(node.percentile(mark.part));
    }
    return text;
  }

  /// Lines at 0, 50, 90, 99 % and so on, as far as there are that many transactions.
  std::string levels() const {
    std::string out = "<g class=\"ticks\">" + level(0, "0 %") + level(0.5, "50 %");
    double rest = 0.1;
    for (int nines = 1; nines < nines_ - 0.25; ++nines, rest /= 10) {
      out += level(1 - rest, decimal(100 * (1 - rest), std::max(0, nines - 2)) + " %");
    }
    return out + "</g><text class=\"axis\" text-anchor=\"end\" x=\"" + decimal(area_.left - 8) +
           "\" y=\"" + decimal(area_.top + 4) + "\">longest</text>";
  }

  std::string level(double part, const std::string& name) const {
    const std::string y = decimal(area_.top + height_of(part) * area_.height);
    return "<path d=\"M" + decimal(area_.left) + " " + y + "h" + decimal(area_.width) +
           "\"/><text text-anchor=\"end\" x=\"" + decimal(area_.left - 8) + "\" y=\"" + y +
           "\" dy=\".35em\">" + name + "</text>";
  }

  /// A dot on the line of all nodes with its name; the script moves them when the reader zooms.
  std::string marks() const {
    std::string out = "<g class=\"marks\">";
    for (const Mark& mark : kMarks) {
      if (all_.total() * (1 - mark.part) < 0.999) continue;
      const double ns = all_.percentile(mark.part), x = axis_.position(ns);
      const bool left = x > 0.16;  // the line rises: above it to the left, and below to the right
      out += "<g" + attribute("data-x", decimal(ns, 3)) + " transform=\"translate(" +
             decimal(area_.left + x * area_.width) + " " +
             decimal(area_.top + height_of(mark.part) * area_.height) +
             ")\"><circle r=\"4\"/><text text-anchor=\"" + (left ? "end" : "start") + "\" x=\"" +
             (left ? "-8" : "10") + "\" y=\"" + (left ? "-6" : "14") + "\">" + mark.name + " " +
             time_text(ns) + "</text></g>";
    }
    return out + "</g>\n";
  }

  const std::vector<NodeLatency>& latency_;
  NodeLatency all_;
  double nines_;  // of the plot's height
  TimeAxis axis_;
  PlotArea area_{70, 14, kWidth - 90, kHeight - 56};
};

/// Class of a part's colour. Parts that FORMATS.md names have their own.
std::string part_class(const ReportData& data, std::size_t part) {
  static const std::array<const char*, 7> kKnown{"queue",  "serialise", "flight_fec", "replay",
                                                 "switch", "memory",    "other"};
  for (std::size_t i = 0; i < kKnown.size(); ++i) {
    if (data.parts[part] == kKnown[i]) return "p" + std::to_string(i);
  }
  return "p" + std::to_string(7 + part % 3);
}

std::string part_name(const std::string& part) {
  return part == "flight_fec" ? "flight and FEC" : heading(part);
}

/// Mean over nodes, each counting as its transactions where they are known.
NodeBreakdown mean_of_all(const ReportData& data) {
  NodeBreakdown mean{"all nodes", std::vector<double>(data.parts.size())};
  double weights = 0;
  for (const NodeBreakdown& node : data.breakdown) {
    double weight = data.latency.empty() ? 1 : 0;
    for (const NodeLatency& latency : data.latency) {
      if (latency.node == node.node) weight = latency.total();
    }
    weights += weight;
    for (std::size_t i = 0; i < data.parts.size(); ++i) mean.mean_ns[i] += weight * node.mean_ns[i];
  }
  for (double& one : mean.mean_ns) one = weights > 0 ? one / weights : 0;
  return mean;
}

double total_of(const NodeBreakdown& node) {
  double sum = 0;
  for (const double one : node.mean_ns) sum += std::max(0.0, one);
  return sum;
}

std::string breakdown_bar(const ReportData& data, const NodeBreakdown& node, double y,
                          double height, double scale, double left) {
  std::string out = "<text text-anchor=\"end\" x=\"" + decimal(left - 8) + "\" y=\"" +
                    decimal(y + height / 2) + "\" dy=\".35em\">" + escaped(node.node) + "</text>";
  double x = left;
  for (std::size_t i = 0; i < node.mean_ns.size(); ++i) {
    const double width = std::max(0.0, node.mean_ns[i]) * scale;
    if (width <= 0) continue;
    const double share = 100 * node.mean_ns[i] / total_of(node);
    out +=
        "<rect class=\"" + part_class(data, i) + "\" x=\"" + decimal(x) + "\" y=\"" + decimal(y) +
        "\" width=\"" + decimal(width) + "\" height=\"" + decimal(height) + "\"" +
        attribute("data-tip", node.node + "  " + part_name(data.parts[i]) + "\n" +
                                  decimal(node.mean_ns[i], 2) + " ns, " + decimal(share) + " %") +
        "/>";
    x += width;
  }
  return out + "<text x=\"" + decimal(x + 6) + "\" y=\"" + decimal(y + height / 2) +
         "\" dy=\".35em\">" + time_text(total_of(node)) + "</text>\n";
}

std::string breakdown_legend(const ReportData& data, const NodeBreakdown& mean) {
  std::string out = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < data.parts.size(); ++i) {
    out += "<li><svg class=\"swatch\" viewBox=\"0 0 12 12\"><rect class=\"" + part_class(data, i) +
           "\" width=\"12\" height=\"12\"/></svg>" + escaped(part_name(data.parts[i])) + " <b>" +
           grouped(mean.mean_ns[i], 1) + " ns</b></li>";
  }
  return out + "</ul>\n";
}

}  // namespace

NodeLatency all_latency(const std::vector<NodeLatency>& latency) {
  std::map<double, double> counts;
  for (const NodeLatency& node : latency) {
    for (const LatencyCount& one : node.counts) counts[one.latency_ns] += one.count;
  }
  NodeLatency all{"all nodes", {}};
  for (const auto& [ns, count] : counts) all.counts.push_back({ns, count});
  return all;
}

std::string latency_svg(const std::vector<NodeLatency>& latency) {
  return latency.empty() ? std::string() : LatencyChart(latency).svg();
}

std::string breakdown_svg(const ReportData& data) {
  if (data.breakdown.empty()) return {};
  const NodeBreakdown mean = mean_of_all(data);
  double longest = total_of(mean);
  for (const NodeBreakdown& node : data.breakdown) longest = std::max(longest, total_of(node));
  if (longest <= 0) return {};
  const bool many = data.breakdown.size() > 16;
  const double left = 90, top = 4, first = 26, height = many ? 10 : 17, gap = many ? 2 : 4;
  const double scale = (kWidth - left - 80) / longest;
  std::string bars = breakdown_bar(data, mean, top, first, scale, left);
  double y = top + first + 10;
  for (const NodeBreakdown& node : data.breakdown) {
    bars += breakdown_bar(data, node, y, height, scale, left);
    y += height + gap;
  }
  return breakdown_legend(data, mean) +
         "<div class=\"picture\"><svg class=\"bars\" role=\"img\" aria-label=\"mean latency in "
         "parts\" viewBox=\"0 0 " +
         decimal(kWidth) + " " + decimal(y) + "\">" + bars + "</svg></div>\n";
}

}  // namespace weft::tb
