// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "testbench/conform/link_conform.h"

namespace weft::tb {

/// Two ends of some implementation each.
struct LinkPair {
  std::string name;  ///< "rtl - model"
  LinkFactory first, second;
};

/// How far two implementations may differ.
struct AgreementLimits {
  std::uint64_t latency_cycles = 2;  ///< of each packet of an unloaded run
  double rate = 0.01;                ///< of the packet slots per cycle, relative
};

/// One run on one pair, beside the same run on the reference pair.
struct AgreementRow {
  std::string run, pair;
  bool unloaded = false;
  std::uint64_t latency_min = 0, latency_max = 0;  ///< cycles, both directions
  std::uint64_t latency_off = 0;                   ///< largest difference of one packet
  double rate = 0, rate_off = 0;  ///< slots per cycle; relative difference, the worse direction
  std::uint64_t replays = 0, resent = 0;
  bool same_replays = false;            ///< the same flits began the replays
  bool same_resent = false;             ///< the same flits were sent again
  bool same_wire = false;               ///< every beat the same in the same cycle
  std::vector<std::string> complaints;  ///< what is beyond the limits, or failed in the run itself
};

/// A run for the comparison: what must agree in it.
struct AgreementRun {
  ConformRun run;
  bool unloaded = false;    ///< packet by packet latency
  bool same_events = true;  ///< replays and resent flits
};

/// The runs of the agreement suite: unloaded latency, load from 5 % to 100 %, losses more than two
/// round trips apart and random ones, retraining. About `flits` DATA flits in each loaded run.
std::vector<AgreementRun> agreement_runs(const Protocol& protocol, std::uint64_t flits);

/// Runs everything on every pair; the first pair is the reference.
std::vector<AgreementRow> compare_links(const Protocol& protocol,
                                        const std::vector<LinkPair>& pairs,
                                        const std::vector<AgreementRun>& runs,
                                        const AgreementLimits& limits = {});

/// The rows as a table for people.
std::string agreement_table(const std::vector<AgreementRow>& rows);

}  // namespace weft::tb
