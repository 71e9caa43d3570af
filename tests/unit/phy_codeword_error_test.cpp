// SPDX-License-Identifier: Apache-2.0
#include "models/phy/codeword_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <numeric>

#include "tests/unit/phy_statistics.h"

namespace weft {
namespace {

void expect_near_ratio(const char* what, double expected, double seen, double tolerance) {
  std::printf("%-36s expected %.3e  seen %.6e\n", what, expected, seen);
  EXPECT_NEAR(seen / expected, 1.0, tolerance) << what;
}

TEST(PhyCodewordError, GivesThePublishedRatesOfRs544AndRs128) {
  // Two figures are published; half of the last one is the tolerance.
  expect_near_ratio("RS(544,514) at BER 1e-3", 1.5e-4, codeword_error_rate(1e-3), 0.05 / 1.5);
  expect_near_ratio("RS(544,514) at BER 2.4e-4", 8.2e-13, codeword_error_rate(2.4e-4), 0.05 / 8.2);
  expect_near_ratio("RS(128,120) at BER 1e-3", 3.8e-3, codeword_error_rate(1e-3, kRs128),
                    0.05 / 3.8);
  expect_near_ratio("RS(128,120) at BER 1e-4", 8.0e-8, codeword_error_rate(1e-4, kRs128),
                    0.05 / 8.0);
}

TEST(PhyCodewordError, AgreesWithTheSumInLogarithms) {
  for (double ber : {1e-9, 1e-6, 2.4e-4, 1e-3, 1.5e-3, 3e-3, 1e-2, 1e-1, 0.5}) {
    const long double p = -std::expm1(10 * std::log1p(-static_cast<long double>(ber)));
    long double sum = 0;
    for (int i = 16; i <= 544; ++i) {
      sum += std::exp(std::lgamma(545.0L) - std::lgamma(i + 1.0L) - std::lgamma(545.0L - i) +
                      i * std::log(p) + (544 - i) * std::log1p(-p));
    }
    const double seen = codeword_error_rate(ber);
    std::printf("BER %.1e: expected %.12Le  seen %.12e\n", ber, sum, seen);
    EXPECT_NEAR(seen / static_cast<double>(sum), 1.0, 1e-11);
  }
}

TEST(PhyCodewordError, KeepsItsPrecisionForATinyBitErrorRate) {
  EXPECT_DOUBLE_EQ(symbol_error_rate(1e-18, 10), 1e-17);
  EXPECT_DOUBLE_EQ(symbol_error_rate(0.5, 10), 1023.0 / 1024.0);
  EXPECT_EQ(symbol_error_rate(0, 10), 0.0);
  EXPECT_EQ(codeword_error_rate(0), 0.0);
  EXPECT_GT(codeword_error_rate(1e-15), 0.0);
}

TEST(PhyCodewordError, MakesABinomialLawThatSumsToOneAtEveryChance) {
  for (double p : {0.0, 1e-12, 0.01, 0.3, 0.999}) {
    const std::vector<double> law = binomial(544, p);
    double sum = 0;
    double mean = 0;
    for (unsigned i = 0; i < law.size(); ++i) {
      sum += law[i];
      mean += i * law[i];
    }
    EXPECT_NEAR(sum, 1.0, 1e-12);
    EXPECT_NEAR(mean, 544 * p, 1e-9 * (1 + 544 * p));
  }
}

TEST(PhyCodewordError, GivesTheRatesOfMiscorrection) {
  expect_near_ratio("RS(128,120) miscorrects", 2.4e-3, miscorrection_rate(kRs128), 0.05 / 2.4);
  expect_near_ratio("RS(128,120) with t = 2", 2.9e-11,
                    miscorrection_rate(FecCode{128, 120, 8, 2, false}), 0.05 / 2.9);
  expect_near_ratio("RS(544,514) miscorrects", 5e-17, miscorrection_rate(kRs544), 0.5 / 5);
  EXPECT_EQ(miscorrection_rate(kNoFec), 0.0);
}

// The slow line knows nothing of the closed form.
TEST(PhyCodewordError, MatchesALineThatFlipsEachBitByADrawOfItsOwn) {
  struct Case {
    const char* what;
    FecCode code;
    double ber;
    unsigned codewords;
  };
  const Case cases[] = {
      {"RS(544,514) bit by bit, BER 1.5e-3", kRs544, 1.5e-3, 40'000},
      {"RS(544,514) bit by bit, BER 2e-3", kRs544, 2e-3, 20'000},
      {"RS(544,514) bit by bit, BER 3e-3", kRs544, 3e-3, 10'000},
      {"RS(544,514) bit by bit, BER 1e-2", kRs544, 1e-2, 1'000},
      {"RS(128,120) bit by bit, BER 1e-3", kRs128, 1e-3, 100'000},
      {"RS(128,120) bit by bit, BER 3e-3", kRs128, 3e-3, 20'000},
      {"no FEC, bit by bit, BER 1e-4", kNoFec, 1e-4, 100'000},
  };
  for (const Case& c : cases) {
    const phy_test::BitwiseLine line(c.code, c.ber, 11);
    unsigned failed = 0;
    std::vector<double> counts(c.code.symbols + 1, 0.0);
    for (unsigned i = 0; i < c.codewords; ++i) {
      const unsigned bad = phy_test::BitwiseLine::bad(line.flips(i));
      failed += bad > c.code.correctable;
      counts[bad] += 1;
    }
    EXPECT_GT(failed, 50u);
    EXPECT_LT(
        phy_test::binomial_sigmas(c.what, failed, c.codewords, codeword_error_rate(c.ber, c.code)),
        4.0);
    EXPECT_LT(
        phy_test::chi_squared_sigmas(
            c.what, counts, binomial(c.code.symbols, symbol_error_rate(c.ber, c.code.symbol_bits))),
        4.5);
  }
}

}  // namespace
}  // namespace weft
