// SPDX-License-Identifier: Apache-2.0
#include "models/base/config_value.h"

#include <charconv>

#include "models/base/config.h"
#include "models/base/text.h"
#include "models/base/units.h"

namespace weft {

ConfigValue::ConfigValue() = default;
ConfigValue::ConfigValue(const ConfigValue&) = default;
ConfigValue::ConfigValue(ConfigValue&&) noexcept = default;
ConfigValue& ConfigValue::operator=(const ConfigValue&) = default;
ConfigValue& ConfigValue::operator=(ConfigValue&&) noexcept = default;
ConfigValue::~ConfigValue() = default;

SourcePos ConfigValue::pos() const { return {origin_ ? origin_->file : "", line_, column_}; }

std::string ConfigValue::key() const { return origin_ ? origin_->key : ""; }

void ConfigValue::fail(std::string_view message, std::string_view hint,
                       std::string_view key_given) const {
  throw InputError(pos(), printable(key_given.empty() ? key() : key_given, 256),
                   std::string(message), std::string(hint));
}

std::string ConfigValue::describe() const {
  switch (kind_) {
    case Kind::kBool:
      return bool_ ? "true is a flag" : "false is a flag";
    case Kind::kInteger:
      return std::to_string(integer_) + " is an integer";
    case Kind::kFloat:
      return format_double(float_) + " is a number with a point";
    case Kind::kString:
      return quoted(text_) + " is a text";
    case Kind::kDate:
      return printable(text_) + " is a date";
    case Kind::kList:
      return "[...] is a list";
    case Kind::kTables:
      return "this is a list of sections";
  }
  return {};
}

void ConfigValue::refuse_kind(std::string_view wanted, std::string_view hint) const {
  fail(describe() + ", " + std::string(wanted) + " is wanted", hint);
}

bool ConfigValue::as_bool() const {
  if (kind_ != Kind::kBool) {
    const bool word = kind_ == Kind::kString && (text_ == "true" || text_ == "false");
    refuse_kind("a flag", word ? "without quotes: " + text_ : "true or false");
  }
  return bool_;
}

std::int64_t ConfigValue::as_int64() const {
  if (kind_ == Kind::kInteger) return integer_;
  std::int64_t whole = 0;
  std::string hint = "a whole number such as 8";
  if (kind_ == Kind::kString) {
    const char* end = text_.data() + text_.size();
    const auto [rest, error] = std::from_chars(text_.data(), end, whole);
    if (error == std::errc() && rest == end) hint = "without quotes: " + text_;
  } else if (kind_ == Kind::kFloat && float_ >= -9e15 && float_ <= 9e15) {
    whole = static_cast<std::int64_t>(float_);
    if (static_cast<double>(whole) == float_) hint = "write " + std::to_string(whole);
  }
  refuse_kind("a whole number", hint);
}

std::uint64_t ConfigValue::as_uint64() const {
  const std::int64_t value = as_int64();
  if (value < 0) fail(std::to_string(value) + " is negative", "a whole number, 0 or more");
  return static_cast<std::uint64_t>(value);
}

double ConfigValue::as_double() const {
  if (kind_ == Kind::kInteger) return static_cast<double>(integer_);
  if (kind_ != Kind::kFloat) refuse_kind("a number", "a number such as 1.5e-3, without quotes");
  if (!(float_ - float_ == 0.0)) {
    fail(format_double(float_) + " is not a finite number", "a number such as 1.5e-3");
  }
  return float_;
}

double ConfigValue::as_probability() const {
  const double value = as_double();
  if (!(value >= 0.0 && value <= 1.0)) {
    fail(format_double(value) + " is not a probability", "a number from 0 to 1");
  }
  return value;
}

std::string ConfigValue::as_string() const {
  if (kind_ != Kind::kString) {
    const bool scalar = kind_ != Kind::kList && kind_ != Kind::kTables;
    refuse_kind("a text", scalar ? "in quotes: " + quoted(to_toml()) : "");
  }
  return text_;
}

template <class F>
auto ConfigValue::quantity(std::string_view what, std::string_view example, F parse) const {
  if (kind_ != Kind::kString) {
    refuse_kind(what, std::string(what) + " such as " + quoted(example));
  }
  try {
    return parse(text_);
  } catch (const UnitError& error) {
    fail(error.message, error.hint);
  }
}

Time ConfigValue::as_time() const { return quantity("a time", "20ns", parse_time); }
std::uint64_t ConfigValue::as_rate() const { return quantity("a rate", "800Gb/s", parse_rate); }
std::uint64_t ConfigValue::as_bytes() const { return quantity("a size", "256B", parse_bytes); }
std::uint64_t ConfigValue::as_length_um() const {
  return quantity("a length", "20m", parse_length_um);
}
std::uint64_t ConfigValue::as_cycles() const {
  return quantity("a number of cycles", "32cycles", parse_cycles);
}
std::uint64_t ConfigValue::as_frequency() const {
  return quantity("a frequency", "1GHz", parse_frequency);
}

double ConfigValue::as_number(std::string_view unit) const {
  if (kind_ != Kind::kString) return as_double();
  try {
    return parse_number_with_unit(text_, unit);
  } catch (const UnitError& error) {
    fail(error.message, error.hint);
  }
}

std::size_t ConfigValue::as_choice(std::span<const std::string_view> names) const {
  const std::string word = kind_ == Kind::kString ? text_ : to_toml();
  for (std::size_t i = 0; i < names.size() && kind_ == Kind::kString; ++i) {
    if (names[i] == word) return i;
  }
  fail(quoted(word) + " is not known here", name_hint(word, names));
}

const std::vector<ConfigValue>& ConfigValue::as_list() const {
  if (kind_ != Kind::kList) refuse_kind("a list", "a list such as [1, 2]");
  return items_;
}

const std::vector<Config>& ConfigValue::as_tables() const {
  if (kind_ == Kind::kList && items_.empty()) return tables_;
  if (kind_ != Kind::kTables) {
    refuse_kind("a list of sections", "begin each with [[" + printable(key()) + "]]");
  }
  return tables_;
}

}  // namespace weft
