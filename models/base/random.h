// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weft {

/// Key of one random stream.
struct RandomKey {
  std::uint64_t k[2];
  bool operator==(const RandomKey&) const = default;
};

/// XXH3-128 of seed, component path and purpose, each framed by its length: streams of different
/// parts or purposes are unrelated, and none depends on the order in which parts are built.
RandomKey random_key(std::uint64_t seed, std::string_view component_path, std::string_view purpose);

/// Counter-based random numbers: Philox4x64-10 (Salmon et al., "Parallel random numbers: as easy
/// as 1, 2, 3", SC11; Random123). Stateless: the same key and counter give the same draw always,
/// so results do not depend on who asks first.
class Random {
 public:
  explicit Random(RandomKey key) : key_(key) {}
  Random(std::uint64_t seed, std::string_view component_path, std::string_view purpose)
      : key_(random_key(seed, component_path, purpose)) {}

  /// Four independent draws for the 128-bit counter {counter, sub}.
  std::array<std::uint64_t, 4> block(std::uint64_t counter, std::uint64_t sub = 0) const;
  /// block(counter, 0)[0].
  std::uint64_t draw(std::uint64_t counter) const { return block(counter)[0]; }
  /// Uniform in 0 .. n-1, without bias. Throws std::invalid_argument for n = 0.
  std::uint64_t below(std::uint64_t counter, std::uint64_t n) const;

  RandomKey key() const { return key_; }

 private:
  RandomKey key_;
};

/// A probability as an integer: a 64-bit draw hits when it is below the threshold.
struct Threshold {
  std::uint64_t value = 0;
  bool always = false;  ///< probability 1, which no 64-bit value expresses

  bool hit(std::uint64_t draw) const { return always || draw < value; }
  bool operator==(const Threshold&) const = default;
};

/// floor(p * 2^64), computed exactly: p = 0 never hits, p = 1 always does, and a positive p below
/// 2^-64 never does. Values outside [0, 1] are clamped; throws std::invalid_argument for NaN.
Threshold threshold(double p);

/// How many failures come before the first success of trials that succeed with probability p, by
/// inversion of the distribution function: the largest k with (1-p)^k > (draw + 1/2) / 2^64, found
/// by binary descent over the powers of 1-p in 128-bit fixed point, so the result is the same on
/// every machine. Saturates at kMaxGap, also for p <= 0. Throws std::invalid_argument for NaN.
class Geometric {
 public:
  static constexpr std::uint64_t kMaxGap = std::uint64_t{1} << 62;

  explicit Geometric(double p);

  std::uint64_t gap(std::uint64_t draw) const;

 private:
  __extension__ using Fraction = unsigned __int128;  // of 2^128

  std::array<Fraction, 63> powers_{};  // (1-p)^(2^j)
  int count_ = 0;                      // powers in use
  bool never_ = false;                 // p <= 0
};

/// One gap; use Geometric where the same p is drawn from often.
std::uint64_t geometric_gap(double p, std::uint64_t draw);

}  // namespace weft
