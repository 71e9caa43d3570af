// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/expectation.h"

#include <algorithm>
#include <charconv>

#include "models/base/text.h"
#include "models/base/units.h"

namespace weft {
namespace {

constexpr std::string_view kSection = "expect";

std::vector<std::string_view> metric_names(MetricScope scope) {
  std::vector<std::string_view> names;
  for (const MetricInfo& info : metrics(scope)) names.push_back(info.name);
  return names;
}

bool has_metric(NodeKind kind, std::size_t metric) {
  return node_metric_sentence(kind, static_cast<NodeMetric>(metric)).has_value();
}

/// Those that nodes of at least one of the kinds have.
std::vector<std::string_view> metric_names(const std::vector<NodeKind>& kinds) {
  std::vector<std::string_view> names;
  const std::span<const MetricInfo> all = metrics(MetricScope::kNode);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto has = [&](NodeKind kind) { return has_metric(kind, i); };
    if (std::any_of(kinds.begin(), kinds.end(), has)) names.push_back(all[i].name);
  }
  return names;
}

/// "a generator", "an npu", "a switch"; "a node" for several kinds.
std::string words_for(const std::vector<NodeKind>& kinds) {
  if (kinds.size() != 1) return "a node";
  for (const auto& [kind, name] : kNodeKindNames) {
    if (kind == kinds[0]) return (kind == NodeKind::kNpu ? "an " : "a ") + std::string(name);
  }
  return "a node";
}

/// A bound of a range, in the base unit of `kind`; UnitError for what is none.
std::uint64_t parse_bound(MetricKind kind, std::string_view text) {
  if (kind == MetricKind::kTime) return parse_time(text).fs();
  if (kind == MetricKind::kRate) return parse_rate(text);
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) {
    throw UnitError(quoted(text) + " is no whole number", "a range such as \"5..100\"");
  }
  return value;
}

std::string_view example(MetricKind kind) {
  switch (kind) {
    case MetricKind::kFlag:
      return "true or false";
    case MetricKind::kTime:
      return "a time such as \"500ns\", or a range such as \"..2us\"";
    case MetricKind::kRate:
      return "a rate such as \"800Gb/s\", or a range such as \"100Gb/s..\"";
    case MetricKind::kCount:
      break;
  }
  return "a whole number such as 0, or a range such as \"5..100\"";
}

class Reader {
 public:
  Reader(const Config& config, const System& system) : config_(config), system_(system) {}

  std::vector<Expectation> read() {
    const std::vector<std::string> keys = config_.keys_under(kSection);
    if (keys.empty()) {
      throw InputError({config_.file_name(), 0, 0}, std::string(kSection),
                       "is missing: a run that expects nothing proves nothing",
                       "for example [expect] and complete = true");
    }
    for (const std::string& key : keys) check_key(key);
    read_scope(MetricScope::kRun, 0, "");
    for (std::size_t i = 0; i < system_.links.size(); ++i) {
      read_scope(MetricScope::kLink, i, system_.links[i].name);
    }
    for (std::size_t i = 0; i < system_.nodes.size(); ++i) {
      read_scope(MetricScope::kNode, i, system_.nodes[i].name);
    }
    return std::move(found_);
  }

 private:
  /// Refuses an assignment that names no part or no metric, while its words are at hand.
  void check_key(const std::string& key) const {
    const std::string full = std::string(kSection) + '.' + key;
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos) {
      return check_metric(full, "a run", metric_names(MetricScope::kRun), key);
    }
    const std::string part = key.substr(0, dot), metric = key.substr(dot + 1);
    const bool link = std::any_of(system_.links.begin(), system_.links.end(),
                                  [&](const auto& one) { return glob_match(part, one.name); });
    const std::vector<NodeKind> kinds = kinds_of(part);
    const std::vector<std::string_view> of_nodes = metric_names(kinds);
    if (!link && kinds.empty()) refuse_part(full, part);
    if (!link) return check_metric(full, words_for(kinds), of_nodes, metric);
    if (!known(of_nodes, metric)) {
      check_metric(full, "a link", metric_names(MetricScope::kLink), metric);
    }
  }

  /// Kinds of the nodes that a pattern stands for.
  std::vector<NodeKind> kinds_of(const std::string& pattern) const {
    std::vector<NodeKind> kinds;
    for (const SystemNode& node : system_.nodes) {
      if (std::find(kinds.begin(), kinds.end(), node.kind) != kinds.end()) continue;
      if (glob_match(pattern, node.name)) kinds.push_back(node.kind);
    }
    return kinds;
  }

  static bool known(const std::vector<std::string_view>& names, std::string_view metric) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return glob_match(metric, name); });
  }

  void check_metric(const std::string& key, const std::string& whose,
                    const std::vector<std::string_view>& names, std::string_view metric) const {
    if (known(names, metric)) return;
    config_.fail(key, whose + " has no metric " + quoted(metric), name_hint(metric, names));
  }

  [[noreturn]] void refuse_part(const std::string& key, const std::string& part) const {
    std::vector<std::string_view> names;
    std::vector<std::string> patterns;  // what a misspelt pattern may have meant
    const bool starred = part.find('*') != std::string::npos;
    for (const SystemLink& link : system_.links) patterns.push_back(link.name);
    for (const SystemNode& node : system_.nodes) patterns.push_back(node.name);
    if (starred) {
      for (std::string& name : patterns) name = numbers_to_stars(name);
      std::sort(patterns.begin(), patterns.end());
      patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
    }
    names.assign(patterns.begin(), patterns.end());
    config_.fail(key, "no node or link is called " + quoted(part), name_hint(part, names));
  }

  void read_scope(MetricScope scope, std::size_t part, const std::string& name) {
    const std::span<const MetricInfo> all = metrics(scope);
    for (std::size_t metric = 0; metric < all.size(); ++metric) {
      if (scope == MetricScope::kNode && !has_metric(system_.nodes[part].kind, metric)) continue;
      const std::string key =
          name.empty() ? std::string(all[metric].name) : name + '.' + std::string(all[metric].name);
      const std::string full = std::string(kSection) + '.' + key;
      const ConfigValue* value = config_.find(full);
      if (value == nullptr) continue;
      Expectation expectation;
      expectation.scope = scope;
      expectation.part = part;
      expectation.metric = metric;
      expectation.key = key;
      expectation.pattern = value->key().substr(kSection.size() + 1);
      expectation.pos = value->pos();
      read_bounds(*value, full, all[metric].kind, expectation);
      found_.push_back(std::move(expectation));
    }
  }

  static void read_bounds(const ConfigValue& value, const std::string& key, MetricKind kind,
                          Expectation& out) {
    const bool text = value.kind() == ConfigValue::Kind::kString;
    out.wanted = text ? value.as_string() : value.to_toml();
    if (kind == MetricKind::kFlag) {
      if (value.kind() != ConfigValue::Kind::kBool) refuse_kind(value, key, kind);
      out.least = out.most = value.as_bool() ? 1 : 0;
      return;
    }
    if (value.kind() == ConfigValue::Kind::kInteger && kind == MetricKind::kCount) {
      if (value.as_int64() < 0) value.fail(value.to_toml() + " is negative", example(kind), key);
      out.least = out.most = value.as_uint64();
      return;
    }
    if (!text) refuse_kind(value, key, kind);
    const std::size_t dots = out.wanted.find("..");
    const std::string least(trim(std::string_view(out.wanted).substr(0, dots)));
    try {
      if (dots == std::string::npos) {
        out.least = out.most = parse_bound(kind, least);
        return;
      }
      const std::string most(trim(std::string_view(out.wanted).substr(dots + 2)));
      if (least.empty() && most.empty()) refuse_kind(value, key, kind);
      if (!least.empty()) out.least = parse_bound(kind, least);
      if (!most.empty()) out.most = parse_bound(kind, most);
    } catch (const UnitError& error) {
      value.fail(error.message, example(kind), key);
    }
    if (out.most < out.least) value.fail(quoted(out.wanted) + " is an empty range", {}, key);
  }

  [[noreturn]] static void refuse_kind(const ConfigValue& value, const std::string& key,
                                       MetricKind kind) {
    value.fail(value.describe() + ", which this metric is not compared with", example(kind), key);
  }

  const Config& config_;
  const System& system_;
  std::vector<Expectation> found_;
};

}  // namespace

std::vector<Expectation> read_expectations(const Config& config, const System& system) {
  return Reader(config, system).read();
}

}  // namespace weft
