// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/program_options.hpp>
#include <string>

#include "models/scenario/scenario.h"
#include "testbench/run/library.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {

/// A scenario that was named on the command line, and what was overridden there.
struct NamedScenario {
  std::string file;
  Scenario scenario;
};

/// Adds --set, --seed, --threads and --until.
void add_override_options(boost::program_options::options_description& options);

/// A scenario's keys, overrides applied; its file_name() is where it was found. Throws UsageError
/// when there is no scenario of that name, and InputError for what is no TOML.
Config read_named_config(const Library& library, const std::string& name, const Words& words);

/// Reads a scenario and everything it names, overrides applied. Throws UsageError when there is no
/// scenario of that name, and InputError for what is wrong in one.
NamedScenario read_named_scenario(Library& library, const std::string& name, const Words& words);

/// The text of a system file, as named on the command line: by a path, or as a system or scenario
/// that comes with Weft.
struct NamedSystem {
  std::string file;
  std::string text;
  std::string scenario_file;  ///< empty: a system was named
};

/// Looks for a system first and then for a scenario. A path is a scenario when the file has the key
/// "system". Throws UsageError when there is neither.
NamedSystem read_named_system(Library& library, const std::string& name);

}  // namespace weft::tb
