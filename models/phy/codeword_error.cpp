// SPDX-License-Identifier: Apache-2.0
#include "models/phy/codeword_error.h"

namespace weft {

double symbol_error_rate(double ber, unsigned symbol_bits) {
  // ber (1 + q + q^2 + ...) with q = 1 - ber: nothing cancels when ber is tiny.
  double sum = 0;
  double power = 1;
  for (unsigned i = 0; i < symbol_bits; ++i) {
    sum += power;
    power *= 1 - ber;
  }
  return ber * sum;
}

std::vector<double> binomial(unsigned n, double p) {
  std::vector<double> weight(n + 1, 0.0);
  // Weights grow by ratios away from the mode: (1-p)^n itself could underflow.
  unsigned mode = static_cast<unsigned>(static_cast<double>(n + 1) * p);
  if (mode > n) mode = n;
  weight[mode] = 1;
  const double odds = p / (1 - p);
  for (unsigned i = mode; i < n; ++i) weight[i + 1] = weight[i] * (n - i) / (i + 1) * odds;
  for (unsigned i = mode; i > 0; --i) weight[i - 1] = weight[i] * i / (n - i + 1) / odds;
  double sum = 0;
  for (double w : weight) sum += w;
  for (double& w : weight) w /= sum;
  return weight;
}

double codeword_error_rate(double ber, unsigned n, unsigned t, unsigned m) {
  const std::vector<double> count = binomial(n, symbol_error_rate(ber, m));
  double tail = 0;
  for (unsigned i = n; i > t; --i) tail += count[i];
  return tail;
}

double codeword_error_rate(double ber, const FecCode& code) {
  return codeword_error_rate(ber, code.symbols, code.correctable, code.symbol_bits);
}

double miscorrection_rate(const FecCode& code) {
  const unsigned parity = code.symbols - code.data_symbols;
  if (parity == 0) return 0;
  const double q = static_cast<double>(1u << code.symbol_bits);
  double rate = 1;
  for (unsigned i = 0; i < code.correctable; ++i) rate *= (code.symbols - i) * (q - 1) / (i + 1);
  for (unsigned i = 0; i < parity; ++i) rate /= q;
  return rate;
}

}  // namespace weft
