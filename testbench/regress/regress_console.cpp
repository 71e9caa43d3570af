// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/regress_console.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <ostream>

#include "testbench/regress/failure_buckets.h"
#include "testbench/run/text_table.h"
#include "testbench/run/version.h"

namespace weft::tb {
namespace {

constexpr std::size_t kTestsOfBucket = 5;
constexpr std::size_t kSeedsOfTest = 2;

std::string plural(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

std::string seconds(double s) { return fixed(s, 2) + " s"; }

const char* state_word(RunState state) {
  switch (state) {
    case RunState::kPassed:
      return "pass";
    case RunState::kFailed:
      return "FAIL";
    case RunState::kKilled:
      return "KILL";
    case RunState::kQueued:
    case RunState::kRunning:
      break;
  }
  return "-";
}

/// What the table says of a test's runs.
struct TestRow {
  std::size_t passed = 0, total = 0;
  double longest_s = 0;
  std::uint64_t simulated_fs = 0;  // most
};

std::vector<TestRow> table_rows(const Plan& plan, const RegressionResult& result) {
  std::vector<TestRow> rows(plan.tests.size());
  for (const RunRecord& record : result.records) {
    TestRow& row = rows[record.job.test];
    ++row.total;
    if (!record.ended()) continue;
    if (record.state == RunState::kPassed) ++row.passed;
    row.longest_s = std::max(row.longest_s, record.outcome.end.wall_s);
    if (record.outcome.summary) {
      row.simulated_fs = std::max(row.simulated_fs, record.outcome.summary->sim_time_fs);
    }
  }
  return rows;
}

std::string percent_of(std::size_t part, std::size_t whole) {
  // 99.95 of 100 is no 100.
  const std::size_t tenths = whole == 0 ? 0 : part * 1000 / whole;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

void print_table(std::ostream& out, const Plan& plan, const RegressionResult& result) {
  const std::vector<TestRow> rows = table_rows(plan, result);
  const bool staged = std::any_of(plan.tests.begin(), plan.tests.end(),
                                  [](const PlanTest& test) { return !test.stage.empty(); });
  const auto with_stage = [&](const std::string& stage, std::vector<std::string> cells) {
    if (staged) cells.insert(cells.begin() + 1, stage);
    return cells;
  };
  TextTable table(with_stage(
      "stage", {"test", "max job runtime", "simulated time", "passing", "total", "pass rate"}));
  std::size_t passed = 0, total = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TestRow& row = rows[i];
    if (row.total == 0) continue;
    passed += row.passed;
    total += row.total;
    const std::string simulated =
        row.simulated_fs == 0 ? "-" : fixed(static_cast<double>(row.simulated_fs) / 1e9, 3) + " us";
    table.add(with_stage(
        plan.tests[i].stage,
        {plan.tests[i].name, seconds(row.longest_s), simulated, std::to_string(row.passed),
         std::to_string(row.total), percent_of(row.passed, row.total)}));
  }
  table.add(with_stage("", {"all", seconds(result.wall_s), "", std::to_string(passed),
                            std::to_string(total), percent_of(passed, total)}));
  table.print(out);
}

void print_seed(std::ostream& out, const RunRecord& record,
                const std::filesystem::path& directory) {
  out << "    seed " << record.job.seed << ": " << record.outcome.message << "\n"
      << "      repeat with: " << record.repeat << "\n"
      << "      left in: " << (directory / record.folder).string() << "\n";
  for (const std::string& wave : record.waves) {
    out << "      waves: " << (directory / wave).string() << "\n";
  }
  if (!record.waves_note.empty()) out << "      waves: " << record.waves_note << "\n";
}

void print_bucket(std::ostream& out, const RegressionResult& result, const FailureBucket& bucket,
                  const std::filesystem::path& directory) {
  out << "\n" << bucket.text << "  (" << plural(bucket.runs.size(), "run") << ")\n";
  std::vector<std::size_t> tests;
  std::map<std::size_t, std::vector<std::size_t>> runs;
  for (const std::size_t run : bucket.runs) {
    const std::size_t test = result.records[run].job.test;
    if (runs[test].empty()) tests.push_back(test);
    runs[test].push_back(run);
  }
  for (std::size_t i = 0; i < std::min(tests.size(), kTestsOfBucket); ++i) {
    const std::vector<std::size_t>& seeds = runs[tests[i]];
    out << "  " << result.records[seeds[0]].test << "  (" << plural(seeds.size(), "run") << ")\n";
    for (std::size_t k = 0; k < std::min(seeds.size(), kSeedsOfTest); ++k) {
      print_seed(out, result.records[seeds[k]], directory);
    }
    if (seeds.size() > kSeedsOfTest) {
      out << "    and " << plural(seeds.size() - kSeedsOfTest, "more seed") << "\n";
    }
  }
  if (tests.size() > kTestsOfBucket) {
    out << "  and " << plural(tests.size() - kTestsOfBucket, "more test") << "\n";
  }
}

}  // namespace

std::string status_line(double elapsed_s, const std::string& phase, const RunCounts& counts) {
  const auto whole = static_cast<unsigned long>(elapsed_s);
  const std::size_t total = counts.total();
  const std::size_t ended = counts.passed + counts.failed + counts.killed;
  char time[32];
  std::snprintf(time, sizeof time, "%02lu:%02lu:%02lu", whole / 3600, whole / 60 % 60, whole % 60);
  const auto number = [](std::size_t n) { return std::to_string(n); };
  return std::string(time) + " [ " + phase + " ]: [Q: " + number(counts.queued) +
         ", D: " + number(counts.dispatched) + ", P: " + number(counts.passed) +
         ", F: " + number(counts.failed) + ", K: " + number(counts.killed) +
         ", T: " + number(total) + "] " + number(total == 0 ? 0 : ended * 100 / total) + "%";
}

RegressConsole::~RegressConsole() { clear(); }

void RegressConsole::clear() {
  if (status_ == nullptr || shown_.empty()) return;
  *status_ << "\r\033[K" << std::flush;
  shown_.clear();
}

void RegressConsole::ended(const RegressionResult& result, const RunRecord& record) {
  ++ended_;
  if (status_ != nullptr && record.state == RunState::kPassed) return;
  clear();
  const std::string total = std::to_string(result.records.size());
  const std::string place = std::to_string(ended_);
  out_ << "[" << std::string(total.size() - std::min(place.size(), total.size()), ' ') << place
       << "/" << total << "] " << state_word(record.state) << "  " << record.test << "  seed "
       << record.job.seed << "  " << seconds(record.outcome.end.wall_s);
  if (!record.outcome.passed()) out_ << "  " << record.outcome.message;
  out_ << "\n" << std::flush;
}

void RegressConsole::waves_ended(const RunRecord& record) {
  clear();
  out_ << "waves of " << record.test << "  seed " << record.job.seed << ": "
       << plural(record.waves.size(), "file");
  if (!record.waves_note.empty()) out_ << "; " << record.waves_note;
  out_ << "\n" << std::flush;
}

void RegressConsole::tick(const RegressionResult& result, const char* phase) {
  if (status_ == nullptr) return;
  std::string line = status_line(result.wall_s, phase, count_runs(result.records));
  if (line == shown_) return;
  *status_ << "\r\033[K" << line << std::flush;
  shown_ = std::move(line);
}

void print_regress_header(std::ostream& out, const Plan& plan, const RegressionResult& result,
                          unsigned jobs, const std::filesystem::path& directory) {
  std::size_t tests = 0;
  for (const TestRow& row : table_rows(plan, result)) tests += row.total == 0 ? 0 : 1;
  out << version_text() << ", " << build_text() << "\n"
      << "plan     " << plan.file << ": " << plural(result.records.size(), "run") << " of "
      << plural(tests, "test") << "; base seed " << result.base_seed << "; " << plural(jobs, "job")
      << "\n"
      << "results  " << directory.string() << "\n\n";
  out.flush();
}

void print_regress_end(std::ostream& out, const Plan& plan, const RegressionResult& result,
                       const std::filesystem::path& directory) {
  out << "\n";
  print_table(out, plan, result);
  const std::vector<FailureBucket> buckets = failure_buckets(result.records);
  if (!buckets.empty()) out << "\nfailure buckets\n";
  for (const FailureBucket& bucket : buckets) print_bucket(out, result, bucket, directory);
  const RunCounts counts = count_runs(result.records);
  const char* word = "FAIL";
  if (std::string_view(result.verdict()) == "pass") word = "PASS";
  if (result.interrupted) word = "INTERRUPTED";
  out << "\nresults: " << (directory / RegressDirectory::kResult).string() << ", "
      << (directory / RegressDirectory::kJunit).string() << "\n"
      << word << "  " << counts.passed << " of " << plural(counts.total(), "run") << " passed";
  if (counts.failed != 0) out << ", " << counts.failed << " failed";
  if (counts.killed != 0) out << ", " << counts.killed << " killed";
  if (counts.queued != 0) out << ", " << counts.queued << " not run";
  out << "\n";
}

}  // namespace weft::tb
