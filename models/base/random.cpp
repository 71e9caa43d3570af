// SPDX-License-Identifier: Apache-2.0
#include "models/base/random.h"

#include <stdexcept>

#include <Random123/philox.h>

#include "models/base/digest.h"

// No <cmath> here: what the digest sees must not depend on the machine's library. Scaling a double
// by a power of two and taking its whole part are exact.

namespace weft {
namespace {

__extension__ using Fraction = unsigned __int128;

constexpr double kTwo64 = 18446744073709551616.0;

void check_number(double p) {
  if (p != p) throw std::invalid_argument("a probability is not a number");
}

/// p * 2^128 rounded down, for 0 <= p < 1.
Fraction to_fraction(double p) {
  const double scaled = p * kTwo64;
  const auto hi = static_cast<std::uint64_t>(scaled);
  const auto lo = static_cast<std::uint64_t>((scaled - static_cast<double>(hi)) * kTwo64);
  return (Fraction{hi} << 64) | lo;
}

/// Upper half of the 256-bit product.
Fraction multiply(Fraction a, Fraction b) {
  const auto a0 = static_cast<std::uint64_t>(a), a1 = static_cast<std::uint64_t>(a >> 64);
  const auto b0 = static_cast<std::uint64_t>(b), b1 = static_cast<std::uint64_t>(b >> 64);
  const Fraction low = Fraction{a0} * b0;
  const Fraction mid1 = Fraction{a1} * b0;
  const Fraction mid2 = Fraction{a0} * b1;
  const Fraction carry =
      (low >> 64) + static_cast<std::uint64_t>(mid1) + static_cast<std::uint64_t>(mid2);
  return Fraction{a1} * b1 + (mid1 >> 64) + (mid2 >> 64) + (carry >> 64);
}

}  // namespace

RandomKey random_key(std::uint64_t seed, std::string_view component_path,
                     std::string_view purpose) {
  Digest digest;
  digest.add(seed);
  digest.add(component_path);
  digest.add(purpose);
  const Hash128 hash = digest.value();
  return {{hash.lo, hash.hi}};
}

std::array<std::uint64_t, 4> Random::block(std::uint64_t counter, std::uint64_t sub) const {
  const r123::Philox4x64::ctr_type in = {{counter, sub, 0, 0}};
  const r123::Philox4x64::key_type key = {{key_.k[0], key_.k[1]}};
  const r123::Philox4x64::ctr_type out = r123::Philox4x64()(in, key);
  return {out[0], out[1], out[2], out[3]};
}

std::uint64_t Random::below(std::uint64_t counter, std::uint64_t n) const {
  if (n == 0) throw std::invalid_argument("no number is below 0");
  // D. Lemire, "Fast random integer generation in an interval", 2019: the draw times n, with the
  // few draws rejected that would make some results likelier than others.
  const std::uint64_t reject_below = (0 - n) % n;
  for (std::uint64_t sub = 0;; ++sub) {
    for (std::uint64_t draw : block(counter, sub)) {
      const Fraction product = Fraction{draw} * n;
      if (static_cast<std::uint64_t>(product) >= reject_below) {
        return static_cast<std::uint64_t>(product >> 64);
      }
    }
  }
}

Threshold threshold(double p) {
  check_number(p);
  if (p <= 0.0) return {0, false};
  if (p >= 1.0) return {0, true};
  return {static_cast<std::uint64_t>(p * kTwo64), false};
}

Geometric::Geometric(double p) {
  check_number(p);
  if (p >= 1.0) return;  // no power of 0 is above any draw
  const Fraction success = p > 0.0 ? to_fraction(p) : 0;
  if (success == 0) {  // the chance is below 2^-128
    never_ = true;
    return;
  }
  Fraction power = 0 - success;  // 2^128 - success
  while (power != 0 && count_ < static_cast<int>(powers_.size())) {
    powers_[static_cast<std::size_t>(count_++)] = power;
    power = multiply(power, power);
  }
}

std::uint64_t Geometric::gap(std::uint64_t draw) const {
  if (never_) return kMaxGap;
  const Fraction limit = (Fraction{draw} << 64) | (Fraction{1} << 63);  // (draw + 1/2) / 2^64
  std::uint64_t failures = 0;
  Fraction reached = 0;  // (1-p)^failures; 0 stands for 1 while failures is 0
  for (int j = count_; j-- > 0;) {
    const Fraction power = powers_[static_cast<std::size_t>(j)];
    const Fraction next = failures == 0 ? power : multiply(reached, power);
    if (next > limit) {
      reached = next;
      failures += std::uint64_t{1} << j;
      if (failures >= kMaxGap) return kMaxGap;
    }
  }
  return failures;
}

std::uint64_t geometric_gap(double p, std::uint64_t draw) { return Geometric(p).gap(draw); }

}  // namespace weft
