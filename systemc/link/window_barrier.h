// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace weft::sc {

/// Barrier for a fixed number of threads that meet every few microseconds: waits a little while on
/// the processor, then offers it to others, then sleeps. A barrier that only spins takes seconds
/// when its threads share a core.
class WindowBarrier {
 public:
  explicit WindowBarrier(unsigned parties);

  /// Returns when all parties have arrived.
  void arrive_and_wait();

 private:
  const unsigned parties_;
  const unsigned spins_;
  alignas(64) std::atomic<std::uint32_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> round_{0};
};

}  // namespace weft::sc
