// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testbench/regress/plan.h"

namespace weft::tb {

/// One run of a test.
struct Job {
  std::size_t test = 0;  ///< index into Plan::tests
  std::uint64_t seed = 0;

  bool operator==(const Job&) const = default;
};

/// What the command line says about which tests run, and with which seeds.
struct Selection {
  std::vector<std::string> globs{};       ///< of names; a test matches one; empty: all
  std::vector<std::string> tags{};        ///< a test has all of them
  std::vector<std::uint64_t> seeds{};     ///< in place of those of the plan
  std::optional<std::uint64_t> reseed{};  ///< so many derived seeds in place of those of the plan
  double multiplier = 1;                  ///< of the number of derived seeds; rounds up
  std::optional<std::uint64_t> base_seed{};  ///< in place of the plan's `seed`
};

/// Tests that are meant, in the plan's order. Throws InputError for a glob that no test matches, a
/// tag that no test has, and when nothing is left.
std::vector<std::size_t> select_tests(const Plan& plan, const Selection& selection);

/// Runs of these tests: by test in the plan's order, and by seed in the order of its seeds.
std::vector<Job> make_jobs(const Plan& plan, const Selection& selection,
                           const std::vector<std::size_t>& tests);

/// The first `count` seeds of a test: 32 bits each, all different, by hash of base seed and name
/// alone, so that they do not depend on what else the plan or the command line holds. A shorter
/// list is the beginning of a longer one.
std::vector<std::uint64_t> derived_seeds(std::uint64_t base, const std::string& test,
                                         std::uint64_t count);

/// "link_load-s17": name of a run, also of its folder.
std::string job_name(const Plan& plan, const Job& job);

}  // namespace weft::tb
