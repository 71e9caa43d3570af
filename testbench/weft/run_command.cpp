// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/run_command.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <iomanip>
#include <ostream>

#include "models/base/text.h"
#include "testbench/run/console.h"
#include "testbench/run/library.h"
#include "testbench/run/link_objects.h"
#include "testbench/run/machine_error.h"
#include "testbench/run/platform.h"
#include "testbench/run/runner.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;
using Strings = std::vector<std::string>;

constexpr const char* kUsage =
    "usage: weft run SCENARIO [options]\n\n"
    "Builds the fabric of a scenario, runs it and judges it. SCENARIO is a file, or the name of a\n"
    "scenario that comes with Weft (weft list scenarios).\n\n"
    "exit: 0 pass, 1 a check failed, 2 the input is refused, 3 hung, 4 a fault of Weft or of the\n"
    "machine, 130 interrupted\n\n";

po::options_description options() {
  po::options_description options("options");
  options.add_options()  //
      ("set", po::value<Strings>()->composing()->value_name("KEY=VALUE"),
       "override a key of the scenario; may repeat, the last wins")  //
      ("seed", po::value<std::string>()->value_name("N"),
       "what everything random follows from: --set sim.seed=N")  //
      ("threads", po::value<std::string>()->value_name("N"),
       "threads that share the links: --set sim.threads=N")  //
      ("waves", po::value<Strings>()->composing()->value_name("LINK:FILE"),
       "write the waves (FST) of a link of level rtl: link3.a:FILE for one end, link3:FILE for "
       "both, into FILE with .a and .b before its extension; may repeat")  //
      ("help", "this text");
  return options;
}

std::atomic<bool> stop_wanted{false};

extern "C" void want_stop(int) { stop_wanted = true; }

/// The first Ctrl-C ends the run in order, the second one the process.
void catch_signals() {
  struct sigaction action {};
  action.sa_handler = want_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

std::string read_scenario_text(const Library& library, std::string& name) {
  const std::optional<std::filesystem::path> path = library.find_scenario(name);
  if (!path) {
    throw UsageError("there is no scenario " + weft::quoted(name),
                     hint_for(name, library.names(Library::Shelf::kScenarios)));
  }
  std::optional<std::string> text = read_text(*path);
  if (!text) throw UsageError("cannot read " + weft::quoted(path->string()));
  name = path->string();
  return std::move(*text);
}

void apply_overrides(Config& config, const Words& words) {
  if (words.has("set")) {
    for (const std::string& assignment : words.get<Strings>("set")) config.set(assignment);
  }
  if (words.has("seed")) config.set("sim.seed", words.get<std::string>("seed"), "--seed");
  if (words.has("threads")) {
    config.set("sim.threads", words.get<std::string>("threads"), "--threads");
  }
}

/// The line that repeats the run; what never changes results is left out.
std::string repeat_line(const std::string& scenario_name, const Words& words,
                        const Scenario& scenario) {
  std::string line = "weft run " + shell_word(scenario_name);
  if (words.has("set")) {
    for (const std::string& assignment : words.get<Strings>("set")) {
      line += " --set " + shell_word(assignment);
    }
  }
  return line + " --seed " + std::to_string(scenario.sim.seed);
}

std::size_t find_link(const Scenario& scenario, const std::string& name) {
  Strings names;
  for (std::size_t i = 0; i < scenario.system.links.size(); ++i) {
    names.push_back(scenario.system.links[i].name);
    if (names.back() == name) return i;
  }
  throw UsageError("--waves: there is no link " + weft::quoted(name), hint_for(name, names));
}

/// "x.fst" -> "x.a.fst"
std::string with_side(const std::string& file, unsigned side) {
  std::filesystem::path path = file;
  const std::string extension = path.extension().string();
  path.replace_extension((side == 0 ? ".a" : ".b") + extension);
  return path.string();
}

void add_waves(const std::string& text, const Scenario& scenario,
               std::vector<WaveRequest>& requests) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon + 1 == text.size()) {
    throw UsageError("--waves: " + weft::quoted(text) + " names no file", "LINK:FILE");
  }
  std::string name = text.substr(0, colon);
  const std::string file = text.substr(colon + 1);
  const bool one_end = name.ends_with(".a") || name.ends_with(".b");
  const unsigned side = name.ends_with(".b") ? 1 : 0;
  if (one_end) name.resize(name.size() - 2);
  const std::size_t link = find_link(scenario, name);
  if (scenario.links[link].level != LinkLevel::kRtl) {
    throw UsageError("--waves: " + name + " is of level \"model\" and has no waves",
                     "--set " + name + ".level=rtl");
  }
  if (one_end) {
    requests.push_back({link, side, file});
    return;
  }
  for (unsigned both : {0u, 1u}) requests.push_back({link, both, with_side(file, both)});
}

/// A line on a terminal that tells how far the run is, twice a second.
class ProgressLine {
 public:
  ProgressLine(std::ostream& err, const Scenario& scenario)
      : err_(err), end_(scenario.workload.begin + scenario.workload.duration) {}
  ~ProgressLine() {
    if (shown_) err_ << "\r\033[K" << std::flush;
  }

  void operator()(const Platform& platform) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(500)) return;
    last_ = now;
    shown_ = true;
    std::uint64_t under_way = 0;
    for (std::size_t i = 0; i < platform.links(); ++i) under_way += platform.outstanding(i);
    err_ << "\r\033[K" << to_string(platform.now()) << " simulated of " << to_string(end_)
         << " and what it takes to drain; " << under_way << " packets under way" << std::flush;
  }

 private:
  std::ostream& err_;
  Time end_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool shown_ = false;
};

RunResult run_platform(Platform& platform, std::ostream& err) {
  catch_signals();
  ProgressLine line(err, platform.scenario());
  Runner::Progress progress;
  if (isatty(STDERR_FILENO) != 0) progress = std::ref(line);
  return Runner(platform, stop_wanted, progress).run();
}

int run(const Words& words, std::ostream& out, std::ostream& err) {
  if (words.rest.empty()) {
    throw UsageError("the scenario is missing", "weft run SCENARIO; weft list scenarios");
  }
  words.at_most(1);
  Library library = Library::standard();
  std::string name = words.rest[0];
  const std::string text = read_scenario_text(library, name);
  Config config = Config::parse(text, name);
  apply_overrides(config, words);
  const Scenario scenario = Scenario::read(config, library);
  std::vector<WaveRequest> waves;
  if (words.has("waves")) {
    for (const std::string& request : words.get<Strings>("waves")) {
      add_waves(request, scenario, waves);
    }
  }
  LinkObjects objects(LinkObjects::standard_folder(), scenario.protocol, scenario.protocol_file);
  Platform platform(scenario, objects, waves);

  for (const std::string& warning : scenario.warnings) err << warning << "\n";
  print_header(out, platform, name);
  out.flush();
  const RunResult result = run_platform(platform, err);
  const Verdict verdict = judge(scenario, result);
  print_result(out, scenario, result);
  for (const WaveRequest& wave : waves) {
    out << "waves of " << end_name(scenario, wave.link, wave.side) << ": " << wave.file << "\n";
  }
  print_verdict(out, result, verdict, repeat_line(words.rest[0], words, scenario));
  out.flush();
  if (!out) throw MachineError("cannot write the report");
  return static_cast<int>(verdict.exit);
}

}  // namespace

int run_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft run", err, [&] {
    const Words read = read_words(words, options());
    if (!read.has("help")) return run(read, out, err);
    out << kUsage << options();
    return static_cast<int>(Exit::kPass);
  });
}

}  // namespace weft::tb
