// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/link/pins.h"

namespace weft {

/// A timer of a link end: nothing counts, the cycle it was started in is compared with the present
/// one (TIMING.md, Timers). Times are cycles as registered: what an edge sees of `now` is the cycle
/// before it.
struct Timer {
  std::uint64_t t0 = 0;

  void start(std::uint64_t now) { t0 = now; }
  bool elapsed(std::uint64_t now, std::uint64_t cycles) const { return now - t0 >= cycles; }
  /// The cycle from which on an end has to be evaluated.
  std::uint64_t deadline(std::uint64_t cycles) const { return t0 + cycles; }
};

}  // namespace weft
