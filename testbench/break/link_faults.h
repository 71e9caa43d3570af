// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/fault/fault.h"
#include "models/link/flit.h"
#include "models/link/link.h"
#include "models/phy/error_profile.h"
#include "models/phy/phy_config.h"
#include "models/protocol/protocol.h"
#include "testbench/break/fault_score.h"
#include "testbench/break/flit_tamper.h"
#include "testbench/break/link_history.h"

namespace weft::tb {

/// Everything that breaks one link, and what the link does about it.
///
/// A flit that is hit counts as made good
/// - when the receiver has accepted it, for a DATA flit;
/// - when the next whole flit arrives, for a CTRL flit;
/// - when the next word of that credit arrives, for lose_credit.
/// What lasts is over when both ends are up after its end, and in each direction it broke a DATA
/// flit was accepted after it (after stuck_ack: a flit arrived whole). When the run is done there
/// may be no such flit; then being up is enough.
class LinkFaults {
 public:
  struct Setup {
    const Protocol& protocol;
    PhyConfig phy;
    std::uint64_t seed = 0;
    std::string name;  ///< of the link, keys the draws
  };

  /// Link and profiles live longer.
  LinkFaults(Link& link, const Setup& setup, ErrorProfiles& profiles);
  ~LinkFaults();
  LinkFaults(const LinkFaults&) = delete;
  LinkFaults& operator=(const LinkFaults&) = delete;

  /// The fault lives longer. Returns its number: 0, 1, ...
  std::size_t add(const Fault& fault, const FaultTarget& target);
  /// Once, after all were added and before the first window.
  void arm();

  /// Between windows. `done`: all transactions came to their end.
  FaultScore score(std::size_t number, bool done) const;

 private:
  class Direction;
  /// A flit that was hit and is not made good.
  struct Open {
    std::size_t number;
    Cycle sent;
    FlitName name;
    bool credit;
    std::optional<unsigned> record;
  };
  struct Entry {
    const Fault* fault;
    const FaultTarget* target;
    Cycle from, until;
    std::array<std::uint64_t, 2> hits{};          // by direction
    Cycle first = kNever, last = 0;               // hit, when it left
    std::uint64_t open = 0;                       // hits not made good
    Cycle worst = 0;                              // longest that one took
    Cycle back = 0;                               // the last one
    std::array<Cycle, 2> passed{kNever, kNever};  // a flit after what lasts

    bool of_flits() const { return info_of(fault->kind).of_flits; }
  };

  void hit(unsigned direction, const Open& open);
  void passed(unsigned direction, const PassedFlit& flit);
  void accepted(unsigned side, std::uint64_t ordinal, Cycle cycle);
  void close(const Open& open, Cycle cycle);
  void arm_locks(unsigned direction);
  void arm_profiles(unsigned direction);
  std::vector<double> lane_ber(unsigned direction, Cycle cycle) const;
  Cycle end_of_lasting(const Entry& entry, bool done) const;
  void judge(const Entry& entry, Cycle begin, Cycle end, Cycle back, FaultScore& score) const;

  Link& link_;
  PhyConfig phy_;
  ErrorProfiles& profiles_;
  FlitFormat format_;
  LinkHistory history_;
  std::array<std::unique_ptr<Direction>, 2> directions_;
  std::array<std::vector<Open>, 2> open_;
  std::vector<Entry> entries_;
};

}  // namespace weft::tb
