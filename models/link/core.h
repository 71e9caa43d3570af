// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/link/pins.h"

namespace weft {

/// One link end, clock by clock, whatever it is made of (the Verilated RTL or the model).
///
/// The pins are those of models/link/pins.h; rtl/link/TIMING.md says what happens in which cycle.
class LinkCore {
 public:
  virtual ~LinkCore() = default;

  /// Evaluates one rising edge. `in.now` grows by one per call, or by more after a quiescent
  /// clock: up to `wake_at()` or the cycle of the next input that is not null.
  virtual void step(const weft_link_in& in, weft_link_out& out) = 0;

  /// Earliest cycle at which something may happen with null inputs (WEFT_LINK_NEVER if none).
  /// Asked only after a clock that showed WEFT_OUT_QUIESCENT.
  virtual std::uint64_t wake_at() const = 0;
};

}  // namespace weft
