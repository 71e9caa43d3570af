// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "models/base/time.h"
#include "models/base/units.h"

namespace weft {

/// How long a memory takes: accesses follow each other on one data bus of a given rate, and each is
/// done a fixed latency after its last byte. Time on the bus is rounded up to whole femtoseconds.
class MemoryTiming {
 public:
  MemoryTiming(Rate rate, Time latency) : rate_(rate.bits_per_s), latency_(latency) {}

  /// When an access of `bytes` bytes that begins at `at`, or when the bus is free, is done.
  Time access(Time at, std::uint64_t bytes) {
    busy_until_ = std::max(at, busy_until_) + on_bus(bytes);
    return busy_until_ + latency_;
  }
  /// How long that many bytes take on the bus.
  Time on_bus(std::uint64_t bytes) const {
    const Wide fs = (Wide{bytes} * 8 * kFsPerSecond + rate_ - 1) / rate_;
    return Time::from_fs(static_cast<std::uint64_t>(fs));
  }
  Time latency() const { return latency_; }
  Time busy_until() const { return busy_until_; }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr std::uint64_t kFsPerSecond = 1'000'000'000'000'000;

  std::uint64_t rate_;
  Time latency_;
  Time busy_until_;
};

}  // namespace weft
