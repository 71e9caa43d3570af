// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/base/time.h"

namespace weft {

/// Edges of a clock whose period is the rational P/Q femtoseconds: edge n is at floor(n P / Q),
/// counted from edge 0 at time 0. No rounded period is ever accumulated, so edge n is within 1 fs
/// of its true place for every n.
class Clock {
 public:
  /// Reduced on construction. Throws std::invalid_argument when a number is 0 or the period is
  /// below 1 fs (two edges would fall together).
  Clock(std::uint64_t period_num_fs, std::uint64_t den);

  /// One edge per `bits` bits on a wire of `bits_per_s`: P/Q = bits * 10^15 / bits_per_s, reduced.
  /// Throws std::invalid_argument as the constructor does, std::overflow_error when the reduced
  /// fraction does not fit 64 bits.
  static Clock for_beat(std::uint64_t bits, std::uint64_t bits_per_s);
  /// A clock of `hz` cycles per second.
  static Clock for_frequency(std::uint64_t hz) { return for_beat(1, hz); }

  /// When edge n happens. Throws std::overflow_error beyond Time::max().
  Time edge(std::uint64_t n) const;
  /// The smallest n with edge(n) >= t; exact inverse of edge().
  std::uint64_t first_edge_at_or_after(Time t) const;
  /// How many edges, from edge 0 on, happen strictly before t. The same number as
  /// first_edge_at_or_after(t); the name says what the caller means.
  std::uint64_t edges_before(Time t) const { return first_edge_at_or_after(t); }

  /// P and Q, without common factor.
  std::uint64_t num() const { return num_; }
  std::uint64_t den() const { return den_; }

  bool operator==(const Clock&) const = default;

 private:
  std::uint64_t num_;
  std::uint64_t den_;
};

}  // namespace weft
