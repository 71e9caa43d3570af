// SPDX-License-Identifier: Apache-2.0
#include "models/fabric/flit_node_port.h"

#include <stdexcept>

namespace weft {

FlitNodePort::FlitNodePort(LinkPort& port, unsigned queue_slots)
    : port_(port), queue_slots_(queue_slots), queued_(port.config().vcs) {
  if (queue_slots < port.config().max_packet) {
    throw std::invalid_argument("a transmit queue holds the longest packet at least");
  }
}

bool FlitNodePort::can_send(Cycle h, unsigned vc, unsigned slots) {
  while (const LinkPort::Release* release = port_.release()) {
    if (release->visible > h) break;
    queued_[release->vc] -= release->slots;
    port_.take_release();
  }
  return queued_[vc] + slots <= queue_slots_;
}

Cycle FlitNodePort::next_room() const {
  return port_.release() != nullptr ? port_.release()->visible : kNever;
}

std::span<std::uint64_t> FlitNodePort::send(Cycle h, unsigned vc, unsigned slots) {
  const std::span<std::uint64_t> packet = port_.push(h, vc, slots);
  queued_[vc] += slots;
  return packet;
}

const NodePort::Arrival* FlitNodePort::arrival() {
  const LinkPort::Delivery* delivery = port_.delivery();
  if (delivery == nullptr) return nullptr;
  arrival_ = {delivery->visible, delivery->vc, delivery->poisoned, port_.slots(*delivery)};
  return &arrival_;
}

void FlitNodePort::take() { port_.take_delivery(); }

void FlitNodePort::free(Cycle h, unsigned vc, unsigned slots) {
  port_.free(h, vc, port_.units(slots));
}

}  // namespace weft
