// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/base/digest.h"
#include "models/link/core.h"
#include "models/protocol/protocol.h"
#include "testbench/break/faulty_wire.h"
#include "testbench/conform/conform_host.h"
#include "testbench/watch/link_rules.h"

namespace weft::tb {

/// Makes a link end of some implementation.
using LinkFactory = std::function<std::unique_ptr<LinkCore>(const weft_link_straps&)>;

/// What the checker and the harness need of a protocol.
LinkRulesConfig rules_config(const Protocol& protocol);

/// A register write, or the PHY losing lock, during a run.
struct ConformPoke {
  enum class Kind : std::uint8_t { kRetrain, kUnlock, kHotReset };
  unsigned end = 0;
  std::uint64_t cycle = 0;
  Kind kind = Kind::kRetrain;
  std::uint64_t cycles = 0;  ///< kUnlock: for how long
};

/// One run of two ends: what is sent, what the wires do, how it starts.
struct ConformRun {
  std::string name;
  std::array<Traffic, 2> traffic;         ///< by sending end
  std::array<FaultPlan, 2> faults;        ///< by sending end
  std::array<unsigned, 2> delay{38, 38};  ///< cycles from pin to pin, by sending end
  bool start_up = true;                   ///< begin in ACTIVE instead of training
  bool skip = true;                       ///< leave quiescent ends alone
  std::vector<ConformPoke> pokes;
  std::uint64_t seed = 1;
  std::uint64_t quiet_limit = 200'000;  ///< cycles without any progress before a run counts as hung
  bool expect_faults = true;            ///< with a plan, at least one fault must have happened
  bool keep_latency = false;
};

struct ConformResult {
  struct Direction {
    std::uint64_t packets = 0, slots = 0;
    std::uint64_t first_commit = 0, last_commit = 0;
    PacketLatency latency;
    FaultyWire::Counts wire;
    std::vector<FlitName> replays;  ///< first repeated flit of each replay
    std::uint64_t resent = 0;       ///< repeated flits
    Hash128 resent_hash;            ///< over their names
    Hash128 wire_hash;              ///< over cycle and slots of all beats sent
    /// Packet slots per cycle between the first and the last commit.
    double rate() const;
  };

  std::string name;
  std::array<Direction, 2> directions;  ///< by sending end
  LinkRules::Counts counts;
  std::vector<RuleViolation> violations;
  std::uint64_t violation_count = 0;
  std::vector<std::string>
      complaints;  ///< of the harness itself: hung, wrong slots, nothing broken
  std::uint64_t cycles = 0, steps = 0;  ///< steps: clocks evaluated, both ends

  bool ok() const { return violation_count == 0 && complaints.empty(); }
  /// What went wrong, a line each, with the name of the run; empty if nothing.
  std::string text() const;
};

/// Runs two ends against each other until everything offered has been delivered and all is at rest.
ConformResult run_conform(const Protocol& protocol, const LinkFactory& first,
                          const LinkFactory& second, const ConformRun& run);

/// One case of the suite: one or many runs of the same kind.
struct ConformCase {
  std::string name;  ///< letters and digits
  bool quick = true;
  std::function<std::vector<ConformRun>(const Protocol&, std::uint64_t flits)> runs;
  std::uint64_t flits =
      0;  ///< default of how many DATA flits to send in all; 0: as many as it needs
  std::uint64_t least_faults = 0;  ///< the runs together must have broken so much
};

/// The conformance suite of the link layer. Every implementation passes all of it, against itself
/// and against every other.
const std::vector<ConformCase>& conform_cases();

}  // namespace weft::tb
