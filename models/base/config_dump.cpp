// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/base/config.h"
#include "models/base/text.h"

namespace weft {
namespace {

bool is_bare(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string toml_key(std::string_view key) {
  std::string result;
  for (std::string_view part : split(key, '.')) {
    if (!result.empty()) result += '.';
    result += is_bare(part) ? std::string(part) : json_string(part);
  }
  return result;
}

}  // namespace

class ConfigDump {
 public:
  explicit ConfigDump(const Config& config) : config_(config) {}

  /// Calls visit(key, value) for each assignment; of equal keys the last, in the place of the
  /// first.
  template <class F>
  static void each_assignment(const Config& config, F visit) {
    for (std::size_t i = 0; i < config.entries_.size(); ++i) {
      const std::vector<std::size_t>& same = config.exact_.find(config.entries_[i].key)->second;
      if (same.front() != i) continue;
      const Config::Entry& entry = config.entries_[same.back()];
      visit(entry.key, entry.empty_section ? nullptr : &entry.value);
    }
  }

  std::string effective(const std::string& header) {
    collect();
    std::string text = lines(true);
    if (!reads_back(text)) text = lines(false);
    for (const auto& [key, value] : tables_) {
      const std::string name = header.empty() ? toml_key(key) : header + '.' + toml_key(key);
      for (const Config& entry : value->as_tables()) {
        text += "\n[[" + name + "]]\n" + ConfigDump(entry).effective(name);
      }
    }
    return text;
  }

 private:
  struct Line {
    std::string key;
    std::optional<std::string> value;  // nothing: the key was asked for and is absent
  };

  void collect() {
    using Item = std::pair<const std::string, Config::Known>;
    std::vector<const Item*> known;
    for (const Item& item : config_.known_) known.push_back(&item);
    std::sort(known.begin(), known.end(),
              [](const Item* a, const Item* b) { return a->second.order < b->second.order; });
    for (const Item* item : known) {
      if (item->second.entry == Config::kNone) {
        lines_.push_back({item->first, item->second.otherwise});
        continue;
      }
      const ConfigValue& value = config_.entries_[item->second.entry].value;
      if (value.kind() == ConfigValue::Kind::kTables) {
        tables_.emplace_back(item->first, &value);
      } else {
        lines_.push_back({item->first, value.to_toml()});
      }
    }
  }

  bool may_generalize(const std::string& key) const {
    if (key.find('*') != std::string::npos) return false;
    return std::none_of(
        config_.enumerated_.begin(), config_.enumerated_.end(), [&](const std::string& prefix) {
          return prefix.empty() || (key.size() > prefix.size() && key[prefix.size()] == '.' &&
                                    key.compare(0, prefix.size(), prefix) == 0);
        });
  }

  struct Group {
    std::unordered_map<std::string, std::size_t> votes;
    std::string common;  // the most frequent value
    std::size_t size = 0;
    bool written = false;
    bool complete = true;  // no key of the group is absent
  };

  std::string lines(bool with_patterns) const {
    std::unordered_map<std::string, Group> groups;
    for (const Line& line : lines_) {
      if (!with_patterns || !may_generalize(line.key)) continue;
      Group& group = groups[numbers_to_stars(line.key)];
      ++group.size;
      if (!line.value) {
        group.complete = false;
        continue;
      }
      if (++group.votes[*line.value] > group.votes[group.common]) group.common = *line.value;
    }
    std::string text;
    for (const Line& line : lines_) {
      if (!line.value) continue;
      if (with_patterns && may_generalize(line.key)) {
        const std::string pattern = numbers_to_stars(line.key);
        Group& group = groups[pattern];
        if (group.size > 1 && group.complete) {
          if (!group.written) text += toml_key(pattern) + " = " + group.common + '\n';
          group.written = true;
          if (*line.value == group.common) continue;
        }
      }
      text += toml_key(line.key) + " = " + *line.value + '\n';
    }
    return text;
  }

  /// Whether every key gets its value, and every absent one none, from the text.
  bool reads_back(const std::string& text) const {
    try {
      const Config again = Config::parse(text, "");
      return std::all_of(lines_.begin(), lines_.end(), [&](const Line& line) {
        const ConfigValue* value = again.find(line.key);
        return value == nullptr ? !line.value : line.value && value->to_toml() == *line.value;
      });
    } catch (const InputError&) {
      return false;
    }
  }

  const Config& config_;
  std::vector<Line> lines_;
  std::vector<std::pair<std::string, const ConfigValue*>> tables_;
};

std::string ConfigValue::to_toml() const {
  std::string text;
  switch (kind_) {
    case Kind::kBool:
      return bool_ ? "true" : "false";
    case Kind::kInteger:
      return std::to_string(integer_);
    case Kind::kFloat:
      return format_double(float_);
    case Kind::kString:
      return json_string(text_);
    case Kind::kDate:
      return text_;
    case Kind::kList:
      for (const ConfigValue& item : items_) text += (text.empty() ? "" : ", ") + item.to_toml();
      break;
    case Kind::kTables:
      for (const Config& table : tables_) {
        std::string inside;
        ConfigDump::each_assignment(table, [&](const std::string& key, const ConfigValue* value) {
          inside += (inside.empty() ? "" : ", ") + toml_key(key) + " = " +
                    (value == nullptr ? "{}" : value->to_toml());
        });
        text += (text.empty() ? "{" : ", {") + inside + '}';
      }
      break;
  }
  return '[' + text + ']';
}

std::string ConfigValue::to_json() const {
  std::string text;
  switch (kind_) {
    case Kind::kFloat:
      return float_ - float_ == 0.0 ? format_double(float_) : json_string(format_double(float_));
    case Kind::kDate:
      return json_string(text_);
    case Kind::kList:
      for (const ConfigValue& item : items_) text += (text.empty() ? "" : ", ") + item.to_json();
      return '[' + text + ']';
    case Kind::kTables:
      for (const Config& table : tables_) {
        text += (text.empty() ? "" : ", ") + weft::to_json(table);
      }
      return '[' + text + ']';
    default:
      return to_toml();
  }
}

std::string effective_toml(const Config& config) { return ConfigDump(config).effective(""); }

std::string to_json(const Config& config) {
  std::string text;
  ConfigDump::each_assignment(config, [&](const std::string& key, const ConfigValue* value) {
    text += (text.empty() ? "" : ", ") + json_string(key) + ": " +
            (value == nullptr ? "{}" : value->to_json());
  });
  return '{' + text + '}';
}

}  // namespace weft
