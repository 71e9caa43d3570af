// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "models/link/cycle.h"

namespace weft {

/// What an endpoint sees of one of its ports, whatever is behind it: a link end in RTL, the model
/// of one, or a link at packet level.
///
/// Times are cycles of the link's clock as the host counts them; those given to one function never
/// go back. Packets are slots of 8 bytes, the header first. A port is used by one thread at a time.
class NodePort {
 public:
  /// A packet received whole.
  struct Arrival {
    Cycle visible = 0;  ///< not to be looked at before this cycle
    unsigned vc = 0;
    bool poisoned = false;  ///< its data is known to be bad
    std::span<const std::uint64_t> slots;
  };

  virtual ~NodePort() = default;

  /// Whether the transmit queue of `vc` has room for a packet of `slots` slots in cycle `h`.
  virtual bool can_send(Cycle h, unsigned vc, unsigned slots) = 0;
  /// When can_send() may say more than it did, as far as is known now; kNever when a window must
  /// pass first.
  virtual Cycle next_room() const = 0;
  /// Queues a packet; the caller fills the slots before the next call of anything. can_send() said
  /// that there is room.
  virtual std::span<std::uint64_t> send(Cycle h, unsigned vc, unsigned slots) = 0;

  /// The oldest packet not yet taken, over all VCs; nullptr when there is none. It may not be
  /// visible yet. Valid until take() or the end of the window.
  virtual const Arrival* arrival() = 0;
  /// Removes the oldest packet. Its receive buffer stays in use until free().
  virtual void take() = 0;
  /// Gives receive buffer of a packet of `slots` slots on `vc` back to the sender, in cycle `h`.
  virtual void free(Cycle h, unsigned vc, unsigned slots) = 0;
};

}  // namespace weft
