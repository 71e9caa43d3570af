// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/regress_words.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "models/base/text.h"
#include "models/base/units.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;
using Strings = std::vector<std::string>;

constexpr const char* kUsage =
    "usage: weft regress PLAN [TEST...] [options]\n\n"
    "Runs the tests of a plan, each with its seeds, side by side: every run is a process with a\n"
    "folder of its own. PLAN is a file, or the name of a plan that comes with Weft. TEST is the\n"
    "name of a test or a pattern such as 'link_*'; put them before --seeds and --tag.\n\n"
    "exit: 0 all passed, 1 some did not, 2 the input is refused or nothing is selected, 4 a fault\n"
    "of the machine, 130 interrupted\n\n"
    "short: -l list, -n dry-run, -i tag, -s seeds, -r reseed, -rx reseed-multiplier, -j jobs,\n"
    "-o out, -x xunit-xml\n\n";

constexpr std::uint64_t kMostJobs = 1024;
constexpr std::uint64_t kMostWaves = 1000;

po::options_description options() {
  po::options_description options("options");
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) {
    return po::value<Strings>()->composing()->value_name(name);
  };
  const auto list = [&](const char* name) { return texts(name)->multitoken(); };
  options.add_options()                                                                     //
      ("list", "names of the tests that are selected, their seeds and tags; runs nothing")  //
      ("dry-run", "the commands that would run; runs nothing")                              //
      ("tag", list("TAG"), "only tests with this tag; of several, with all of them")        //
      ("with-attributes", list("TAG"), "the same")                                          //
      ("seeds", list("SEED"), "these seeds in place of those of the plan")                  //
      ("fixed-seed", text("SEED"), "this seed alone")                                       //
      ("reseed", text("N"), "N derived seeds for each test in place of those of the plan")  //
      ("reseed-multiplier", text("X"), "X times as many derived seeds")                     //
      ("base-seed", text("SEED"), "what seeds are derived from, with the test's name")      //
      ("set", texts("KEY=VALUE"), "override a key of every scenario; may repeat")           //
      ("jobs", text("N"), "runs side by side; default: processors of this machine")         //
      ("fail-fast", "end with the first run that fails")                                    //
      ("rerun-failed", "only runs that did not pass the last time, with their seeds")       //
      ("timeout", text("TIME"), "wall time of a run in place of the plan's, such as 60s")   //
      ("timeout-multiplier", text("X"), "X times the time")                                 //
      ("waves-on-fail", "run failed runs with links in RTL again with waves; the default")  //
      ("no-waves", "do not")                                                                //
      ("max-waves", text("N"), "for N failed runs at most; default: 5")                     //
      ("waves-window", text("TIME"),
       "simulated time before a failure that waves show, where its time is known; default: "
       "20us")  //
      ("out", text("DIR"),
       "results go into DIR, in place of those of an earlier regression; default: runs/PLAN")  //
      ("xunit-xml", texts("FILE"), "also write JUnit's XML here")                              //
      ("export-json", texts("FILE"), "also write result.json here")                            //
      ("program", text("FILE"), "the weft to run; default: this one")                          //
      ("help", "this text");
  return options;
}

/// "-j4", "-j" -> "--jobs=4", "--jobs".
Strings long_words(const Strings& words) {
  struct Short {
    const char* letters;
    const char* name;
  };
  static constexpr Short kShort[] = {
      {"-rx", "--reseed-multiplier"},
      {"-r", "--reseed"},
      {"-l", "--list"},
      {"-n", "--dry-run"},
      {"-i", "--tag"},
      {"-s", "--seeds"},
      {"-j", "--jobs"},
      {"-o", "--out"},
      {"-x", "--xunit-xml"},
  };
  Strings result;
  for (const std::string& word : words) {
    std::string as_long = word;
    for (const Short& one : kShort) {
      if (word.starts_with("--") || !word.starts_with(one.letters)) continue;
      const std::string value = word.substr(std::string_view(one.letters).size());
      as_long = one.name + (value.empty() ? "" : "=" + value);
      break;
    }
    result.push_back(std::move(as_long));
  }
  return result;
}

std::uint64_t whole_number(const std::string& option, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError("--" + option + ": " + weft::quoted(text) + " is no whole number from " +
                     std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

std::uint64_t seed_number(const std::string& option, const std::string& text) {
  return whole_number(option, text, 0, ~std::uint64_t{0} >> 1);
}

double factor(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value > 0) || value > 1e6) {
    throw UsageError("--" + option + ": " + weft::quoted(text) + " is no factor above 0",
                     "for example 2.5");
  }
  return value;
}

Time time_value(const std::string& option, const std::string& text) {
  try {
    return parse_time(text);
  } catch (const UnitError& error) {
    throw UsageError("--" + option + ": " + error.message, error.hint);
  }
}

Strings all_of(const Words& words, std::initializer_list<const char*> options) {
  Strings all;
  for (const char* option : options) {
    if (!words.has(option)) continue;
    const auto& some = words.get<Strings>(option);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

void read_seeds(const Words& words, Selection& selection) {
  const int ways = static_cast<int>(words.has("seeds")) +
                   static_cast<int>(words.has("fixed-seed")) +
                   static_cast<int>(words.has("reseed"));
  if (ways > 1) throw UsageError("--seeds, --fixed-seed and --reseed exclude each other");
  for (const std::string& seed : all_of(words, {"seeds"})) {
    selection.seeds.push_back(seed_number("seeds", seed));
    for (std::size_t i = 0; i + 1 < selection.seeds.size(); ++i) {
      if (selection.seeds[i] == selection.seeds.back()) {
        throw UsageError("--seeds: " + seed + " is given twice");
      }
    }
  }
  if (words.has("fixed-seed")) {
    selection.seeds = {seed_number("fixed-seed", words.get<std::string>("fixed-seed"))};
  }
  if (words.has("reseed")) {
    selection.reseed = whole_number("reseed", words.get<std::string>("reseed"), 1, Plan::kMaxSeeds);
  }
  if (words.has("reseed-multiplier")) {
    selection.multiplier = factor("reseed-multiplier", words.get<std::string>("reseed-multiplier"));
  }
  if (words.has("base-seed")) {
    selection.base_seed = seed_number("base-seed", words.get<std::string>("base-seed"));
  }
}

Selection read_selection(const Words& words) {
  Selection selection;
  selection.globs.assign(words.rest.begin() + 1, words.rest.end());
  for (std::string tag : all_of(words, {"tag", "with-attributes"})) {
    if (tag.starts_with('.')) tag.erase(0, 1);  // as VUnit's users write it
    selection.tags.push_back(std::move(tag));
  }
  read_seeds(words, selection);
  return selection;
}

RegressOptions read_options(const Words& words) {
  RegressOptions options;
  options.program = words.has("program") ? words.get<std::string>("program") : "";
  options.jobs = std::max(1u, std::thread::hardware_concurrency());
  if (words.has("jobs")) {
    options.jobs =
        static_cast<unsigned>(whole_number("jobs", words.get<std::string>("jobs"), 1, kMostJobs));
  }
  options.fail_fast = words.has("fail-fast");
  if (words.has("timeout")) {
    options.timeout = time_value("timeout", words.get<std::string>("timeout"));
    if (*options.timeout < Time::ms(1)) throw UsageError("--timeout: is shorter than 1ms");
  }
  if (words.has("timeout-multiplier")) {
    options.timeout_multiplier =
        factor("timeout-multiplier", words.get<std::string>("timeout-multiplier"));
  }
  if (words.has("max-waves")) {
    options.max_waves = static_cast<unsigned>(
        whole_number("max-waves", words.get<std::string>("max-waves"), 0, kMostWaves));
  }
  if (words.has("waves-window")) {
    options.wave_window = time_value("waves-window", words.get<std::string>("waves-window"));
  }
  if (words.has("no-waves")) {
    if (words.has("waves-on-fail")) {
      throw UsageError("--waves-on-fail and --no-waves exclude each other");
    }
    options.max_waves = 0;
  }
  return options;
}

}  // namespace

RegressWords read_regress_words(const Strings& words) {
  const Words read = read_words(long_words(words), options());
  RegressWords result;
  result.help = read.has("help");
  if (result.help) return result;
  if (read.rest.empty()) {
    throw UsageError("the plan is missing", "weft regress PLAN; for example weft regress smoke");
  }
  result.plan = read.rest[0];
  result.selection = read_selection(read);
  result.options = read_options(read);
  result.overrides = all_of(read, {"set"});
  if (read.has("out")) result.out = read.get<std::string>("out");
  result.junit = all_of(read, {"xunit-xml"});
  result.json = all_of(read, {"export-json"});
  result.list = read.has("list");
  result.dry_run = read.has("dry-run");
  result.rerun_failed = read.has("rerun-failed");
  const Selection& selection = result.selection;
  if (result.rerun_failed && (!selection.seeds.empty() || selection.reseed || selection.base_seed ||
                              !result.overrides.empty())) {
    throw UsageError("--rerun-failed repeats seeds and --set of the last time; give none");
  }
  return result;
}

std::string regress_help() {
  std::ostringstream text;
  text << kUsage << options();
  return text.str();
}

}  // namespace weft::tb
