// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/metric_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace weft::tb {
namespace {

using Runs = std::vector<ComparedRun>;

struct Values {
  std::string unit;
  std::vector<double> by_run;
};

std::map<std::string, Values> values_of(const Runs& runs) {
  std::map<std::string, Values> values;
  for (const ComparedRun& run : runs) {
    for (const Reading& reading : run.metrics) {
      Values& one = values[reading.name];
      one.unit = reading.unit;
      one.by_run.push_back(reading.value);
    }
  }
  return values;
}

/// Names in the order in which the runs have them, each once.
std::vector<std::string> names_of(const Runs& a, const Runs& b) {
  std::vector<std::string> names;
  std::map<std::string, bool> known;
  for (const Runs* runs : {&a, &b}) {
    for (const ComparedRun& run : *runs) {
      for (const Reading& reading : run.metrics) {
        if (known.emplace(reading.name, true).second) names.push_back(reading.name);
      }
    }
  }
  return names;
}

Method method_of(const Runs& a, const Runs& b) {
  if (a.size() < 2 || b.size() < 2) return Method::kSingle;
  const bool same_seeds =
      std::equal(a.begin(), a.end(), b.begin(), b.end(),
                 [](const ComparedRun& x, const ComparedRun& y) { return x.seed == y.seed; });
  return same_seeds ? Method::kPaired : Method::kIndependent;
}

bool are_equal(Method method, const std::vector<double>& a, const std::vector<double>& b) {
  if (method == Method::kPaired) return a == b;
  const auto same = [&](double value) { return value == a.front(); };
  return std::all_of(a.begin(), a.end(), same) && std::all_of(b.begin(), b.end(), same);
}

}  // namespace

const char* method_name(Method method) {
  switch (method) {
    case Method::kSingle:
      return "single";
    case Method::kPaired:
      return "paired";
    case Method::kIndependent:
      break;
  }
  return "independent";
}

bool MetricDifference::seen() const {
  if (means.interval) return !means.interval->contains(0);
  return means.difference != 0;
}

double MetricDifference::percent() const {
  if (means.difference == 0) return 0;
  if (means.a == 0) {
    return std::copysign(std::numeric_limits<double>::infinity(), means.difference);
  }
  return means.difference / std::fabs(means.a) * 100;
}

std::size_t MetricComparison::equal() const {
  return static_cast<std::size_t>(
      std::count_if(metrics.begin(), metrics.end(), [](const auto& one) { return one.equal; }));
}

std::size_t MetricComparison::seen() const {
  return static_cast<std::size_t>(std::count_if(
      metrics.begin(), metrics.end(), [](const auto& one) { return !one.equal && one.seen(); }));
}

MetricComparison compare_metrics(const Runs& a, const Runs& b) {
  MetricComparison result;
  result.method = method_of(a, b);
  const std::map<std::string, Values> of_a = values_of(a);
  const std::map<std::string, Values> of_b = values_of(b);
  for (const std::string& name : names_of(a, b)) {
    const auto in_a = of_a.find(name);
    const auto in_b = of_b.find(name);
    if (in_a == of_a.end() || in_b == of_b.end()) {
      (in_a == of_a.end() ? result.only_b : result.only_a).push_back(name);
      continue;
    }
    const std::vector<double>& x = in_a->second.by_run;
    const std::vector<double>& y = in_b->second.by_run;
    if (x.size() != a.size() || y.size() != b.size() || in_a->second.unit != in_b->second.unit) {
      result.not_always.push_back(name);
      continue;
    }
    const MeanDifference means =
        result.method == Method::kPaired ? paired_difference(x, y) : independent_difference(x, y);
    result.metrics.push_back({name, in_a->second.unit, means, are_equal(result.method, x, y)});
  }
  return result;
}

}  // namespace weft::tb
