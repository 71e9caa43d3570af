// SPDX-License-Identifier: Apache-2.0
// What a scenario breaks in a fabric's nodes.
#include <algorithm>

#include "testbench/run/fabric_nodes.h"

namespace weft::tb {
namespace {

Cycle end_of(const Fault& fault, const Clock& clock) {
  return fault.until.is_never() ? kNever : clock.first_edge_at_or_after(fault.until);
}

}  // namespace

std::vector<const Fault*> FabricNodes::hangs_of(std::size_t node) const {
  std::vector<const Fault*> hangs;
  for (const Fault& fault : scenario_.faults) {
    if (fault.kind != FaultKind::kNpuHang) continue;
    for (const FaultTarget& target : fault.targets) {
      if (target.part == node) hangs.push_back(&fault);
    }
  }
  return hangs;
}

void FabricNodes::stall_ports(std::size_t node, const Clock& clock) {
  for (const Fault& fault : scenario_.faults) {
    if (fault.kind != FaultKind::kPortStall) continue;
    for (const FaultTarget& target : fault.targets) {
      if (target.part != node) continue;
      switch_of_node_[node]->stall(target.port, clock.first_edge_at_or_after(fault.at),
                                   end_of(fault, clock));
    }
  }
  switch_clock_[node] = clock;
}

FaultScore FabricNodes::score(const Fault& fault, const FaultTarget& target, bool done) const {
  if (fault.kind == FaultKind::kNpuHang) {
    return npu_of_node_[target.part]->hang()->score(fault, target.name, done);
  }
  FaultScore score;
  score.id = fault.id;
  score.kind = fault.kind;
  score.where = target.name;
  score.expected = fault.expect;
  score.within = fault.within;
  const Clock& clock = switch_clock_[target.part];
  const Cycle from = clock.first_edge_at_or_after(fault.at), until = end_of(fault, clock);
  for (const SwitchCore::Stall& stall : switch_of_node_[target.part]->core().stalls()) {
    if (stall.output != target.port || stall.from != from || stall.until != until) continue;
    if (stall.held == kNever) continue;
    score.happened = true;
    score.begin = clock.edge(stall.held);
    score.end = until == kNever ? Time::never() : clock.edge(until);
    score.recovered = until != kNever && (done || stall.resumed != kNever);
    if (stall.resumed != kNever) score.took = clock.edge(stall.resumed - until);
  }
  return score;
}

}  // namespace weft::tb
