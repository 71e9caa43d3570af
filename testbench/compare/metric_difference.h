// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "testbench/compare/compared_run.h"
#include "testbench/compare/mean_difference.h"

namespace weft::tb {

/// How runs of A and B are held against each other.
enum class Method {
  kSingle,       ///< one run of a side: no interval
  kPaired,       ///< both sides ran the same seeds
  kIndependent,  ///< Welch
};
const char* method_name(Method method);

/// A metric that every run of both sides has.
struct MetricDifference {
  std::string name, unit;
  MeanDifference means;
  bool equal = false;  ///< in all runs; with Method::kPaired: in both runs of each seed

  /// Whether the interval leaves 0 out; without interval, whether the values differ.
  bool seen() const;
  /// Of the mean of A; infinite when that is 0 and the difference is not.
  double percent() const;
};

struct MetricComparison {
  Method method = Method::kSingle;
  std::vector<MetricDifference> metrics;  ///< in the order of A's first run
  /// Names that only one side has, or not each of its runs.
  std::vector<std::string> only_a, only_b, not_always;

  std::size_t equal() const;
  std::size_t seen() const;
};

/// Both sides have a run at least, each sorted by seed.
MetricComparison compare_metrics(const std::vector<ComparedRun>& a,
                                 const std::vector<ComparedRun>& b);

}  // namespace weft::tb
