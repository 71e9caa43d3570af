// SPDX-License-Identifier: Apache-2.0
#include "models/base/params.h"

namespace weft::params_detail {
namespace {

/// "0.0" -> "0", "\"10us\"" -> "10us".
std::string plain(const std::string& toml) {
  if (toml.size() >= 2 && toml.front() == '"') return toml.substr(1, toml.size() - 2);
  if (toml.size() > 2 && toml.ends_with(".0")) return toml.substr(0, toml.size() - 2);
  return toml;
}

}  // namespace

void read_value(const ConfigValue& value, std::string_view, Time& target) {
  target = value.as_time();
}
void read_value(const ConfigValue& value, std::string_view, Rate& target) {
  target = {value.as_rate()};
}
void read_value(const ConfigValue& value, std::string_view, Bytes& target) {
  target = {value.as_bytes()};
}
void read_value(const ConfigValue& value, std::string_view, Length& target) {
  target = {value.as_length_um()};
}
void read_value(const ConfigValue& value, std::string_view, Cycles& target) {
  target = {value.as_cycles()};
}
void read_value(const ConfigValue& value, std::string_view, Frequency& target) {
  target = {value.as_frequency()};
}
void read_value(const ConfigValue& value, std::string_view, bool& target) {
  target = value.as_bool();
}
void read_value(const ConfigValue& value, std::string_view unit, double& target) {
  target = value.as_number(unit);
}
void read_value(const ConfigValue& value, std::string_view, std::string& target) {
  target = value.as_string();
}

std::uint64_t read_unsigned(const ConfigValue& value, std::string_view unit, std::uint64_t most) {
  std::uint64_t result = 0;
  if (unit == "b/s") {
    result = value.as_rate();
  } else if (unit == "B") {
    result = value.as_bytes();
  } else if (unit == "um") {
    result = value.as_length_um();
  } else if (unit == "cycles") {
    result = value.as_cycles();
  } else if (unit == "Hz") {
    result = value.as_frequency();
  } else {
    result = value.as_uint64();
  }
  if (result > most) value.fail(value.to_toml() + " is too large, at most " + std::to_string(most));
  return result;
}

std::int64_t read_signed(const ConfigValue& value, std::int64_t least, std::int64_t most) {
  const std::int64_t result = value.as_int64();
  if (result < least || result > most) {
    value.fail(value.to_toml() + " is out of range " +
               range_text(std::to_string(least), std::to_string(most)));
  }
  return result;
}

std::string value_toml(Time value, std::string_view) { return json_string(format_time(value)); }
std::string value_toml(Rate value, std::string_view) {
  return json_string(format_rate(value.bits_per_s));
}
std::string value_toml(Bytes value, std::string_view) {
  return json_string(format_bytes(value.bytes));
}
std::string value_toml(Length value, std::string_view) {
  return json_string(format_length_um(value.um));
}
std::string value_toml(Cycles value, std::string_view) {
  return json_string(format_cycles(value.cycles));
}
std::string value_toml(Frequency value, std::string_view) {
  return json_string(format_frequency(value.hz));
}
std::string value_toml(bool value, std::string_view) { return value ? "true" : "false"; }
std::string value_toml(double value, std::string_view) { return format_double(value); }
std::string value_toml(const std::string& value, std::string_view) { return json_string(value); }

std::string unsigned_toml(std::uint64_t value, std::string_view unit) {
  if (unit == "b/s") return value_toml(Rate{value}, unit);
  if (unit == "B") return value_toml(Bytes{value}, unit);
  if (unit == "um") return value_toml(Length{value}, unit);
  if (unit == "cycles") return value_toml(Cycles{value}, unit);
  if (unit == "Hz") return value_toml(Frequency{value}, unit);
  return std::to_string(value);
}

std::string child_key(std::string_view prefix, std::string_view name) {
  if (prefix.empty()) return std::string(name);
  return std::string(prefix) + '.' + std::string(name);
}

std::string range_text(const std::string& lo, const std::string& hi) {
  return '[' + plain(lo) + ", " + plain(hi) + ']';
}

std::string choice_text(std::span<const std::string_view> names) {
  std::string text;
  for (std::string_view name : names) text += (text.empty() ? "" : " | ") + std::string(name);
  return text;
}

void refuse_range(const ConfigValue& value, const std::string& range, std::string_view unit,
                  std::string_view sentence, const std::string& default_toml) {
  value.fail(value.to_toml() + " is out of range " + range,
             std::string(sentence) + " (in " + std::string(unit) + "); default " + default_toml);
}

const ConfigValue* look_up(const Config& config, const std::string& key, std::string default_toml) {
  config.note_default(key, std::move(default_toml));
  return config.find(key);
}

void refuse_key(const Config& config, const std::string& key, const InputError& error) {
  throw InputError(error.pos, child_key(config.path(), key), error.message, error.hint);
}

}  // namespace weft::params_detail
