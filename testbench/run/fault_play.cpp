// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/fault_play.h"

#include <utility>

namespace weft::tb {

FaultPlay::FaultPlay(const Scenario& scenario, const std::vector<Link*>& links,
                     ErrorProfiles& profiles)
    : links_(links.size()) {
  for (const Fault& fault : scenario.faults) {
    for (const FaultTarget& target : fault.targets) {
      Part part{&fault, &target};
      if (info_of(fault.kind).place == FaultPlace::kLink) {
        std::unique_ptr<LinkFaults>& own = links_[target.part];
        if (!own) {
          const LinkFaults::Setup setup{scenario.protocol, scenario.links[target.part].phy,
                                        scenario.sim.seed, scenario.system.links[target.part].name};
          own = std::make_unique<LinkFaults>(*links[target.part], setup, profiles);
        }
        part.number = own->add(fault, target);
        part.link = own.get();
      }
      parts_.push_back(part);
    }
  }
  for (const auto& own : links_) {
    if (own) own->arm();
  }
}

std::vector<FaultScore> FaultPlay::scores(const Nodes& nodes, Ending ending) const {
  const bool done = ending == Ending::kDone;
  std::vector<FaultScore> scores;
  for (const Part& part : parts_) {
    FaultScore score = part.link != nullptr ? part.link->score(part.number, done)
                                            : nodes.score(*part.fault, *part.target, done);
    const bool hangs = part.fault->expect == Recovery::kHang || !part.link;
    if (ending == Ending::kHung && score.happened && !score.recovered && hangs) {
      score.seen = Recovery::kHang;
    }
    scores.push_back(std::move(score));
  }
  return scores;
}

}  // namespace weft::tb
