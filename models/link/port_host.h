// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/link/cycle.h"

namespace weft {

/// What sits behind a link port: a switch, an endpoint, a traffic generator. It runs window by
/// window, and within a window it and the link see nothing of each other (see LinkPort).
class PortHost {
 public:
  virtual ~PortHost() = default;

  /// Does everything that falls into the cycles [from, until). Cycles of windows for which the host
  /// was not called had nothing for it, as next_work() said.
  virtual void advance(Cycle from, Cycle until) = 0;

  /// The first cycle not yet advanced over in which the host has something to do, as far as it can
  /// know now; kNever when only a delivery can wake it. Asked between windows, after the exchange.
  virtual Cycle next_work() const = 0;

  /// Between windows: hands over what hosts tell each other beside the link.
  virtual void exchange() {}
};

}  // namespace weft
