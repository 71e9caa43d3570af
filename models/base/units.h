// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "models/base/time.h"

namespace weft {

/// Quantities as members of config structs; a plain std::uint64_t in base units does as well.
struct Rate {
  std::uint64_t bits_per_s = 0;
  auto operator<=>(const Rate&) const = default;
};
struct Bytes {
  std::uint64_t bytes = 0;
  auto operator<=>(const Bytes&) const = default;
};
struct Length {
  std::uint64_t um = 0;
  auto operator<=>(const Length&) const = default;
};
struct Cycles {
  std::uint64_t cycles = 0;
  auto operator<=>(const Cycles&) const = default;
};
struct Frequency {
  std::uint64_t hz = 0;
  auto operator<=>(const Frequency&) const = default;
};

/// A text that is no quantity of the kind that was wanted. what() is the message.
class UnitError : public std::runtime_error {
 public:
  UnitError(const std::string& text, std::string advice)
      : std::runtime_error(text), message(text), hint(std::move(advice)) {}

  std::string message;  ///< `"20Gb/s" is a rate, a time is wanted`
  std::string hint;     ///< `a time such as "20ns"`
};

/// All of these read a decimal number and a unit, "1.5us" (one space between them is allowed), by
/// exact decimal arithmetic. They throw UnitError when the text is not a number with a unit of that
/// kind, when the value is no whole number of base units, is negative or does not fit.
Time parse_time(std::string_view text);            ///< fs ps ns us ms s; at most 5 h
std::uint64_t parse_rate(std::string_view text);   ///< b/s kb/s Mb/s Gb/s Tb/s, B/s kB/s ...: bit/s
std::uint64_t parse_bytes(std::string_view text);  ///< B kB MB GB TB KiB MiB GiB TiB: bytes
std::uint64_t parse_length_um(std::string_view text);  ///< um mm cm m km: micrometres
std::uint64_t parse_cycles(std::string_view text);     ///< "32cycles", "1cycle"
std::uint64_t parse_frequency(std::string_view text);  ///< Hz kHz MHz GHz: hertz

/// Shortest exact text in the largest unit that leaves a digit before the point; the parse
/// functions read it back as the same number. Bytes use TiB .. KiB where they divide, else B.
std::string format_time(Time time);
std::string format_rate(std::uint64_t bits_per_s);
std::string format_bytes(std::uint64_t bytes);
std::string format_length_um(std::uint64_t um);
std::string format_cycles(std::uint64_t cycles);
std::string format_frequency(std::uint64_t hz);

/// Reads "-3.5dBm" against the unit the value is declared in; the number alone is read too.
/// Correctly rounded. Throws UnitError for another unit or text that is no finite number.
double parse_number_with_unit(std::string_view text, std::string_view unit);

}  // namespace weft
