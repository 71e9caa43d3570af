// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/student.h"

#include <cmath>

namespace weft::tb {
namespace {

/// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method.
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr double kClose = 1e-15;
  constexpr int kMostTerms = 100000;
  const auto away_from_zero = [](double v) { return std::fabs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m < kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    value *= d * c;
    if (std::fabs(d * c - 1) < kClose) break;
  }
  return value;
}

/// I_x(a, b), DLMF 8.17; `y` is 1 - x, which the caller knows without cancellation.
double incomplete_beta(double a, double b, double x, double y) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log(y));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, y) / b;
}

}  // namespace

double student_probability(double t, double nu) {
  const double whole = nu + t * t;
  const double tail = incomplete_beta(nu / 2, 0.5, nu / whole, t * t / whole) / 2;
  return t > 0 ? 1 - tail : tail;
}

double student_quantile(double p, double nu) {
  if (p == 0.5) return 0;
  if (p < 0.5) return -student_quantile(1 - p, nu);
  double low = 0;
  double high = 1;
  while (student_probability(high, nu) < p) high *= 2;
  while (high - low > 1e-11 * high) {
    const double middle = (low + high) / 2;
    (student_probability(middle, nu) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace weft::tb
