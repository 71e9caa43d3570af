// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario.h"
#include "testbench/compare/compared_run.h"

namespace weft::tb {

/// What went into a run: its effective scenario and the files that it names.
struct RunInput {
  struct File {
    ScenarioFiles::Kind kind;
    std::string name;  ///< as the scenario writes it
    std::string text;
  };

  Config scenario;
  std::vector<File> files;            ///< each once; those the run kept if !files_known
  std::vector<std::string> warnings;  ///< of the scenario; empty when files_known is not set
  bool files_known = false;           ///< those that can be read now are those of the run
};

/// Reads the scenario of a run and the files it names: system and protocol from the run directory,
/// which keeps them, and what is not there from the folder of the scenario, then from the current
/// one. They are those of the run when they give its config hash.
RunInput read_input(const ComparedRun& run);

/// A key whose values differ; an empty one is not given.
struct InputDifference {
  std::string file;  ///< "" for the scenario, else "protocol", "system", "PHY lpo800", ...
  std::string key, a, b;
};

/// Keys of the scenarios, seed apart, then of the files. Values are TOML.
std::vector<InputDifference> compare_inputs(const RunInput& a, const RunInput& b);

}  // namespace weft::tb
