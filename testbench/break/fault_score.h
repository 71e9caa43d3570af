// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "models/base/time.h"
#include "models/fault/fault.h"

namespace weft::tb {

/// What became of a fault at one of its targets, and of the recovery from it.
struct FaultScore {
  std::string id;  ///< "fault[0]"
  FaultKind kind = FaultKind::kCorrupt;
  std::string where;  ///< the target: "link3"
  Recovery expected = Recovery::kReplayed;
  Time within = Time::never();  ///< never() where no time counts

  bool happened = false;
  std::uint64_t hits = 0;  ///< flits, for faults of flits and stuck_ack
  Time begin;              ///< of the first hit, or of what lasts
  Time end;                ///< of the last hit, or of what lasts; never() when it does not end
  /// What was done about it, from the beginning to the deadline or to the recovery, if that is
  /// later. Whatever else breaks the part meanwhile counts too.
  Recovery seen = Recovery::kNoneNeeded;
  std::uint64_t replays = 0, retrains = 0;  ///< of the link meanwhile, both ends
  bool recovered = false;
  Time took;  ///< to the recovery; with seen = link_down: until the link went down

  bool passed() const;
  std::string wanted_text() const;  ///< "replayed within 2us"
  std::string seen_text() const;    ///< "replayed in 340ns", "never happened"
};

}  // namespace weft::tb
