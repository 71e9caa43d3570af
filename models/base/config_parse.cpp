// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <toml++/toml.h>

#include "models/base/config.h"
#include "models/base/config_scan.h"
#include "models/base/text.h"

namespace weft {
namespace {

unsigned star_count(std::string_view key) {
  return static_cast<unsigned>(std::count(key.begin(), key.end(), '*'));
}

/// The line a mistake is in, for the hints below.
std::string_view line_of(std::string_view text, unsigned line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return trim(text.substr(0, text.find('\n')));
}

/// A text that lacks its quotes: "20ns", "model", "0.5km".
bool is_bare_word(std::string_view value) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const std::size_t number = value.find_first_not_of("0123456789.");
  if (number == std::string_view::npos || !letter(value[number])) return false;
  const std::string_view word = value.substr(number);
  return number == 0 || (word.size() > 1 && word[0] != 'x' && word[0] != 'e') || word == "m" ||
         word == "s" || word == "B";
}

/// What people get wrong most: quotes around patterns and around values with a unit.
std::string syntax_hint(std::string_view line) {
  constexpr std::string_view kStar = "a name with \"*\" needs quotes";
  if (line.empty()) return {};
  if (line[0] == '[') {
    if (line.find('*') != std::string_view::npos) return std::string(kStar) + ": [\"link*\"]";
    return {};
  }
  const std::size_t equals = line.find('=');
  const std::string_view key = line.substr(0, equals);
  if (key.find('*') != std::string_view::npos && key.find('"') == std::string_view::npos) {
    return std::string(kStar) + ": \"link*\".level";
  }
  if (equals == std::string_view::npos) return "for example: level = \"model\"";
  const std::string_view value = trim(line.substr(equals + 1));
  if (!is_bare_word(value)) return {};
  return "a text, or a value with a unit, needs quotes: " + quoted(value, 40);
}

std::string clean_description(std::string_view description) {
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (description.substr(0, kPrefix.size()) == kPrefix) {
    description.remove_prefix(kPrefix.size());
    const std::size_t colon = description.find(": ");
    if (colon != std::string_view::npos) {
      const std::string_view where = description.substr(0, colon);
      const bool vowel = std::string_view("aeiou").find(where[0]) != std::string_view::npos;
      return "not TOML: " + printable(description.substr(colon + 2), 200) +
             (vowel ? ", in an " : ", in a ") + printable(where, 80);
    }
  }
  return "not TOML: " + printable(description, 240);
}

toml::table parse_toml(std::string_view text, const std::string& file_name) {
  scan_toml(text, file_name);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw InputError({file_name, at.line, at.column}, "", clean_description(error.description()),
                     syntax_hint(line_of(text, at.line)));
  }
}

template <class T>
std::string streamed(const T& value) {
  std::ostringstream out;
  out << value;
  return std::move(out).str();
}

}  // namespace

/// Flattens what toml++ read into a Config.
class ConfigReader {
 public:
  using Entry = Config::Entry;

  ConfigReader(Config& config, bool from_set) : config_(config), from_set_(from_set) {}

  void read(const toml::table& table) {
    walk(table, "");
    // toml++ keeps keys sorted by name.
    std::stable_sort(found_.begin(), found_.end(), [](const Entry& a, const Entry& b) {
      return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    if (from_set_) forget_places();
    finish();
  }

  /// `value` as the value of `key`, which came from the command line.
  void read_set(const toml::node& value, const std::string& key) {
    check_key(key, 0, 0);
    visit(value, key, 0, 0);
    forget_places();
    finish();
  }

 private:
  /// The command line has no lines and columns.
  void forget_places() {
    for (Entry& entry : found_) entry.line = entry.column = 0;
  }

  [[noreturn]] void refuse(unsigned line, unsigned column, std::string_view key,
                           std::string message, std::string hint = {}) const {
    throw InputError({config_.file_name_, line, column}, printable(config_.full_key(key), 256),
                     std::move(message), std::move(hint));
  }

  void check_key(const std::string& key, unsigned line, unsigned column) const {
    if (key.size() > Config::kMaxKeyBytes) {
      refuse(line, column, std::string_view(key).substr(0, 40),
             "a key longer than " + std::to_string(Config::kMaxKeyBytes) + " bytes");
    }
    const std::vector<std::string_view> parts = split(key, '.');
    if (parts.size() > Config::kMaxKeyParts) {
      refuse(line, column, key,
             "a key of more than " + std::to_string(Config::kMaxKeyParts) + " parts");
    }
    for (std::string_view part : parts) {
      if (part.empty()) refuse(line, column, key, "a part of the key is empty");
      for (char c : part) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          refuse(line, column, key, "a control character in a key");
        }
      }
    }
  }

  void walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const toml::source_position at = name.source().begin;
      std::string key = prefix;
      if (!key.empty()) key += '.';
      // Checked before it is built: keys add up in nested tables.
      if (key.size() + name.str().size() > Config::kMaxKeyBytes) {
        key += name.str().substr(0, Config::kMaxKeyBytes + 1);
      } else {
        key += name.str();
      }
      check_key(key, at.line, at.column);
      visit(node, key, at.line, at.column);
    }
  }

  void visit(const toml::node& node, const std::string& key, unsigned line, unsigned column) {
    const toml::table* table = node.as_table();
    if (table != nullptr && !table->empty()) return walk(*table, key);
    Entry entry;
    entry.key = key;
    entry.line = line;
    entry.column = column;
    entry.stars = star_count(key);
    entry.from_set = from_set_;
    entry.empty_section = table != nullptr;
    const std::string full = config_.full_key(key);
    entry.value =
        value(node, full,
              std::make_shared<ConfigValue::Origin>(ConfigValue::Origin{config_.file_name_, full}));
    found_.push_back(std::move(entry));
  }

  ConfigValue value(const toml::node& node, const std::string& path,
                    const std::shared_ptr<const ConfigValue::Origin>& origin) {
    using Kind = ConfigValue::Kind;
    ConfigValue result;
    result.origin_ = origin;
    if (!from_set_) {
      result.line_ = node.source().begin.line;
      result.column_ = node.source().begin.column;
    }
    if (const auto* flag = node.as_boolean()) {
      result.bool_ = flag->get();
    } else if (const auto* integer = node.as_integer()) {
      result.kind_ = Kind::kInteger;
      result.integer_ = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
      result.kind_ = Kind::kFloat;
      result.float_ = real->get();
    } else if (const auto* text = node.as_string()) {
      result.kind_ = Kind::kString;
      result.text_ = text->get();
    } else if (const auto* date = node.as_date()) {
      result.kind_ = Kind::kDate;
      result.text_ = streamed(date->get());
    } else if (const auto* time = node.as_time()) {
      result.kind_ = Kind::kDate;
      result.text_ = streamed(time->get());
    } else if (const auto* both = node.as_date_time()) {
      result.kind_ = Kind::kDate;
      result.text_ = streamed(both->get());
    } else if (const auto* array = node.as_array()) {
      read_array(*array, path, result);
    }
    return result;
  }

  void read_array(const toml::array& array, const std::string& path, ConfigValue& result) {
    const auto tables = static_cast<std::size_t>(std::count_if(
        array.begin(), array.end(), [](const toml::node& item) { return item.is_table(); }));
    if (tables != 0 && tables != array.size()) {
      result.fail("a list holds either sections or values, not both");
    }
    result.kind_ = tables == 0 ? ConfigValue::Kind::kList : ConfigValue::Kind::kTables;
    std::size_t index = 0;
    for (const toml::node& item : array) {
      const std::string item_path = path + '[' + std::to_string(index++) + ']';
      if (tables == 0) {
        result.items_.push_back(value(item, item_path, result.origin_));
        continue;
      }
      Config entry;
      entry.file_name_ = config_.file_name_;
      entry.path_ = item_path;
      if (!from_set_) {
        entry.line_ = item.source().begin.line;
        entry.column_ = item.source().begin.column;
      }
      ConfigReader(entry, from_set_).read(*item.as_table());
      result.tables_.push_back(std::move(entry));
    }
  }

  void finish() {
    drop_sections_with_keys();
    for (Entry& entry : found_) {
      if (!from_set_) {
        const auto same = config_.exact_.find(entry.key);
        if (same != config_.exact_.end() && !entry.empty_section) {
          const Entry& other = config_.entries_[same->second.front()];
          refuse(entry.line, entry.column, entry.key,
                 "given twice, first in line " + std::to_string(other.line));
        }
      }
      config_.add(std::move(entry));
    }
    if (!from_set_) refuse_value_and_section();
  }

  void drop_sections_with_keys() {
    std::unordered_set<std::string_view> above;
    for (const Entry& entry : found_) {
      for (std::size_t dot = entry.key.find('.'); dot != std::string::npos;
           dot = entry.key.find('.', dot + 1)) {
        above.insert(std::string_view(entry.key).substr(0, dot));
      }
    }
    std::vector<Entry> kept;
    for (Entry& entry : found_) {
      if (!entry.empty_section || above.count(entry.key) == 0) kept.push_back(entry);
    }
    found_ = std::move(kept);
  }

  void refuse_value_and_section() const {
    for (const Entry& entry : config_.entries_) {
      for (std::size_t dot = entry.key.find('.'); dot != std::string::npos;
           dot = entry.key.find('.', dot + 1)) {
        const std::string_view above = std::string_view(entry.key).substr(0, dot);
        const auto value = config_.exact_.find(above);
        if (value == config_.exact_.end()) continue;
        refuse(entry.line, entry.column, entry.key,
               quoted(above) + " is a value, given in line " +
                   std::to_string(config_.entries_[value->second.front()].line) +
                   ", and cannot be a section too");
      }
    }
  }

  Config& config_;
  bool from_set_;
  std::vector<Entry> found_;
};

Config Config::parse(std::string_view text, std::string file_name) {
  Config config;
  config.file_name_ = std::move(file_name);
  const toml::table table = parse_toml(text, config.file_name_);
  ConfigReader(config, false).read(table);
  return config;
}

namespace {

/// "a.\"b.c\".link*" without quotes and blanks: a.b.c.link*.
std::string plain_key(std::string_view key, const std::string& source) {
  std::string result;
  char quote = 0;
  for (char c : trim(key)) {
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != 0 || (c != ' ' && c != '\t')) {
      result += c;
    }
  }
  if (quote != 0 || result.empty()) {
    throw InputError({source, 0, 0}, printable(key),
                     quote != 0 ? "a quote is not closed" : "the key is missing",
                     "for example link3.phy.latency=25ns");
  }
  return result;
}

toml::table parse_set_value(std::string_view value, const std::string& key,
                            const std::string& source) {
  const std::string shown = printable(key);
  if (value.empty()) {
    throw InputError({source, 0, 0}, shown, "the value is missing",
                     "an empty text is written \"\"");
  }
  try {
    if (value.size() > Config::kMaxKeyBytes * 256) {
      throw InputError({}, "", "the value is longer than 65536 bytes");
    }
    if (value.find('\n') != std::string_view::npos) {
      throw InputError({}, "", "a line break in the value");
    }
    const std::string line = "v = " + std::string(value);
    if (std::string_view("\"'[{").find(value[0]) != std::string_view::npos) {
      return parse_toml(line, source);
    }
    scan_toml(line, source);
    try {
      if (value.find('#') == std::string_view::npos) return toml::parse(line);
    } catch (const toml::parse_error&) {
    }
    toml::table table;  // a bare word
    table.insert("v", std::string(value));
    return table;
  } catch (const InputError& error) {
    throw InputError({source, 0, 0}, shown, error.message, error.hint);
  }
}

}  // namespace

void Config::set(std::string_view assignment) {
  // The first "=" outside quotes ends the key.
  char quote = 0;
  for (std::size_t i = 0; i < assignment.size(); ++i) {
    const char c = assignment[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '=') {
      return set(assignment.substr(0, i), assignment.substr(i + 1));
    }
  }
  throw InputError({"--set", 0, 0}, "", quoted(assignment) + " is not KEY=VALUE",
                   "for example link3.phy.latency=25ns");
}

void Config::set(std::string_view key, std::string_view value, std::string_view source) {
  const std::string name(source);
  const std::string plain = plain_key(key, name);
  const toml::table table = parse_set_value(trim(value), plain, name);
  Config parsed;
  parsed.file_name_ = name;
  ConfigReader(parsed, true).read_set(*table.get("v"), plain);
  for (Entry& entry : parsed.entries_) add(std::move(entry));
}

}  // namespace weft
