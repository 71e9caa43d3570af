// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/base/time.h"

namespace weft {

/// Timer and software interrupt of one core, laid out as in SiFive's FU540-C000 manual, chapter
/// "CLINT", for hart 0: msip at 0x0 (4 bytes), mtimecmp at 0x4000 and mtime at 0xBFF8 (8 bytes,
/// or their halves). mtime is simulated time in nanoseconds and cannot be written.
class Clint {
 public:
  static constexpr std::uint64_t kBase = 0x0200'0000;
  static constexpr std::uint64_t kSize = 0x1'0000;

  static bool holds(std::uint64_t address) { return address - kBase < kSize; }

  /// Accesses of `size` bytes at `offset` from kBase; false when there is no such register or it
  /// does not allow the access.
  bool load(std::uint64_t offset, unsigned size, Time at, std::uint64_t& value) const;
  bool store(std::uint64_t offset, unsigned size, std::uint64_t value);

  static std::uint64_t mtime(Time at) { return at.fs() / kTickFs; }
  bool software() const { return msip_; }
  /// From when on the timer interrupt is asserted; never() when mtime cannot get there.
  Time timer_due() const;

 private:
  static constexpr std::uint64_t kTickFs = 1'000'000;

  bool msip_ = false;
  std::uint64_t mtimecmp_ = ~std::uint64_t{0};
};

}  // namespace weft
