// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "models/scenario/scenario.h"
#include "testbench/break/link_faults.h"
#include "testbench/run/nodes.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// The faults of a scenario, played on a platform: those of links by itself, those of nodes by the
/// nodes. Nothing is left to do while it runs.
class FaultPlay {
 public:
  /// Arms the links. Scenario, links and profiles live longer.
  FaultPlay(const Scenario& scenario, const std::vector<Link*>& links, ErrorProfiles& profiles);

  /// Once the run is over: a score for each target of each fault, in the order of the scenario.
  std::vector<FaultScore> scores(const Nodes& nodes, Ending ending) const;

 private:
  struct Part {
    const Fault* fault;
    const FaultTarget* target;
    const LinkFaults* link = nullptr;  // nullptr: of a node
    std::size_t number = 0;            // there
  };

  std::vector<std::unique_ptr<LinkFaults>> links_;  // by link; nullptr: nothing breaks it
  std::vector<Part> parts_;
};

}  // namespace weft::tb
