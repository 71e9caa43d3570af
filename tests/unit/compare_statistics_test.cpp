// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/base/random.h"
#include "testbench/compare/mean_difference.h"
#include "testbench/compare/student.h"

namespace weft::tb {
namespace {

constexpr double kPi = 3.14159265358979323846;

TEST(CompareStudent, HasTheQuantilesOfPrintedTables) {
  struct Row {
    double nu, p95, p975, p995;
  };
  // Upper quantiles, as every table of the distribution prints them.
  constexpr Row kTable[] = {
      {1, 6.314, 12.706, 63.657}, {2, 2.920, 4.303, 9.925},  {3, 2.353, 3.182, 5.841},
      {4, 2.132, 2.776, 4.604},   {5, 2.015, 2.571, 4.032},  {6, 1.943, 2.447, 3.707},
      {9, 1.833, 2.262, 3.250},   {10, 1.812, 2.228, 3.169}, {20, 1.725, 2.086, 2.845},
      {30, 1.697, 2.042, 2.750},  {60, 1.671, 2.000, 2.660}, {120, 1.658, 1.980, 2.617}};
  for (const Row& row : kTable) {
    EXPECT_NEAR(student_quantile(0.95, row.nu), row.p95, 5.1e-4) << row.nu;
    EXPECT_NEAR(student_quantile(0.975, row.nu), row.p975, 5.1e-4) << row.nu;
    EXPECT_NEAR(student_quantile(0.995, row.nu), row.p995, 5.1e-4) << row.nu;
    EXPECT_EQ(student_quantile(0.025, row.nu), -student_quantile(0.975, row.nu));
  }
  EXPECT_NEAR(student_quantile(0.975, 1e7), 1.959963985, 1e-6);  // the normal one
}

TEST(CompareStudent, IsTheClosedFormWhereThereIsOne) {
  for (const double p : {0.001, 0.1, 0.4, 0.5, 0.7, 0.975, 0.999}) {
    const double one = std::tan(kPi * (p - 0.5));
    const double two = (2 * p - 1) * std::sqrt(2 / (4 * p * (1 - p)));
    EXPECT_NEAR(student_quantile(p, 1), one, 1e-8 * (1 + std::fabs(one))) << p;
    EXPECT_NEAR(student_quantile(p, 2), two, 1e-8 * (1 + std::fabs(two))) << p;
  }
}

/// The density integrated by Simpson's rule from 0 to t.
double integrated(double t, double nu) {
  const auto density = [&](double x) { return std::pow(1 + x * x / nu, -(nu + 1) / 2); };
  constexpr int kSteps = 20000;
  const double h = t / kSteps;
  double sum = density(0) + density(t);
  for (int i = 1; i < kSteps; ++i) sum += density(i * h) * (i % 2 == 0 ? 2 : 4);
  const double front =
      std::exp(std::lgamma((nu + 1) / 2) - std::lgamma(nu / 2)) / std::sqrt(nu * kPi);
  return 0.5 + front * sum * h / 3;
}

TEST(CompareStudent, IsTheIntegralOfTheDensityForAnyDegreesOfFreedom) {
  for (const double nu : {1.0, 1.3, 2.5, 4.75, 11.2, 40.5, 300.0}) {
    for (const double t : {0.01, 0.5, 1.0, 2.0, 5.0}) {
      EXPECT_NEAR(student_probability(t, nu), integrated(t, nu), 1e-10) << nu << " " << t;
      EXPECT_NEAR(student_probability(-t, nu), 1 - integrated(t, nu), 1e-10) << nu << " " << t;
    }
  }
}

TEST(CompareDifference, PairsTakeAwayWhatBothRunsShare) {
  // Differences 1, 2, 3: mean 2, standard error 1/sqrt(3), t(0.975, 2) = 4.302653.
  const std::vector<double> a{100, 500, 900}, b{101, 502, 903};
  const MeanDifference paired = paired_difference(a, b);
  EXPECT_EQ(paired.a, 500);
  EXPECT_EQ(paired.b, 502);
  EXPECT_EQ(paired.difference, 2);
  ASSERT_TRUE(paired.interval);
  EXPECT_NEAR(paired.interval->low, 2 - 4.302653 / std::sqrt(3), 1e-6);
  EXPECT_NEAR(paired.interval->high, 2 + 4.302653 / std::sqrt(3), 1e-6);
  EXPECT_LT(independent_difference(a, b).interval->low, -900);
}

TEST(CompareDifference, WelchIsThatOfAWorkedExample) {
  // Unequal variances and sizes: means 20.6 and 22.1, variances 9.0 and 0.9, t = -1.57 with 9.9
  // degrees of freedom (Wikipedia, "Welch's t-test", example 2).
  const std::vector<double> a{17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8};
  const std::vector<double> b{21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8,
                              20.7, 21.7, 21.5, 22.5, 23.6, 21.5, 22.5, 23.5, 21.5, 21.8};
  const MeanDifference welch = independent_difference(a, b);
  EXPECT_NEAR(welch.a, 20.6, 0.05);
  EXPECT_NEAR(welch.b, 22.1, 0.05);
  ASSERT_TRUE(welch.interval);
  const double half = (welch.interval->high - welch.interval->low) / 2;
  EXPECT_NEAR(welch.difference / half * student_quantile(0.975, 9.9), 1.57, 0.006);
  EXPECT_NEAR(welch.interval->low + half, welch.difference, 1e-12);
}

TEST(CompareDifference, OneValueHasNoIntervalAndEqualOnesNoSpread) {
  const std::vector<double> one{3}, three{3, 3, 3}, fours{4, 4, 4};
  EXPECT_FALSE(paired_difference(one, one).interval);
  EXPECT_FALSE(independent_difference(one, three).interval);
  EXPECT_FALSE(independent_difference(three, one).interval);
  for (const MeanDifference& means :
       {paired_difference(three, fours), independent_difference(three, fours)}) {
    ASSERT_TRUE(means.interval);
    EXPECT_EQ(means.interval->low, 1);
    EXPECT_EQ(means.interval->high, 1);
  }
}

/// Normal by Box and Muller; from a generator with a fixed seed.
class Normal {
 public:
  double operator()(double mean, double deviation) {
    const double u = 1 - uniform();
    const double v = uniform();
    return mean + deviation * std::sqrt(-2 * std::log(u)) * std::cos(2 * kPi * v);
  }

 private:
  double uniform() { return static_cast<double>(random_.draw(count_++) >> 11) * 0x1p-53; }

  Random random_{1, "compare", "normal"};
  std::uint64_t count_ = 0;
};

TEST(CompareDifference, TheIntervalHoldsTheTruthAsOftenAsItSays) {
  constexpr int kTrials = 20000;
  constexpr double kTruth = 3;
  Normal normal;
  int paired = 0;
  int welch = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> a, b, shared_b;
    for (int i = 0; i < 5; ++i) {
      a.push_back(normal(10, 4));
      shared_b.push_back(a.back() + normal(kTruth, 1));
    }
    for (int i = 0; i < 8; ++i) b.push_back(normal(10 + kTruth, 2));
    paired += paired_difference(a, shared_b).interval->contains(kTruth) ? 1 : 0;
    welch += independent_difference(a, b).interval->contains(kTruth) ? 1 : 0;
  }
  // 95 %: the standard error of the counted part is 0.15 %. Welch is an approximation.
  EXPECT_NEAR(paired / double{kTrials}, kConfidence, 0.006);
  EXPECT_NEAR(welch / double{kTrials}, kConfidence, 0.012);
}

}  // namespace
}  // namespace weft::tb
