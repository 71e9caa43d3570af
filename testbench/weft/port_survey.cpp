// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/port_survey.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "models/base/config.h"
#include "models/base/text.h"
#include "models/system/entry_ranges.h"

namespace weft::tb {
namespace {

constexpr std::uint64_t kMostPorts = 1024;  // of a node
constexpr std::size_t kMostPortsOfAll = 4'000'000;

/// 3 of "port3".
std::optional<std::uint32_t> port_number(std::string_view text) {
  constexpr std::string_view kPort = "port";
  if (!text.starts_with(kPort)) return std::nullopt;
  text.remove_prefix(kPort.size());
  std::uint32_t port = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return port;
}

class Surveyor {
 public:
  explicit Surveyor(const Config& config) : config_(config) {}

  PortSurvey survey() {
    for (const Config& entry : config_.get_tables("node")) {
      tolerate([&] { add_nodes(entry); });
    }
    for (const Config& entry : config_.get_tables("link")) {
      tolerate([&] { add_links(entry); });
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) look_for_free_ports(i);
    return std::move(result_);
  }

 private:
  struct Node {
    const Config* entry = nullptr;
    bool is_switch = false;
    std::vector<std::uint32_t> links;  // by port: place in link_names_ plus 1; 0: none
  };

  /// An entry that cannot be read is a problem like others.
  template <class F>
  void tolerate(F read) {
    try {
      read();
    } catch (const InputError& error) {
      result_.problems.emplace_back(error.what());
    }
  }

  void complain(const Config& entry, const char* key, const std::string& text) {
    result_.problems.push_back(entry.pos(key).to_string() + ": " + text);
  }

  void add_nodes(const Config& entry) {
    const bool is_switch = entry.get_string("kind") == "switch";
    const std::uint64_t ports = entry.get_uint64("ports", 1);
    if (ports < 1 || ports > kMostPorts) entry.fail("ports", "is not from 1 to 1024");
    const EntryRanges ranges(entry, {"name"});
    for (std::size_t i = 0; i < ranges.copies(); ++i) {
      const std::string name = ranges.text(0, i);
      if (!by_name_.emplace(name, nodes_.size()).second) {
        complain(entry, "name", "there are two nodes " + quoted(name));
        continue;
      }
      all_ports_ += ports;
      if (all_ports_ > kMostPortsOfAll) entry.fail("ports", "more than four million ports in all");
      nodes_.push_back({&entry, is_switch, std::vector<std::uint32_t>(ports)});
      result_.nodes.push_back(name);
      result_.graph.switches.push_back(is_switch);
    }
  }

  void add_links(const Config& entry) {
    const EntryRanges ranges(entry, {"name", "a", "b"});
    for (std::size_t i = 0; i < ranges.copies(); ++i) {
      const std::string link = ranges.text(0, i);
      if (!by_link_name_.insert(link).second) {
        complain(entry, "name", "there are two links " + quoted(link));
      }
      link_names_.push_back(link);
      const auto a = claim(entry, "a", ranges.text(1, i));
      const auto b = claim(entry, "b", ranges.text(2, i));
      if (a && b) result_.graph.links.emplace_back(*a, *b);
    }
  }

  /// The port that the last of link_names_ has at one end.
  std::optional<RouteGraph::End> claim(const Config& entry, const char* key,
                                       const std::string& text) {
    const std::string& link = link_names_.back();
    const std::size_t dot = text.find('.');
    const std::string name = text.substr(0, dot);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      const auto near = did_you_mean(name, std::span<const std::string>(result_.nodes));
      complain(entry, key,
               link + ": there is no node " + quoted(name) +
                   (near ? "; did you mean " + quoted(*near) + "?" : ""));
      return std::nullopt;
    }
    std::vector<std::uint32_t>& links = nodes_[found->second].links;
    const auto port = dot == std::string::npos
                          ? std::nullopt
                          : port_number(std::string_view(text).substr(dot + 1));
    if (!port || *port >= links.size()) {
      complain(entry, key,
               link + ": " + quoted(text) + " is no port of " + name + ", which has port0" +
                   (links.size() > 1 ? " to port" + std::to_string(links.size() - 1) : " alone"));
      return std::nullopt;
    }
    std::uint32_t& user = links[*port];
    if (user != 0) {
      complain(entry, key, link + ": " + text + " is in use by " + link_names_[user - 1]);
      return std::nullopt;
    }
    user = static_cast<std::uint32_t>(link_names_.size());
    ++result_.linked_ports;
    return RouteGraph::End{static_cast<std::uint32_t>(found->second), *port};
  }

  void look_for_free_ports(std::size_t i) {
    const Node& node = nodes_[i];
    const auto free =
        static_cast<std::size_t>(std::count(node.links.begin(), node.links.end(), 0u));
    if (node.is_switch && free < node.links.size()) {
      result_.free_ports += free;
      return;
    }
    for (std::size_t port = 0; port < node.links.size() && !node.is_switch; ++port) {
      if (node.links[port] != 0) continue;
      complain(*node.entry, "name",
               result_.nodes[i] + ".port" + std::to_string(port) + " has no link");
    }
    if (node.is_switch) complain(*node.entry, "name", result_.nodes[i] + " has no link");
  }

  const Config& config_;
  PortSurvey result_;
  std::vector<Node> nodes_;
  std::size_t all_ports_ = 0;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_set<std::string> by_link_name_;
  std::vector<std::string> link_names_;
};

}  // namespace

PortSurvey survey_ports(std::string_view text, const std::string& file) {
  const Config config = Config::parse(text, file);
  return Surveyor(config).survey();
}

}  // namespace weft::tb
