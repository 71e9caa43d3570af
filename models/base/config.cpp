// SPDX-License-Identifier: Apache-2.0
#include "models/base/config.h"

#include <algorithm>
#include <utility>

#include "models/base/text.h"
#include "models/base/units.h"

namespace weft {
namespace {

std::string_view last_part(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

/// What of `key` lies below `prefix`, both as written; empty when nothing does.
std::string_view below(std::string_view key, std::string_view prefix) {
  if (prefix.empty()) return key;
  if (key.size() <= prefix.size() || key[prefix.size()] != '.' ||
      key.substr(0, prefix.size()) != prefix) {
    return {};
  }
  return key.substr(prefix.size() + 1);
}

template <class Map>
std::size_t pick(const Map& map, std::string_view key, std::size_t none) {
  const auto found = map.find(key);
  return found == map.end() ? none : found->second.front();
}

}  // namespace

std::string Config::full_key(std::string_view key) const {
  if (path_.empty()) return std::string(key);
  return path_ + '.' + std::string(key);
}

void Config::add(Entry entry) {
  const std::size_t index = entries_.size();
  exact_[entry.key].push_back(index);
  if (entry.stars != 0) {
    const std::string_view last = last_part(entry.key);
    if (last.find('*') == std::string_view::npos) {
      patterns_[std::string(last)].push_back(index);
    } else {
      open_patterns_.push_back(index);
    }
  }
  entries_.push_back(std::move(entry));
}

bool Config::beats(std::size_t a, std::size_t b) const {
  const Entry& x = entries_[a];
  const Entry& y = entries_[b];
  if (x.from_set != y.from_set) return x.from_set;
  if (x.stars != y.stars) return x.stars < y.stars;
  if (x.key.size() != y.key.size()) return x.key.size() > y.key.size();  // same number of "*"
  return a > b;
}

std::size_t Config::lookup(std::string_view key) const {
  std::size_t best = kNone;
  const auto consider = [&](std::size_t index) {
    const Entry& entry = entries_[index];
    if (entry.empty_section) return;
    entry.used = true;
    if (best == kNone || beats(index, best)) best = index;
  };
  if (const auto same = exact_.find(key); same != exact_.end()) {
    for (std::size_t index : same->second) consider(index);
  }
  const auto consider_pattern = [&](std::size_t index) {
    if (entries_[index].key != key && key_match(entries_[index].key, key)) consider(index);
  };
  if (const auto patterns = patterns_.find(last_part(key)); patterns != patterns_.end()) {
    for (std::size_t index : patterns->second) consider_pattern(index);
  }
  for (std::size_t index : open_patterns_) consider_pattern(index);
  if (best != kNone) entries_[best].read = true;
  return best;
}

Config::Known& Config::know(std::string_view key) const {
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  Known known;
  known.order = known_.size();
  return known_.emplace(std::string(key), known).first->second;
}

const ConfigValue* Config::find(std::string_view key) const {
  const std::size_t index = lookup(key);
  know(key).entry = index;
  return index == kNone ? nullptr : &entries_[index].value;
}

const ConfigValue& Config::require(std::string_view key) const {
  if (const ConfigValue* value = find(key)) return *value;
  throw InputError({file_name_, line_, column_}, full_key(key), "is missing");
}

bool Config::has(std::string_view key) const { return find(key) != nullptr; }

bool Config::has_under(std::string_view prefix) const {
  if (prefix.empty()) return !entries_.empty();
  const auto parts = static_cast<std::size_t>(std::count(prefix.begin(), prefix.end(), '.')) + 1;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < parts; ++i) {
      end = entry.key.find('.', i == 0 ? 0 : end + 1);
      if (end == std::string::npos) return false;
    }
    return key_match(std::string_view(entry.key).substr(0, end), prefix);
  });
}

void Config::note_default(std::string_view key, std::string toml) const {
  know(key).otherwise = std::move(toml);
}

/// Reads the value of a key that must be there; a message names the key that was asked for, not
/// the pattern it was given by.
template <class F>
auto Config::convert(std::string_view key, F read) const {
  const ConfigValue& value = require(key);
  try {
    return read(value);
  } catch (const InputError& error) {
    throw InputError(error.pos, full_key(key), error.message, error.hint);
  }
}

#define WEFT_CONFIG_GETTER(type, name, default_type, as, default_toml)             \
  type Config::get_##name(std::string_view key) const {                            \
    return convert(key, [](const ConfigValue& value) { return value.as_##as(); }); \
  }                                                                                \
  type Config::get_##name(std::string_view key, default_type otherwise) const {    \
    note_default(key, default_toml);                                               \
    return has(key) ? get_##name(key) : type(otherwise);                           \
  }

WEFT_CONFIG_GETTER(bool, bool, bool, bool, otherwise ? "true" : "false")
WEFT_CONFIG_GETTER(std::int64_t, int64, std::int64_t, int64, std::to_string(otherwise))
WEFT_CONFIG_GETTER(std::uint64_t, uint64, std::uint64_t, uint64, std::to_string(otherwise))
WEFT_CONFIG_GETTER(double, double, double, double, format_double(otherwise))
WEFT_CONFIG_GETTER(double, probability, double, probability, format_double(otherwise))
WEFT_CONFIG_GETTER(std::string, string, std::string_view, string, json_string(otherwise))
WEFT_CONFIG_GETTER(Time, time, Time, time, json_string(format_time(otherwise)))
WEFT_CONFIG_GETTER(std::uint64_t, rate, std::uint64_t, rate, json_string(format_rate(otherwise)))
WEFT_CONFIG_GETTER(std::uint64_t, bytes, std::uint64_t, bytes, json_string(format_bytes(otherwise)))
WEFT_CONFIG_GETTER(std::uint64_t, length_um, std::uint64_t, length_um,
                   json_string(format_length_um(otherwise)))
WEFT_CONFIG_GETTER(std::uint64_t, cycles, std::uint64_t, cycles,
                   json_string(format_cycles(otherwise)))
WEFT_CONFIG_GETTER(std::uint64_t, frequency, std::uint64_t, frequency,
                   json_string(format_frequency(otherwise)))

#undef WEFT_CONFIG_GETTER

std::size_t Config::get_choice(std::string_view key,
                               std::span<const std::string_view> names) const {
  return convert(key, [&](const ConfigValue& value) { return value.as_choice(names); });
}

std::size_t Config::get_choice(std::string_view key, std::span<const std::string_view> names,
                               std::size_t otherwise) const {
  if (otherwise < names.size()) note_default(key, json_string(names[otherwise]));
  return has(key) ? get_choice(key, names) : otherwise;
}

const std::vector<ConfigValue>& Config::get_list(std::string_view key) const {
  static const std::vector<ConfigValue> kEmpty;
  if (!has(key)) return kEmpty;
  const ConfigValue* list = convert(key, [](const ConfigValue& value) {
    value.as_list();
    return &value;
  });
  return list->as_list();
}

const std::vector<Config>& Config::get_tables(std::string_view key) const {
  static const std::vector<Config> kEmpty;
  if (!has(key)) return kEmpty;
  const ConfigValue* list = convert(key, [](const ConfigValue& value) {
    value.as_tables();
    return &value;
  });
  return list->as_tables();
}

std::vector<std::string> Config::get_strings(std::string_view key) const {
  std::vector<std::string> result;
  if (!has(key)) return result;
  convert(key, [&](const ConfigValue& value) {
    for (const ConfigValue& item : value.as_list()) result.push_back(item.as_string());
    return 0;
  });
  return result;
}

std::vector<std::uint64_t> Config::get_uint64s(std::string_view key) const {
  std::vector<std::uint64_t> result;
  if (!has(key)) return result;
  convert(key, [&](const ConfigValue& value) {
    for (const ConfigValue& item : value.as_list()) result.push_back(item.as_uint64());
    return 0;
  });
  return result;
}

std::vector<double> Config::get_doubles(std::string_view key) const {
  std::vector<double> result;
  if (!has(key)) return result;
  convert(key, [&](const ConfigValue& value) {
    for (const ConfigValue& item : value.as_list()) result.push_back(item.as_double());
    return 0;
  });
  return result;
}

void Config::note_listed(std::string_view prefix) const {
  if (std::find(enumerated_.begin(), enumerated_.end(), prefix) == enumerated_.end()) {
    enumerated_.emplace_back(prefix);
  }
}

std::vector<std::string> Config::keys_under(std::string_view prefix) const {
  note_listed(prefix);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::string_view rest = below(entries_[i].key, prefix);
    if (rest.empty()) continue;
    if (entries_[i].empty_section) {
      entries_[i].used = true;
    } else if (pick(exact_, entries_[i].key, kNone) == i) {
      result.emplace_back(rest);
    }
  }
  return result;
}

std::vector<std::string> Config::children(std::string_view prefix) const {
  note_listed(prefix);
  std::vector<std::string> result;
  KeyMap<bool> seen;
  for (const Entry& entry : entries_) {
    const std::string_view rest = below(entry.key, prefix);
    if (rest.empty()) continue;
    if (entry.empty_section) entry.used = true;
    std::string child(rest.substr(0, rest.find('.')));
    if (seen.emplace(child, true).second) result.push_back(std::move(child));
  }
  return result;
}

void Config::declare(std::string_view key) const { find(key); }

void Config::mark_used_under(std::string_view prefix) const {
  for (const Entry& entry : entries_) {
    if (entry.key == prefix || !below(entry.key, prefix).empty()) entry.used = true;
  }
}

SourcePos Config::pos(std::string_view key) const {
  const ConfigValue* value = find(key);
  return value == nullptr ? SourcePos{file_name_, line_, column_} : value->pos();
}

void Config::fail(std::string_view key, std::string_view message, std::string_view hint) const {
  throw InputError(pos(key), full_key(key), std::string(message), std::string(hint));
}

}  // namespace weft
