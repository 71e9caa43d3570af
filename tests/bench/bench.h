// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::bench {

/// What a metric is measured against in the same run.
struct Baseline {
  std::string_view name;
  double value = 0;
};

/// Takes what a benchmark has to say: metrics as JSON lines to one stream, sentences to another.
class Reporter {
 public:
  Reporter(std::string_view bench, std::ostream& json, std::ostream& sentences);

  /// One line {"bench", "metric", "value", "unit", "baseline", "baseline_value"}; the last two are
  /// null without a baseline. The headline metric is reported last. A value that is not finite is a
  /// failure of the benchmark.
  void metric(std::string_view name, double value, std::string_view unit);
  void metric(std::string_view name, double value, std::string_view unit, const Baseline& baseline);

  /// A line for the reader: what was set up, the work that was done.
  void say(std::string_view sentence);

  /// Marks the run as failed (a digest differs, a packet is missing) and says why.
  void fail(std::string_view reason);

  bool failed() const { return failed_; }
  int metrics() const { return metrics_; }

 private:
  void line(std::string_view name, double value, std::string_view unit, const Baseline* baseline);

  std::string bench_;
  std::ostream& json_;
  std::ostream& sentences_;
  bool failed_ = false;
  int metrics_ = 0;
};

/// A benchmark: what `scripts/bench NAME [options]` runs. `options` are the words after NAME.
struct Bench {
  std::string_view name;
  std::string_view sentence;
  void (*run)(Reporter&, std::span<const std::string_view> options);
};

/// The table of all benchmarks, in all.cpp.
std::span<const Bench> all_benches();

/// The program: `--list`, or NAME and its options. Returns the exit code: 0, 1 when the benchmark
/// failed or reported no metric, 2 when there is no such benchmark, 4 when it threw.
int bench_main(std::span<const std::string_view> words, std::span<const Bench> benches,
               std::ostream& out, std::ostream& err);

/// CPU seconds this thread has used.
double thread_cpu_seconds();

/// Seconds on a clock that never goes back.
double wall_seconds();

/// The middle value; of an even number the mean of the middle two. `values` is not empty.
double median(std::vector<double> values);

}  // namespace weft::bench
