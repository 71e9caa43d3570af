// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

#include "testbench/regress/regression.h"

namespace weft::tb {

/// "00:00:12 [ run ]: [Q: 0, D: 3, P: 41, F: 1, K: 0, T: 45] 93%": queued, dispatched, passed,
/// failed, killed, total, and the part that has ended.
std::string status_line(double elapsed_s, const std::string& phase, const RunCounts& counts);

/// Tells of a regression: a line for each run that ended (on a terminal only for those that did not
/// pass), and below them, on a terminal, the status line.
class RegressConsole final : public RegressionWatch {
 public:
  /// `status` is where the status line goes, null for none.
  RegressConsole(std::ostream& out, std::ostream* status) : out_(out), status_(status) {}
  ~RegressConsole() override;

  void ended(const RegressionResult& result, const RunRecord& record) override;
  void waves_ended(const RunRecord& record) override;
  void tick(const RegressionResult& result, const char* phase) override;
  /// Takes the status line away.
  void clear();

 private:
  std::ostream& out_;
  std::ostream* status_;
  std::size_t ended_ = 0;
  std::string shown_;
};

void print_regress_header(std::ostream& out, const Plan& plan, const RegressionResult& result,
                          unsigned jobs, const std::filesystem::path& directory);
/// The table, the failure buckets (of each at most 5 tests with 2 seeds), and the last line.
void print_regress_end(std::ostream& out, const Plan& plan, const RegressionResult& result,
                       const std::filesystem::path& directory);

}  // namespace weft::tb
