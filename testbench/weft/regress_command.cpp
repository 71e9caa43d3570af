// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/regress_command.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <ostream>

#include "models/base/text.h"
#include "testbench/regress/regress_console.h"
#include "testbench/run/judge.h"
#include "testbench/run/library.h"
#include "testbench/run/machine_error.h"
#include "testbench/run/text_table.h"
#include "testbench/weft/command_line.h"
#include "testbench/weft/regress_words.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".toml";

fs::path shipped_plans() {
  return Library::standard().folder(Library::Shelf::kScenarios).parent_path() / "plans";
}

std::vector<std::string> shipped_plan_names() {
  std::vector<std::string> names;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped_plans(), none)) {
    if (entry.path().extension() == kExtension) names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// An existing path, or a plan that comes with Weft.
Plan read_plan(const std::string& name) {
  fs::path path = name;
  std::optional<std::string> text = read_text(path);
  if (!text && name.find('/') == std::string::npos && !name.ends_with(kExtension)) {
    path = shipped_plans() / (name + kExtension);
    text = read_text(path);
  }
  if (!text) {
    throw UsageError("there is no plan " + weft::quoted(name),
                     hint_for(name, shipped_plan_names()));
  }
  return Plan::parse(*text, path.string());
}

/// Reads a test's scenario as its runs will, so that what is wrong with it comes out first.
WatchedScenario read_scenario(const Plan& plan, const RegressionResult& result, std::size_t index) {
  const PlanTest& test = plan.tests[index];
  if (test.expect_exit == static_cast<int>(Exit::kRefused)) return {};  // that is the test
  Library library = Library::standard();
  const std::optional<fs::path> path = library.find_scenario(test.scenario);
  const std::optional<std::string> text = path ? read_text(*path) : std::nullopt;
  if (!text) {
    throw InputError(
        test.pos, "",
        "test " + weft::quoted(test.name) + ": there is no scenario " + weft::quoted(test.scenario),
        hint_for(test.scenario, library.names(Library::Shelf::kScenarios)));
  }
  try {
    Config config = Config::parse(*text, path->string());
    for (const std::vector<std::string>* overrides : {&test.overrides, &result.overrides}) {
      for (const std::string& assignment : *overrides) config.set(assignment);
    }
    return WatchedScenario::of(Scenario::read(config, library));
  } catch (const InputError& error) {
    throw InputError(test.pos, "",
                     "test " + weft::quoted(test.name) + " would be refused\n" + error.what());
  }
}

/// By test of the plan; read for those that have a job.
std::vector<WatchedScenario> read_scenarios(const Plan& plan, const RegressionResult& result,
                                            const std::vector<Job>& jobs) {
  std::vector<WatchedScenario> scenarios(plan.tests.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (i != 0 && jobs[i].test == jobs[i - 1].test) continue;
    scenarios[jobs[i].test] = read_scenario(plan, result, jobs[i].test);
  }
  return scenarios;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

void list_tests(std::ostream& out, const Plan& plan, const std::vector<Job>& jobs) {
  TextTable table({"test", "runs", "scenario", "tags"});
  for (std::size_t i = 0; i < jobs.size();) {
    const PlanTest& test = plan.tests[jobs[i].test];
    std::size_t runs = 0;
    for (const std::size_t first = jobs[i].test; i < jobs.size() && jobs[i].test == first; ++i) {
      ++runs;
    }
    table.add({test.name, std::to_string(runs), test.scenario, join(test.tags, ",")});
  }
  table.print(out);
}

/// Runs of the last time that did not pass, of tests that are selected, in the plan's order.
std::vector<Job> failed_jobs(const Plan& plan, const std::vector<std::size_t>& tests,
                             const EarlierResult& earlier) {
  std::vector<Job> jobs;
  for (const std::size_t test : tests) {
    for (const EarlierResult::Run& run : earlier.not_passed) {
      if (run.test == plan.tests[test].name) jobs.push_back({test, run.seed});
    }
  }
  if (jobs.empty()) {
    throw InputError({plan.file}, "", "the selection is empty: no run of it failed the last time");
  }
  return jobs;
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code none;
  return a == b || fs::equivalent(a, b, none);
}

/// A regression that has been asked for.
class RegressCommand {
 public:
  RegressCommand(const std::vector<std::string>& words, std::ostream& out)
      : words_(read_regress_words(words)), out_(out) {}

  int run() {
    if (words_.help) {
      out_ << regress_help();
      return static_cast<int>(Exit::kPass);
    }
    plan_ = read_plan(words_.plan);
    directory_ = words_.out.empty() ? fs::path("runs") / plan_.name() : fs::path(words_.out);
    find_jobs();
    if (words_.list) {
      list_tests(out_, plan_, jobs_);
      return static_cast<int>(Exit::kPass);
    }
    const std::vector<WatchedScenario> scenarios = read_scenarios(plan_, result_, jobs_);
    make_records();
    if (words_.dry_run) {
      for (const RunRecord& record : result_.records) out_ << record.repeat << "\n";
      return static_cast<int>(Exit::kPass);
    }
    check_places();
    return regress(scenarios);
  }

 private:
  void find_jobs() {
    const std::vector<std::size_t> tests = select_tests(plan_, words_.selection);
    if (!words_.rerun_failed) {
      result_.base_seed = words_.selection.base_seed.value_or(plan_.seed);
      result_.overrides = words_.overrides;
      jobs_ = make_jobs(plan_, words_.selection, tests);
      return;
    }
    const fs::path file = directory_ / RegressDirectory::kResult;
    const EarlierResult earlier = read_earlier_result(file);
    if (!same_file(earlier.plan, plan_.file)) {
      throw InputError({file.string()}, "", "is the result of " + weft::quoted(earlier.plan),
                       "--out names the directory of the last time");
    }
    result_.base_seed = earlier.base_seed;
    result_.overrides = earlier.overrides;
    jobs_ = failed_jobs(plan_, tests, earlier);
  }

  void make_records() {
    result_.plan = plan_.file;
    result_.started = utc_now();
    for (const Job& job : jobs_) {
      RunRecord record;
      record.job = job;
      record.test = plan_.tests[job.test].name;
      record.folder = job_name(plan_, job);
      record.repeat = repeat_line(plan_, result_, job);
      result_.records.push_back(std::move(record));
    }
  }

  /// What can be known of places before an hour of runs.
  void check_places() {
    std::string& program = words_.options.program;
    if (program.empty()) program = fs::read_symlink("/proc/self/exe").string();
    if (access(program.c_str(), X_OK) != 0) {
      throw UsageError("--program: " + weft::quoted(program) + " cannot be executed");
    }
    for (const std::vector<std::string>* files : {&words_.junit, &words_.json}) {
      for (const std::string& file : *files) {
        const fs::path folder = fs::absolute(file).parent_path();
        if (fs::is_directory(folder) && !fs::is_directory(file)) continue;
        throw UsageError(weft::quoted(file) + " is no place for a file");
      }
    }
  }

  int regress(const std::vector<WatchedScenario>& scenarios) {
    const RegressDirectory directory(directory_, words_.rerun_failed);
    print_regress_header(out_, plan_, result_, words_.options.jobs, directory_);
    const bool terminal = isatty(STDOUT_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
    RegressConsole console(out_, terminal ? &std::cerr : nullptr);
    Regression(plan_, scenarios, words_.options, directory, result_, console).run();
    console.clear();
    write_results();
    print_regress_end(out_, plan_, result_, directory_);
    out_.flush();
    if (!out_) throw MachineError("cannot write the report");
    if (result_.interrupted) return static_cast<int>(Exit::kInterrupted);
    const bool passed = std::string_view(result_.verdict()) == "pass";
    return static_cast<int>(passed ? Exit::kPass : Exit::kFail);
  }

  void write_results() const {
    const auto junit = [&](const fs::path& file) {
      const fs::path folder = fs::absolute(file).parent_path();
      write_whole(file, junit_xml(plan_, result_, directory_, folder));
    };
    junit(directory_ / RegressDirectory::kJunit);
    for (const std::string& file : words_.junit) junit(file);
    for (const std::string& file : words_.json) write_whole(file, result_json(result_));
  }

  RegressWords words_;
  std::ostream& out_;
  Plan plan_;
  fs::path directory_;
  std::vector<Job> jobs_;
  RegressionResult result_;
};

}  // namespace

int regress_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft regress", err, [&] { return RegressCommand(words, out).run(); });
}

}  // namespace weft::tb
