// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "testbench/record/link_series.h"
#include "testbench/record/run_directory.h"
#include "testbench/record/summary.h"
#include "testbench/run/judge.h"
#include "testbench/run/platform.h"

namespace weft::tb {

/// Writes what a run leaves, as the run goes: FORMATS.md names every file and column. All of it is
/// done between windows and reads counters alone, so that a run is the same with and without.
///
/// The directory is complete when finish() returns. Before that it can be read at any time, also
/// when the process has been killed: summary.json then says "running".
class Recorder {
 public:
  struct Setup {
    std::filesystem::path directory;
    std::string scenario;   ///< as it was named
    std::string effective;  ///< effective_toml() of what was read
    std::string system;     ///< text of the file that it names
    std::string protocol;   ///< the same
    std::string repeat;     ///< the line that repeats the run
  };

  /// Makes the directory and writes what is known before the run. The platform lives longer.
  /// Everything here throws MachineError for what cannot be written.
  Recorder(Platform& platform, const Setup& setup);

  /// Text for the log: whole lines.
  void log(std::string_view text);
  /// Between windows, at times that follow from the scenario alone.
  void step();
  /// The run is over and judged.
  void finish(const RunResult& result, const Verdict& verdict);
  /// The run cannot go on, or cannot be told of; exit 4. Throws nothing.
  void fail(const std::string& reason) noexcept;

  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  void write_start(const Setup& setup);
  void log_events();
  void log_faults(const RunResult& result);
  void checkpoint();
  double wall_s() const;

  Platform& platform_;
  SummaryHead head_;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point written_;  // summary.json
  RunDirectory directory_;
  RowFile log_;
  LinkSeries series_;
  std::vector<bool> up_;  // by link, when last looked at
};

}  // namespace weft::tb
