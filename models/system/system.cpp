// SPDX-License-Identifier: Apache-2.0
#include "models/system/system.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

namespace weft {
namespace {

constexpr std::string_view kSections[] = {"workload", "sim", "expect", "fault"};
constexpr std::size_t kMostParts = 1'000'000;

class Reader {
 public:
  explicit Reader(const Config& config) : config_(config) {}

  System read() {
    check_schema();
    for (const Config& entry : config_.get_tables("node")) add_node(entry);
    for (const Config& entry : config_.get_tables("link")) add_link(entry);
    config_.check_all_used();
    if (system_.links.empty())
      config_.fail("link", "is missing: a system has at least one [[link]]");
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      const auto unused = std::find(port_use_[i].begin(), port_use_[i].end(), kFree);
      if (unused == port_use_[i].end()) continue;
      config_.get_tables("node")[i].fail("name",
                                         "port" + std::to_string(unused - port_use_[i].begin()) +
                                             " of node " + quoted(system_.nodes[i].name) +
                                             " has no link",
                                         "every port is one end of a link");
    }
    return std::move(system_);
  }

 private:
  static constexpr std::size_t kFree = ~std::size_t{0};

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

  void add_node(const Config& entry) {
    SystemNode node = entry_keys<SystemNode>(entry, {"name", "kind"});
    claim_name(entry, node.name);
    if (node.kind == NodeKind::kGenerator && node.ports != 1) {
      entry.fail("ports", "a generator has one port");
    }
    by_name_.emplace(node.name, system_.nodes.size());
    port_use_.emplace_back(node.ports, kFree);
    system_.nodes.push_back(std::move(node));
  }

  void add_link(const Config& entry) {
    SystemLink link = entry_keys<SystemLink>(entry, {"name", "a", "b"});
    claim_name(entry, link.name);
    link.pos = entry.pos("rate");
    link.ends = {find_port(entry, "a", link.a), find_port(entry, "b", link.b)};
    system_.links.push_back(std::move(link));
  }

  SystemLink::End find_port(const Config& entry, const char* key, const std::string& text) {
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
    std::size_t& use = port_use_[node][*port];
    if (use != kFree) {
      entry.fail(key,
                 quoted(text) + " is in use by link " +
                     quoted(use == system_.links.size() ? entry.get_string("name")
                                                        : system_.links[use].name),
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

  const Config& config_;
  System system_;
  std::unordered_map<std::string, unsigned> names_;  // of nodes and links, with their lines
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<std::vector<std::size_t>> port_use_;  // by node and port: the link
};

}  // namespace

System System::parse(std::string_view text, const std::string& file) {
  const Config config = Config::parse(text, file);
  return Reader(config).read();
}

}  // namespace weft
