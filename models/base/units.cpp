// SPDX-License-Identifier: Apache-2.0
#include "models/base/units.h"

#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "models/base/text.h"

namespace weft {
namespace {

__extension__ using Wide = unsigned __int128;

struct Unit {
  std::string_view name;
  std::uint64_t factor;  // base units in one
};

struct Kind {
  std::string_view what;     // with its article
  std::string_view example;  // for the hint
  std::string_view base;     // plural of the base unit
  std::span<const Unit> units;
};

constexpr std::uint64_t kThousand = 1'000, kMillion = 1'000'000, kBillion = 1'000'000'000,
                        kTrillion = 1'000'000'000'000;

constexpr Unit kTimes[] = {{"s", kBillion* kMillion}, {"ms", kTrillion}, {"us", kBillion},
                           {"ns", kMillion},          {"ps", kThousand}, {"fs", 1}};
constexpr Unit kRates[] = {{"Tb/s", kTrillion},
                           {"Gb/s", kBillion},
                           {"Mb/s", kMillion},
                           {"kb/s", kThousand},
                           {"b/s", 1},
                           {"TB/s", 8 * kTrillion},
                           {"GB/s", 8 * kBillion},
                           {"MB/s", 8 * kMillion},
                           {"kB/s", 8 * kThousand},
                           {"B/s", 8}};
constexpr Unit kSizes[] = {{"TiB", std::uint64_t{1} << 40},
                           {"GiB", std::uint64_t{1} << 30},
                           {"MiB", std::uint64_t{1} << 20},
                           {"KiB", std::uint64_t{1} << 10},
                           {"B", 1},
                           {"TB", kTrillion},
                           {"GB", kBillion},
                           {"MB", kMillion},
                           {"kB", kThousand}};
constexpr Unit kLengths[] = {
    {"km", kBillion}, {"m", kMillion}, {"cm", 10'000}, {"mm", kThousand}, {"um", 1}};
constexpr Unit kCycleUnits[] = {{"cycles", 1}, {"cycle", 1}};
constexpr Unit kFrequencies[] = {
    {"GHz", kBillion}, {"MHz", kMillion}, {"kHz", kThousand}, {"Hz", 1}};

constexpr Kind kTime = {"a time", "20ns", "femtoseconds", kTimes};
constexpr Kind kRate = {"a rate", "800Gb/s", "bits per second", kRates};
constexpr Kind kSize = {"a size", "256B", "bytes", kSizes};
constexpr Kind kLength = {"a length", "20m", "micrometres", kLengths};
constexpr Kind kCycles = {"a number of cycles", "32cycles", "cycles", kCycleUnits};
constexpr Kind kFrequency = {"a frequency", "1GHz", "hertz", kFrequencies};
constexpr const Kind* kKinds[] = {&kTime, &kRate, &kSize, &kLength, &kCycles, &kFrequency};

std::string example_hint(const Kind& kind) {
  return std::string(kind.what) + " such as " + quoted(kind.example);
}

[[noreturn]] void refuse(const Kind& kind, const std::string& message) {
  throw UnitError(message, example_hint(kind));
}

std::optional<std::uint64_t> factor_of(const Kind& kind, std::string_view name) {
  for (const Unit& unit : kind.units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Splits "1.5us" after the number; an optional minus belongs to the number.
std::pair<std::string_view, std::string_view> split_number(std::string_view text) {
  std::size_t end = !text.empty() && text[0] == '-' ? 1 : 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  std::string_view unit = text.substr(end);
  if (end != 0 && unit.size() > 1 && unit[0] == ' ') unit.remove_prefix(1);
  return {text.substr(0, end), unit};
}

/// Digits with at most one point that has digits on both sides.
bool is_decimal(std::string_view number) {
  const std::size_t point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  if (whole.empty() || whole.find('.') != std::string_view::npos) return false;
  if (point == std::string_view::npos) return true;
  const std::string_view rest = number.substr(point + 1);
  return !rest.empty() && rest.find('.') == std::string_view::npos;
}

[[noreturn]] void refuse_unit(const Kind& kind, std::string_view text, std::string_view number,
                              std::string_view unit) {
  const std::string wanted = ", " + std::string(kind.what) + " is wanted";
  if (unit.empty()) refuse(kind, quoted(text) + " has no unit" + wanted);
  for (const Kind* other : kKinds) {
    if (factor_of(*other, unit)) {
      refuse(kind, quoted(text) + " is " + std::string(other->what) + wanted);
    }
  }
  std::string near;
  if (unit.size() == 4 && unit.substr(1) == "bps" && &kind == &kRate) {
    near = std::string(1, unit[0]) + "b/s";
  } else if (unit == "KB" && &kind == &kSize) {
    throw UnitError(quoted(text) + " has an unknown unit" + wanted,
                    "write " + quoted(std::string(number) + "KiB") + " for 1024 or " +
                        quoted(std::string(number) + "kB") + " for 1000 bytes each");
  } else {
    std::vector<std::string_view> names;
    for (const Unit& known : kind.units) names.push_back(known.name);
    near = did_you_mean(unit, names).value_or("");
  }
  if (near.empty()) refuse(kind, quoted(text) + " has an unknown unit" + wanted);
  throw UnitError(quoted(text) + " has an unknown unit" + wanted,
                  "did you mean " + quoted(std::string(number) + near) + "?");
}

std::uint64_t parse(const Kind& kind, std::string_view text, std::uint64_t most,
                    std::string_view limit = {}) {
  const auto [signed_number, unit] = split_number(text);
  const bool negative = !signed_number.empty() && signed_number[0] == '-';
  const std::string_view number = negative ? signed_number.substr(1) : signed_number;
  if (!is_decimal(number)) refuse(kind, quoted(text) + " is not " + std::string(kind.what));
  const std::optional<std::uint64_t> factor = factor_of(kind, unit);
  if (!factor) refuse_unit(kind, text, number, unit);

  // mantissa / 10^scale is the number.
  Wide mantissa = 0;
  unsigned scale = 0, digits = 0;
  std::string_view kept = number;
  const std::size_t point = number.find('.');
  if (point != std::string_view::npos) {
    while (kept.back() == '0') kept.remove_suffix(1);
    if (kept.back() == '.') kept.remove_suffix(1);
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == '.') continue;
    if (i > point) ++scale;
    if (mantissa != 0 || kept[i] != '0') ++digits;
    if (digits > 22) refuse(kind, quoted(text) + " has too many digits");
    mantissa = mantissa * 10 + static_cast<unsigned>(kept[i] - '0');
  }
  if (negative && mantissa != 0) refuse(kind, quoted(text) + " is negative");
  Wide value = mantissa * *factor;  // below 10^22 * 10^15
  for (; scale != 0; --scale) {
    if (value % 10 != 0) {
      refuse(kind, quoted(text) + " is not a whole number of " + std::string(kind.base));
    }
    value /= 10;
  }
  if (value > most) {
    refuse(kind, quoted(text) + " is too large" + (limit.empty() ? "" : ", at most ") +
                     std::string(limit));
  }
  return static_cast<std::uint64_t>(value);
}

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

/// In the largest of `units`, given from the largest to the smallest, powers of ten of each other.
std::string format_decimal(std::uint64_t value, std::span<const Unit> units,
                           std::string_view zero_unit) {
  if (value == 0) return "0" + std::string(zero_unit);
  for (const Unit& unit : units) {
    if (value < unit.factor) continue;
    std::string text = std::to_string(value / unit.factor);
    if (const std::uint64_t rest = value % unit.factor; rest != 0) {
      // As many places as the factor has zeros, less the trailing zeros of the fraction.
      std::string places = std::to_string(unit.factor + rest).substr(1);
      while (places.back() == '0') places.pop_back();
      text += '.' + places;
    }
    return text + std::string(unit.name);
  }
  return {};  // not reached: every table ends with the base unit
}

}  // namespace

Time parse_time(std::string_view text) {
  return Time::from_fs(parse(kTime, text, Time::max().fs(), "5 h of simulated time"));
}
std::uint64_t parse_rate(std::string_view text) { return parse(kRate, text, kAny); }
std::uint64_t parse_bytes(std::string_view text) { return parse(kSize, text, kAny); }
std::uint64_t parse_length_um(std::string_view text) { return parse(kLength, text, kAny); }
std::uint64_t parse_cycles(std::string_view text) { return parse(kCycles, text, kAny); }
std::uint64_t parse_frequency(std::string_view text) { return parse(kFrequency, text, kAny); }

std::string format_time(Time time) {
  if (time.is_never()) return "never";
  return format_decimal(time.fs(), kTimes, "ns");
}
std::string format_rate(std::uint64_t bits_per_s) {
  return format_decimal(bits_per_s, std::span(kRates).first(5), "b/s");
}
std::string format_bytes(std::uint64_t bytes) {
  for (const Unit& unit : std::span(kSizes).first(4)) {
    if (bytes != 0 && bytes % unit.factor == 0) {
      return std::to_string(bytes / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(bytes) + "B";
}
std::string format_length_um(std::uint64_t um) {
  constexpr Unit kShown[] = {{"km", kBillion}, {"m", kMillion}, {"mm", kThousand}, {"um", 1}};
  return format_decimal(um, kShown, "m");
}
std::string format_cycles(std::uint64_t cycles) {
  return std::to_string(cycles) + (cycles == 1 ? "cycle" : "cycles");
}
std::string format_frequency(std::uint64_t hz) { return format_decimal(hz, kFrequencies, "Hz"); }

double parse_number_with_unit(std::string_view text, std::string_view unit) {
  const std::string hint = "a number, or a text such as " + quoted("1.5" + std::string(unit));
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    throw UnitError(quoted(text) + " is out of the range of numbers", hint);
  }
  if (error != std::errc() || !(value - value == 0.0)) {
    throw UnitError(quoted(text) + " is not a number", hint);
  }
  std::string_view found(rest, static_cast<std::size_t>(end - rest));
  if (found.size() > 1 && found[0] == ' ') found.remove_prefix(1);
  if (!found.empty() && found != unit) {
    throw UnitError(quoted(text) + " is not in " + std::string(unit), hint);
  }
  return value;
}

}  // namespace weft
