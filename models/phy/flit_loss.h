// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/phy/fec_code.h"

namespace weft {

/// What one failed codeword costs in flits, on average over all alignments of codewords to flits.
struct FlitLoss {
  double
      touched;  ///< flits that hold data of it: 1 + codeword / flit, but for the grain of a symbol
  double hit;   ///< flits in which at least one bit is flipped
};

/// Closed form for one codeword in isolation (no interleave), independent bit errors of `ber` alike
/// on all lanes, and flits of `flit_beats` beats of 64 B.
///
/// Given N bad symbols, a flit that holds s whole symbols of the codeword escapes with the
/// hypergeometric probability C(n-s, N) / C(n, N); a symbol that straddles its border harms it only
/// when a bit on its side is flipped. Summed over the law of N given N > t. `ber` is in (0, 0.5].
FlitLoss flit_loss(const FecCode& code, double ber, unsigned flit_beats);

}  // namespace weft
