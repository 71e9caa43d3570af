// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/run_input.h"

#include <algorithm>
#include <filesystem>

#include "models/base/text.h"
#include "testbench/run/library.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
using Kind = ScenarioFiles::Kind;

constexpr const char* kSeed = "sim.seed";

const std::optional<std::string>& kept(const ComparedRun& run, Kind kind) {
  static const std::optional<std::string> nothing;
  if (kind == Kind::kSystem) return run.system_toml;
  return kind == Kind::kProtocol ? run.protocol_toml : nothing;
}

/// What the run kept, then the library, with relative paths looked for in several folders;
/// remembers what was read.
class FilesOfRun final : public ScenarioFiles {
 public:
  FilesOfRun(const ComparedRun& run, std::vector<fs::path> folders)
      : run_(run), folders_(std::move(folders)) {}

  Text read(Kind kind, const std::string& name, const Config& config,
            const std::string& key) override {
    Text text = find(kind, name, config, key);
    const bool known = std::any_of(files.begin(), files.end(), [&](const RunInput::File& file) {
      return file.kind == kind && file.name == name;
    });
    if (!known) files.push_back({kind, name, text.text});
    return text;
  }

  std::vector<RunInput::File> files;

 private:
  Text find(Kind kind, const std::string& name, const Config& config, const std::string& key) {
    if (const std::optional<std::string>& text = kept(run_, kind)) {
      return {(run_.directory / (kind == Kind::kSystem ? "system.toml" : "protocol.toml")).string(),
              *text};
    }
    std::string found = name;
    for (const fs::path& folder : folders_) {
      std::error_code none;
      if (name.find_first_of("/.") == std::string::npos) break;  // a shipped one
      if (!fs::exists(folder / name, none)) continue;
      found = (folder / name).string();
      break;
    }
    if (found.find('/') == std::string::npos && found != name) found = "./" + found;
    return library_.read(kind, found, config, key);
  }

  const ComparedRun& run_;
  Library library_ = Library::standard();
  std::vector<fs::path> folders_;  // absolute
};

bool find_files(RunInput& input, const ComparedRun& run, const std::vector<fs::path>& folders) {
  try {
    FilesOfRun files(run, folders);
    // Reading records what was read, which is part of the hash: each time with a fresh one.
    const Config config = Config::parse(run.scenario_toml, "scenario.toml");
    const Scenario scenario = Scenario::read(config, files);
    if (scenario.config_hash.hex() != run.config_hash) return false;
    input.files = std::move(files.files);
    input.warnings = scenario.warnings;
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// Those that need not be found.
std::vector<RunInput::File> kept_files(const RunInput& input, const ComparedRun& run) {
  std::vector<RunInput::File> files;
  for (const auto& [kind, key] :
       {std::pair{Kind::kSystem, "system"}, {Kind::kProtocol, "protocol"}}) {
    const ConfigValue* name = input.scenario.find(key);
    if (const auto& text = kept(run, kind)) {
      files.push_back({kind, name == nullptr ? key : name->to_toml(), *text});
    }
  }
  return files;
}

std::string file_word(const RunInput::File& file) {
  switch (file.kind) {
    case Kind::kSystem:
      return "system";
    case Kind::kProtocol:
      return "protocol";
    case Kind::kPhy:
      return "PHY " + file.name;
    case Kind::kFirmware:
      break;
  }
  return "firmware " + file.name;
}

bool is_pattern(const std::string& key) { return key.find('*') != std::string::npos; }

std::string value_of(const Config& config, const std::string& key) {
  const ConfigValue* value = config.find(key);
  return value == nullptr ? "" : value->to_toml();
}

bool has_key(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Whether the other side spells a pattern out, key by key.
bool is_spelt_out(const std::string& pattern, const std::vector<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const std::string& key) { return key_match(pattern, key); });
}

void compare_configs(const std::string& file, const Config& a, const Config& b,
                     std::vector<InputDifference>& differences) {
  const std::vector<std::string> in_a = a.keys_under("");
  const std::vector<std::string> in_b = b.keys_under("");
  std::vector<std::string> keys = in_a;
  for (const std::string& key : in_b) {
    if (!has_key(in_a, key)) keys.push_back(key);
  }
  for (const std::string& key : keys) {
    if (key == kSeed) continue;
    if (is_pattern(key)) {
      if (!has_key(in_b, key) && is_spelt_out(key, in_b)) continue;
      if (!has_key(in_a, key) && is_spelt_out(key, in_a)) continue;
    }
    InputDifference one{file, key, value_of(a, key), value_of(b, key)};
    if (one.a != one.b) differences.push_back(std::move(one));
  }
}

void compare_files(const RunInput::File& a, const RunInput::File& b,
                   std::vector<InputDifference>& differences) {
  if (a.text == b.text) return;
  const std::string word = file_word(a);
  const std::size_t before = differences.size();
  if (a.kind != Kind::kFirmware) {
    compare_configs(word, Config::parse(a.text, a.name), Config::parse(b.text, b.name),
                    differences);
  }
  // Texts differ: in comments only, or they are no TOML.
  if (differences.size() > before) return;
  const auto size = [](const std::string& text) { return std::to_string(text.size()) + " bytes"; };
  differences.push_back({word, "content", size(a.text), size(b.text) + ", others"});
}

/// The file of the other side that plays the same part.
const RunInput::File* counterpart(const RunInput::File& file, const RunInput& other) {
  const bool only_one = file.kind == Kind::kSystem || file.kind == Kind::kProtocol;
  for (const RunInput::File& one : other.files) {
    if (one.kind == file.kind && (only_one || one.name == file.name)) return &one;
  }
  return nullptr;
}

}  // namespace

RunInput read_input(const ComparedRun& run) {
  RunInput input;
  input.scenario = Config::parse(run.scenario_toml, (run.directory / "scenario.toml").string());
  std::error_code none;
  const fs::path of_scenario = fs::absolute(run.scenario, none).parent_path();
  const fs::path current = fs::current_path(none);
  input.files_known = find_files(input, run, {of_scenario, current}) ||
                      find_files(input, run, {current, of_scenario});
  if (!input.files_known) input.files = kept_files(input, run);
  return input;
}

std::vector<InputDifference> compare_inputs(const RunInput& a, const RunInput& b) {
  std::vector<InputDifference> differences;
  compare_configs("", a.scenario, b.scenario, differences);
  for (const RunInput::File& file : a.files) {
    if (const RunInput::File* other = counterpart(file, b))
      compare_files(file, *other, differences);
  }
  return differences;
}

}  // namespace weft::tb
