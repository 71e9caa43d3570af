// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "models/scenario/scenario.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// What came of the workload, link by link.
void print_tables(std::ostream& out, const Scenario& scenario, const RunResult& result);

/// "54.6%" of 0.546.
std::string percent_text(double part);

}  // namespace weft::tb
