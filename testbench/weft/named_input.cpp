// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/named_input.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "models/base/text.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using Strings = std::vector<std::string>;
using Shelf = Library::Shelf;

std::string text_of(const fs::path& path) {
  std::optional<std::string> text = read_text(path);
  if (!text) throw UsageError("cannot read " + weft::quoted(path.string()));
  return std::move(*text);
}

void apply_overrides(Config& config, const Words& words) {
  if (words.has("set")) {
    for (const std::string& assignment : words.get<Strings>("set")) config.set(assignment);
  }
  struct Shorthand {
    const char* option;
    const char* key;
  };
  for (const Shorthand& one : {Shorthand{"seed", "sim.seed"}, Shorthand{"threads", "sim.threads"},
                               Shorthand{"until", "sim.until"}}) {
    if (!words.has(one.option)) continue;
    config.set(one.key, words.get<std::string>(one.option), std::string("--") + one.option);
  }
}

bool is_shipped(const Strings& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The system that a scenario names.
NamedSystem system_of_scenario(Library& library, const fs::path& path, const std::string& text) {
  const Config config = Config::parse(text, path.string());
  ScenarioFiles::Text system =
      library.read(ScenarioFiles::Kind::kSystem, config.get_string("system"), config, "system");
  return {system.file, std::move(system.text), path.string()};
}

}  // namespace

void add_override_options(po::options_description& options) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()  //
      ("set", po::value<Strings>()->composing()->value_name("KEY=VALUE"),
       "override a key of the scenario; may repeat, the last wins")  //
      ("seed", text("N"), "the same as --set sim.seed=N")            //
      ("threads", text("N"), "the same as --set sim.threads=N")      //
      ("until", text("TIME"), "the same as --set sim.until=TIME");
}

Config read_named_config(const Library& library, const std::string& name, const Words& words) {
  const std::optional<fs::path> path = library.find_scenario(name);
  if (!path) {
    throw UsageError("there is no scenario " + weft::quoted(name),
                     hint_for(name, library.names(Shelf::kScenarios)));
  }
  Config config = Config::parse(text_of(*path), path->string());
  apply_overrides(config, words);
  return config;
}

NamedScenario read_named_scenario(Library& library, const std::string& name, const Words& words) {
  const Config config = read_named_config(library, name, words);
  return {config.file_name(), Scenario::read(config, library)};
}

NamedSystem read_named_system(Library& library, const std::string& name) {
  const Strings systems = library.names(Shelf::kSystems);
  std::error_code none;
  const bool is_file = fs::exists(name, none) && !fs::is_directory(name, none);
  if (!is_file && is_shipped(systems, name)) {
    const fs::path path = library.folder(Shelf::kSystems) / (name + ".toml");
    return {path.string(), text_of(path), {}};
  }
  const std::optional<fs::path> path = library.find_scenario(name);
  if (!path) {
    Strings names = systems;
    for (const std::string& one : library.names(Shelf::kScenarios)) {
      if (!is_shipped(systems, one)) names.push_back(one);
    }
    throw UsageError("there is no system or scenario " + weft::quoted(name), hint_for(name, names));
  }
  std::string text = text_of(*path);
  const Config config = Config::parse(text, path->string());
  if (config.has("system")) return system_of_scenario(library, *path, text);
  return {path->string(), std::move(text), {}};
}

}  // namespace weft::tb
