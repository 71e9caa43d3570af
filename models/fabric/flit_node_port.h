// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "models/fabric/node_port.h"
#include "models/link/port.h"

namespace weft {

/// A NodePort over a link end whose flits are simulated, RTL or model.
///
/// The transmit queue of a VC holds up to `queue_slots`, a longest packet or more; a packet is in
/// it until its last slot has gone to the link and the host's pipeline has told of that.
class FlitNodePort final : public NodePort {
 public:
  /// The port lives longer. Throws std::invalid_argument for a queue shorter than a packet.
  FlitNodePort(LinkPort& port, unsigned queue_slots);

  bool can_send(Cycle h, unsigned vc, unsigned slots) override;
  Cycle next_room() const override;
  std::span<std::uint64_t> send(Cycle h, unsigned vc, unsigned slots) override;
  const Arrival* arrival() override;
  void take() override;
  void free(Cycle h, unsigned vc, unsigned slots) override;

  LinkPort& port() { return port_; }
  /// The cycle in which the oldest packet becomes visible, kNever when there is none.
  Cycle next_arrival() const {
    return port_.delivery() != nullptr ? port_.delivery()->visible : kNever;
  }
  /// Slots in the transmit queue of `vc`, as far as releases were looked at.
  unsigned queued(unsigned vc) const { return queued_[vc]; }

 private:
  LinkPort& port_;
  unsigned queue_slots_;
  std::vector<std::uint32_t> queued_;
  Arrival arrival_;
};

}  // namespace weft
