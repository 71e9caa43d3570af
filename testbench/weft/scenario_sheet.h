// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "models/scenario/scenario.h"

namespace weft::tb {

/// What a scenario would run: workload, nodes by kind, links by level, speed and window, faults and
/// what is expected.
void print_scenario_sheet(std::ostream& out, const std::string& file, const Scenario& scenario);

/// Names of parts with runs of numbers drawn together: "link0 to link2, link4".
std::string names_text(const std::vector<std::string>& names);

}  // namespace weft::tb
