// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/npu_hang.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weft::tb {

NpuHang::NpuHang(std::vector<const Fault*> faults, const Clock& clock, TxnWatch& watch)
    : clock_(clock), watch_(watch) {
  for (const Fault* fault : faults) entries_.push_back({fault});
}

std::unique_ptr<NodePort> NpuHang::hold(std::unique_ptr<NodePort> port) {
  std::vector<HeldPort::Span> spans;
  for (const Entry& entry : entries_) {
    const Fault& fault = *entry.fault;
    if (fault.part != NpuPart::kDevice) continue;
    spans.push_back({clock_.first_edge_at_or_after(fault.at),
                     fault.until.is_never() ? kNever : clock_.first_edge_at_or_after(fault.until)});
  }
  if (spans.empty()) return port;
  auto held = std::make_unique<HeldPort>(std::move(port), std::move(spans));
  port_ = held.get();
  return held;
}

void NpuHang::arm(sc::NpuNode& node) {
  node_ = &node;
  bool hangs = false;
  for (const Entry& entry : entries_) {
    if (entry.fault->part != NpuPart::kCore) continue;
    if (hangs) throw std::invalid_argument("a core hangs once in a run");
    hangs = true;
    node.hang_core(entry.fault->at, entry.fault->until);
  }
}

void NpuHang::got_on(Time at) {
  for (Entry& entry : entries_) {
    if (at >= entry.fault->until) entry.back = std::min(entry.back, at);
  }
}

void NpuHang::issued(Time at, const TxnHeader& request, std::uint64_t hash) {
  got_on(at);
  watch_.issued(at, request, hash);
}

void NpuHang::performed(Time at, const TxnHeader& request, TxnStatus status, std::uint64_t hash) {
  got_on(at);
  watch_.performed(at, request, status, hash);
}

void NpuHang::retired(Time at, const TxnHeader& response, Time issued, std::uint64_t hash) {
  got_on(at);
  watch_.retired(at, response, issued, hash);
}

/// When the fault first kept the npu from something; never() while it has not.
Time NpuHang::held_since(const Fault& fault) const {
  if (fault.part == NpuPart::kCore) return node_->hung_since();
  const Cycle from = clock_.first_edge_at_or_after(fault.at);
  for (const HeldPort::Span& span : port_->spans()) {
    if (span.from == from && span.held != kNever) return clock_.edge(span.held);
  }
  return Time::never();
}

FaultScore NpuHang::score(const Fault& fault, const std::string& name, bool done) const {
  FaultScore score;
  score.id = fault.id;
  score.kind = fault.kind;
  score.where = name;
  score.expected = fault.expect;
  score.within = fault.within;
  score.begin = held_since(fault);
  score.happened = !score.begin.is_never();
  score.end = fault.until;
  if (!score.happened || fault.until.is_never()) return score;
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& one) { return one.fault == &fault; });
  score.recovered = done || !entry->back.is_never();
  if (!entry->back.is_never()) score.took = entry->back - fault.until;
  return score;
}

}  // namespace weft::tb
