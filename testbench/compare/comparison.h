// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "testbench/compare/compared_run.h"
#include "testbench/compare/metric_difference.h"
#include "testbench/compare/run_input.h"

namespace weft::tb {

/// A or B: runs of one scenario.
struct Side {
  std::string name;  ///< the words that stand for it
  std::vector<ComparedRun> runs;
  std::vector<std::string> lost;  ///< runs that left no result: a line each that says why

  std::size_t failed() const;
};

/// Everything that there is to say of A and B.
struct Comparison {
  Side a, b;
  bool files_known = false;  ///< all files that both scenarios name are those of the runs
  bool files_kept = false;   ///< system and protocol of both are in any case
  std::vector<InputDifference> inputs;
  std::vector<std::string> warnings_a, warnings_b;
  MetricComparison metrics;  ///< empty when a side has no run

  bool failed() const { return a.failed() + b.failed() != 0; }
};

/// Throws InputError for runs that are no side: see check_runs().
Comparison compare(Side a, Side b);

/// For people: inputs first, then metrics. Equal metrics are counted; of more than two metrics that
/// differ only in the number of their part ("link0.flits", "link1.flits"), the one that differs
/// most stands for all. `all` shows each.
void print_comparison(std::ostream& out, const Comparison& comparison, bool all);

/// For programs, schema 1: see testbench/compare/README.md.
std::string comparison_json(const Comparison& comparison);

}  // namespace weft::tb
