// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/random.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <Random123/philox.h>

#include "models/base/digest.h"

namespace weft {
namespace {

__extension__ using Wide = unsigned __int128;
using Block = std::array<std::uint64_t, 4>;

Block philox(const Block& counter, const std::array<std::uint64_t, 2>& key) {
  const auto out =
      r123::Philox4x64()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {out[0], out[1], out[2], out[3]};
}

TEST(Random, GivesThePublishedPhiloxVectors) {
  // philox4x64 with 10 rounds in Random123's kat_vectors: zeros, ones, digits of pi.
  const std::uint64_t ones = ~std::uint64_t{0};
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x16554d9eca36314c, 0xdb20fe9d672d0fdc,
                                                 0xd7e772cee186176b, 0x7e68b68aec7ba23b}));
  EXPECT_EQ(
      philox({ones, ones, ones, ones}, {ones, ones}),
      (Block{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}));
  EXPECT_EQ(
      philox({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
             {0x452821e638d01377, 0xbe5466cf34e90c6c}),
      (Block{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}));
  EXPECT_EQ(Random(RandomKey{{0, 0}}).block(0), (Block{0x16554d9eca36314c, 0xdb20fe9d672d0fdc,
                                                       0xd7e772cee186176b, 0x7e68b68aec7ba23b}));
}

RC_GTEST_PROP(Random, IsPhiloxOfCounterAndSubCounter,
              (std::uint64_t k0, std::uint64_t k1, std::uint64_t counter, std::uint64_t sub)) {
  const Random random(RandomKey{{k0, k1}});
  RC_ASSERT(random.block(counter, sub) == philox({counter, sub, 0, 0}, {k0, k1}));
  RC_ASSERT(random.draw(counter) == random.block(counter, 0)[0]);
}

TEST(Random, KeysDifferInSeedPathAndPurpose) {
  const RandomKey key = random_key(1, "link3.phy", "errors");
  EXPECT_EQ(random_key(1, "link3.phy", "errors"), key);
  EXPECT_NE(random_key(2, "link3.phy", "errors"), key);
  EXPECT_NE(random_key(1, "link4.phy", "errors"), key);
  EXPECT_NE(random_key(1, "link3.phy", "other"), key);
  EXPECT_NE(random_key(1, "link3.phye", "rrors"), key);
}

TEST(Random, KeysAreTheHashOfTheirFramedParts) {
  std::vector<std::uint8_t> bytes;
  const auto add_word = [&](std::uint64_t word) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
  };
  const auto add_text = [&](std::string_view text) {
    add_word(text.size());
    bytes.insert(bytes.end(), text.begin(), text.end());
  };
  add_word(1);
  add_text("link3.phy");
  add_text("errors");
  const Hash128 hash = hash128(bytes);
  const RandomKey key = random_key(1, "link3.phy", "errors");
  EXPECT_EQ(key, (RandomKey{{hash.lo, hash.hi}}));
  // A change of this number changes every run of every scenario.
  EXPECT_EQ(hash.hex(), "bc57bd784c635b6983a2aa17e8f82549");
}

TEST(Random, DrawsBelowALimitEvenly) {
  const Random random(1, "test", "below");
  for (std::uint64_t n : {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{10}}) {
    std::vector<double> seen(n, 0.0);
    constexpr int kDraws = 30'000;
    for (int i = 0; i < kDraws; ++i) {
      const std::uint64_t drawn = random.below(static_cast<std::uint64_t>(i), n);
      ASSERT_LT(drawn, n);
      seen[drawn] += 1;
    }
    const double expected = static_cast<double>(kDraws) / static_cast<double>(n);
    for (double count : seen) EXPECT_NEAR(count, expected, 6 * std::sqrt(expected));
  }
  // Rejection happens for about half of the draws here, and still nothing is out of place.
  const std::uint64_t n = (std::uint64_t{1} << 63) + 1;
  int upper = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const std::uint64_t drawn = random.below(i, n);
    ASSERT_LT(drawn, n);
    upper += drawn >= n / 2 ? 1 : 0;
  }
  EXPECT_NEAR(upper, 5'000, 300);
  EXPECT_THROW(random.below(0, 0), std::invalid_argument);
}

TEST(Threshold, IsExactAtTheEnds) {
  EXPECT_EQ(threshold(0.0), (Threshold{0, false}));
  EXPECT_FALSE(threshold(0.0).hit(0));
  EXPECT_TRUE(threshold(1.0).hit(~std::uint64_t{0}));
  EXPECT_EQ(threshold(-1.0), (Threshold{0, false}));
  EXPECT_TRUE(threshold(2.0).always);
  EXPECT_FALSE(threshold(std::nextafter(1.0, 0.0)).hit(~std::uint64_t{0}));
  EXPECT_THROW(threshold(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
}

TEST(Threshold, RoundsDownToTheGridOfDraws) {
  EXPECT_EQ(threshold(0.5).value, std::uint64_t{1} << 63);
  EXPECT_EQ(threshold(std::ldexp(1.0, -64)).value, 1u);
  EXPECT_EQ(threshold(std::ldexp(1.9, -64)).value, 1u);
  EXPECT_EQ(threshold(std::ldexp(1.0, -65)).value, 0u);
  EXPECT_EQ(threshold(std::numeric_limits<double>::denorm_min()).value, 0u);
}

RC_GTEST_PROP(Threshold, IsTheProbabilityTimesTwoToThe64, ()) {
  const auto mantissa = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 53);
  const auto shift = *rc::gen::inRange<int>(0, 60);
  const double p = std::ldexp(static_cast<double>(mantissa), -53 - shift);
  const Wide exact = (Wide{mantissa} << 11) >> shift;
  RC_ASSERT(threshold(p).value == static_cast<std::uint64_t>(exact));
  RC_ASSERT(!threshold(p).always);
}

TEST(GeometricGap, SaturatesAndEndsExactly) {
  EXPECT_EQ(geometric_gap(1.0, 0), 0u);
  EXPECT_EQ(geometric_gap(0.0, 12345), Geometric::kMaxGap);
  EXPECT_EQ(geometric_gap(-1.0, 12345), Geometric::kMaxGap);
  EXPECT_EQ(geometric_gap(1e-300, 1), Geometric::kMaxGap);
  EXPECT_EQ(geometric_gap(1e-25, 1), Geometric::kMaxGap);
  EXPECT_THROW(geometric_gap(std::numeric_limits<double>::quiet_NaN(), 0), std::invalid_argument);
  // Half the draws fail no time, a quarter once, and so on to the last.
  EXPECT_EQ(geometric_gap(0.5, ~std::uint64_t{0}), 0u);
  EXPECT_EQ(geometric_gap(0.5, std::uint64_t{1} << 63), 0u);
  EXPECT_EQ(geometric_gap(0.5, (std::uint64_t{1} << 63) - 1), 1u);
  EXPECT_EQ(geometric_gap(0.5, 1), 63u);
  EXPECT_EQ(geometric_gap(0.5, 0), 64u);
}

RC_GTEST_PROP(GeometricGap, InvertsTheDistributionExactly, (std::uint64_t draw)) {
  // With p = a / 2^16, (1-p)^k is a fraction of 2^128 for k <= 8.
  const auto a = *rc::gen::inRange<std::uint64_t>(1, 65536);
  const double p = static_cast<double>(a) / 65536.0;
  const std::uint64_t gap = geometric_gap(p, draw);
  const Wide limit = (Wide{draw} << 64) | (Wide{1} << 63);
  Wide power = 1;  // (2^16 - a)^k
  for (unsigned k = 1; k <= 8; ++k) {
    power *= 65536 - a;
    const Wide survival = k == 8 ? power : power << (128 - 16 * k);
    RC_ASSERT((gap >= k) == (survival > limit));
  }
}

/// Chi-squared of n draws over 32 classes that are about equally likely.
void expect_geometric(double p) {
  constexpr int kDraws = 64'000, kClasses = 32;
  const Random random(7, "test", "gap");
  const Geometric geometric(p);
  const double log_q = std::log1p(-p);
  const auto survival = [&](std::uint64_t k) { return std::exp(static_cast<double>(k) * log_q); };

  std::set<std::uint64_t> bounds;  // class i holds the gaps from bounds[i] up
  for (int i = 0; i < kClasses; ++i) {
    bounds.insert(static_cast<std::uint64_t>(
        std::ceil(std::log1p(-static_cast<double>(i) / kClasses) / log_q)));
  }
  const std::vector<std::uint64_t> from(bounds.begin(), bounds.end());
  std::vector<double> seen(from.size(), 0.0);
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t gap = geometric.gap(random.draw(static_cast<std::uint64_t>(i)));
    const auto above = bounds.upper_bound(gap);
    seen[static_cast<std::size_t>(std::distance(bounds.begin(), above)) - 1] += 1;
    sum += static_cast<double>(gap);
    squares += static_cast<double>(gap) * static_cast<double>(gap);
  }
  double chi = 0.0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double until = i + 1 < from.size() ? survival(from[i + 1]) : 0.0;
    const double expected = kDraws * (survival(from[i]) - until);
    chi += (seen[i] - expected) * (seen[i] - expected) / expected;
  }
  const double freedom = static_cast<double>(from.size()) - 1;
  EXPECT_LT(chi, freedom + 5 * std::sqrt(2 * freedom)) << "p = " << p;

  const double mean = (1 - p) / p, variance = (1 - p) / (p * p);
  EXPECT_NEAR(sum / kDraws, mean, 5 * std::sqrt(variance / kDraws)) << "p = " << p;
  const double kurtosis = 9 + p * p / (1 - p);
  EXPECT_NEAR(squares / kDraws - (sum / kDraws) * (sum / kDraws), variance,
              6 * variance * std::sqrt((kurtosis - 1) / kDraws))
      << "p = " << p;
}

TEST(GeometricGap, IsDistributedGeometrically) {
  for (double p : {1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.75, 0.9}) expect_geometric(p);
}

TEST(GeometricGap, KeepsTheRateOfRareSuccesses) {
  // 1 - 1e-12 in a double is off by 5e-5 of the rate; the median shows that it is not used.
  const double p = 1e-12;
  const double median = static_cast<double>(geometric_gap(p, std::uint64_t{1} << 63));
  EXPECT_NEAR(median * p, std::log(2.0), 1e-9);
}

}  // namespace
}  // namespace weft
