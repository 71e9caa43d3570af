// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testbench/run/judge.h"
#include "testbench/run/platform.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// What stands in summary.json from the start.
struct SummaryHead {
  std::string scenario;
  std::string started;  ///< "2031-05-14T09:30:00Z"
  std::string repeat;
};

/// The texts of summary.json, schema 1. `result` is what is known so far: of a run that goes on,
/// what its nodes count.
std::string running_summary(const SummaryHead& head, const Platform& platform,
                            const RunResult& result);
std::string final_summary(const SummaryHead& head, const Platform& platform,
                          const RunResult& result, const Verdict& verdict);
/// Of a run that Weft or the machine failed: verdict "fault", exit 4.
std::string failed_summary(const SummaryHead& head, const Platform& platform,
                           const RunResult& result, const std::string& reason);

/// "pass", "fail", "hung", "interrupted" or "fault".
const char* verdict_name(const RunResult& result, const Verdict& verdict);

}  // namespace weft::tb
