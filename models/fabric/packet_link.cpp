// SPDX-License-Identifier: Apache-2.0
#include "models/fabric/packet_link.h"

namespace weft {

std::size_t PacketInbox::memory_bytes() const {
  std::size_t bytes = sizeof *this;
  for (unsigned i = 0; i < 2 * lanes_; ++i) {
    bytes += sizeof(PacketBox) + boxes_[i].arrivals.capacity() * sizeof(PacketArrival) +
             boxes_[i].credits.capacity() * sizeof(CreditReturn);
  }
  return bytes;
}

}  // namespace weft
