// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "testbench/run/platform.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// Payload that had arrived when generators stopped, by link: from a at b, from b at a; and over
/// what time.
struct LoadPhase {
  Time length;
  std::vector<std::array<std::uint64_t, 2>> payload_slots;
};

/// Payload slots received so far, by link.
LoadPhase measure_load(const Platform& platform, Time length);

/// Fills in everything of `result` that the platform knows; its registers have been taken.
void measure(Platform& platform, const LoadPhase& load, RunResult& result);

}  // namespace weft::tb
