// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace weft {

/// A point or a span of simulated time: a whole number of femtoseconds from 0 to 5 h.
///
/// Every result outside that range throws std::overflow_error, and so does a negative one.
/// never() is later than every time; adding to it leaves it, anything else with it throws.
class Time {
 public:
  constexpr Time() = default;

  static constexpr Time from_fs(std::uint64_t n) { return scaled(n, 1); }
  static constexpr Time ps(std::uint64_t n) { return scaled(n, 1'000); }
  static constexpr Time ns(std::uint64_t n) { return scaled(n, 1'000'000); }
  static constexpr Time us(std::uint64_t n) { return scaled(n, 1'000'000'000); }
  static constexpr Time ms(std::uint64_t n) { return scaled(n, 1'000'000'000'000); }
  static constexpr Time s(std::uint64_t n) { return scaled(n, 1'000'000'000'000'000); }

  /// 5 h, the longest time there is.
  static constexpr Time max() { return Time(kMaxFs); }
  /// Later than max(): "no such event".
  static constexpr Time never() { return Time(kNeverFs); }

  /// Femtoseconds; 2^64 - 1 for never().
  constexpr std::uint64_t fs() const { return fs_; }
  constexpr bool is_never() const { return fs_ == kNeverFs; }

  constexpr auto operator<=>(const Time&) const = default;

  friend constexpr Time operator+(Time a, Time b) {
    if (a.is_never() || b.is_never()) return never();
    if (b.fs_ > kMaxFs - a.fs_) overflow();
    return Time(a.fs_ + b.fs_);
  }
  friend constexpr Time operator-(Time a, Time b) {
    if (a.is_never() || b.is_never() || b.fs_ > a.fs_) overflow();
    return Time(a.fs_ - b.fs_);
  }
  friend constexpr Time operator*(Time a, std::uint64_t n) {
    if (a.is_never()) overflow();
    return scaled(a.fs_, n);
  }
  friend constexpr Time operator*(std::uint64_t n, Time a) { return a * n; }
  /// Rounds down. Division by zero throws std::domain_error.
  friend constexpr Time operator/(Time a, std::uint64_t n) {
    if (a.is_never()) overflow();
    if (n == 0) zero_divide();
    return Time(a.fs_ / n);
  }
  /// How many whole `b` fit into `a`.
  friend constexpr std::uint64_t operator/(Time a, Time b) {
    if (a.is_never() || b.is_never()) overflow();
    if (b.fs_ == 0) zero_divide();
    return a.fs_ / b.fs_;
  }
  friend constexpr Time operator%(Time a, Time b) {
    if (a.is_never() || b.is_never()) overflow();
    if (b.fs_ == 0) zero_divide();
    return Time(a.fs_ % b.fs_);
  }
  constexpr Time& operator+=(Time b) { return *this = *this + b; }
  constexpr Time& operator-=(Time b) { return *this = *this - b; }

 private:
  static constexpr std::uint64_t kMaxFs = 18'000'000'000'000'000'000u;
  static constexpr std::uint64_t kNeverFs = ~std::uint64_t{0};

  explicit constexpr Time(std::uint64_t fs) : fs_(fs) {}

  static constexpr Time scaled(std::uint64_t n, std::uint64_t unit) {
    if (unit != 0 && n > kMaxFs / unit) overflow();
    return Time(n * unit);
  }
  [[noreturn]] static void overflow() {
    throw std::overflow_error("time is outside 0 .. 5 h of simulated time");
  }
  [[noreturn]] static void zero_divide() { throw std::domain_error("time divided by zero"); }

  std::uint64_t fs_ = 0;
};

inline namespace literals {
constexpr Time operator""_fs(unsigned long long n) { return Time::from_fs(n); }
constexpr Time operator""_ps(unsigned long long n) { return Time::ps(n); }
constexpr Time operator""_ns(unsigned long long n) { return Time::ns(n); }
constexpr Time operator""_us(unsigned long long n) { return Time::us(n); }
constexpr Time operator""_ms(unsigned long long n) { return Time::ms(n); }
constexpr Time operator""_s(unsigned long long n) { return Time::s(n); }
}  // namespace literals

/// Shortest exact decimal in the largest unit that leaves a digit before the point: "1.28ns",
/// "20us", "0ns"; "never" for never(). parse_time() reads all but the last back.
std::string to_string(Time time);

}  // namespace weft
