// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/keys_command.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "models/base/text.h"
#include "models/scenario/scenario_keys.h"
#include "testbench/run/judge.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;

constexpr const char* kUsage =
    "usage: weft keys [PATTERN]\n\n"
    "Every key of a scenario: its default, kind, unit and range, and what it means. PATTERN is a "
    "key\n"
    "such as link3.phy.fibre, a pattern such as \"link*.phy.*\", or a part of a key such as "
    "phy.\n\n";

po::options_description options() {
  po::options_description options("options");
  options.add_options()("help", "this text");
  return options;
}

bool wanted(const std::string& pattern, const std::string& key) {
  return pattern.empty() || key.find(pattern) != std::string::npos || glob_match(pattern, key) ||
         key_match(key, pattern);
}

/// Names, versions and flags have a word in the place of a unit.
bool has_unit(const ParamInfo& key) {
  constexpr std::array<std::string_view, 4> kWords{"", "version", "number", "flag"};
  return key.kind != "text" && std::find(kWords.begin(), kWords.end(), key.unit) == kWords.end();
}

void print_key(std::ostream& out, const ParamInfo& key) {
  out << key.name;
  if (!key.default_value.empty()) out << " = " << key.default_value;
  out << "\n    " << key.kind;
  if (has_unit(key)) out << " in " << key.unit;
  if (!key.range.empty()) out << ", " << key.range;
  out << ": " << key.sentence << "\n";
}

/// Last parts of keys, for hints.
std::vector<std::string> names_of(const std::vector<KeyGroup>& groups) {
  std::vector<std::string> names;
  for (const KeyGroup& group : groups) {
    for (const ParamInfo& key : group.keys) {
      names.push_back(key.name);
      names.push_back(key.name.substr(key.name.rfind('.') + 1));
    }
  }
  return names;
}

int run(const std::string& pattern, std::ostream& out) {
  const std::vector<KeyGroup> groups = scenario_keys();
  bool any = false;
  for (const KeyGroup& group : groups) {
    bool titled = false;
    for (const ParamInfo& key : group.keys) {
      if (!wanted(pattern, key.name)) continue;
      if (!titled) out << (any ? "\n" : "") << "# " << group.title << "\n";
      titled = any = true;
      print_key(out, key);
    }
  }
  if (any) return static_cast<int>(Exit::kPass);
  const std::vector<std::string> names = names_of(groups);
  const auto near = did_you_mean(pattern, std::span<const std::string>(names));
  throw UsageError("no key matches " + weft::quoted(pattern),
                   near ? "did you mean " + weft::quoted(*near) + "?" : "weft keys shows all");
}

}  // namespace

int keys_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft keys", err, [&] {
    const Words read = read_words(words, options());
    if (read.has("help")) {
      out << kUsage << options();
      return static_cast<int>(Exit::kPass);
    }
    read.at_most(1);
    return run(read.rest.empty() ? "" : read.rest[0], out);
  });
}

}  // namespace weft::tb
