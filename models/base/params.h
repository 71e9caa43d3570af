// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "models/base/config.h"
#include "models/base/text.h"
#include "models/base/time.h"
#include "models/base/units.h"

namespace weft {

/// Parameters are declared once, beside the struct that holds them:
///
///     struct PhyConfig {
///       Time   latency     = 5_ns;
///       double pre_fec_ber = 0.0;
///       Level  level       = Level::kStatistical;
///       static constexpr auto params = std::tuple{
///           param("latency", &PhyConfig::latency, "ps", range(0_ns, 10_us), "flight time, one
///           way"), param("pre_fec_ber", &PhyConfig::pre_fec_ber, "1/bit", range(0.0, 0.5), "chance
///           that ..."), param("level", &PhyConfig::level, one_of(kLevelNames), "how the errors are
///           drawn"),
///       };
///     };
///
/// The initializers are the defaults. read_params() fills the struct from a Config, checks units
/// and ranges; describe_params() feeds `weft keys`; params_toml() dumps the values.
///
/// Kinds of member: Time, Rate, Bytes, Length, Cycles, Frequency (the unit is one of their own and
/// says how the documentation counts); bool, std::string and double (any unit text; a double also
/// reads "-3.5dBm" when the unit is "dBm"); integers, where of unsigned ones the base units
/// "b/s", "B", "um", "cycles", "Hz" make the value a quantity ("256B") and any other unit a plain
/// count; enums and strings with one_of(); structs with params of their own, through group(). An
/// empty name, unit or sentence, or a unit that the member cannot have, does not compile.

/// Closed interval of allowed values.
template <class L, class H>
struct Range {
  L lo;
  H hi;
};
template <class L, class H>
constexpr Range<L, H> range(L lo, H hi) {
  return {lo, hi};
}

/// The words an enum or a text may be; `names` must have static storage.
template <class E>
struct Choices {
  std::span<const EnumName<E>> names;
};
template <class E, std::size_t N>
constexpr Choices<E> one_of(const std::array<EnumName<E>, N>& names) {
  return {std::span<const EnumName<E>>(names)};
}
template <std::size_t N>
constexpr std::span<const std::string_view> one_of(const std::array<std::string_view, N>& names) {
  return std::span<const std::string_view>(names);
}

namespace params_detail {

template <class T>
inline constexpr bool kIsInteger = std::is_integral_v<T> && !std::is_same_v<T, bool>;
template <class T>
inline constexpr bool kIsQuantity =
    std::is_same_v<T, Time> || std::is_same_v<T, Rate> || std::is_same_v<T, Bytes> ||
    std::is_same_v<T, Length> || std::is_same_v<T, Cycles> || std::is_same_v<T, Frequency>;
template <class T>
inline constexpr bool kIsPlain = kIsInteger<T> || kIsQuantity<T> || std::is_same_v<T, bool> ||
                                 std::is_same_v<T, double> || std::is_same_v<T, std::string>;
template <class T>
inline constexpr bool kIsRanged = kIsInteger<T> || kIsQuantity<T> || std::is_same_v<T, double>;

constexpr bool among(std::string_view word, std::initializer_list<std::string_view> words) {
  for (std::string_view w : words) {
    if (w == word) return true;
  }
  return false;
}

constexpr bool is_time_unit(std::string_view unit) {
  return among(unit, {"fs", "ps", "ns", "us", "ms", "s"});
}

template <class T>
constexpr bool unit_fits(std::string_view unit) {
  if constexpr (std::is_same_v<T, Time>) return is_time_unit(unit);
  if constexpr (std::is_same_v<T, Rate>) {
    return among(unit, {"b/s", "kb/s", "Mb/s", "Gb/s", "Tb/s", "B/s", "MB/s", "GB/s", "TB/s"});
  }
  if constexpr (std::is_same_v<T, Bytes>) {
    return among(unit, {"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"});
  }
  if constexpr (std::is_same_v<T, Length>) return among(unit, {"um", "mm", "cm", "m", "km"});
  if constexpr (std::is_same_v<T, Cycles>) return among(unit, {"cycles"});
  if constexpr (std::is_same_v<T, Frequency>) return among(unit, {"Hz", "kHz", "MHz", "GHz"});
  if constexpr (kIsInteger<T> && std::is_signed_v<T>) {
    if (among(unit, {"b/s", "B", "um", "cycles", "Hz"})) return false;
  }
  if constexpr (kIsInteger<T>) {  // a bare integer must not hide a scaled quantity
    return !is_time_unit(unit) && !among(unit, {"kb/s", "Mb/s", "Gb/s", "Tb/s", "kB", "KiB", "MiB",
                                                "GiB", "mm", "cm", "m", "km", "kHz", "MHz", "GHz"});
  }
  return true;
}

constexpr void check_words(std::string_view name, std::string_view unit,
                           std::string_view sentence) {
  if (name.empty()) throw std::logic_error("a parameter needs a name");
  if (unit.empty()) throw std::logic_error("a parameter needs a unit");
  if (sentence.empty()) throw std::logic_error("a parameter needs a sentence");
}

}  // namespace params_detail

/// One declared parameter of `Owner`; made by param().
template <class Owner, class T>
struct Param {
  using Bound = std::conditional_t<params_detail::kIsRanged<T>, T, std::monostate>;
  std::string_view name;
  T Owner::*member;
  std::string_view unit;
  std::string_view sentence;
  bool ranged = false;
  Bound lo{}, hi{};
};
template <class Owner, class E>
struct EnumParam {
  std::string_view name;
  E Owner::*member;
  std::span<const EnumName<E>> names;
  std::string_view sentence;
};
template <class Owner>
struct WordParam {
  std::string_view name;
  std::string Owner::*member;
  std::span<const std::string_view> names;
  std::string_view sentence;
};
template <class Owner, class Inner>
struct ParamGroup {
  std::string_view name;
  Inner Owner::*member;
};

template <class Owner, class T>
constexpr Param<Owner, T> param(std::string_view name, T Owner::*member, std::string_view unit,
                                std::string_view sentence) {
  static_assert(params_detail::kIsPlain<T>, "no parameter can be of this type");
  params_detail::check_words(name, unit, sentence);
  if (!params_detail::unit_fits<T>(unit)) throw std::logic_error("unit does not fit the member");
  return {name, member, unit, sentence};
}
template <class Owner, class T, class L, class H>
constexpr Param<Owner, T> param(std::string_view name, T Owner::*member, std::string_view unit,
                                Range<L, H> allowed, std::string_view sentence) {
  static_assert(params_detail::kIsRanged<T>, "this kind of parameter has no range");
  Param<Owner, T> result = param(name, member, unit, sentence);
  result.ranged = true;
  result.lo = T(allowed.lo);
  result.hi = T(allowed.hi);
  if (result.hi < result.lo) throw std::logic_error("the range is empty");
  return result;
}
template <class Owner, class E>
constexpr EnumParam<Owner, E> param(std::string_view name, E Owner::*member, Choices<E> choices,
                                    std::string_view sentence) {
  params_detail::check_words(name, "choice", sentence);
  return {name, member, choices.names, sentence};
}
template <class Owner>
constexpr WordParam<Owner> param(std::string_view name, std::string Owner::*member,
                                 std::span<const std::string_view> names,
                                 std::string_view sentence) {
  params_detail::check_words(name, "choice", sentence);
  return {name, member, names, sentence};
}
/// The parameters of a member struct, under "name.".
template <class Owner, class Inner>
constexpr ParamGroup<Owner, Inner> group(std::string_view name, Inner Owner::*member) {
  params_detail::check_words(name, "group", "group");
  return {name, member};
}

/// One line of `weft keys`.
struct ParamInfo {
  std::string name;  ///< dotted, relative to the struct
  std::string kind;  ///< time rate size length cycles frequency integer number flag text choice
  std::string unit;  ///< "ps"; "" for choices
  std::string default_value;  ///< as TOML
  std::string range;          ///< "[0ns, 10us]", "a | b | c", or ""
  std::string sentence;
};

/// Calls visit(const ParamInfo&) for every parameter of T, in order of declaration. T is default
/// constructible.
template <class T, class Visitor>
void describe_params(Visitor&& visit);

/// Reads every parameter of `target` from "prefix.name" (or "name" when the prefix is empty). What
/// is not given keeps the value it has. Throws InputError for a wrong kind, unit or range.
template <class T>
void read_params(const Config& config, std::string_view prefix, T& target);

/// Calls visit(const std::string& name, const std::string& toml_value) for every parameter.
template <class T, class Visitor>
void visit_params(const T& values, Visitor&& visit);

/// "prefix.name = value" lines of every parameter.
template <class T>
std::string params_toml(std::string_view prefix, const T& values);

}  // namespace weft

#include "models/base/params_impl.h"
