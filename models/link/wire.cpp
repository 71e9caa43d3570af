// SPDX-License-Identifier: Apache-2.0
#include "models/link/wire.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weft {

Wire::Wire(Cycle latency) : latency_(latency) {
  if (latency == 0) throw std::invalid_argument("a wire takes at least one cycle");
}

Wire::Wire(std::unique_ptr<PhyDirection> phy) : Wire(phy->latency_cycles()) {
  phy_ = std::move(phy);
}

void Wire::grow() {
  const std::uint64_t capacity = std::max<std::uint64_t>(8, 2 * capacity_);
  auto beats = std::make_unique_for_overwrite<WireBeat[]>(capacity);
  for (std::uint64_t i = begin_; i != end_; ++i) {
    beats[i & (capacity - 1)] = beats_[i & (capacity_ - 1)];
  }
  beats_ = std::move(beats);
  capacity_ = capacity;
}

/// `beat` is where the next one is written.
void Wire::send_tapped(Cycle c, WireBeat& beat) {
  if (tap_->pass(c, beat)) {
    if (phy_ != nullptr && phy_->transmit(c, beat.slots).marked) beat.flags |= WEFT_IN_LI_BAD;
    append(beat);
  }
  WireBeat extra;
  while (tap_->more(extra)) {
    if (end_ - begin_ == capacity_) grow();
    beats_[end_ & (capacity_ - 1)] = extra;
    append(extra);
  }
}

std::size_t Wire::memory_bytes() const {
  return sizeof *this + capacity_ * sizeof(WireBeat) + (phy_ ? sizeof(PhyDirection) : 0);
}

}  // namespace weft
