// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "testbench/run/judge.h"
#include "testbench/run/platform.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// What is run, at which levels, and what is approximated.
void print_header(std::ostream& out, const Platform& platform, const std::string& scenario_name);

/// The links, the invariants, the hashes, how fast it was.
void print_result(std::ostream& out, const Scenario& scenario, const RunResult& result);

/// What was expected and seen; the line that repeats the run; PASS, FAIL or why it ended.
void print_verdict(std::ostream& out, const RunResult& result, const Verdict& verdict,
                   const std::string& repeat);

}  // namespace weft::tb
