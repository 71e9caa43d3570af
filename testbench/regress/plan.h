// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/config.h"
#include "models/base/time.h"

namespace weft::tb {

/// [[test]] of a plan: a scenario that is run once for each of its seeds.
struct PlanTest {
  std::string name;
  std::string stage;                   ///< for the table; may be empty
  std::string scenario;                ///< as `weft run` takes it
  std::vector<std::string> overrides;  ///< KEY=VALUE, in the plan's order
  std::vector<std::uint64_t> seeds;    ///< as given; empty: `seed_count` of them are derived
  std::uint64_t seed_count = 1;
  std::vector<std::string> tags;
  Time timeout;         ///< wall time of one run
  int expect_exit = 0;  ///< exit code that makes a run a pass
  SourcePos pos;
};

/// What a regression runs.
///
/// Of a file: `schema = 1`; `seed` (1), from which seeds are derived; `timeout`
/// ("120s") for tests without one of their own; then [[test]] with `name` (lower_snake, each
/// once), `scenario` (the name of one that comes with Weft, or a path from the plan's folder),
/// `seeds` (a count, or a list), `set = {key = value}`, `tags`, `stage`, `timeout`, `expect_exit`.
struct Plan {
  static constexpr unsigned kSchema = 1;
  static constexpr std::uint64_t kMaxSeeds = 100'000;  ///< of one test

  std::string file;
  std::uint64_t seed = 1;
  std::vector<PlanTest> tests;  ///< one at least

  /// Throws InputError for what is no plan, an unknown key included.
  static Plan parse(std::string_view text, const std::string& file);

  /// "smoke" of "testbench/plans/smoke.toml".
  std::string name() const;
};

}  // namespace weft::tb
