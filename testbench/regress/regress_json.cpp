// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <nlohmann/json.hpp>

#include "testbench/regress/failure_buckets.h"
#include "testbench/regress/regress_files.h"
#include "weft_build_info.h"

namespace weft::tb {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kSchema = 1;

Json run_json(const RunRecord& record) {
  Json json;
  json["test"] = record.test;
  json["seed"] = record.job.seed;
  json["state"] = run_state_name(record.state);
  json["directory"] = record.folder;
  json["repeat"] = record.repeat;
  if (!record.ended()) return json;
  const RunOutcome& outcome = record.outcome;
  json["wall_s"] = outcome.end.wall_s;
  json["exit"] = outcome.end.signal == 0 ? Json(outcome.end.exit) : Json(nullptr);
  json["signal"] = outcome.end.signal == 0 ? Json(nullptr) : Json(outcome.end.signal);
  if (outcome.summary) {
    json["sim_time_fs"] = outcome.summary->sim_time_fs;
    json["config_hash"] = outcome.summary->config_hash;
    json["digest"] = outcome.summary->digest;
  }
  if (outcome.passed()) return json;
  json["kind"] = failure_kind_name(outcome.kind);
  json["message"] = outcome.message;
  json["waves"] = record.waves;
  if (!record.waves_note.empty()) json["waves_note"] = record.waves_note;
  return json;
}

Json bucket_json(const FailureBucket& bucket, const std::vector<RunRecord>& records) {
  Json json;
  json["text"] = bucket.text;
  json["count"] = bucket.runs.size();
  json["runs"] = Json::array();
  for (const std::size_t run : bucket.runs) {
    json["runs"].push_back({{"test", records[run].test}, {"seed", records[run].job.seed}});
  }
  json["repeat"] = records[bucket.runs[0]].repeat;
  return json;
}

EarlierResult parse_earlier(const Json& json) {
  if (json.at("schema").get<int>() != kSchema) throw std::runtime_error("another schema");
  EarlierResult earlier;
  earlier.plan = json.at("plan").get<std::string>();
  earlier.base_seed = json.at("base_seed").get<std::uint64_t>();
  earlier.overrides = json.at("overrides").get<std::vector<std::string>>();
  for (const Json& run : json.at("runs")) {
    if (run.at("state").get<std::string>() == run_state_name(RunState::kPassed)) continue;
    earlier.not_passed.push_back(
        {run.at("test").get<std::string>(), run.at("seed").get<std::uint64_t>()});
  }
  return earlier;
}

}  // namespace

std::string result_json(const RegressionResult& result) {
  const RunCounts counts = count_runs(result.records);
  Json json;
  json["schema"] = kSchema;
  json["weft"] = {{"version", build::kVersion}, {"commit", build::kCommit}};
  json["plan"] = result.plan;
  json["base_seed"] = result.base_seed;
  json["overrides"] = result.overrides;
  json["started"] = result.started;
  json["wall_s"] = result.wall_s;
  json["verdict"] = result.verdict();
  json["counts"] = {{"total", counts.total()}, {"passed", counts.passed},
                    {"failed", counts.failed}, {"killed", counts.killed},
                    {"queued", counts.queued}, {"running", counts.dispatched}};
  json["runs"] = Json::array();
  for (const RunRecord& record : result.records) json["runs"].push_back(run_json(record));
  json["buckets"] = Json::array();
  for (const FailureBucket& bucket : failure_buckets(result.records)) {
    json["buckets"].push_back(bucket_json(bucket, result.records));
  }
  if (result.ended) json["end"] = true;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

EarlierResult read_earlier_result(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw InputError({file.string()}, "", "there is no earlier result",
                     "--rerun-failed needs the --out of an earlier regression");
  }
  try {
    return parse_earlier(Json::parse(in));
  } catch (const std::exception& error) {
    throw InputError({file.string()}, "", "is no result of a regression",
                     "run the regression without --rerun-failed");
  }
}

}  // namespace weft::tb
