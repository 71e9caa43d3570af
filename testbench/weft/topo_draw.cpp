// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/topo_draw.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "models/base/text.h"
#include "models/base/units.h"
#include "testbench/report/markup.h"
#include "testbench/report/topology_layout.h"

namespace weft::tb {
namespace {

constexpr double kTitleHeight = 34;
constexpr double kBend = 14;            // pixels between parallel links
constexpr std::size_t kManyNodes = 24;  // from then on names stand along the rays
constexpr const char* kStyle =
    "text{font:12px sans-serif;fill:#24292f}.title{font-weight:600}"
    ".link{fill:none;stroke:#8c959f;stroke-width:1.5}.rtl{stroke:#0969da;stroke-width:2.5}"
    ".end{fill:#57606a}.switch{fill:#ddf4ff;stroke:#0969da}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.link{stroke:#7d8590}"
    ".rtl{stroke:#58a6ff}.end{fill:#b1bac4}.switch{fill:#0c2d6b;stroke:#58a6ff}}";

const char* kind_name(NodeKind kind) {
  for (const EnumName<NodeKind>& one : kNodeKindNames) {
    if (one.value == kind) return one.name.data();
  }
  return "";
}

bool is_rtl(const DrawnSystem& drawn, std::size_t link) {
  return drawn.scenario != nullptr && drawn.scenario->links[link].level == LinkLevel::kRtl;
}

/// "link3: npu3.port0 to sw0.port3, 800Gb/s, rtl"
std::string link_text(const DrawnSystem& drawn, std::size_t i) {
  const SystemLink& link = drawn.system.links[i];
  std::string text =
      link.name + ": " + link.a + " to " + link.b + ", " + format_rate(link.rate.bits_per_s);
  if (drawn.scenario != nullptr) text += is_rtl(drawn, i) ? ", rtl" : ", model";
  return text;
}

class SvgTopology {
 public:
  explicit SvgTopology(const DrawnSystem& drawn) : drawn_(drawn) {
    std::vector<ReportNode> nodes;
    std::vector<ReportLink> links;
    for (const SystemNode& node : drawn.system.nodes) {
      nodes.push_back({node.name, kind_name(node.kind), {}});
    }
    for (const SystemLink& link : drawn.system.links) {
      ReportLink one;
      one.name = link.name;
      one.nodes = {link.ends[0].node, link.ends[1].node};
      links.push_back(std::move(one));
    }
    layout_ = lay_out(nodes, links);
  }

  std::string svg() {
    const double height = layout_.height + kTitleHeight;
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\"" +
        attribute("width", decimal(layout_.width)) + attribute("height", decimal(height)) +
        attribute("viewBox", "0 0 " + decimal(layout_.width) + " " + decimal(height)) +
        ">\n<style>" + kStyle + "</style>\n" + title();
    for (std::size_t i = 0; i < drawn_.system.links.size(); ++i) out += link(i);
    for (std::size_t i = 0; i < drawn_.system.nodes.size(); ++i) out += node(i);
    return out + "</svg>\n";
  }

 private:
  std::string title() const {
    const System& system = drawn_.system;
    const auto count = [](std::size_t n, const char* one, const char* many) {
      return std::to_string(n) + " " + (n == 1 ? one : many);
    };
    const std::size_t ends = system.endpoints.size(), switches = system.nodes.size() - ends;
    std::string text = drawn_.title + ": " + count(ends, "endpoint", "endpoints") + ", " +
                       count(switches, "switch", "switches") + ", " +
                       count(system.links.size(), "link", "links");
    for (std::size_t i = 0; i < system.links.size(); ++i) {
      if (!is_rtl(drawn_, i)) continue;
      text += "; thick: in RTL";
      break;
    }
    return "<text class=\"title\" x=\"12\" y=\"22\">" + escaped(text) + "</text>\n";
  }

  /// Parallel links are bent apart: none, then to one side and the other in turn.
  double bend_of(const SystemLink& link) {
    const auto [a, b] = std::minmax(link.ends[0].node, link.ends[1].node);
    const int n = parallel_[{a, b}]++;
    const double sign = link.ends[0].node == a ? 1 : -1;
    return sign * (n % 2 == 0 ? -1 : 1) * ((n + 1) / 2) * kBend;
  }

  std::string at(double x, double y) const { return decimal(x) + " " + decimal(y + kTitleHeight); }

  std::string link(std::size_t i) {
    const SystemLink& link = drawn_.system.links[i];
    const Place &a = layout_.places[link.ends[0].node], &b = layout_.places[link.ends[1].node];
    const double length = std::max(1.0, std::hypot(b.x - a.x, b.y - a.y));
    const double bend = 2 * bend_of(link) / length;
    const std::string control =
        at((a.x + b.x) / 2 - (b.y - a.y) * bend, (a.y + b.y) / 2 + (b.x - a.x) * bend);
    return std::string("<path class=\"link") + (is_rtl(drawn_, i) ? " rtl" : "") + "\"" +
           attribute("d", "M" + at(a.x, a.y) + "Q" + control + " " + at(b.x, b.y)) + "><title>" +
           escaped(link_text(drawn_, i)) + "</title></path>\n";
  }

  std::string node(std::size_t i) const {
    const SystemNode& node = drawn_.system.nodes[i];
    const Place& place = layout_.places[i];
    const std::string tip =
        "<title>" +
        escaped(node.name + ": " + kind_name(node.kind) + ", " + std::to_string(node.ports) +
                (node.ports == 1 ? " port" : " ports")) +
        "</title>";
    std::string out =
        "<g" + attribute("transform", "translate(" + at(place.x, place.y) + ")") + ">";
    if (node.kind == NodeKind::kSwitch) {
      return out +
             "<rect class=\"switch\" x=\"-28\" y=\"-14\" width=\"56\" height=\"28\" rx=\"4\">" +
             tip + "</rect><text text-anchor=\"middle\" y=\"4\">" + escaped(node.name) +
             "</text></g>\n";
    }
    return out + "<circle class=\"end\" r=\"7\">" + tip + "</circle>" +
           label(node.name, place.label_angle) + "</g>\n";
  }

  /// Level where names have room; along the ray where there are many.
  std::string label(const std::string& name, double angle) const {
    const double radians = angle * std::numbers::pi / 180;
    const double x = 12 * std::cos(radians), y = 12 * std::sin(radians);
    const bool left = std::cos(radians) < -0.01, steep = std::fabs(std::cos(radians)) < 0.3;
    std::string out = "<text";
    if (drawn_.system.nodes.size() > kManyNodes) {
      out += attribute("transform", "translate(" + decimal(x) + " " + decimal(y) + ")rotate(" +
                                        decimal(left ? angle + 180 : angle) + ")") +
             attribute("text-anchor", left ? "end" : "start") + " dy=\".35em\"";
    } else {
      const double shift = steep ? (std::sin(radians) > 0 ? 9 : -1) : 4;
      out += attribute("x", decimal(x)) + attribute("y", decimal(y + shift)) +
             attribute("text-anchor", steep  ? "middle"
                                      : left ? "end"
                                             : "start");
    }
    return out + ">" + escaped(name) + "</text>";
  }

  const DrawnSystem& drawn_;
  TopologyLayout layout_;
  std::map<std::pair<std::size_t, std::size_t>, int> parallel_;
};

}  // namespace

std::string topology_dot(const DrawnSystem& drawn) {
  const auto word = [](const std::string& text) { return json_string(text); };
  const System& system = drawn.system;
  std::string out = "graph " + word(drawn.title) +
                    " {\n  layout = neato\n  overlap = false\n  node [shape = circle]\n";
  for (const SystemNode& node : system.nodes) {
    out += "  " + word(node.name) +
           (node.kind == NodeKind::kSwitch ? " [shape = box, style = filled]" : "") + "\n";
  }
  for (std::size_t i = 0; i < system.links.size(); ++i) {
    const SystemLink& link = system.links[i];
    const auto node = [&](unsigned side) { return word(system.nodes[link.ends[side].node].name); };
    const auto port = [&](unsigned side) { return word(std::to_string(link.ends[side].port)); };
    out += "  " + node(0) + " -- " + node(1) + " [label = " + word(link.name) +
           ", taillabel = " + port(0) + ", headlabel = " + port(1) +
           ", tooltip = " + word(link_text(drawn, i)) +
           (is_rtl(drawn, i) ? ", penwidth = 2.5" : "") + "]\n";
  }
  return out + "}\n";
}

std::string topology_picture_svg(const DrawnSystem& drawn) { return SvgTopology(drawn).svg(); }

}  // namespace weft::tb
