// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/mean_difference.h"

#include <cmath>
#include <vector>

#include "testbench/compare/student.h"

namespace weft::tb {
namespace {

constexpr double kUpperTail = 1 - (1 - kConfidence) / 2;

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Squared standard error of the mean.
double squared_error(std::span<const double> values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  const auto n = static_cast<double>(values.size());
  return sum / (n - 1) / n;
}

Interval around(double middle, double squared, double nu) {
  if (squared == 0) return {middle, middle};
  const double half = student_quantile(kUpperTail, nu) * std::sqrt(squared);
  return {middle - half, middle + half};
}

}  // namespace

MeanDifference paired_difference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(b[i] - a[i]);
  MeanDifference result{mean_of(a), mean_of(b), mean_of(differences), {}};
  if (a.size() < 2) return result;
  const double squared = squared_error(differences, result.difference);
  result.interval = around(result.difference, squared, static_cast<double>(a.size() - 1));
  return result;
}

MeanDifference independent_difference(std::span<const double> a, std::span<const double> b) {
  MeanDifference result{mean_of(a), mean_of(b), 0, {}};
  result.difference = result.b - result.a;
  if (a.size() < 2 || b.size() < 2) return result;
  const double of_a = squared_error(a, result.a);
  const double of_b = squared_error(b, result.b);
  const double both = of_a + of_b;
  const double parts = of_a * of_a / static_cast<double>(a.size() - 1) +
                       of_b * of_b / static_cast<double>(b.size() - 1);
  result.interval = around(result.difference, both, both * both / parts);
  return result;
}

}  // namespace weft::tb
