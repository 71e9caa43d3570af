// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::tb {

/// Counts whole numbers (latencies in cycles) in buckets that are exact below 128 and at most 1/64
/// wide, relative to their value, above. Integers only: equal on every machine, and two histograms
/// merge into what one would have counted. Memory grows with the largest value seen.
class LatencyHistogram {
 public:
  void add(std::uint64_t value) {
    const std::size_t bucket = bucket_of(value);
    if (bucket >= counts_.size()) [[unlikely]]
      counts_.resize(bucket + 16);
    ++counts_[bucket];
    ++count_;
    sum_ += value;
    if (value > max_) max_ = value;
  }
  void merge(const LatencyHistogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  /// Of all values.
  std::uint64_t sum() const { return sum_; }
  /// Calls f(lowest value, count) of each bucket that counted something, in growing order.
  template <class F>
  void each(F f) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] != 0) f(lowest_of(i), counts_[i]);
    }
  }
  /// 0 when nothing was counted.
  double mean() const;
  /// The smallest value that at least `numerator` of `denominator` values do not exceed (p99.9 is
  /// 999 of 1000), rounded down to its bucket's lowest; 0 when nothing was counted.
  std::uint64_t percentile(std::uint64_t numerator, std::uint64_t denominator) const;

  std::size_t memory_bytes() const { return counts_.capacity() * sizeof(counts_[0]); }

 private:
  static constexpr unsigned kBits = 6;  // 64 buckets per power of two

  static std::size_t bucket_of(std::uint64_t value) {
    const int excess = std::bit_width(value) - static_cast<int>(kBits) - 1;
    if (excess <= 0) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(excess);
    return (std::size_t{shift} << kBits) + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t lowest_of(std::size_t bucket);

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace weft::tb
