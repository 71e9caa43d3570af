// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "testbench/regress/child_pool.h"

namespace weft::tb {

/// What a regression wants to know of a run's summary.json.
struct RunSummary {
  struct Check {
    std::string what, wanted, seen;
    bool passed = false;
  };

  bool ended = false;  ///< it has the end record
  std::uint64_t seed = 0;
  std::string verdict, ending, reason;
  int exit = 0;
  std::string config_hash, digest;
  std::uint64_t sim_time_fs = 0;
  std::uint64_t retired = 0;
  std::vector<Check> checks;
  std::vector<std::string> waiting;  ///< of a run that hung: who waits for what

  /// Throws std::runtime_error for what is no summary of schema 1.
  static RunSummary parse(const std::string& text);
};

/// How a run failed; kNone when it passed.
enum class FailureKind {
  kNone,
  kCheck,    ///< it judged itself a failure
  kHung,     ///< nothing moved any more
  kEmpty,    ///< it claims to have passed, and checked or retired nothing
  kLost,     ///< its end record is missing or contradicts the exit code
  kRefused,  ///< its input was refused
  kMachine,  ///< a fault of Weft or of the machine
  kTimeout,
  kSignal,
  kStopped,  ///< the user, or --fail-fast
};
const char* failure_kind_name(FailureKind kind);

/// What a run is worth to a regression.
struct RunOutcome {
  FailureKind kind = FailureKind::kNone;
  std::string message;  ///< of a failure, one line
  ChildEnd end;
  std::optional<RunSummary> summary;  ///< what could be read of it, ended or not

  bool passed() const { return kind == FailureKind::kNone; }
};

struct RunExpectation {
  std::uint64_t seed = 0;
  int exit = 0;
};

/// `directory` is the run's, `output` the file with what it printed. A run passes when it left by
/// itself with the exit code that was expected and its summary has an end record that agrees; with
/// exit 0 it must also have checked and retired something. Exit 2 alone leaves no summary.
RunOutcome judge_run(const ChildEnd& end, const std::filesystem::path& directory,
                     const std::filesystem::path& output, const RunExpectation& expected);

/// The last lines of a file, at most; nothing when it cannot be read.
std::vector<std::string> last_lines(const std::filesystem::path& file, std::size_t most);

}  // namespace weft::tb
