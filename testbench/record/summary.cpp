// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/summary.h"

#include <nlohmann/json.hpp>

#include "testbench/record/latency_tables.h"
#include "weft_build_info.h"

namespace weft::tb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

const char* ending_name(Ending ending) {
  switch (ending) {
    case Ending::kDone:
      break;
    case Ending::kUntil:
      return "until";
    case Ending::kHung:
      return "hung";
    case Ending::kInterrupted:
      return "interrupted";
    case Ending::kRtlFault:
      return "rtl_fault";
    case Ending::kFirmware:
      return "firmware_fault";
  }
  return "done";
}

Json head_json(const SummaryHead& head, const Platform& platform) {
  const Scenario& scenario = platform.scenario();
  Json json;
  json["schema"] = kSchema;
  json["weft"] = {{"version", build::kVersion},
                  {"commit", build::kCommit},
                  {"build", std::string(build::kBuildType) + ", " + build::kCompiler}};
  json["scenario"] = head.scenario;
  json["seed"] = scenario.sim.seed;
  json["config_hash"] = scenario.config_hash.hex();
  json["started"] = head.started;
  return json;
}

/// In base units times are fs and rates bit/s; here they are what `unit` says.
Json metric_json(const std::string& name, const MetricInfo& info, std::uint64_t value) {
  Json number = value;
  if (info.kind == MetricKind::kTime) number = static_cast<double>(value) / 1e6;
  if (info.kind == MetricKind::kRate) number = static_cast<double>(value) / 1e9;
  return {{"name", name}, {"value", number}, {"unit", info.unit}};
}

/// Metrics of a link that only the generators at its ends can tell.
bool is_told_by_generators(std::size_t metric) {
  const auto one = static_cast<LinkMetric>(metric);
  return (one >= LinkMetric::kLost && one <= LinkMetric::kCorrupted) ||
         (one >= LinkMetric::kLatencyP50 && one <= LinkMetric::kLatencyMax);
}

/// Those that are known.
template <class Values>
void add_all(Json& list, const std::string& prefix, MetricScope scope, const Values& values,
             const Scenario& scenario, const RunResult& result) {
  const std::span<const MetricInfo> infos = metrics(scope);
  const bool streams = scenario.workload.kind == WorkloadKind::kStream;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (infos[i].name == "credits_leaked" && !result.settled) continue;
    if (scope == MetricScope::kLink && !streams && is_told_by_generators(i)) continue;
    list.push_back(metric_json(prefix + std::string(infos[i].name), infos[i], values[i]));
  }
}

void add_node(Json& list, const Platform& platform, std::size_t node,
              const MetricValues<NodeMetric>& values) {
  const SystemNode& part = platform.scenario().system.nodes[node];
  const std::span<const MetricInfo> infos = metrics(MetricScope::kNode);
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (!node_metric_sentence(part.kind, static_cast<NodeMetric>(i))) continue;
    list.push_back(metric_json(part.name + "." + std::string(infos[i].name), infos[i], values[i]));
  }
  const Nodes::Latency latency = platform.nodes().latency(node);
  if (latency.histogram == nullptr || latency.histogram->count() == 0) return;
  const auto add = [&](const char* name, Time value) {
    list.push_back({{"name", part.name + "." + name},
                    {"value", static_cast<double>(value.fs()) / 1e6},
                    {"unit", "ns"}});
  };
  add("latency_mean", mean_latency(latency));
  add("latency_p50", latency.time(latency.histogram->percentile(50, 100)));
  add("latency_p99", latency.time(latency.histogram->percentile(99, 100)));
  add("latency_p999", latency.time(latency.histogram->percentile(999, 1000)));
  add("latency_max", latency.time(latency.histogram->max()));
}

/// As nccl-tests counts: algbw is bytes by time, busbw what a link of the ring carries for it.
void add_collective(Json& list, const Scenario& scenario, const RunResult& result) {
  if (scenario.workload.kind != WorkloadKind::kAllReduce || result.ending != Ending::kDone) return;
  if (result.load_time == Time{}) return;
  const double ns = static_cast<double>(result.load_time.fs()) / 1e6;
  const double algbw = static_cast<double>(scenario.workload.all_reduce.bytes.bytes) / ns;
  const auto n = static_cast<double>(scenario.system.endpoints.size());
  list.push_back({{"name", "collective.time"}, {"value", ns}, {"unit", "ns"}});
  list.push_back({{"name", "collective.algbw"}, {"value", algbw}, {"unit", "GB/s"}});
  list.push_back(
      {{"name", "collective.busbw"}, {"value", algbw * 2 * (n - 1) / n}, {"unit", "GB/s"}});
}

Json metrics_json(const Platform& platform, const RunResult& result) {
  const Scenario& scenario = platform.scenario();
  Json list = Json::array();
  add_all(list, "", MetricScope::kRun, result.run, scenario, result);
  add_collective(list, scenario, result);
  for (std::size_t i = 0; i < result.links.size(); ++i) {
    add_all(list, scenario.system.links[i].name + ".", MetricScope::kLink, result.links[i],
            scenario, result);
  }
  for (std::size_t i = 0; i < result.nodes.size(); ++i) {
    add_node(list, platform, i, result.nodes[i]);
  }
  return list;
}

Json invariants_json(const RunResult& result) {
  Json json;
  json["issued"] = result.value(RunMetric::kIssued);
  json["retired"] = result.value(RunMetric::kRetired);
  json["lost"] = result.value(RunMetric::kLost);
  json["duplicated"] = result.value(RunMetric::kDuplicated);
  json["misordered"] = result.value(RunMetric::kMisordered);
  json["corrupted"] = result.value(RunMetric::kCorrupted);
  json["credits_leaked"] =
      result.settled ? Json(result.value(RunMetric::kCreditsLeaked)) : Json(nullptr);
  json["replays"] = result.registers_read ? Json(result.value(RunMetric::kReplays)) : Json(nullptr);
  return json;
}

Json ns_json(Time time) { return static_cast<double>(time.fs()) / 1e6; }

Json fault_json(const FaultScore& fault) {
  const bool took = fault.happened && (fault.recovered || fault.seen == Recovery::kLinkDown);
  const bool ended = fault.happened && !fault.end.is_never();
  return {{"id", fault.id},
          {"kind", name_of(fault.kind)},
          {"where", fault.where},
          {"expected", name_of(fault.expected)},
          {"within_ns", fault.within.is_never() ? Json() : ns_json(fault.within)},
          {"happened", fault.happened},
          {"hits", fault.hits},
          {"begin_ns", fault.happened ? ns_json(fault.begin) : Json()},
          {"end_ns", ended ? ns_json(fault.end) : Json()},
          {"seen", fault.happened ? Json(name_of(fault.seen)) : Json()},
          {"replays", fault.replays},
          {"retrains", fault.retrains},
          {"recovered", fault.recovered},
          {"took_ns", took ? ns_json(fault.took) : Json()},
          {"passed", fault.passed()}};
}

Json faults_json(const RunResult& result) {
  Json list = Json::array();
  for (const FaultScore& fault : result.faults) list.push_back(fault_json(fault));
  return list;
}

Json checks_json(const Verdict& verdict) {
  Json list = Json::array();
  for (const Check& check : verdict.checks) {
    list.push_back({{"what", check.what},
                    {"wanted", check.wanted},
                    {"seen", check.seen},
                    {"passed", check.passed()},
                    {"parts", check.parts},
                    {"met", check.met}});
  }
  return list;
}

/// What a run that goes on does not have yet.
struct Outcome {
  const char* verdict = "";
  Json exit, ending, reason, digest, result_hash;
  Json waiting = Json::array(), checks = Json::array(), metrics = Json::array();
};

std::string whole(const SummaryHead& head, const Platform& platform, const RunResult& result,
                  const Outcome& outcome) {
  Json json = head_json(head, platform);
  json["verdict"] = outcome.verdict;
  json["exit"] = outcome.exit;
  json["ending"] = outcome.ending;
  json["reason"] = outcome.reason;
  json["digest"] = outcome.digest;
  json["result_hash"] = outcome.result_hash;
  json["sim_time_fs"] = result.sim_time.fs();
  json["wall_s"] = result.wall_s;
  json["invariants"] = invariants_json(result);
  json["waiting"] = outcome.waiting;
  json["checks"] = outcome.checks;
  json["faults"] = faults_json(result);
  json["metrics"] = outcome.metrics;
  json["repeat"] = head.repeat;
  if (!outcome.exit.is_null()) json["end"] = true;
  // Names of files may hold any byte.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

const char* verdict_name(const RunResult& result, const Verdict& verdict) {
  if (result.ending == Ending::kRtlFault || result.ending == Ending::kFirmware) return "fault";
  switch (verdict.exit) {
    case Exit::kPass:
      return "pass";
    case Exit::kHung:
      return "hung";
    case Exit::kInterrupted:
      return "interrupted";
    case Exit::kMachine:
      return "fault";
    case Exit::kFail:
    case Exit::kRefused:
      break;
  }
  return "fail";
}

std::string running_summary(const SummaryHead& head, const Platform& platform,
                            const RunResult& result) {
  Outcome outcome;
  outcome.verdict = "running";
  return whole(head, platform, result, outcome);
}

std::string final_summary(const SummaryHead& head, const Platform& platform,
                          const RunResult& result, const Verdict& verdict) {
  Outcome outcome;
  outcome.verdict = verdict_name(result, verdict);
  outcome.exit = static_cast<int>(verdict.exit);
  outcome.ending = ending_name(result.ending);
  outcome.reason = result.reason;
  outcome.digest = result.digest.hex();
  outcome.result_hash = result.result_hash.hex();
  outcome.waiting = result.waiting;
  outcome.checks = checks_json(verdict);
  outcome.metrics = metrics_json(platform, result);
  return whole(head, platform, result, outcome);
}

std::string failed_summary(const SummaryHead& head, const Platform& platform,
                           const RunResult& result, const std::string& reason) {
  Outcome outcome;
  outcome.verdict = "fault";
  outcome.exit = static_cast<int>(Exit::kMachine);
  outcome.ending = "machine_fault";
  outcome.reason = reason;
  return whole(head, platform, result, outcome);
}

}  // namespace weft::tb
