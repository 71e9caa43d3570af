// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/regression.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "models/base/units.h"
#include "testbench/regress/failure_buckets.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

constexpr double kTickS = 0.25;
constexpr auto kCheckpoint = std::chrono::seconds(1);
// A run that writes waves is slower: its time limit.
constexpr double kWaveSlowness = 10;
constexpr double kWaveExtraS = 60;
constexpr const char* kConsole = "console.txt";
constexpr const char* kRun = "run";
constexpr const char* kWaves = "waves";

std::vector<std::string> fst_files(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".fst") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// What a run's links did as it went; empty when that cannot be read.
std::string series_of(const fs::path& run) {
  std::ifstream file(run / "link_series.csv", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return file ? text.str() : std::string();
}

}  // namespace

Regression::Regression(const Plan& plan, const std::vector<WatchedScenario>& watched,
                       const RegressOptions& options, const RegressDirectory& directory,
                       RegressionResult& result, RegressionWatch& watch)
    : plan_(plan),
      watched_(watched),
      options_(options),
      directory_(directory),
      result_(result),
      watch_(watch),
      begin_(std::chrono::steady_clock::now()) {}

void Regression::run() {
  checkpoint(true);
  run_phase(
      "run", result_.records.size(),
      [&](ChildPool& pool, std::size_t index) { start_run(pool, index); },
      [&](ChildPool& pool, const ChildEnd& end) { end_run(pool, end); });
  if (!result_.interrupted) {
    stopping_ = false;
    const std::vector<WaveJob> jobs = choose_waves();
    run_phase(
        kWaves, jobs.size(),
        [&](ChildPool& pool, std::size_t index) { start_waves(pool, index, jobs[index]); },
        [&](ChildPool&, const ChildEnd& end) { end_waves(jobs[end.id], end); });
  }
  result_.ended = true;
  checkpoint(true);
}

void Regression::run_phase(const char* phase, std::size_t count,
                           const std::function<void(ChildPool&, std::size_t)>& start,
                           const std::function<void(ChildPool&, const ChildEnd&)>& end) {
  ChildPool pool(options_.grace_s);
  interrupts_ = 0;
  std::size_t next = 0;
  for (;;) {
    while (!stopping_ && next < count && pool.running() < options_.jobs) start(pool, next++);
    if (pool.running() == 0) return;
    watch_.tick(result_, phase);
    for (const ChildEnd& one : pool.wait(kTickS)) end(pool, one);
    hear_interrupts(pool);
    checkpoint(false);
  }
}

void Regression::hear_interrupts(ChildPool& pool) {
  if (pool.interrupts() == interrupts_) return;
  const bool again = interrupts_ != 0 || pool.interrupts() > 1;
  interrupts_ = pool.interrupts();
  result_.interrupted = true;
  stopping_ = true;
  if (again) {
    pool.kill_all();
  } else {
    pool.stop_all();
  }
}

void Regression::start_run(ChildPool& pool, std::size_t index) {
  RunRecord& record = result_.records[index];
  const fs::path folder = directory_.make_folder(record.folder);
  ChildPool::Command command;
  command.words = run_words(plan_, result_, record.job);
  command.words[0] = options_.program;
  command.words.insert(command.words.end(), {"--out", (folder / kRun).string()});
  command.output = folder / kConsole;
  command.time_limit_s = time_limit_s(plan_.tests[record.job.test]);
  pool.start(index, command);
  record.state = RunState::kRunning;
}

void Regression::end_run(ChildPool& pool, const ChildEnd& end) {
  RunRecord& record = result_.records[end.id];
  const fs::path folder = directory_.path() / record.folder;
  record.outcome = judge_run(end, folder / kRun, folder / kConsole,
                             {record.job.seed, plan_.tests[record.job.test].expect_exit});
  record.state = record.outcome.passed() ? RunState::kPassed : RunState::kFailed;
  if (end.stopped) record.state = RunState::kKilled;
  watch_.ended(result_, record);
  if (record.state == RunState::kFailed && options_.fail_fast && !stopping_) {
    stopping_ = true;
    pool.stop_all();
  }
}

/// One of each bucket first, then more of them.
std::vector<Regression::WaveJob> Regression::choose_waves() const {
  std::vector<WaveJob> jobs;
  const std::vector<FailureBucket> buckets = failure_buckets(result_.records);
  std::size_t longest = 0;
  for (const FailureBucket& bucket : buckets) longest = std::max(longest, bucket.runs.size());
  for (std::size_t rank = 0; rank < longest; ++rank) {
    for (const FailureBucket& bucket : buckets) {
      if (rank >= bucket.runs.size()) continue;
      if (jobs.size() == options_.max_waves) return jobs;
      const RunRecord& record = result_.records[bucket.runs[rank]];
      // Without a summary it never ran as far as to have waves.
      if (!record.outcome.summary) continue;
      WavePlan waves = plan_waves(watched_[record.job.test], record.outcome, options_.wave_window);
      narrow_to_first_repeat(record.outcome, series_of(directory_.path() / record.folder / kRun),
                             options_.wave_window, waves);
      if (!waves.links.empty()) jobs.push_back({bucket.runs[rank], std::move(waves)});
    }
  }
  return jobs;
}

void Regression::start_waves(ChildPool& pool, std::size_t id, const WaveJob& job) {
  const RunRecord& record = result_.records[job.record];
  const fs::path folder = directory_.make_folder(record.folder + "/" + kWaves);
  ChildPool::Command command;
  command.words = run_words(plan_, result_, record.job);
  command.words[0] = options_.program;
  command.words.insert(command.words.end(), {"--out", (folder / kRun).string()});
  for (const std::string& link : job.waves.links) {
    const std::string file = (folder / (link + ".fst")).string();
    command.words.insert(command.words.end(), {"--waves", link + ":" + file});
  }
  if (job.waves.from && *job.waves.from != Time{}) {
    command.words.insert(command.words.end(), {"--waves-from", format_time(*job.waves.from)});
  }
  if (job.waves.until) {
    command.words.insert(command.words.end(), {"--until", format_time(*job.waves.until)});
  }
  command.output = folder / kConsole;
  command.time_limit_s = kWaveExtraS + kWaveSlowness * time_limit_s(plan_.tests[record.job.test]);
  pool.start(id, command);
}

void Regression::end_waves(const WaveJob& job, const ChildEnd& end) {
  RunRecord& record = result_.records[job.record];
  const std::string folder = record.folder + "/" + kWaves + "/";
  const fs::path place = directory_.path() / folder;
  for (const std::string& name : fst_files(place)) record.waves.push_back(folder + name);
  const RunOutcome again = judge_run(end, place / kRun, place / kConsole,
                                     {record.job.seed, plan_.tests[record.job.test].expect_exit});
  const bool known = again.summary && !again.summary->digest.empty();
  if (end.stopped || end.timed_out || !known) {
    record.waves_note = "the re-run did not come to its end: " + again.message;
  } else if (!job.waves.until && again.summary->digest != record.outcome.summary->digest) {
    record.waves_note = "the re-run went another way: its digest differs";
  } else if (!job.waves.named) {
    record.waves_note = "the failure names no link";
  } else {
    record.waves_note = job.waves.note;
  }
  watch_.waves_ended(record);
}

void Regression::checkpoint(bool now) {
  const auto time = std::chrono::steady_clock::now();
  result_.wall_s = std::chrono::duration<double>(time - begin_).count();
  if (!now && time - written_ < kCheckpoint) return;
  written_ = time;
  write_whole(directory_.path() / RegressDirectory::kResult, result_json(result_));
}

double Regression::time_limit_s(const PlanTest& test) const {
  const Time limit = options_.timeout.value_or(test.timeout);
  return static_cast<double>(limit.fs()) / 1e15 * options_.timeout_multiplier;
}

std::vector<std::string> Regression::run_words(const Plan& plan, const RegressionResult& result,
                                               const Job& job) {
  const PlanTest& test = plan.tests[job.test];
  std::vector<std::string> words{"weft", "run", test.scenario};
  for (const std::vector<std::string>* overrides : {&test.overrides, &result.overrides}) {
    for (const std::string& override : *overrides) {
      words.insert(words.end(), {"--set", override});
    }
  }
  words.insert(words.end(), {"--seed", std::to_string(job.seed)});
  return words;
}

std::string repeat_line(const Plan& plan, const RegressionResult& result, const Job& job) {
  std::string line;
  for (const std::string& word : Regression::run_words(plan, result, job)) {
    line += (line.empty() ? "" : " ") + shell_word(word);
  }
  return line;
}

}  // namespace weft::tb
