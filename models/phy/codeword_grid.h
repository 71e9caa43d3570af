// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/phy/fec_code.h"

namespace weft {

/// First and last link cycle of something, both included.
struct CycleSpan {
  std::uint64_t first;
  std::uint64_t last;
  constexpr bool operator==(const CycleSpan&) const = default;
};

/// Where codewords lie in the stream of 64 B beats of one direction.
///
/// The wire never pauses: the beat of link cycle c is the c-th of the stream, sent or idle. With
/// transcoding a beat is 514 stream bits: a header bit, 256 payload bits, a header bit, 256 payload
/// bits. Parity is not part of the stream. `interleave` codewords make a frame, whose stream
/// symbols go to them in turn; frame 0 begins `offset` symbols into the stream. What lies before it
/// belongs to no codeword and arrives whole.
class CodewordGrid {
 public:
  /// A bit of a codeword's data, as the beats see it.
  struct Place {
    std::uint64_t cycle;
    unsigned bit;  ///< payload bit 0 to 511; of a header, the first bit of the block it heads
    bool header;
  };

  /// `offset` lies in [0, offsets(code, interleave)).
  CodewordGrid(const FecCode& code, unsigned interleave, unsigned offset)
      : code_(code), interleave_(interleave), shift_(std::uint64_t{offset} * code.symbol_bits) {}

  static unsigned offsets(const FecCode& code, unsigned interleave) {
    return code.data_symbols * interleave;
  }

  /// Cycles of the beats that hold data of codeword `codeword`. Both ends never decrease from one
  /// codeword to the next.
  CycleSpan cycles(std::uint64_t codeword) const {
    return {
        stream_bit(codeword, 0) / code_.beat_bits(),
        (stream_bit(codeword, code_.data_symbols - 1) + code_.symbol_bits - 1) / code_.beat_bits()};
  }

  /// Where bit `bit` of data symbol `symbol` (below `data_symbols`) travels.
  Place place(std::uint64_t codeword, unsigned symbol, unsigned bit) const {
    const std::uint64_t stream = stream_bit(codeword, symbol) + bit;
    const std::uint64_t cycle = stream / code_.beat_bits();
    const unsigned in_beat = static_cast<unsigned>(stream % code_.beat_bits());
    if (!code_.transcoded) return {cycle, in_beat, false};
    const unsigned block = in_beat / 257;
    const unsigned in_block = in_beat % 257;
    if (in_block == 0) return {cycle, block * 256, true};
    return {cycle, block * 256 + in_block - 1, false};
  }

  /// Codewords of which some data has been sent once the beat of `cycle` has.
  std::uint64_t begun(std::uint64_t cycle) const {
    const std::uint64_t bits = (cycle + 1) * code_.beat_bits();
    if (bits <= shift_) return 0;
    const std::uint64_t frame_bits = std::uint64_t{code_.data_bits()} * interleave_;
    const std::uint64_t symbols = (bits - 1 - shift_) % frame_bits / code_.symbol_bits + 1;
    return (bits - 1 - shift_) / frame_bits * interleave_ +
           (symbols < interleave_ ? symbols : interleave_);
  }

  /// More beats than any codeword spans.
  unsigned span_limit() const { return code_.data_bits() * interleave_ / code_.beat_bits() + 2; }

  const FecCode& code() const { return code_; }
  unsigned interleave() const { return interleave_; }

 private:
  std::uint64_t stream_bit(std::uint64_t codeword, unsigned symbol) const {
    const std::uint64_t frame = codeword / interleave_;
    const std::uint64_t turn = codeword % interleave_;
    const std::uint64_t stream_symbol = (frame * code_.data_symbols + symbol) * interleave_ + turn;
    return stream_symbol * code_.symbol_bits + shift_;
  }

  FecCode code_;
  unsigned interleave_;
  std::uint64_t shift_;
};

}  // namespace weft
