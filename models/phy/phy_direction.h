// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "models/base/clock.h"
#include "models/base/random.h"
#include "models/phy/codeword_grid.h"
#include "models/phy/error_profile.h"
#include "models/phy/phy_config.h"

namespace weft {

/// One direction of an optical link: what happens to each 64 B beat on its way.
///
/// Codewords of the FEC lie over the stream of beats without regard to flits, at an offset drawn
/// once per direction. Which codewords fail is drawn as gaps between them, what a failed one looks
/// like by codeword number, both keyed by seed and path. So the fate of a beat depends on its link
/// cycle alone: not on the traffic before it, on burst length, or on who else was asked. Nothing is
/// ever lost or late here; a damaged beat arrives in its cycle with bits flipped.
///
/// A failed codeword's data passes on as received. Behind a transcoder, a hit on the header bit of
/// a 256-bit block makes the receiver read the block as something else: the block arrives XORed
/// with a uniformly drawn, never empty, pattern.
class PhyDirection {
 public:
  /// What became of a beat.
  struct Effect {
    bool damaged = false;  ///< at least one bit is flipped
    bool marked = false;   ///< the decoder flagged it (only with `mark_bad`); it may be unharmed
  };

  /// Counts over the wire from link cycle 0 to the last cycle transmitted or passed by
  /// idle_until().
  struct Stats {
    std::uint64_t codewords = 0;      ///< begun, idle wire included
    std::uint64_t failed = 0;         ///< of them: more than t bad symbols
    std::uint64_t bad_symbols = 0;    ///< received bad in the failed ones
    std::uint64_t miscorrected = 0;   ///< of the failed ones: the decoder did not notice
    std::uint64_t beats_damaged = 0;  ///< of those transmitted
    std::uint64_t beats_marked = 0;   ///< of those transmitted
    std::uint64_t bits_flipped = 0;   ///< in beats transmitted
    double codeword_error_rate = 0;   ///< expected failed / codewords, before any change_profile()
  };

  /// `path` names the direction: two directions of a run never share it. `link_clock` is the clock
  /// of beats.
  PhyDirection(const PhyConfig& config, Clock link_clock, std::uint64_t seed,
               std::string_view path);
  /// The same with a profile shared among directions of equal code and lane error rates.
  PhyDirection(const PhyConfig& config, Clock link_clock, std::uint64_t seed, std::string_view path,
               std::shared_ptr<const ErrorProfile> profile);

  /// Link cycles from the pins of the sender to those of the receiver: PhyConfig::latency() rounded
  /// up to whole cycles.
  std::uint64_t latency_cycles() const { return latency_cycles_; }

  /// Applies the line to the beat sent in link cycle `cycle`: flips its bits in place. Bit b of the
  /// beat is bit b % 64 of slots[b / 64]. Cycles strictly increase and stay below 2^54; cycles left
  /// out were idle. Throws std::logic_error when called out of order.
  Effect transmit(std::uint64_t cycle, std::uint64_t (&slots)[8]) {
    if (cycle < wake_ && cycle >= next_cycle_) [[likely]] {
      next_cycle_ = cycle + 1;
      return {};
    }
    return disturb(cycle, slots);
  }

  /// From the first codeword that begins in link cycle `from` or later the line has other error
  /// rates. Calls come in order of `from`, all before the first beat.
  void change_profile(std::uint64_t from, std::shared_ptr<const ErrorProfile> profile);

  /// The wire was idle up to and including `cycle`; for the counts at the end of a run.
  void idle_until(std::uint64_t cycle);

  /// The first failing codeword that holds data of a beat at or after `cycle`, which is not before
  /// the next beat that could be transmitted: its first and last cycle, both 2^64 - 1 when none
  /// ever does. Changes nothing.
  CycleSpan next_failure(std::uint64_t cycle) const;

  Stats stats() const;

  const CodewordGrid& grid() const { return grid_; }
  const ErrorProfile& profile() const { return *profile_; }

 private:
  /// A failing codeword: the `ordinal`-th of the direction.
  struct Failure {
    std::uint64_t ordinal;
    std::uint64_t codeword;
    CycleSpan span;
  };
  /// What waits for the beat of a cycle.
  struct Damage {
    std::uint64_t cycle;
    bool marked;
    std::uint64_t flips[8];
  };

  /// Codewords from `first` on, up to the next stretch.
  struct Stretch {
    std::uint64_t first;
    std::shared_ptr<const ErrorProfile> profile;
  };

  const ErrorProfile& profile_of(std::uint64_t codeword) const;
  Failure failure_at_or_after(std::uint64_t codeword, std::uint64_t ordinal) const;
  Failure after(const Failure& failure) const {
    return failure_at_or_after(failure.codeword + 1, failure.ordinal + 1);
  }
  Effect disturb(std::uint64_t cycle, std::uint64_t (&slots)[8]);
  void meet_failures(std::uint64_t cycle);
  void lay(const Failure& failure);
  Damage& damage_of(std::uint64_t cycle);

  std::uint64_t wake_ = 0;        // beats before this one pass unharmed
  std::uint64_t next_cycle_ = 0;  // the first one not yet sent
  std::shared_ptr<const ErrorProfile> profile_;
  std::vector<Stretch> changes_;  // behind the one of profile_
  CodewordGrid grid_;
  Random gaps_;
  Random errors_;
  Random headers_;
  std::uint64_t latency_cycles_;
  bool mark_bad_;
  Failure next_;                // the first failing codeword that no beat has met
  Failure oldest_;              // the first one that may still have beats to come
  std::uint64_t laid_to_ = 0;   // damage_ is complete and needed up to this cycle, exclusive
  std::vector<Damage> damage_;  // ring, by cycle; empty until something fails
  CodewordErrors scratch_;
  Stats stats_;
};

}  // namespace weft
