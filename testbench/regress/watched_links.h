// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
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
  std::optional<Time> until;       ///< where the run need not go on, or would not end
  std::string note;                ///< why they are only of a part of the run; may be empty
};

/// Links of level rtl that the failure names, four at most; else those beside the nodes that it
/// names; else those that its patterns name; else all, eight at most. `window` is how long before
/// the failure waves begin: it is at the run's end for a fault or a time-out, and a watchdog before
/// that for a hang.
WavePlan plan_waves(const WatchedScenario& scenario, const RunOutcome& outcome, Time window);

/// When nothing has failed but that links repeated flits which were to repeat none: waves go from
/// `window` before the stretch of `series` (text of the run's link_series.csv) in which the first
/// of them did so, to that stretch's end. Otherwise does nothing.
void narrow_to_first_repeat(const RunOutcome& outcome, std::string_view series, Time window,
                            WavePlan& plan);

}  // namespace weft::tb
