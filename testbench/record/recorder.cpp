// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/recorder.h"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <utility>

#include "models/base/text.h"
#include "testbench/record/fidelity.h"
#include "testbench/record/latency_tables.h"
#include "testbench/record/tables.h"
#include "testbench/report/report.h"

namespace weft::tb {
namespace {

constexpr std::chrono::seconds kCheckpoint{3};

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// For a shell.
std::string in_quotes(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string repro_script(const std::string& repeat) {
  return "#!/bin/sh\n# Runs this run again, with the weft that is in PATH; options may "
         "follow.\ncd " +
         in_quotes(std::filesystem::current_path().string()) + " && exec " + repeat + " \"$@\"\n";
}

std::string effective_scenario(const std::string& name, const std::string& toml) {
  std::string comment = "# Every key of the run with its value; of " + quoted(name, 500) +
                        ".\n# Paths in it count from " +
                        quoted(std::filesystem::absolute(name).parent_path().string(), 500) + ".\n";
  return comment + toml;
}

/// What nodes count of a run that goes on.
RunResult result_so_far(const Platform& platform, double wall_s) {
  RunResult result;
  result.sim_time = platform.now();
  result.wall_s = wall_s;
  result.links.assign(platform.links(), {});
  result.nodes.assign(platform.scenario().system.nodes.size(), {});
  platform.nodes().measure(result);
  return result;
}

}  // namespace

Recorder::Recorder(Platform& platform, const Setup& setup)
    : platform_(platform),
      head_{setup.scenario, utc_now(), setup.repeat},
      begin_(std::chrono::steady_clock::now()),
      written_(begin_),
      directory_((std::signal(SIGXFSZ, SIG_IGN), setup.directory)),  // an error, not the end
      log_(directory_.rows("log.txt")),
      series_(platform, directory_),
      up_(platform.links()) {
  for (std::size_t i = 0; i < up_.size(); ++i) {
    up_[i] = platform.scenario().links[i].start == LinkStart::kUp;
  }
  write_start(setup);
}

void Recorder::write_start(const Setup& setup) {
  directory_.write("scenario.toml", effective_scenario(setup.scenario, setup.effective));
  directory_.write("system.toml", setup.system);
  directory_.write("protocol.toml", setup.protocol);
  directory_.write("repro.sh", repro_script(setup.repeat), true);
  directory_.write("topology.json", topology_json(platform_.scenario()));
  const RunResult nothing = result_so_far(platform_, 0);
  directory_.write("fidelity.json", fidelity_json(platform_, nothing));
  directory_.write("summary.json", running_summary(head_, platform_, nothing));
}

double Recorder::wall_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

void Recorder::log(std::string_view text) {
  if (!text.empty()) log_.add(text);
}

void Recorder::step() {
  log_events();
  series_.sample();
  if (std::chrono::steady_clock::now() - written_ >= kCheckpoint) checkpoint();
}

void Recorder::log_events() {
  std::string lines;
  for (const Nodes::Line& line : platform_.nodes().take_lines()) {
    lines += to_string(line.at) + "  " + line.text + "\n";
  }
  for (std::size_t i = 0; i < up_.size(); ++i) {
    const bool up = platform_.link(i).end(0).up() && platform_.link(i).end(1).up();
    if (up == up_[i]) continue;
    up_[i] = up;
    lines += "by " + to_string(platform_.now()) + "  " + platform_.scenario().system.links[i].name +
             (up ? " is up\n" : " is down\n");
  }
  log(lines);
}

/// They are scored at the end only, so their lines come last.
void Recorder::log_faults(const RunResult& result) {
  std::vector<std::pair<Time, std::string>> events;
  for (const FaultScore& fault : result.faults) {
    if (!fault.happened) continue;
    const std::string name = fault.id + " " + std::string(name_of(fault.kind)) + " " + fault.where;
    const bool at_once = fault.end == fault.begin;
    events.emplace_back(fault.begin, name + (at_once ? " happens" : " begins"));
    if (!at_once && fault.end <= result.sim_time) events.emplace_back(fault.end, name + " ends");
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string lines;
  for (const auto& [at, text] : events) lines += to_string(at) + "  " + text + "\n";
  log(lines);
}

void Recorder::checkpoint() {
  directory_.write("summary.json",
                   running_summary(head_, platform_, result_so_far(platform_, wall_s())));
  written_ = std::chrono::steady_clock::now();
}

void Recorder::finish(const RunResult& result, const Verdict& verdict) {
  log_events();
  log_faults(result);
  series_.sample(true);
  directory_.write("links.csv", links_csv(platform_, result));
  directory_.write("latency.csv", latency_csv(platform_));
  directory_.write("breakdown.csv", breakdown_csv(platform_));
  directory_.write("fidelity.json", fidelity_json(platform_, result));
  directory_.write("summary.json", final_summary(head_, platform_, result, verdict));
  directory_.write("report.html", report_html(read_report_directory(directory_.path())));
}

void Recorder::fail(const std::string& reason) noexcept {
  try {
    log(reason + "\n");
    directory_.write("summary.json",
                     failed_summary(head_, platform_, result_so_far(platform_, wall_s()), reason));
  } catch (...) {  // what failed may be the disk
  }
}

}  // namespace weft::tb
