// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/topology_picture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "testbench/report/markup.h"
#include "testbench/report/topology_layout.h"

namespace weft::tb {
namespace {

/// With more links than that lines are thin, with more marks there is no room for numbers.
constexpr std::size_t kMostNumbers = 24;
/// With more than that many the node names go too.
constexpr std::size_t kMostNames = 600;

struct Point {
  double x = 0, y = 0;
};

std::string at(Point point) { return decimal(point.x) + " " + decimal(point.y); }

/// Draws links and nodes at their places.
class TopologyPicture {
 public:
  explicit TopologyPicture(const ReportData& data)
      : data_(data), layout_(lay_out(data.nodes, data.links)) {}

  std::string svg() {
    std::string body;
    replaying_ = static_cast<std::size_t>(
        std::count_if(data_.links.begin(), data_.links.end(), has_replayed));
    for (const ReportLink& link : data_.links) body += link_group(link);
    for (std::size_t i = 0; i < data_.nodes.size(); ++i) body += node_group(i);
    return "<svg class=\"topology" + std::string(data_.links.size() > kMostNumbers ? " many" : "") +
           "\" role=\"img\" aria-label=\"nodes, switches and links\"" +
           attribute("viewBox", "0 0 " + decimal(layout_.width) + " " + decimal(layout_.height)) +
           attribute("style", "max-width:" + decimal(layout_.width) + "px") + ">" + body +
           "</svg>\n";
  }

 private:
  Point place(std::size_t node) const { return {layout_.places[node].x, layout_.places[node].y}; }

  /// Parallel links are bent apart: 0, then to one side and the other in turn.
  double bend_of(const ReportLink& link) {
    const auto [a, b] = std::minmax(link.nodes[0], link.nodes[1]);
    const int n = parallel_[{a, b}]++;
    const double sign = link.nodes[0] == a ? 1 : -1;
    return sign * (n % 2 == 0 ? -1 : 1) * ((n + 1) / 2) * 14.0;
  }

  std::string link_group(const ReportLink& link) {
    const Point a = place(link.nodes[0]), b = place(link.nodes[1]);
    const double length = std::max(1.0, std::hypot(b.x - a.x, b.y - a.y)), bend = bend_of(link);
    const Point middle{(a.x + b.x) / 2 - (b.y - a.y) / length * bend,
                       (a.y + b.y) / 2 + (b.x - a.x) / length * bend};
    return "<g class=\"link\"" + attribute("data-link", link.name) +
           attribute("data-tip", tip(link)) + "><path class=\"hit\" d=\"M" + at(a) + "L" +
           at(middle) + "L" + at(b) + "\"/>" + half(link, 0, a, middle) + half(link, 1, b, middle) +
           marks(link, middle) + "</g>\n";
  }

  static std::string half(const ReportLink& link, unsigned side, Point from, Point to) {
    const ReportDirection& sends = link.sends[side];
    const std::string colour =
        sends.utilisation_pct ? utilisation_class(*sends.utilisation_pct) : "unknown";
    return "<path class=\"" + colour + (is_up(sends) ? "" : " down") + "\" d=\"M" + at(from) + "L" +
           at(to) + "\"/>";
  }

  static bool is_up(const ReportDirection& sends) {
    return sends.state.empty() || sends.state == "up" || sends.state == "ACTIVE" ||
           sends.state == "unknown";
  }

  /// Replays of both directions; nothing where they were not counted.
  static std::optional<double> replays(const ReportLink& link) {
    const auto& [a, b] = link.sends;
    if (!a.replays && !b.replays) return std::nullopt;
    return a.replays.value_or(0) + b.replays.value_or(0);
  }

  static bool has_replayed(const ReportLink& link) {
    return replays(link).value_or(0) > 0 || link.sends[0].resent.value_or(0) > 0 ||
           link.sends[1].resent.value_or(0) > 0;
  }

  std::string marks(const ReportLink& link, Point middle) const {
    std::string out;
    if (!is_up(link.sends[0]) || !is_up(link.sends[1])) {
      out += "<path class=\"cross\" d=\"M" + at({middle.x - 5, middle.y - 5}) +
             "l10 10m0 -10l-10 10\"/>";
    }
    if (!has_replayed(link)) return out;
    out += "<path class=\"replayed\" d=\"M" + at({middle.x, middle.y - 6}) + "l6 6l-6 6l-6 -6z\"/>";
    const std::optional<double> count = replays(link);
    if (!count || replaying_ > kMostNumbers) return out;
    // Beside a line that rises, above one that is level.
    const Point a = place(link.nodes[0]), b = place(link.nodes[1]);
    const bool level = std::fabs(b.y - a.y) < 0.3 * std::fabs(b.x - a.x);
    const Point text =
        level ? Point{middle.x - 4, middle.y - 10} : Point{middle.x + 9, middle.y + 4};
    out += "<text class=\"count\" x=\"" + decimal(text.x) + "\" y=\"" + decimal(text.y) + "\">" +
           grouped(*count) + "</text>";
    return out;
  }

  std::string tip(const ReportLink& link) const {
    std::string text = link.name + "  " + decimal(link.rate_gbps, 2) + " Gb/s  " + link.level;
    for (unsigned side : {0u, 1u}) {
      const ReportDirection& sends = link.sends[side];
      text += "\n" + data_.nodes[link.nodes[side]].name + " to " +
              data_.nodes[link.nodes[1 - side]].name + ": ";
      text += sends.utilisation_pct ? decimal(*sends.utilisation_pct, 2) + " % busy" : "not known";
      if (sends.replays) text += ", " + grouped(*sends.replays) + " replays";
      if (sends.resent) text += ", " + grouped(*sends.resent) + " flits resent";
      if (!sends.state.empty()) text += ", " + sends.state;
    }
    return text;
  }

  std::string node_group(std::size_t i) const {
    const ReportNode& node = data_.nodes[i];
    const Point p = place(i);
    const bool is_switch = node.kind == "switch";
    std::string tip = node.name + "  " + node.kind;
    if (!node.id.empty()) tip += "  node id " + node.id;
    std::string out = "<g class=\"node\"" + attribute("data-tip", tip) + ">";
    if (is_switch) {
      out += "<rect x=\"" + decimal(p.x - 26) + "\" y=\"" + decimal(p.y - 13) +
             "\" width=\"52\" height=\"26\" rx=\"4\"/><text class=\"in\" x=\"" + decimal(p.x) +
             "\" y=\"" + decimal(p.y + 4) + "\">" + escaped(node.name) + "</text>";
    } else {
      out += "<circle cx=\"" + decimal(p.x) + "\" cy=\"" + decimal(p.y) + "\" r=\"7\"/>";
      if (data_.nodes.size() <= kMostNames) out += label(node.name, layout_.places[i]);
    }
    return out + "</g>\n";
  }

  /// Level where names have room; along the ray where there are many.
  std::string label(const std::string& name, const Place& place) const {
    const bool many = data_.nodes.size() > 24;
    const double radians = place.label_angle * std::acos(-1.0) / 180;
    const double x = place.x + 12 * std::cos(radians), y = place.y + 12 * std::sin(radians);
    const bool left = std::cos(radians) < -0.01, steep = std::fabs(std::cos(radians)) < 0.3;
    std::string out = "<text";
    if (many) {
      const double turn = left ? place.label_angle + 180 : place.label_angle;
      out += attribute("transform", "translate(" + at({x, y}) + ")rotate(" + decimal(turn) + ")") +
             attribute("text-anchor", left ? "end" : "start") + " dy=\".35em\"";
    } else {
      const double shift = steep ? (std::sin(radians) > 0 ? 9 : -1) : 4;
      out += " x=\"" + decimal(x) + "\" y=\"" + decimal(y + shift) + "\"" +
             attribute("text-anchor", steep  ? "middle"
                                      : left ? "end"
                                             : "start");
    }
    return out + ">" + escaped(name) + "</text>";
  }

  const ReportData& data_;
  TopologyLayout layout_;
  std::size_t replaying_ = 0;  // links
  std::map<std::pair<std::size_t, std::size_t>, int> parallel_;
};

}  // namespace

std::string utilisation_class(double percent) {
  if (percent <= 0) return "u0";
  const double step = std::clamp(std::ceil(percent / 10), 1.0, 10.0);
  return "u" + decimal(step, 0);
}

std::string topology_svg(const ReportData& data) {
  return data.nodes.empty() ? std::string() : TopologyPicture(data).svg();
}

}  // namespace weft::tb
