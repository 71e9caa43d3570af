// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/compared_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "models/base/text.h"
#include "testbench/record/run_directory.h"
#include "testbench/run/library.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kSchema = 1;
constexpr const char* kSummary = "summary.json";
constexpr std::size_t kMostSummaryBytes = std::size_t{256} << 20;

[[noreturn]] void refuse(const fs::path& directory, const std::string& message,
                         const std::string& hint = {}) {
  throw InputError({directory.string(), 0, 0}, "", message, hint);
}

std::string need_text(const fs::path& directory, const char* name, std::size_t most) {
  std::optional<std::string> text = read_text(directory / name, most);
  if (!text) refuse(directory, std::string("there is no ") + name + " that can be read");
  return std::move(*text);
}

/// "" for null: what only the end of a run tells.
std::string text_of(const Json& value) { return value.is_null() ? "" : value.get<std::string>(); }

void fill(ComparedRun& run, const Json& json) {
  if (json.at("schema") != kSchema) {
    refuse(run.directory, "summary.json is of schema " + json.at("schema").dump(),
           "this Weft reads schema " + std::to_string(kSchema));
  }
  const Json& weft = json.at("weft");
  run.program = "weft " + weft.at("version").get<std::string>() + " (" +
                weft.at("commit").get<std::string>() + "), " + weft.at("build").get<std::string>();
  run.scenario = json.at("scenario").get<std::string>();
  run.seed = json.at("seed").get<std::uint64_t>();
  run.config_hash = json.at("config_hash").get<std::string>();
  run.verdict = json.at("verdict").get<std::string>();
  run.repeat = json.at("repeat").get<std::string>();
  if (!json.value("end", false)) {
    refuse(run.directory, "the run goes on, or was cut off: it has no end record",
           "it repeats with: " + run.repeat);
  }
  run.reason = text_of(json.at("reason"));
  run.digest = text_of(json.at("digest"));
  run.result_hash = text_of(json.at("result_hash"));
  for (const Json& check : json.at("checks")) {
    if (check.at("passed").get<bool>()) continue;
    run.failed_checks.push_back(check.at("what").get<std::string>() + " = " +
                                check.at("seen").get<std::string>() + ", expected " +
                                check.at("wanted").get<std::string>());
  }
  for (const Json& metric : json.at("metrics")) {
    run.metrics.push_back({metric.at("name").get<std::string>(),
                           metric.at("unit").get<std::string>(), metric.at("value").get<double>()});
  }
}

/// The effective scenario without comments and the seed.
std::string without_seed(const std::string& scenario_toml) {
  std::string text;
  for (const std::string_view line : split(scenario_toml, '\n')) {
    if (line.starts_with("#") || line.starts_with("sim.seed ")) continue;
    text.append(line).append("\n");
  }
  return text;
}

}  // namespace

ComparedRun ComparedRun::read(const fs::path& directory) {
  ComparedRun run;
  run.directory = directory;
  try {
    fill(run, Json::parse(need_text(directory, kSummary, kMostSummaryBytes)));
  } catch (const Json::exception& error) {
    refuse(directory, std::string("summary.json is none of Weft's: ") + error.what());
  }
  run.scenario_toml = need_text(directory, "scenario.toml", Config::kMaxTextBytes);
  run.system_toml = read_text(directory / "system.toml");
  run.protocol_toml = read_text(directory / "protocol.toml");
  return run;
}

bool is_run_directory(const fs::path& path) {
  std::error_code none;
  return fs::exists(path / RunDirectory::kMarker, none) || fs::exists(path / kSummary, none);
}

std::vector<fs::path> find_run_directories(const fs::path& path) {
  if (is_run_directory(path)) return {path};
  std::vector<fs::path> found;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, none)) {
    if (entry.is_directory(none) && is_run_directory(entry.path())) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void check_runs(std::vector<ComparedRun>& runs, const std::string& side) {
  std::sort(runs.begin(), runs.end(),
            [](const ComparedRun& x, const ComparedRun& y) { return x.seed < y.seed; });
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const std::string other = weft::quoted(runs[i - 1].directory.string());
    if (runs[i].seed == runs[i - 1].seed) {
      refuse(runs[i].directory,
             side + " has two runs of seed " + std::to_string(runs[i].seed) + ", see " + other,
             "runs of one seed are one run");
    }
    if (without_seed(runs[i].scenario_toml) != without_seed(runs[i - 1].scenario_toml)) {
      refuse(runs[i].directory, "differs from " + other + " in more than the seed",
             "the runs of " + side + " must be those of one scenario");
    }
  }
}

std::string seeds_text(const std::vector<ComparedRun>& runs) {
  if (runs.empty()) return "none";
  const std::uint64_t first = runs.front().seed;
  const std::uint64_t last = runs.back().seed;
  if (runs.size() > 2 && last - first == runs.size() - 1) {
    return std::to_string(first) + ".." + std::to_string(last);
  }
  std::string text;
  for (const ComparedRun& run : runs) {
    text += (text.empty() ? "" : ", ") + std::to_string(run.seed);
  }
  return text;
}

}  // namespace weft::tb
