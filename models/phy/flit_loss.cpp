// SPDX-License-Identifier: Apache-2.0
#include "models/phy/flit_loss.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "models/phy/codeword_error.h"

namespace weft {

namespace {

/// [s][x]: chance that s given symbols of a failed codeword are good and x further ones bad.
using Escape = std::vector<std::array<double, 3>>;

Escape escape_table(const FecCode& code, double ber) {
  const unsigned n = code.symbols;
  const std::vector<double> law = binomial(n, symbol_error_rate(ber, code.symbol_bits));
  const double failed = codeword_error_rate(ber, code);
  Escape table(n + 1, std::array<double, 3>{});
  for (unsigned bad = code.correctable + 1; bad <= n; ++bad) {
    double good = law[bad] / failed;
    for (unsigned s = 0; s <= n - bad; ++s) {
      double both = good;
      for (unsigned x = 0; x < 3 && s + x <= n; ++x) {
        table[s][x] += both;
        if (s + x < n && bad >= x) both *= static_cast<double>(bad - x) / (n - s - x);
      }
      if (s < n) good *= static_cast<double>(n - bad - s) / (n - s);
    }
  }
  return table;
}

/// Chance that `inside` of the bits of a bad symbol are all as sent.
double spared(double ber, unsigned symbol_bits, unsigned inside) {
  double right = 1;
  for (unsigned i = 0; i < inside; ++i) right *= 1 - ber;
  const double bad = symbol_error_rate(ber, symbol_bits);
  return right * symbol_error_rate(ber, symbol_bits - inside) / bad;
}

}  // namespace

FlitLoss flit_loss(const FecCode& code, double ber, unsigned flit_beats) {
  const Escape escape = escape_table(code, ber);
  const unsigned flit = flit_beats * code.beat_bits();
  const unsigned m = code.symbol_bits;
  const unsigned length = code.data_bits();
  const unsigned step = std::gcd(m, flit);
  FlitLoss sum{0, 0};
  for (unsigned start = 0; start < flit; start += step) {
    for (unsigned from = 0; from < start + length; from += flit) {
      // Bits [low, high) of the codeword lie in this flit.
      if (from + flit <= start) continue;
      const unsigned low = from > start ? from - start : 0;
      const unsigned high = std::min(from + flit - start, length);
      sum.touched += 1;
      const unsigned whole_low = (low + m - 1) / m;
      const unsigned whole_high = high / m;
      if (whole_low > whole_high) {  // inside a single symbol
        sum.hit += escape[0][1] * (1 - spared(ber, m, high - low));
        continue;
      }
      const unsigned whole = whole_high - whole_low;
      const unsigned head = whole_low * m - low;
      const unsigned tail = high - whole_high * m;
      const double head_spared = spared(ber, m, head);
      const double tail_spared = spared(ber, m, tail);
      double unharmed = 0;
      if (head == 0 && tail == 0) {
        unharmed = escape[whole][0];
      } else if (head == 0 || tail == 0) {
        unharmed = escape[whole + 1][0] + escape[whole][1] * head_spared * tail_spared;
      } else {
        unharmed = escape[whole + 2][0] + escape[whole + 1][1] * (head_spared + tail_spared) +
                   escape[whole][2] * head_spared * tail_spared;
      }
      sum.hit += 1 - unharmed;
    }
  }
  const double alignments = static_cast<double>(flit / step);
  return {sum.touched / alignments, sum.hit / alignments};
}

}  // namespace weft
