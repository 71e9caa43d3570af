// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/base/time.h"

namespace weft {

/// How an access outside the core's SRAM ended.
struct BusResult {
  bool ok = true;        ///< false: nobody answers there; the core takes an access fault
  Time waited = Time();  ///< how long the core waits for it, beside the cycle of the instruction
};

/// Everything a core reaches by loads and stores that is neither its SRAM nor its CLINT.
///
/// Addresses are aligned to `size`, which is 1, 2, 4 or 8. `at` is the edge of the cycle in which
/// the instruction executes. Loaded values are zero extended; the core extends the sign.
class CoreBus {
 public:
  virtual ~CoreBus() = default;
  virtual BusResult load(std::uint64_t address, unsigned size, Time at, std::uint64_t& value) = 0;
  virtual BusResult store(std::uint64_t address, unsigned size, Time at, std::uint64_t value) = 0;
};

}  // namespace weft
