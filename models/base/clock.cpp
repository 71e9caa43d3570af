// SPDX-License-Identifier: Apache-2.0
#include "models/base/clock.h"

#include <limits>
#include <numeric>
#include <stdexcept>

namespace weft {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kFsPerSecond = 1'000'000'000'000'000;

Wide gcd(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

}  // namespace

Clock::Clock(std::uint64_t period_num_fs, std::uint64_t den) : num_(period_num_fs), den_(den) {
  if (num_ == 0 || den_ == 0) throw std::invalid_argument("a clock period must not be 0");
  if (num_ < den_) throw std::invalid_argument("a clock period must be 1 fs or more");
  const std::uint64_t common = std::gcd(num_, den_);
  num_ /= common;
  den_ /= common;
}

Clock Clock::for_beat(std::uint64_t bits, std::uint64_t bits_per_s) {
  if (bits == 0 || bits_per_s == 0) throw std::invalid_argument("a clock period must not be 0");
  Wide num = Wide{bits} * kFsPerSecond;
  const Wide common = gcd(num, bits_per_s);
  num /= common;
  if (num > std::numeric_limits<std::uint64_t>::max()) {
    throw std::overflow_error("a clock period does not fit 64 bits");
  }
  return Clock(static_cast<std::uint64_t>(num), static_cast<std::uint64_t>(bits_per_s / common));
}

Time Clock::edge(std::uint64_t n) const {
  std::uint64_t narrow = 0;
  if (!__builtin_mul_overflow(n, num_, &narrow)) return Time::from_fs(narrow / den_);
  const Wide at = Wide{n} * num_ / den_;
  if (at > Time::max().fs()) throw std::overflow_error("clock edge beyond 5 h of simulated time");
  return Time::from_fs(static_cast<std::uint64_t>(at));
}

std::uint64_t Clock::first_edge_at_or_after(Time t) const {
  // floor(n P/Q) >= t  <=>  n P/Q >= t, for t is whole  <=>  n >= t Q / P, rounded up.
  if (t.is_never()) throw std::overflow_error("no clock edge is that late");
  const Wide scaled = Wide{t.fs()} * den_;
  const std::uint64_t last = num_ - 1;
  if (scaled <= std::numeric_limits<std::uint64_t>::max() - last) {
    return (static_cast<std::uint64_t>(scaled) + last) / num_;
  }
  return static_cast<std::uint64_t>((scaled + last) / num_);  // <= t, for P >= Q
}

}  // namespace weft
