// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/base/time.h"
#include "models/fabric/transaction.h"

namespace weft {

/// Someone who watches the transactions of an NPU: a scoreboard. Called in time order, on the
/// thread that runs the NPU.
class TxnWatch {
 public:
  virtual ~TxnWatch() = default;
  /// A request left for the fabric. `hash` is hash64 of its payload, 0 of a read.
  virtual void issued(Time at, const TxnHeader& request, std::uint64_t hash) = 0;
  /// As owner, the NPU took a request off its port, in the order of arrival. `status` is what the
  /// response will say, `hash` of the payload as it arrived (0 of a read).
  virtual void performed(Time at, const TxnHeader& request, TxnStatus status,
                         std::uint64_t hash) = 0;
  /// The response of a request came back. `issued` is when that request left, `hash` of the
  /// response's payload (0 of a write response).
  virtual void retired(Time at, const TxnHeader& response, Time issued, std::uint64_t hash) = 0;
};

}  // namespace weft
