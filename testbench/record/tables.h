// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testbench/run/platform.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// The text of links.csv: a row per link and direction, once the run is over.
std::string links_csv(const Platform& platform, const RunResult& result);

/// The text of topology.json: nodes and links of the system.
std::string topology_json(const Scenario& scenario);

}  // namespace weft::tb
