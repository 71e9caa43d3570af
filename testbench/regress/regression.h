// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "testbench/regress/child_pool.h"
#include "testbench/regress/regress_files.h"
#include "testbench/regress/run_record.h"
#include "testbench/regress/watched_links.h"

namespace weft::tb {

struct RegressOptions {
  std::string program;  ///< path of the weft that is run
  unsigned jobs = 1;
  bool fail_fast = false;
  std::optional<Time> timeout;  ///< in place of the plan's
  double timeout_multiplier = 1;
  unsigned max_waves = 5;  ///< failed runs that are run again with waves
  Time wave_window = Time::us(20);
  double grace_s = 10;  ///< to end in order, before a run is killed
};

/// What a regression tells while it goes on.
class RegressionWatch {
 public:
  virtual ~RegressionWatch() = default;
  virtual void ended(const RegressionResult& result, const RunRecord& record) = 0;
  virtual void waves_ended(const RunRecord& record) = 0;
  /// Several times a second; `phase` is "run" or "waves".
  virtual void tick(const RegressionResult& result, const char* phase) = 0;
};

/// Runs the records of a result, each in a process and a folder of its own:
///   FOLDER/run          the run's directory
///   FOLDER/console.txt  what it printed
///   FOLDER/waves/...    the same of its re-run with waves, and the waves
/// and keeps result.json up to date.
class Regression {
 public:
  /// `watched` is by test of the plan. All that is referred to lives longer.
  Regression(const Plan& plan, const std::vector<WatchedScenario>& watched,
             const RegressOptions& options, const RegressDirectory& directory,
             RegressionResult& result, RegressionWatch& watch);

  /// Once. Throws MachineError for what the machine cannot do; a run that fails is a result.
  void run();

  /// The words of a run, "weft" first; where its files go is left out.
  static std::vector<std::string> run_words(const Plan& plan, const RegressionResult& result,
                                            const Job& job);

 private:
  /// A failed run, run again.
  struct WaveJob {
    std::size_t record = 0;
    WavePlan waves;
  };

  void run_phase(const char* phase, std::size_t count,
                 const std::function<void(ChildPool&, std::size_t)>& start,
                 const std::function<void(ChildPool&, const ChildEnd&)>& end);
  void start_run(ChildPool& pool, std::size_t index);
  void end_run(ChildPool& pool, const ChildEnd& end);
  std::vector<WaveJob> choose_waves() const;
  void start_waves(ChildPool& pool, std::size_t id, const WaveJob& job);
  void end_waves(const WaveJob& job, const ChildEnd& end);
  void hear_interrupts(ChildPool& pool);
  void checkpoint(bool now);
  double time_limit_s(const PlanTest& test) const;

  const Plan& plan_;
  const std::vector<WatchedScenario>& watched_;
  const RegressOptions& options_;
  const RegressDirectory& directory_;
  RegressionResult& result_;
  RegressionWatch& watch_;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point written_;
  bool stopping_ = false;
  unsigned interrupts_ = 0;  // heard
};

/// The line that repeats a run.
std::string repeat_line(const Plan& plan, const RegressionResult& result, const Job& job);

}  // namespace weft::tb
