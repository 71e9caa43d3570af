// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/error.h"
#include "models/base/time.h"

namespace weft {

class Config;

/// One value of a Config, with the place it came from and the key it was given for.
///
/// The as_ functions convert; each throws InputError with place, key and a hint when the value is
/// of another kind, wrong unit included.
class ConfigValue {
 public:
  enum class Kind { kBool, kInteger, kFloat, kString, kDate, kList, kTables };

  /// Shared by a value and the items in it.
  struct Origin {
    std::string file;
    std::string key;  ///< as written, in full; may hold "*"
  };

  ConfigValue();
  ConfigValue(const ConfigValue&);
  ConfigValue(ConfigValue&&) noexcept;
  ConfigValue& operator=(const ConfigValue&);
  ConfigValue& operator=(ConfigValue&&) noexcept;
  ~ConfigValue();

  Kind kind() const { return kind_; }
  SourcePos pos() const;
  std::string key() const;

  bool as_bool() const;
  std::int64_t as_int64() const;
  std::uint64_t as_uint64() const;
  /// Also from an integer. Never infinite or NaN.
  double as_double() const;
  /// A double in [0, 1].
  double as_probability() const;
  std::string as_string() const;
  Time as_time() const;
  std::uint64_t as_rate() const;       ///< bit/s
  std::uint64_t as_bytes() const;      ///< bytes
  std::uint64_t as_length_um() const;  ///< micrometres
  std::uint64_t as_cycles() const;
  std::uint64_t as_frequency() const;  ///< hertz
  /// A number, or a text of number and exactly this unit: -3.5 or "-3.5dBm".
  double as_number(std::string_view unit) const;
  /// Index into `names` of the text given.
  std::size_t as_choice(std::span<const std::string_view> names) const;
  /// Items of a list of values; an empty list is also an empty list of tables.
  const std::vector<ConfigValue>& as_list() const;
  /// Entries of a list of tables ([[fault]], or a list of inline tables).
  const std::vector<Config>& as_tables() const;

  /// "12", "1.5e-3", "\"20ns\"", "[1, 2]": as TOML. Tables become inline tables.
  std::string to_toml() const;
  /// As JSON; what JSON lacks (inf, nan, dates) becomes a string.
  std::string to_json() const;
  /// For a message: `"20Gb/s" is a rate`, `12 is an integer`, cut to a reasonable length.
  std::string describe() const;

  /// Refuses this value: InputError at its place, for its key (or `key` when it is not empty:
  /// the concrete key that a pattern stood for).
  [[noreturn]] void fail(std::string_view message, std::string_view hint = {},
                         std::string_view key = {}) const;

 private:
  friend class Config;
  friend class ConfigReader;

  [[noreturn]] void refuse_kind(std::string_view wanted, std::string_view hint) const;
  template <class F>
  auto quantity(std::string_view what, std::string_view example, F parse) const;

  std::shared_ptr<const Origin> origin_;
  std::string text_;  // of strings and dates
  std::vector<ConfigValue> items_;
  std::vector<Config> tables_;
  union {
    bool bool_;
    std::int64_t integer_ = 0;
    double float_;
  };
  unsigned line_ = 0, column_ = 0;
  Kind kind_ = Kind::kBool;
};

}  // namespace weft
