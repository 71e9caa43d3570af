// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/selection.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>

#include "models/base/random.h"
#include "models/base/text.h"

namespace weft::tb {
namespace {

void check_globs(const Plan& plan, const std::vector<std::string>& globs) {
  std::vector<std::string> names;
  for (const PlanTest& test : plan.tests) names.push_back(test.name);
  for (const std::string& glob : globs) {
    const bool matches = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return glob_match(glob, name);
    });
    if (matches) continue;
    const std::vector<std::string_view> views(names.begin(), names.end());
    throw InputError({plan.file}, "", "no test matches " + weft::quoted(glob),
                     name_hint(glob, views));
  }
}

void check_tags(const Plan& plan, const std::vector<std::string>& tags) {
  std::set<std::string> known;
  for (const PlanTest& test : plan.tests) known.insert(test.tags.begin(), test.tags.end());
  for (const std::string& tag : tags) {
    if (known.count(tag) != 0) continue;
    const std::vector<std::string_view> views(known.begin(), known.end());
    throw InputError({plan.file}, "", "no test has the tag " + weft::quoted(tag),
                     known.empty() ? "the plan has no tags" : name_hint(tag, views));
  }
}

bool is_meant(const PlanTest& test, const Selection& selection) {
  const auto matches = [&](const std::string& glob) { return glob_match(glob, test.name); };
  const auto has = [&](const std::string& tag) {
    return std::find(test.tags.begin(), test.tags.end(), tag) != test.tags.end();
  };
  return (selection.globs.empty() ||
          std::any_of(selection.globs.begin(), selection.globs.end(), matches)) &&
         std::all_of(selection.tags.begin(), selection.tags.end(), has);
}

std::vector<std::uint64_t> seeds_of(const Plan& plan, const PlanTest& test,
                                    const Selection& selection) {
  if (!selection.seeds.empty()) return selection.seeds;
  if (!selection.reseed && !test.seeds.empty()) return test.seeds;
  const auto count = static_cast<double>(selection.reseed.value_or(test.seed_count));
  const auto scaled = static_cast<std::uint64_t>(std::ceil(count * selection.multiplier));
  return derived_seeds(selection.base_seed.value_or(plan.seed), test.name,
                       std::clamp<std::uint64_t>(scaled, 1, Plan::kMaxSeeds));
}

}  // namespace

std::vector<std::size_t> select_tests(const Plan& plan, const Selection& selection) {
  check_globs(plan, selection.globs);
  check_tags(plan, selection.tags);
  std::vector<std::size_t> tests;
  for (std::size_t i = 0; i < plan.tests.size(); ++i) {
    if (is_meant(plan.tests[i], selection)) tests.push_back(i);
  }
  if (tests.empty()) {
    throw InputError({plan.file}, "", "the selection is empty: no test has all of this",
                     "weft regress PLAN --list shows names and tags");
  }
  return tests;
}

std::vector<Job> make_jobs(const Plan& plan, const Selection& selection,
                           const std::vector<std::size_t>& tests) {
  std::vector<Job> jobs;
  for (const std::size_t test : tests) {
    for (const std::uint64_t seed : seeds_of(plan, plan.tests[test], selection)) {
      jobs.push_back({test, seed});
    }
  }
  return jobs;
}

std::vector<std::uint64_t> derived_seeds(std::uint64_t base, const std::string& test,
                                         std::uint64_t count) {
  const Random random(base, test, "regress seed");
  std::vector<std::uint64_t> seeds;
  std::unordered_set<std::uint64_t> taken;
  for (std::uint64_t draw = 0; seeds.size() < count; ++draw) {
    const std::uint64_t seed = random.draw(draw) >> 32;
    if (taken.insert(seed).second) seeds.push_back(seed);
  }
  return seeds;
}

std::string job_name(const Plan& plan, const Job& job) {
  return plan.tests[job.test].name + "-s" + std::to_string(job.seed);
}

}  // namespace weft::tb
