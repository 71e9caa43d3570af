// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/judge.h"

#include <algorithm>

namespace weft::tb {
namespace {

std::uint64_t value_of(const Expectation& expectation, const RunResult& result) {
  switch (expectation.scope) {
    case MetricScope::kLink:
      return result.links[expectation.part][expectation.metric];
    case MetricScope::kNode:
      return result.nodes[expectation.part][expectation.metric];
    case MetricScope::kRun:
      break;
  }
  return result.run[expectation.metric];
}

/// Credit can be counted only when everything had come to rest.
bool is_known(const Expectation& expectation, const RunResult& result) {
  const std::string_view name = metrics(expectation.scope)[expectation.metric].name;
  return name != "credits_leaked" || result.settled;
}

void add(std::vector<Check>& checks, const Expectation& expectation, const RunResult& result) {
  const MetricInfo& info = metrics(expectation.scope)[expectation.metric];
  const bool known = is_known(expectation, result);
  const std::uint64_t value = value_of(expectation, result);
  const bool met = known && expectation.met(value);
  auto check = std::find_if(checks.begin(), checks.end(), [&](const Check& one) {
    return one.what == expectation.pattern && one.wanted == expectation.wanted;
  });
  if (check == checks.end()) {
    checks.push_back({expectation.pattern, expectation.wanted, {}, 0, 0});
    check = checks.end() - 1;
  }
  if (check->parts == 0 || (!met && check->passed())) {
    check->seen = known ? metric_text(info.kind, value) : "not known";
    if (!met && expectation.key != expectation.pattern) {
      check->seen += " (" + expectation.key + ")";
    }
  }
  ++check->parts;
  check->met += met;
}

/// A rule of every run, unless the scenario says what it expects of that metric.
void add_rule(std::vector<Check>& checks, const Scenario& scenario, const RunResult& result,
              RunMetric metric, bool kept, const char* wanted) {
  const auto index = static_cast<std::size_t>(metric);
  const auto expects = [&](const Expectation& one) {
    return one.scope == MetricScope::kRun && one.metric == index;
  };
  if (kept || std::any_of(scenario.expectations.begin(), scenario.expectations.end(), expects)) {
    return;
  }
  const MetricInfo& info = metrics(MetricScope::kRun)[index];
  checks.push_back({std::string(info.name) + " (of every run)", wanted,
                    metric_text(info.kind, result.run[index]), 1, 0});
}

void add(std::vector<Check>& checks, const FaultScore& fault) {
  checks.push_back({fault.id + " " + std::string(name_of(fault.kind)) + " " + fault.where,
                    fault.wanted_text(), fault.seen_text(), 1, fault.passed() ? 1u : 0u});
}

/// A fault did what it was expected to: it made the run stand still, or took a link away.
bool may_hang(const RunResult& result) {
  return std::any_of(result.faults.begin(), result.faults.end(), [](const FaultScore& fault) {
    const bool still = fault.seen == Recovery::kHang || fault.seen == Recovery::kLinkDown;
    return still && fault.passed();
  });
}

Exit exit_of(const RunResult& result, bool passed) {
  switch (result.ending) {
    case Ending::kHung:
      if (!may_hang(result)) return Exit::kHung;
      break;
    case Ending::kInterrupted:
      return Exit::kInterrupted;
    case Ending::kRtlFault:
    case Ending::kFirmware:
      return Exit::kFail;
    case Ending::kDone:
    case Ending::kUntil:
      break;
  }
  return passed ? Exit::kPass : Exit::kFail;
}

}  // namespace

Verdict judge(const Scenario& scenario, const RunResult& result) {
  Verdict verdict;
  for (const Expectation& expectation : scenario.expectations) {
    add(verdict.checks, expectation, result);
  }
  for (const FaultScore& fault : result.faults) add(verdict.checks, fault);
  for (const RunMetric metric : {RunMetric::kLost, RunMetric::kDuplicated, RunMetric::kMisordered,
                                 RunMetric::kCorrupted, RunMetric::kCreditsLeaked}) {
    add_rule(verdict.checks, scenario, result, metric, result.value(metric) == 0, "0");
  }
  if (result.value(RunMetric::kRetired) == 0) {
    verdict.checks.push_back({"retired (of every run)", "1..", "0", 1, 0});
  }
  const bool passed = std::all_of(verdict.checks.begin(), verdict.checks.end(),
                                  [](const Check& check) { return check.passed(); });
  verdict.exit = exit_of(result, passed);
  return verdict;
}

}  // namespace weft::tb
