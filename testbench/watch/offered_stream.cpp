// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/offered_stream.h"

#include <algorithm>
#include <cstring>

namespace weft::tb {

bool OfferedStream::Lane::same(std::uint64_t position, unsigned slots,
                               const std::uint64_t* data) const {
  if (position + slots > offered) return false;
  const std::size_t from = position & (ring.size() - 1);
  const std::size_t head = std::min<std::size_t>(slots, ring.size() - from);
  return std::memcmp(&ring[from], data, head * 8) == 0 &&
         std::memcmp(ring.data(), data + head, (slots - head) * 8) == 0;
}

void OfferedStream::Lane::push(const std::uint64_t* data, unsigned slots) {
  const std::uint64_t oldest = std::min(sent, delivered);
  if (offered + slots - oldest > ring.size()) {
    std::vector<std::uint64_t> wider(ring.size() * 2);
    for (std::uint64_t i = oldest; i < offered; ++i) wider[i & (wider.size() - 1)] = at(i);
    ring = std::move(wider);
  }
  for (unsigned i = 0; i < slots; ++i) ring[(offered + i) & (ring.size() - 1)] = data[i];
  offered += slots;
}

void OfferedStream::sender_flushed() {
  for (Lane& lane : lanes_) {
    lane.sent = lane.offered;
    if (receiver_clean_) lane.delivered = lane.sent;
  }
}

void OfferedStream::receiver_flushed() {
  for (Lane& lane : lanes_) lane.delivered = lane.sent;
  receiver_clean_ = true;
}

}  // namespace weft::tb
