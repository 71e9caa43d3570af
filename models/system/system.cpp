// SPDX-License-Identifier: Apache-2.0
#include "models/system/system.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <unordered_map>

#include "models/system/entry_ranges.h"
#include "models/system/system_paths.h"

namespace weft {
namespace {

constexpr std::string_view kSections[] = {"workload", "sim", "expect", "fault"};
constexpr std::size_t kMostParts = 1'000'000;
constexpr std::size_t kMostEndpoints = 65'535;

}  // namespace

class SystemReader {
 public:
  explicit SystemReader(const Config& config) : config_(config) {}

  System read() {
    check_schema();
    for (const Config& entry : config_.get_tables("node")) add_nodes(entry);
    for (const Config& entry : config_.get_tables("link")) add_links(entry);
    config_.check_all_used();
    if (system_.links.empty())
      config_.fail("link", "is missing: a system has at least one [[link]]");
    check_kinds();
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) check_linked(i);
    settle_rates();
    for (std::size_t i = 0; i < system_.links.size(); ++i) check_rate(i);
    check_paths();
    return std::move(system_);
  }

 private:
  static constexpr std::size_t kFree = System::kNoLink;

  void check_schema() const {
    const std::uint64_t schema = config_.get_uint64("schema");
    if (schema != System::kSchema) {
      config_.fail("schema", "schema " + std::to_string(schema) + " is not known",
                   "this Weft reads schema " + std::to_string(System::kSchema));
    }
  }

  /// Reads the keys of an entry; those of `needed` must be there.
  template <class T>
  static T entry_keys(const Config& entry, std::initializer_list<const char*> needed) {
    T keys;
    for (const char* key : needed) entry.require(key);
    read_params(entry, "", keys);
    return keys;
  }

  void claim_name(const Config& entry, const std::string& name) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const bool good = !name.empty() && name.size() <= 64 && letter(name[0]) &&
                      std::all_of(name.begin(), name.end(), [&](char c) {
                        return letter(c) || (c >= '0' && c <= '9') || c == '_';
                      });
    if (!good) {
      entry.fail("name", quoted(name) + " is no name",
                 "a lower-case letter, then lower-case letters, digits and \"_\"");
    }
    if (std::find(std::begin(kSections), std::end(kSections), name) != std::end(kSections)) {
      entry.fail("name", quoted(name) + " is the name of a section of scenarios");
    }
    if (names_.size() >= kMostParts) entry.fail("name", "more than a million parts");
    if (!names_.emplace(name, entry.pos("name").line).second) {
      entry.fail("name", quoted(name) + " is the name of another part",
                 "the one in line " + std::to_string(names_.at(name)));
    }
  }

  void add_nodes(const Config& entry) {
    SystemNode node = entry_keys<SystemNode>(entry, {"name", "kind"});
    if (node.kind == NodeKind::kGenerator && node.ports != 1) {
      entry.fail("ports", "a generator has one port");
    }
    const EntryRanges ranges(entry, {"name"});
    for (std::size_t i = 0; i < ranges.copies(); ++i) {
      node.name = ranges.text(0, i);
      claim_name(entry, node.name);
      add_node(entry, node);
    }
  }

  void add_node(const Config& entry, const SystemNode& node) {
    const std::size_t index = system_.nodes.size();
    if (node.is_endpoint() && system_.endpoints.size() == kMostEndpoints) {
      entry.fail("kind", "more than " + std::to_string(kMostEndpoints) + " generators or npus");
    }
    by_name_.emplace(node.name, index);
    node_entries_.push_back(&entry);
    rated_.push_back(entry.has("rate"));
    system_.port_links_.emplace_back(node.ports, kFree);
    system_.node_ids_.push_back(static_cast<std::uint16_t>(system_.endpoints.size()));
    if (node.is_endpoint()) system_.endpoints.push_back(index);
    system_.nodes.push_back(node);
  }

  void add_links(const Config& entry) {
    SystemLink link = entry_keys<SystemLink>(entry, {"name", "a", "b"});
    link.pos = entry.pos("rate");
    const EntryRanges ranges(entry, {"name", "a", "b"});
    for (std::size_t i = 0; i < ranges.copies(); ++i) {
      link.name = ranges.text(0, i);
      link.a = ranges.text(1, i);
      link.b = ranges.text(2, i);
      claim_name(entry, link.name);
      for (const unsigned side : {0u, 1u}) link.ends[side] = claim_port(entry, link, side);
      link_entries_.push_back(&entry);
      system_.links.push_back(link);
    }
  }

  SystemLink::End claim_port(const Config& entry, const SystemLink& link, unsigned side) {
    const char* key = side == 0 ? "a" : "b";
    const std::string& text = side == 0 ? link.a : link.b;
    const std::size_t dot = text.find('.');
    const std::string name = text.substr(0, dot);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      std::vector<std::string_view> names;
      for (const SystemNode& node : system_.nodes) names.push_back(node.name);
      entry.fail(key, "there is no node " + quoted(name), name_hint(name, names));
    }
    const std::size_t node = found->second;
    const unsigned ports = system_.nodes[node].ports;
    const std::optional<unsigned> port = port_number(text, dot);
    if (!port || *port >= ports) {
      entry.fail(key, quoted(text) + " is no port of node " + quoted(name),
                 ports == 1 ? quoted(name + ".port0") + " is its only one"
                            : "port0 to port" + std::to_string(ports - 1));
    }
    std::size_t& use = system_.port_links_[node][*port];
    if (use != kFree) {
      entry.fail(key,
                 quoted(text) + " is in use by link " +
                     quoted(use == system_.links.size() ? link.name : system_.links[use].name),
                 "a port has one link");
    }
    use = system_.links.size();
    return {node, *port};
  }

  /// 3 of "name.port3".
  static std::optional<unsigned> port_number(const std::string& text, std::size_t dot) {
    constexpr std::string_view kPort = "port";
    if (dot == std::string::npos || text.compare(dot + 1, kPort.size(), kPort) != 0) return {};
    const char* begin = text.data() + dot + 1 + kPort.size();
    const char* end = text.data() + text.size();
    unsigned port = 0;
    const auto [rest, error] = std::from_chars(begin, end, port);
    if (error != std::errc() || rest != end || (*begin == '0' && end - begin > 1)) return {};
    return port;
  }

  void check_kinds() const {
    if (system_.endpoints.empty()) config_.fail("node", "a system has generators or npus");
    if (!system_.has(NodeKind::kGenerator)) return;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (system_.nodes[i].kind == NodeKind::kGenerator) continue;
      node_entries_[i]->fail("kind", "generators are linked to generators",
                             "a system has generators, or npus and switches");
    }
  }

  void check_linked(std::size_t i) const {
    const SystemNode& node = system_.nodes[i];
    const std::vector<std::size_t>& links = system_.port_links_[i];
    const auto unused = std::find(links.begin(), links.end(), kFree);
    if (unused == links.end()) return;
    if (node.is_endpoint()) {
      node_entries_[i]->fail("name",
                             "port" + std::to_string(unused - links.begin()) + " of node " +
                                 quoted(node.name) + " has no link",
                             "every port is one end of a link");
    }
    if (std::all_of(links.begin(), links.end(), [](std::size_t link) { return link == kFree; })) {
      node_entries_[i]->fail("name", "switch " + quoted(node.name) + " has no link");
    }
  }

  /// Rates that are given spread to where none is; what is left has the default.
  void settle_rates() {
    std::deque<std::size_t> spread;
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      if (rated_[i]) spread.push_back(i);
    }
    const auto rate = [&](std::size_t node, Rate rate) {
      if (rated_[node]) return;
      rated_[node] = true;
      system_.nodes[node].rate = rate;
      spread.push_back(node);
    };
    for (std::size_t i = 0; i < system_.links.size(); ++i) {
      if (!link_entries_[i]->has("rate")) continue;
      for (const SystemLink::End& end : system_.links[i].ends) {
        rate(end.node, system_.links[i].rate);
      }
    }
    for (; !spread.empty(); spread.pop_front()) {
      const std::size_t node = spread.front();
      for (const std::size_t link : system_.port_links_[node]) {
        if (link == kFree) continue;
        for (const SystemLink::End& end : system_.links[link].ends) {
          rate(end.node, system_.nodes[node].rate);
        }
      }
    }
  }

  void check_rate(std::size_t i) {
    SystemLink& link = system_.links[i];
    const auto rate = [&](unsigned side) { return system_.nodes[link.ends[side].node].rate; };
    const bool given = link_entries_[i]->has("rate");
    if (rate(0) != rate(1) || (given && link.rate != rate(0))) {
      const auto text = [](Rate one) { return format_rate(one.bits_per_s); };
      link_entries_[i]->fail(given ? "rate" : "a",
                             "a link between different rates: " + link.a + " runs at " +
                                 text(rate(0)) + ", " + link.b + " at " + text(rate(1)) +
                                 (given ? ", the link at " + text(link.rate) : ""),
                             "the rate of a node is that of all its ports and of their links");
    }
    link.rate = rate(0);
  }

  void check_paths() const {
    const auto apart = npus_without_path(system_);
    if (!apart) return;
    const auto [npu, other] = *apart;
    node_entries_[npu]->fail(
        "name",
        quoted(system_.nodes[npu].name) + " has no path to " + quoted(system_.nodes[other].name),
        "packets pass through switches, not through npus");
  }

  const Config& config_;
  System system_;
  std::unordered_map<std::string, unsigned> names_;  // of nodes and links, with their lines
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<const Config*> node_entries_, link_entries_;  // where they are written
  std::vector<bool> rated_;                                 // nodes whose rate is settled
};

bool System::has(NodeKind kind) const {
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](const SystemNode& node) { return node.kind == kind; });
}

System System::parse(std::string_view text, const std::string& file) {
  const Config config = Config::parse(text, file);
  return SystemReader(config).read();
}

}  // namespace weft
