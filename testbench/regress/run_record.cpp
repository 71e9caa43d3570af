// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/run_record.h"

namespace weft::tb {

const char* run_state_name(RunState state) {
  switch (state) {
    case RunState::kQueued:
      break;
    case RunState::kRunning:
      return "running";
    case RunState::kPassed:
      return "passed";
    case RunState::kFailed:
      return "failed";
    case RunState::kKilled:
      return "killed";
  }
  return "queued";
}

RunCounts count_runs(const std::vector<RunRecord>& records) {
  RunCounts counts;
  for (const RunRecord& record : records) {
    switch (record.state) {
      case RunState::kQueued:
        ++counts.queued;
        break;
      case RunState::kRunning:
        ++counts.dispatched;
        break;
      case RunState::kPassed:
        ++counts.passed;
        break;
      case RunState::kFailed:
        ++counts.failed;
        break;
      case RunState::kKilled:
        ++counts.killed;
        break;
    }
  }
  return counts;
}

const char* RegressionResult::verdict() const {
  if (interrupted) return "interrupted";
  const RunCounts counts = count_runs(records);
  if (counts.failed != 0 || (ended && counts.passed != counts.total())) return "fail";
  if (!ended) return "running";
  return counts.total() == 0 ? "fail" : "pass";
}

}  // namespace weft::tb
