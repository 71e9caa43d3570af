// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "testbench/regress/outcome.h"
#include "testbench/regress/selection.h"

namespace weft::tb {

enum class RunState {
  kQueued,
  kRunning,
  kPassed,
  kFailed,
  kKilled,  ///< the user or --fail-fast ended it before its end
};
const char* run_state_name(RunState state);

/// A run of a regression, from the queue to its end.
struct RunRecord {
  Job job;
  std::string test;    ///< name of its test
  std::string folder;  ///< its files, below the regression's directory
  std::string repeat;  ///< the line that repeats it
  RunState state = RunState::kQueued;
  RunOutcome outcome;              ///< when it has ended
  std::vector<std::string> waves;  ///< files of its re-run, below the regression's directory
  std::string waves_note;          ///< what is to be said of its re-run; may be empty

  bool ended() const { return state != RunState::kQueued && state != RunState::kRunning; }
};

/// Runs by state, in the letters of the status line.
struct RunCounts {
  std::size_t queued = 0, dispatched = 0, passed = 0, failed = 0, killed = 0;

  std::size_t total() const { return queued + dispatched + passed + failed + killed; }
};
RunCounts count_runs(const std::vector<RunRecord>& records);

/// A regression as it stands.
struct RegressionResult {
  std::string plan;     ///< file
  std::string started;  ///< "2031-05-14T09:30:00Z"
  std::uint64_t base_seed = 0;
  std::vector<std::string> overrides;  ///< of the command line, for all tests
  std::vector<RunRecord> records;      ///< in the order of the plan
  double wall_s = 0;
  bool interrupted = false;  ///< by the user
  bool ended = false;

  /// "running", "pass", "fail" or "interrupted"; a pass needs every run to have passed.
  const char* verdict() const;
};

}  // namespace weft::tb
