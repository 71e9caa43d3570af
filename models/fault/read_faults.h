// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "models/base/config.h"
#include "models/fault/fault.h"
#include "models/system/system.h"

namespace weft {

/// Reads [[fault]], an entry each. Throws InputError for what no kind, place, time or recovery is,
/// for a key of another kind, and for a place that the system does not have.
std::vector<Fault> read_faults(const Config& config, const System& system);

}  // namespace weft
