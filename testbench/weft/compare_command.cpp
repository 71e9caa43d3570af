// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/compare_command.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>

#include "models/base/text.h"
#include "testbench/compare/comparison.h"
#include "testbench/compare/run_batch.h"
#include "testbench/regress/outcome.h"
#include "testbench/regress/regress_files.h"
#include "testbench/run/judge.h"
#include "testbench/run/library.h"
#include "testbench/run/machine_error.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using Strings = std::vector<std::string>;

constexpr std::uint64_t kMostRuns = 10000;
constexpr std::uint64_t kMostJobs = 1024;

constexpr const char* kUsage =
    "usage: weft compare A B [options]\n\n"
    "Says what differs between A and B: in what went in, then in what came out. Each is a run\n"
    "directory, a folder of run directories that differ in their seed, or a scenario, which is "
    "run\n"
    "here. With several runs of each side every metric has a 95 % interval of its difference.\n\n"
    "exit: 0 whatever the difference, 1 a run failed, 2 the input is refused, 4 a fault of the\n"
    "machine, 130 interrupted\n\n"
    "short: -j jobs\n\n";

po::options_description options() {
  po::options_description options("options");
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) {
    return po::value<Strings>()->composing()->value_name(name);
  };
  options.add_options()                                                                  //
      ("runs", text("N"), "runs of each scenario, with N seeds that follow each other")  //
      ("seed", text("N"), "the first of them; default: that of the scenario")            //
      ("set", texts("KEY=VALUE"), "override a key of both scenarios; may repeat")        //
      ("set-a", texts("KEY=VALUE"), "override a key of A")                               //
      ("set-b", texts("KEY=VALUE"), "override a key of B")                               //
      ("jobs", text("N"), "runs side by side; default: processors of this machine")      //
      ("out", text("DIR"),
       "keep the run directories, as DIR/a/sSEED and DIR/b/sSEED, in place of those that an "
       "earlier comparison left there; default: they go away")                //
      ("json", text("FILE"), "also write the comparison here, for programs")  //
      ("all",
       "show every metric: equal ones, and each link and node; default: a row for "
       "those that are alike")  //
      ("help", "this text");
  return options;
}

std::uint64_t whole_number(const Words& words, const char* option, std::uint64_t least,
                           std::uint64_t most) {
  const std::string& text = words.get<std::string>(option);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most) {
    return value;
  }
  throw UsageError("--" + std::string(option) + ": " + weft::quoted(text) +
                   " is no whole number from " + std::to_string(least) + " to " +
                   std::to_string(most));
}

/// "-j4", "-j" -> "--jobs=4", "--jobs".
Strings long_words(Strings words) {
  for (std::string& word : words) {
    if (word.starts_with("-j")) word = "--jobs" + (word.size() > 2 ? "=" + word.substr(2) : "");
  }
  return words;
}

/// One of A and B, as it was asked for.
struct Request {
  std::string word;
  std::vector<fs::path> directories;  ///< empty: it is a scenario
  Strings overrides;                  ///< of a scenario
  std::uint64_t first_seed = 0;

  bool is_scenario() const { return directories.empty(); }
  std::string name() const {
    std::string text = shell_word(word);
    for (const std::string& one : overrides) text += " --set " + shell_word(one);
    return text;
  }
};

Strings overrides_of(const Words& words, const char* own) {
  Strings all;
  for (const char* option : {"set", own}) {
    if (!words.has(option)) continue;
    const auto& some = words.get<Strings>(option);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// Reads the scenario as its runs will, so that a wrong one is refused before anything is made.
void check_scenario_of(Request& request, const Words& words) {
  Library library = Library::standard();
  const std::optional<fs::path> path = library.find_scenario(request.word);
  if (!path) {
    throw UsageError("there is no run directory and no scenario " + weft::quoted(request.word),
                     hint_for(request.word, library.names(Library::Shelf::kScenarios)));
  }
  const std::optional<std::string> text = read_text(*path);
  if (!text) throw UsageError("cannot read " + weft::quoted(path->string()));
  Config config = Config::parse(*text, path->string());
  for (const std::string& assignment : request.overrides) config.set(assignment);
  const Scenario scenario = Scenario::read(config, library);
  request.first_seed =
      words.has("seed") ? whole_number(words, "seed", 0, INT64_MAX - kMostRuns) : scenario.sim.seed;
}

Request read_request(const Words& words, std::size_t index, const char* own) {
  Request request;
  request.word = words.rest[index];
  request.directories = find_run_directories(request.word);
  if (request.is_scenario()) {
    request.overrides = overrides_of(words, own);
    check_scenario_of(request, words);
  } else if (words.has(own)) {
    throw UsageError(weft::quoted(request.word) + " has been run: --" + own + " cannot change it");
  }
  return request;
}

/// Refuses what only scenarios take, when there is none, and what both sides must take.
void check_options(const Words& words, const Request& a, const Request& b) {
  if (words.has("json")) {
    const fs::path folder = fs::absolute(words.get<std::string>("json")).parent_path();
    if (!fs::is_directory(folder)) {
      throw UsageError("--json: there is no folder " + weft::quoted(folder.string()));
    }
  }
  if (a.is_scenario() && b.is_scenario()) return;
  if (a.is_scenario() || b.is_scenario()) {
    if (!words.has("set")) return;
    throw UsageError("--set is for both sides, and one has been run",
                     a.is_scenario() ? "--set-a" : "--set-b");
  }
  for (const char* option : {"runs", "seed", "set", "jobs", "out"}) {
    if (words.has(option)) {
      throw UsageError("--" + std::string(option) + " is for scenarios; A and B have been run");
    }
  }
}

struct Batch {
  std::vector<BatchRun> runs;
  std::vector<std::size_t> side;  ///< by run: 0 is A
  std::vector<std::uint64_t> seed;
};

/// Runs of both sides in turn, so that the sides are served alike.
Batch plan_batch(const std::vector<Request>& requests, std::uint64_t count, const fs::path& place) {
  Batch batch;
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  for (std::uint64_t i = 0; i < count; ++i) {
    for (std::size_t side = 0; side < requests.size(); ++side) {
      const Request& request = requests[side];
      if (!request.is_scenario()) continue;
      const std::uint64_t seed = request.first_seed + i;
      const fs::path directory = place / (side == 0 ? "a" : "b") / ("s" + std::to_string(seed));
      BatchRun run{{program, "run", request.word}, directory, directory.string() + ".txt"};
      for (const std::string& one : request.overrides) {
        run.words.insert(run.words.end(), {"--set", one});
      }
      run.words.insert(run.words.end(),
                       {"--seed", std::to_string(seed), "--out", directory.string()});
      batch.runs.push_back(std::move(run));
      batch.side.push_back(side);
      batch.seed.push_back(seed);
    }
  }
  for (const BatchRun& run : batch.runs) fs::create_directories(run.directory.parent_path());
  return batch;
}

std::string why_lost(const ChildEnd& end, const BatchRun& run) {
  std::string why = end.signal != 0 ? "died by signal " + std::to_string(end.signal)
                                    : "exit " + std::to_string(end.exit);
  for (const std::string& line : last_lines(run.console, 2)) why += "\n     " + line;
  return why;
}

void add_batch(const Batch& batch, const BatchResult& result, std::vector<Side>& sides) {
  for (std::size_t i = 0; i < batch.runs.size(); ++i) {
    Side& side = sides[batch.side[i]];
    try {
      side.runs.push_back(ComparedRun::read(batch.runs[i].directory));
    } catch (const InputError&) {
      side.lost.push_back("seed " + std::to_string(batch.seed[i]) + ": " +
                          why_lost(result.ends[i], batch.runs[i]));
    }
  }
}

/// What the run that was refused had to say.
void tell_refusal(const Batch& batch, const BatchResult& result, std::ostream& err) {
  for (std::size_t i = 0; i < batch.runs.size(); ++i) {
    if (result.ends[i].stopped || result.ends[i].exit != static_cast<int>(Exit::kRefused)) continue;
    err << read_text(batch.runs[i].console).value_or("");
    return;
  }
}

unsigned jobs_of(const Words& words) {
  if (words.has("jobs")) return static_cast<unsigned>(whole_number(words, "jobs", 1, kMostJobs));
  return std::max(1u, std::thread::hardware_concurrency());
}

Exit tell(const Words& words, std::vector<Side> sides, std::ostream& out) {
  const Comparison comparison = compare(std::move(sides[0]), std::move(sides[1]));
  print_comparison(out, comparison, words.has("all"));
  if (!out.flush()) throw MachineError("cannot write the comparison");
  if (words.has("json")) {
    write_whole(words.get<std::string>("json"), comparison_json(comparison));
  }
  return comparison.failed() ? Exit::kFail : Exit::kPass;
}

int run(const Words& words, std::ostream& out, std::ostream& err) {
  if (words.rest.size() < 2) {
    throw UsageError(words.rest.empty() ? "A and B are missing" : "B is missing",
                     "weft compare A B; each is a run directory or a scenario");
  }
  words.at_most(2);
  const std::vector<Request> requests{read_request(words, 0, "set-a"),
                                      read_request(words, 1, "set-b")};
  check_options(words, requests[0], requests[1]);
  std::vector<Side> sides(2);
  bool to_run = false;
  for (std::size_t side = 0; side < 2; ++side) {
    sides[side].name = requests[side].name();
    to_run = to_run || requests[side].is_scenario();
    for (const fs::path& directory : requests[side].directories) {
      sides[side].runs.push_back(ComparedRun::read(directory));
    }
    if (!sides[side].runs.empty()) sides[side].name += ": " + sides[side].runs.front().repeat;
  }
  const unsigned jobs = jobs_of(words);
  const std::uint64_t count = words.has("runs") ? whole_number(words, "runs", 1, kMostRuns) : 1;
  if (!to_run) return static_cast<int>(tell(words, std::move(sides), out));

  const BatchFolder folder(words.has("out") ? words.get<std::string>("out") : "");
  const Batch batch = plan_batch(requests, count, folder.path());
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const BatchResult result = run_batch(batch.runs, jobs, [&](std::size_t ended) {
    if (terminal) err << "\r" << ended << " of " << batch.runs.size() << " runs" << std::flush;
  });
  if (terminal) err << "\r\033[K" << std::flush;
  if (result.refused) {
    tell_refusal(batch, result, err);
    return static_cast<int>(Exit::kRefused);
  }
  if (result.interrupted) {
    err << "weft compare: interrupted\n";
    return static_cast<int>(Exit::kInterrupted);
  }
  add_batch(batch, result, sides);
  return static_cast<int>(tell(words, std::move(sides), out));
}

}  // namespace

int compare_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft compare", err, [&] {
    const Words read = read_words(long_words(words), options());
    if (!read.has("help")) return run(read, out, err);
    out << kUsage << options();
    return static_cast<int>(Exit::kPass);
  });
}

}  // namespace weft::tb
