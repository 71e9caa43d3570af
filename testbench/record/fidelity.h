// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testbench/run/platform.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// The text of fidelity.json: what of each part is exact, approximate or not modelled, why, and
/// whether this run touched it. Before a run's end `result` is empty: what only its counters tell
/// is then not exercised.
std::string fidelity_json(const Platform& platform, const RunResult& result);

}  // namespace weft::tb
