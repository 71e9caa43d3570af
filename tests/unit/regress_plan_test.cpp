// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "testbench/regress/selection.h"
#include "tests/unit/refusal.h"

namespace weft::tb {
namespace {

constexpr const char* kPlan = R"(schema = 1
seed = 7
timeout = "30s"

[[test]]
name = "links_model"
scenario = "links8"
seeds = 3
set = { "link*.level" = "model", workload.duration = "20us", sim.threads = 2 }
tags = ["quick", "model"]
stage = "V1"

[[test]]
name = "links_rtl"
scenario = "mine/links.toml"
seeds = [5, 0, 9]
tags = ["quick"]
timeout = "5s"

[[test]]
name = "refused"
scenario = "../bad.toml"
expect_exit = 2
)";

Plan plan() { return Plan::parse(kPlan, "plans/x.toml"); }

std::string refused(const std::string& text) {
  return refusal([&] { Plan::parse(text, "p.toml"); });
}
/// A plan with one test, with this in it.
std::string test_with(const std::string& text) {
  return refused("schema = 1\n[[test]]\nname = \"a\"\nscenario = \"links8\"\n" + text);
}

std::vector<std::string> names(const Selection& selection) {
  const Plan all = plan();
  std::vector<std::string> result;
  for (const std::size_t test : select_tests(all, selection))
    result.push_back(all.tests[test].name);
  return result;
}

TEST(RegressPlan, ReadsEveryKey) {
  const Plan read = plan();
  EXPECT_EQ(read.name(), "x");
  EXPECT_EQ(read.seed, 7u);
  ASSERT_EQ(read.tests.size(), 3u);
  const PlanTest& model = read.tests[0];
  EXPECT_EQ(model.name, "links_model");
  EXPECT_EQ(model.scenario, "links8");
  EXPECT_EQ(model.seed_count, 3u);
  EXPECT_EQ(model.overrides, (std::vector<std::string>{"link*.level=model",
                                                       "workload.duration=20us", "sim.threads=2"}));
  EXPECT_EQ(model.tags, (std::vector<std::string>{"quick", "model"}));
  EXPECT_EQ(model.stage, "V1");
  EXPECT_EQ(model.timeout, Time::s(30));
  EXPECT_EQ(read.tests[1].scenario, "plans/mine/links.toml");
  EXPECT_EQ(read.tests[1].seeds, (std::vector<std::uint64_t>{5, 0, 9}));
  EXPECT_EQ(read.tests[1].timeout, Time::s(5));
  EXPECT_EQ(read.tests[2].scenario, "bad.toml");
  EXPECT_EQ(read.tests[2].expect_exit, 2);
}

TEST(RegressPlan, KeepsQuotesThatTellTextFromOtherValues) {
  const Plan read = Plan::parse(
      "schema = 1\n[[test]]\nname = \"a\"\nscenario = \"b\"\n"
      "set = { a = \"1..5\", b = \"12\", c = \"true\", d = \" x\", e = \"a b\", f = [1, \"2\"] }\n",
      "p.toml");
  EXPECT_EQ(read.tests[0].overrides,
            (std::vector<std::string>{"a=1..5", "b=\"12\"", "c=\"true\"", "d=\" x\"", "e=a b",
                                      "f=[1, \"2\"]"}));
}

TEST(RegressPlan, RefusesWhatIsNoPlan) {
  EXPECT_EQ(test_with(""), "accepted");
  EXPECT_EQ(refused("schema = 2\n"), "p.toml:1:10: schema: this Weft reads plans of schema 1");
  EXPECT_NE(refused("schema = 1\n").find("the plan has no test"), std::string::npos);
  EXPECT_NE(test_with("seed = [1]\n").find("did you mean seeds?"), std::string::npos)
      << test_with("seed = [1]\n");
  EXPECT_NE(test_with("seeds = 0\n").find("number of seeds"), std::string::npos);
  EXPECT_NE(test_with("seeds = []\n").find("empty list"), std::string::npos);
  EXPECT_NE(test_with("seeds = [4, 1, 4]\n").find("holds 4 twice"), std::string::npos);
  EXPECT_NE(test_with("seeds = -1\n").find("p.toml:5:"), std::string::npos);
  EXPECT_NE(test_with("set = { sim.seed = 3 }\n").find("comes from the test's seeds"),
            std::string::npos);
  EXPECT_NE(test_with("expect_exit = 5\n").find("0 to 4"), std::string::npos);
  EXPECT_NE(test_with("timeout = \"1us\"\n").find("shorter than 1ms"), std::string::npos);
  EXPECT_NE(test_with("[[test]]\nname = \"a\"\nscenario = \"b\"\n").find("also the name"),
            std::string::npos);
  EXPECT_NE(refused("schema = 1\n[[test]]\nname = \"../x\"\nscenario = \"b\"\n").find("no name"),
            std::string::npos);
}

TEST(RegressSelection, TakesTestsThatMatchAGlobAndHaveAllTags) {
  EXPECT_EQ(names({}).size(), 3u);
  EXPECT_EQ(names({.globs = {"links_*"}}), (std::vector<std::string>{"links_model", "links_rtl"}));
  EXPECT_EQ(names({.globs = {"refused", "*_rtl"}}),
            (std::vector<std::string>{"links_rtl", "refused"}));
  EXPECT_EQ(names({.tags = {"quick", "model"}}), (std::vector<std::string>{"links_model"}));
}

TEST(RegressSelection, RefusesAnEmptyOne) {
  EXPECT_NE(refusal([] { names({.globs = {"link_rtl"}}); }).find("did you mean \"links_rtl\"?"),
            std::string::npos);
  EXPECT_NE(refusal([] { names({.tags = {"quik"}}); }).find("did you mean \"quick\"?"),
            std::string::npos);
  EXPECT_NE(refusal([] {
              names({.globs = {"refused"}, .tags = {"quick"}});
            }).find("the selection is empty"),
            std::string::npos);
}

TEST(RegressSeeds, FollowFromBaseAndNameAlone) {
  const std::vector<std::uint64_t> few = derived_seeds(1, "a", 3);
  const std::vector<std::uint64_t> many = derived_seeds(1, "a", 1000);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_EQ(std::set<std::uint64_t>(many.begin(), many.end()).size(), 1000u);
  EXPECT_LT(*std::max_element(many.begin(), many.end()), std::uint64_t{1} << 32);
  EXPECT_NE(derived_seeds(2, "a", 3), few);
  EXPECT_NE(derived_seeds(1, "b", 3), few);

  const Plan all = plan();
  const auto seeds_of = [&](const Selection& selection, std::size_t test) {
    std::vector<std::uint64_t> seeds;
    for (const Job& job : make_jobs(all, selection, select_tests(all, selection))) {
      if (job.test == test) seeds.push_back(job.seed);
    }
    return seeds;
  };
  EXPECT_EQ(seeds_of({}, 0), derived_seeds(7, "links_model", 3));
  EXPECT_EQ(seeds_of({.globs = {"links_model"}}, 0), seeds_of({}, 0));
  EXPECT_EQ(seeds_of({}, 1), (std::vector<std::uint64_t>{5, 0, 9}));
  EXPECT_EQ(seeds_of({}, 2).size(), 1u);
  EXPECT_EQ(seeds_of({.seeds = {3, 4}}, 1), (std::vector<std::uint64_t>{3, 4}));
  EXPECT_EQ(seeds_of({.reseed = 2, .base_seed = 9}, 1), derived_seeds(9, "links_rtl", 2));
  EXPECT_EQ(seeds_of({.multiplier = 1.5}, 0), derived_seeds(7, "links_model", 5));
  EXPECT_EQ(seeds_of({.multiplier = 0.1}, 0), derived_seeds(7, "links_model", 1));
}

}  // namespace
}  // namespace weft::tb
