// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace weft::tb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json side_json(const Side& side) {
  Json runs = Json::array();
  for (const ComparedRun& run : side.runs) {
    runs.push_back({{"directory", run.directory.string()},
                    {"seed", run.seed},
                    {"verdict", run.verdict},
                    {"config_hash", run.config_hash},
                    {"digest", run.digest},
                    {"result_hash", run.result_hash},
                    {"repeat", run.repeat}});
  }
  return {{"name", side.name}, {"runs", runs}, {"lost", side.lost}};
}

Json inputs_json(const std::vector<InputDifference>& inputs) {
  const auto value = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json list = Json::array();
  for (const InputDifference& one : inputs) {
    list.push_back(
        {{"file", one.file}, {"key", one.key}, {"a", value(one.a)}, {"b", value(one.b)}});
  }
  return list;
}

Json metrics_json(const MetricComparison& metrics) {
  Json list = Json::array();
  for (const MetricDifference& one : metrics.metrics) {
    const MeanDifference& means = one.means;
    const double percent = one.percent();
    list.push_back({{"name", one.name},
                    {"unit", one.unit},
                    {"a", means.a},
                    {"b", means.b},
                    {"difference", means.difference},
                    {"percent", std::isfinite(percent) ? Json(percent) : Json()},
                    {"low", means.interval ? Json(means.interval->low) : Json()},
                    {"high", means.interval ? Json(means.interval->high) : Json()},
                    {"equal", one.equal},
                    {"seen", !one.equal && one.seen()}});
  }
  return list;
}

}  // namespace

std::size_t Side::failed() const {
  const auto failed =
      std::count_if(runs.begin(), runs.end(), [](const ComparedRun& run) { return !run.passed(); });
  return static_cast<std::size_t>(failed) + lost.size();
}

Comparison compare(Side a, Side b) {
  Comparison result;
  check_runs(a.runs, "A");
  check_runs(b.runs, "B");
  if (!a.runs.empty() && !b.runs.empty()) {
    RunInput of_a = read_input(a.runs.front());
    RunInput of_b = read_input(b.runs.front());
    result.files_known = of_a.files_known && of_b.files_known;
    result.files_kept = !of_a.files.empty() && !of_b.files.empty();
    result.inputs = compare_inputs(of_a, of_b);
    result.warnings_a = std::move(of_a.warnings);
    result.warnings_b = std::move(of_b.warnings);
    result.metrics = compare_metrics(a.runs, b.runs);
  }
  result.a = std::move(a);
  result.b = std::move(b);
  return result;
}

std::string comparison_json(const Comparison& comparison) {
  const MetricComparison& metrics = comparison.metrics;
  Json json;
  json["schema"] = kSchema;
  json["failed"] = comparison.failed();
  json["a"] = side_json(comparison.a);
  json["b"] = side_json(comparison.b);
  json["files_known"] = comparison.files_known;
  json["inputs"] = inputs_json(comparison.inputs);
  json["method"] = method_name(metrics.method);
  json["confidence"] = metrics.method == Method::kSingle ? Json() : Json(kConfidence);
  json["metrics"] = metrics_json(metrics);
  json["only_a"] = metrics.only_a;
  json["only_b"] = metrics.only_b;
  json["not_always"] = metrics.not_always;
  // Names of files may hold any byte.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weft::tb
