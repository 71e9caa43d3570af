// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/base/time.h"
#include "models/scenario/scenario.h"
#include "testbench/regress/outcome.h"

namespace weft::tb {

/// What a regression keeps of a test's scenario, to choose waves by.
struct WatchedScenario {
  struct Link {
    std::string name;
    std::array<std::string, 2> nodes;
  };
  std::vector<Link> rtl_links;
  Time watchdog;

  static WatchedScenario of(const Scenario& scenario);
};

/// Waves that may show a failure.
struct WavePlan {
  std::vector<std::string> links;  ///< none: the scenario has no link in RTL
  bool named = false;              ///< the failure names them, or a node beside them
  std::optional<Time> from;        ///< some time before the failure, where it is known
  std::optional<Time> until;       ///< of a run that would not end
};

/// Links of level rtl that the failure names, four at most; else those beside the nodes that it
/// names; else all, eight at most. `window` is how long before the failure waves begin: it is at
/// the run's end for a fault or a time-out, and a watchdog before that for a hang.
WavePlan plan_waves(const WatchedScenario& scenario, const RunOutcome& outcome, Time window);

}  // namespace weft::tb
