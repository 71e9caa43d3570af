// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "models/base/time.h"

namespace weft {

/// Memory as a device sees it: local addresses, any length and alignment.
///
/// The bytes are read or written at once; what is returned is when the access is done. `at` never
/// goes back from one call to the next. `ok` is false when a byte lies outside memory: nothing was
/// read or written then, and the answer comes at the time returned all the same.
class MemoryBus {
 public:
  virtual ~MemoryBus() = default;
  virtual Time read(Time at, std::uint64_t address, std::span<std::uint8_t> bytes, bool& ok) = 0;
  virtual Time write(Time at, std::uint64_t address, std::span<const std::uint8_t> bytes,
                     bool& ok) = 0;
};

}  // namespace weft
