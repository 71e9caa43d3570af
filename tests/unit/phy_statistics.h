// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "models/phy/fec_code.h"

// What the tests of the PHY count and compare with; none of it is code of the PHY.
namespace weft::phy_test {

/// Prints expected beside seen and returns how many standard deviations they are apart, for `seen`
/// hits of `trials` trials of chance `p`.
inline double binomial_sigmas(const char* what, double seen, double trials, double p) {
  const double expected = trials * p;
  const double deviation = std::sqrt(trials * p * (1 - p));
  const double sigmas =
      deviation > 0 ? (seen - expected) / deviation : (seen == expected ? 0 : 1e9);
  std::printf("%-44s expected %.4e  seen %.4e  (%.0f of %.4e, %+.2f sigma)\n", what, p,
              seen / trials, seen, trials, sigmas);
  return std::fabs(sigmas);
}

/// Pearson's chi-squared of counts against a law, neighbouring bins merged until 10 are expected in
/// each; as standard deviations from its mean (negative: nearer than usual).
inline double chi_squared_sigmas(const char* what, const std::vector<double>& seen,
                                 const std::vector<double>& law) {
  double total = 0;
  for (double s : seen) total += s;
  double chi = 0;
  double bins = 0;
  double expected = 0;
  double observed = 0;
  double left = total;
  for (std::size_t i = 0; i < law.size(); ++i) {
    expected += law[i] * total;
    observed += i < seen.size() ? seen[i] : 0;
    if (expected < 10 || left - expected < 10) continue;
    chi += (observed - expected) * (observed - expected) / expected;
    bins += 1;
    left -= expected;
    expected = observed = 0;
  }
  chi += left > 0 ? (observed - left) * (observed - left) / left : 0;
  const double sigmas = bins > 0 ? (chi - bins) / std::sqrt(2 * bins) : 1e9;
  std::printf("%-44s chi-squared expected %.0f  seen %.1f  (%.0f counted, %+.2f sigma)\n", what,
              bins, chi, total, sigmas);
  return sigmas;
}

/// Chi-squared of the hypothesis that two histograms were drawn from one law, of any sample sizes;
/// neighbouring bins are merged until they hold 20. As standard deviations from its mean.
inline double two_sample_sigmas(const char* what, const std::vector<double>& a,
                                const std::vector<double>& b) {
  double total_a = 0;
  double total_b = 0;
  for (double x : a) total_a += x;
  for (double x : b) total_b += x;
  const double ratio = std::sqrt(total_b / total_a);
  double chi = 0;
  double bins = 0;
  double in_a = 0;
  double in_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    in_a += a[i];
    in_b += b[i];
    if (in_a + in_b < 20) continue;
    const double difference = ratio * in_a - in_b / ratio;
    chi += difference * difference / (in_a + in_b);
    bins += 1;
    in_a = in_b = 0;
  }
  const double freedom = bins - 1;
  const double sigmas = freedom > 0 ? (chi - freedom) / std::sqrt(2 * freedom) : 1e9;
  std::printf("%-44s chi-squared expected %.0f  seen %.1f  (%.0f and %.0f counted, %+.2f sigma)\n",
              what, freedom, chi, total_a, total_b, sigmas);
  return sigmas;
}

/// The line without any shortcut: every bit of a codeword is flipped or not by a draw of its own
/// (Philox4x32, unlike the model's generator), bad symbols are counted, the decoder repairs t.
class BitwiseLine {
 public:
  BitwiseLine(const FecCode& code, double ber, std::uint32_t key)
      : code_(code),
        threshold_(static_cast<std::uint32_t>(ber * 4294967296.0)),
        key_{{key, 0x5EED}} {}

  /// Flipped bits of each symbol of codeword `number`, parity included.
  std::vector<std::uint16_t> flips(std::uint32_t number) const {
    std::vector<std::uint16_t> symbols(code_.symbols, 0);
    r123::Philox4x32 philox;
    r123::Philox4x32::ctr_type draws{};
    for (unsigned bit = 0; bit < code_.symbols * code_.symbol_bits; ++bit) {
      if (bit % 4 == 0) draws = philox({{number, bit / 4, 0, 0}}, key_);
      if (draws[bit % 4] >= threshold_) continue;
      symbols[bit / code_.symbol_bits] |= static_cast<std::uint16_t>(1u << bit % code_.symbol_bits);
    }
    return symbols;
  }

  static unsigned bad(const std::vector<std::uint16_t>& flips) {
    unsigned count = 0;
    for (std::uint16_t f : flips) count += f != 0;
    return count;
  }

 private:
  FecCode code_;
  std::uint32_t threshold_;
  r123::Philox4x32::key_type key_;
};

}  // namespace weft::phy_test
