// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/held_port.h"

#include <algorithm>
#include <utility>

namespace weft::tb {

HeldPort::HeldPort(std::unique_ptr<NodePort> port, std::vector<Span> spans)
    : port_(std::move(port)), spans_(std::move(spans)) {
  std::sort(spans_.begin(), spans_.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
}

bool HeldPort::can_send(Cycle h, unsigned vc, unsigned slots) {
  return port_->can_send(h, vc, slots);
}

std::span<std::uint64_t> HeldPort::send(Cycle h, unsigned vc, unsigned slots) {
  return port_->send(h, vc, slots);
}

const NodePort::Arrival* HeldPort::arrival() {
  const Arrival* arrival = port_->arrival();
  if (arrival == nullptr) return nullptr;
  arrival_ = *arrival;
  for (Span& span : spans_) {
    if (arrival_.visible < span.from || arrival_.visible >= span.until) continue;
    span.held = std::min(span.held, arrival_.visible);
    arrival_.visible = span.until;
  }
  return arrival_.visible == kNever ? nullptr : &arrival_;
}

}  // namespace weft::tb
