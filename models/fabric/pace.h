// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>

#include "models/link/cycle.h"
#include "models/protocol/protocol.h"

namespace weft {

/// How fast slots follow each other, as a fraction: n slots take n * num / den cycles. Time is kept
/// in grains of 1/den cycle, so that nothing is rounded twice.
class Pace {
 public:
  Pace() : Pace(1, 8) {}
  /// Throws std::invalid_argument unless num and den are 1 to 255.
  Pace(std::uint32_t num, std::uint32_t den) : num_(num), den_(den) {
    if (num < 1 || num > 255 || den < 1 || den > 255) {
      throw std::invalid_argument("a pace is a fraction of numbers from 1 to 255");
    }
    if (den > 1) reciprocal_ = ~std::uint64_t{0} / den + 1;
  }

  /// Of a link's line: a flit of `beats` cycles carries data_slots() of them.
  static Pace of_line(const Protocol& protocol) {
    return {protocol.flit.beats, protocol.data_slots()};
  }
  /// Of a crossbar that moves a beat a cycle.
  static Pace of_beats(const Protocol& protocol) { return {1, protocol.slots_per_beat()}; }

  std::uint64_t grains(std::uint32_t slots) const { return std::uint64_t{slots} * num_; }
  std::uint64_t at(Cycle cycle) const { return cycle * den_; }
  /// The cycle in which a grain lies, for cycles below 2^48.
  Cycle cycle(std::uint64_t grain) const {
    // floor(g M / 2^64) with M = ceil(2^64 / den) is floor(g / den) as long as g den < 2^64.
    __extension__ using Wide = unsigned __int128;
    if (reciprocal_ == 0) return grain;
    return static_cast<Cycle>(Wide{grain} * reciprocal_ >> 64);
  }
  /// The first cycle that begins at or after a grain.
  Cycle cycle_after(std::uint64_t grain) const { return cycle(grain + den_ - 1); }

 private:
  std::uint32_t num_;
  std::uint32_t den_;
  std::uint64_t reciprocal_ = 0;  // 0: den is 1
};

}  // namespace weft
