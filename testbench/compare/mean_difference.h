// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

namespace weft::tb {

/// The confidence of every interval.
inline constexpr double kConfidence = 0.95;

struct Interval {
  double low = 0, high = 0;

  bool contains(double value) const { return low <= value && value <= high; }
};

/// How the mean of B differs from that of A.
struct MeanDifference {
  double a = 0, b = 0;               ///< means
  double difference = 0;             ///< b - a
  std::optional<Interval> interval;  ///< of the difference; none when there are too few values
};

/// For values of two runs of one seed each, in the same order and number: Student's interval of the
/// mean of their differences. It assumes that pairs are independent and differences about normal.
MeanDifference paired_difference(std::span<const double> a, std::span<const double> b);

/// For independent values: Welch's interval, which does not assume equal variances; degrees of
/// freedom by Welch and Satterthwaite. Both need one value at least, and two for an interval.
MeanDifference independent_difference(std::span<const double> a, std::span<const double> b);

}  // namespace weft::tb
