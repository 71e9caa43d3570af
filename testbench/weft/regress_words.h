// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "testbench/regress/regression.h"
#include "testbench/regress/selection.h"

namespace weft::tb {

/// What the words of `weft regress` ask for.
struct RegressWords {
  std::string plan;  ///< as it was named
  Selection selection;
  RegressOptions options;
  std::vector<std::string> overrides;
  std::string out;                       ///< empty: the default
  std::vector<std::string> junit, json;  ///< more places for these results
  bool help = false, list = false, dry_run = false, rerun_failed = false;
};

/// Throws UsageError. Values are checked, files are not looked for.
RegressWords read_regress_words(const std::vector<std::string>& words);

std::string regress_help();

}  // namespace weft::tb
