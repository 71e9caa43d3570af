// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/run_command.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>

#include "models/base/text.h"
#include "models/base/units.h"
#include "testbench/record/input_files.h"
#include "testbench/record/recorder.h"
#include "testbench/run/console.h"
#include "testbench/run/library.h"
#include "testbench/run/link_objects.h"
#include "testbench/run/machine_error.h"
#include "testbench/run/platform.h"
#include "testbench/run/runner.h"
#include "testbench/weft/command_line.h"
#include "testbench/weft/named_input.h"
#include "testbench/weft/progress_line.h"

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
  add_override_options(options);
  options.add_options()  //
      ("out", po::value<std::string>()->value_name("DIR"),
       "what the run leaves goes into DIR, in place of what an earlier run left there; \"none\": "
       "it "
       "leaves nothing; default: runs/SCENARIO-sSEED")  //
      ("waves", po::value<Strings>()->composing()->value_name("LINK[:FILE]"),
       "write the waves (FST) of a link of level rtl: link3.a for one end, link3 for both, into "
       "link3.a.fst and link3.b.fst in the run directory; with :FILE into FILE, for both ends with "
       ".a and .b before its extension; may repeat")  //
      ("waves-from", po::value<std::string>()->value_name("TIME"),
       "begin waves shortly before this simulated time; default: 0")  //
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

/// The line that repeats the run; what never changes results is left out.
std::string repeat_line(const std::string& scenario_name, const Words& words,
                        const Scenario& scenario) {
  std::string line = "weft run " + shell_word(scenario_name);
  if (words.has("set")) {
    for (const std::string& assignment : words.get<Strings>("set")) {
      line += " --set " + shell_word(assignment);
    }
  }
  line += " --seed " + std::to_string(scenario.sim.seed);
  if (words.has("until")) line += " --until " + shell_word(words.get<std::string>("until"));
  return line;
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

/// Without a file they go to the `place` of the run.
void add_waves(const std::string& text, const Scenario& scenario,
               const std::optional<std::filesystem::path>& place,
               std::vector<WaveRequest>& requests) {
  const std::size_t colon = text.find(':');
  std::string name = text.substr(0, colon);
  const bool to_run = colon == std::string::npos;
  if (colon + 1 == text.size() || (to_run && !place)) {
    throw UsageError("--waves: " + weft::quoted(text) + " names no file",
                     to_run ? "LINK:FILE, where there is no run directory" : "LINK:FILE");
  }
  const bool one_end = name.ends_with(".a") || name.ends_with(".b");
  const unsigned side = name.ends_with(".b") ? 1 : 0;
  if (one_end) name.resize(name.size() - 2);
  const std::size_t link = find_link(scenario, name);
  if (scenario.links[link].level != LinkLevel::kRtl) {
    throw UsageError("--waves: " + name + " is of level \"model\" and has no waves",
                     "--set " + name + ".level=rtl");
  }
  if (one_end) {
    const std::string file = to_run ? (*place / (text + ".fst")).string() : text.substr(colon + 1);
    requests.push_back({link, side, file, {}, to_run});
    return;
  }
  const std::string file = to_run ? (*place / (name + ".fst")).string() : text.substr(colon + 1);
  for (unsigned both : {0u, 1u}) {
    requests.push_back({link, both, with_side(file, both), {}, to_run});
  }
}

std::vector<WaveRequest> read_waves(const Words& words, const Scenario& scenario,
                                    const std::optional<std::filesystem::path>& place) {
  std::vector<WaveRequest> waves;
  if (words.has("waves")) {
    for (const std::string& request : words.get<Strings>("waves")) {
      add_waves(request, scenario, place, waves);
    }
  }
  if (!words.has("waves-from")) return waves;
  if (waves.empty()) throw UsageError("--waves-from says nothing without --waves");
  try {
    const Time from = parse_time(words.get<std::string>("waves-from"));
    for (WaveRequest& wave : waves) wave.from = from;
  } catch (const UnitError& error) {
    throw UsageError("--waves-from: " + error.message, error.hint);
  }
  return waves;
}

/// Where the run leaves what it leaves; nothing for --out none.
std::optional<std::filesystem::path> place_of_run(const Words& words, const std::string& name,
                                                  const Scenario& scenario) {
  if (words.has("out")) {
    const std::string& out = words.get<std::string>("out");
    if (out.empty()) throw UsageError("--out names no directory", "--out DIR, or --out none");
    if (out == "none") return std::nullopt;
    return out;
  }
  return std::filesystem::path("runs") /
         (std::filesystem::path(name).stem().string() + "-s" + std::to_string(scenario.sim.seed));
}

/// The directory of the run is made anew; waves in it would be those of the run before.
void check_place(const std::filesystem::path& place, const std::vector<WaveRequest>& waves) {
  RunDirectory::check(place);
  const std::filesystem::path whole = std::filesystem::weakly_canonical(place);
  for (const WaveRequest& wave : waves) {
    if (wave.in_run_directory) continue;
    const auto inside = std::filesystem::weakly_canonical(wave.file).lexically_relative(whole);
    if (!inside.empty() && *inside.begin() != "..") {
      throw UsageError("--waves: " + weft::quoted(wave.file) + " is in the run directory",
                       "that is made anew when the run begins; LINK alone writes into it");
    }
  }
}

/// Prints on the console and into the log.
class Pen {
 public:
  Pen(std::ostream& out, Recorder* recorder) : out_(out), recorder_(recorder) {}

  template <class F>
  void operator()(F print) {
    std::ostringstream text;
    print(text);
    out_ << text.str() << std::flush;
    if (recorder_ != nullptr) recorder_->log(text.str());
  }

 private:
  std::ostream& out_;
  Recorder* recorder_;
};

RunResult run_platform(Platform& platform, Recorder* recorder, std::ostream& err) {
  ProgressLine line(err);
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const Runner::Progress progress = [&](const Platform& now) {
    if (recorder != nullptr) recorder->step();
    if (terminal) line(now);
  };
  return Runner(platform, stop_wanted, progress).run();
}

/// Runs, judges and tells.
Exit run_and_tell(Platform& platform, const std::string& name, const std::string& repeat,
                  const std::vector<WaveRequest>& waves, Recorder* recorder, std::ostream& out,
                  std::ostream& err) {
  const Scenario& scenario = platform.scenario();
  Pen pen(out, recorder);
  for (const std::string& warning : scenario.warnings) {
    err << warning << "\n";
    if (recorder != nullptr) recorder->log(warning + "\n");
  }
  pen([&](std::ostream& text) { print_header(text, platform, name); });
  const RunResult result = run_platform(platform, recorder, err);
  const Verdict verdict = judge(scenario, result);
  pen([&](std::ostream& text) {
    print_result(text, scenario, result);
    for (const WaveRequest& wave : waves) {
      text << "waves of " << end_name(scenario, wave.link, wave.side) << ": " << wave.file << "\n";
    }
    print_verdict(text, result, verdict, repeat);
    if (recorder != nullptr) text << "run directory  " << recorder->path().string() << "\n";
  });
  if (!out) throw MachineError("cannot write the report");
  if (recorder != nullptr) recorder->finish(result, verdict);
  return verdict.exit;
}

int run(const Words& words, std::ostream& out, std::ostream& err) {
  if (words.rest.empty()) {
    throw UsageError("the scenario is missing", "weft run SCENARIO; weft list scenarios");
  }
  words.at_most(1);
  Library library = Library::standard();
  const Config config = read_named_config(library, words.rest[0], words);
  const std::string name = config.file_name();
  InputFiles files(library);
  const Scenario scenario = Scenario::read(config, files);
  const auto place = place_of_run(words, name, scenario);
  const std::vector<WaveRequest> waves = read_waves(words, scenario, place);
  LinkObjects objects(LinkObjects::standard_folder(), scenario.protocol, scenario.protocol_file);
  if (place) check_place(*place, waves);
  Platform platform(scenario, objects, waves);
  const std::string repeat = repeat_line(words.rest[0], words, scenario);
  catch_signals();
  std::unique_ptr<Recorder> recorder;
  if (place) {
    const Recorder::Setup setup{*place,           name,  effective_toml(config), files.system(),
                                files.protocol(), repeat};
    recorder = std::make_unique<Recorder>(platform, setup);
  }
  try {
    return static_cast<int>(run_and_tell(platform, name, repeat, waves, recorder.get(), out, err));
  } catch (const std::exception& error) {
    if (recorder) recorder->fail(error.what());
    throw;
  }
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
