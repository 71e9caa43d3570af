// SPDX-License-Identifier: Apache-2.0
#include "testbench/drive/latency_histogram.h"

#include <algorithm>

namespace weft::tb {

void LatencyHistogram::merge(const LatencyHistogram& other) {
  if (counts_.size() < other.counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

double LatencyHistogram::mean() const {
  return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t LatencyHistogram::percentile(std::uint64_t numerator,
                                           std::uint64_t denominator) const {
  if (count_ == 0) return 0;
  // ceil(count * numerator / denominator), without overflow for any count a run can reach
  const std::uint64_t wanted = count_ / denominator * numerator +
                               (count_ % denominator * numerator + denominator - 1) / denominator;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted && counts_[i] != 0) return lowest_of(i);
  }
  return max_;
}

std::uint64_t LatencyHistogram::lowest_of(std::size_t bucket) {
  const std::size_t group = bucket >> kBits;
  if (group < 2) return bucket;
  const std::size_t shift = group - 1;
  return (bucket - (shift << kBits)) << shift;
}

}  // namespace weft::tb
