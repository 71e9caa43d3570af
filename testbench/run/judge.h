// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// Exit codes of the program.
enum class Exit {
  kPass = 0,
  kFail = 1,     ///< a check failed, or nothing was checked
  kRefused = 2,  ///< the input is wrong; nothing was run
  kHung = 3,
  kMachine = 4,  ///< Weft's own fault or the machine's
  kInterrupted = 130,
};

/// A line of [expect], or a rule that holds for every run.
struct Check {
  std::string what;    ///< "link3.replays"
  std::string wanted;  ///< "5..100"
  std::string seen;    ///< "37"; of several parts, of the first that fails or else of the first
  std::size_t parts = 1;
  std::size_t met = 0;

  bool passed() const { return met == parts; }
};

struct Verdict {
  Exit exit = Exit::kPass;
  std::vector<Check>
      checks;  ///< expectations in the order of the scenario's parts, then rules that failed
};

/// What a run is worth. Besides the scenario's expectations every run must retire something, and
/// lose, duplicate, misorder, corrupt and leak nothing, unless the scenario expects otherwise.
Verdict judge(const Scenario& scenario, const RunResult& result);

}  // namespace weft::tb
