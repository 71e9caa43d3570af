// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft {

/// A block code as the line carries it: `symbols` symbols of `symbol_bits` bits each, of which the
/// first `data_symbols` are data, the rest parity. Up to `correctable` bad symbols are repaired.
struct FecCode {
  unsigned symbols;
  unsigned data_symbols;
  unsigned symbol_bits;
  unsigned correctable;
  bool transcoded;  ///< each 256 payload bits travel as 257, headed by one bit

  /// Bits of data in a codeword, transcoding headers included.
  constexpr unsigned data_bits() const { return data_symbols * symbol_bits; }
  /// Bits of data in a 64 B beat, transcoding headers included.
  constexpr unsigned beat_bits() const { return transcoded ? 514 : 512; }
  constexpr bool operator==(const FecCode&) const = default;
};

/// RS(544,514) over GF(2^10), "KP4" (IEEE 802.3 clause 91): one codeword holds ten beats.
inline constexpr FecCode kRs544{544, 514, 10, 15, true};
/// RS(128,120) over GF(2^8), t = 4, without transcoding: one codeword holds 1.875 beats.
inline constexpr FecCode kRs128{128, 120, 8, 4, false};
/// No code: a "codeword" is 64 B without parity that fails with the first bit in error, so the
/// stream sees independent bit errors.
inline constexpr FecCode kNoFec{64, 64, 8, 0, false};

}  // namespace weft
