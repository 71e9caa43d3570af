// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "models/base/text.h"
#include "testbench/compare/comparison.h"
#include "testbench/compare/derive_protocol.h"
#include "tests/unit/protocol_text.h"

namespace weft::tb {
namespace {

using Readings = std::vector<Reading>;

ComparedRun run_of(std::uint64_t seed, Readings metrics, const std::string& scenario = "x = 1\n") {
  ComparedRun run;
  run.directory = "d/s" + std::to_string(seed);
  run.seed = seed;
  run.verdict = "pass";
  run.metrics = std::move(metrics);
  run.scenario_toml = "# Of x.\n" + scenario + "sim.seed = " + std::to_string(seed) + "\n";
  return run;
}

ComparedRun with_value(std::uint64_t seed, double value) {
  return run_of(seed, {{"time", "ns", value}});
}

TEST(CompareMetrics, PairsRunsOfTheSameSeedsOnly) {
  const std::vector<ComparedRun> a{with_value(1, 10), with_value(2, 20)};
  const std::vector<ComparedRun> same{with_value(1, 11), with_value(2, 22)};
  const std::vector<ComparedRun> other{with_value(1, 11), with_value(3, 22)};
  EXPECT_EQ(compare_metrics(a, same).method, Method::kPaired);
  EXPECT_EQ(compare_metrics(a, other).method, Method::kIndependent);
  EXPECT_EQ(compare_metrics(a, {with_value(1, 11)}).method, Method::kSingle);
  EXPECT_FALSE(compare_metrics(a, {with_value(1, 11)}).metrics[0].means.interval);
}

TEST(CompareMetrics, EqualMeansEqualForEachSeed) {
  const std::vector<ComparedRun> a{with_value(1, 10), with_value(2, 20)};
  const std::vector<ComparedRun> b{with_value(3, 10), with_value(4, 20)};
  EXPECT_TRUE(compare_metrics(a, a).metrics[0].equal);
  EXPECT_FALSE(compare_metrics(a, b).metrics[0].equal);  // it varies; of what seed is not known
  EXPECT_EQ(compare_metrics(a, a).equal(), 1u);
}

TEST(CompareMetrics, SeesADifferenceWhenTheIntervalLeavesZeroOut) {
  const std::vector<ComparedRun> a{with_value(1, 10), with_value(2, 20), with_value(3, 30)};
  const std::vector<ComparedRun> b{with_value(1, 15), with_value(2, 25.1), with_value(3, 34.9)};
  const std::vector<ComparedRun> c{with_value(1, 15), with_value(2, 15), with_value(3, 31)};
  EXPECT_TRUE(compare_metrics(a, b).metrics[0].seen());
  EXPECT_FALSE(compare_metrics(a, c).metrics[0].seen());
  EXPECT_NEAR(compare_metrics(a, b).metrics[0].percent(), 25, 1e-9);
  EXPECT_EQ(compare_metrics(a, b).seen(), 1u);
  EXPECT_EQ(compare_metrics(a, c).seen(), 0u);
}

TEST(CompareMetrics, PercentOfNothingIsInfiniteAndOfANegativeKeepsItsSign) {
  EXPECT_TRUE(
      std::isinf(compare_metrics({with_value(1, 0)}, {with_value(1, 2)}).metrics[0].percent()));
  EXPECT_EQ(compare_metrics({with_value(1, -4)}, {with_value(1, -2)}).metrics[0].percent(), 50);
}

TEST(CompareMetrics, NamesThatNotAllRunsHaveAreSaidAndNotAveraged) {
  const Readings both{{"time", "ns", 1}, {"leak", "units", 0}};
  const MetricComparison found =
      compare_metrics({run_of(1, both), run_of(2, {{"time", "ns", 2}, {"old", "ns", 1}})},
                      {run_of(1, both), run_of(2, {{"time", "ns", 2}, {"new", "ns", 1}})});
  ASSERT_EQ(found.metrics.size(), 1u);
  EXPECT_EQ(found.metrics[0].name, "time");
  EXPECT_EQ(found.only_a, std::vector<std::string>{"old"});
  EXPECT_EQ(found.only_b, std::vector<std::string>{"new"});
  EXPECT_EQ(found.not_always, std::vector<std::string>{"leak"});
}

TEST(CompareMetrics, OtherUnitsAreNotSubtracted) {
  const MetricComparison found =
      compare_metrics({with_value(1, 5)}, {run_of(1, {{"time", "us", 5}})});
  EXPECT_TRUE(found.metrics.empty());
  EXPECT_EQ(found.not_always, std::vector<std::string>{"time"});
}

TEST(CompareRuns, ASideIsOneScenarioWithDifferentSeeds) {
  std::vector<ComparedRun> runs{with_value(3, 0), with_value(1, 0), with_value(2, 0)};
  check_runs(runs, "A");
  EXPECT_EQ(seeds_text(runs), "1..3");
  runs.push_back(with_value(9, 0));
  EXPECT_EQ(seeds_text(runs), "1, 2, 3, 9");
  runs.push_back(with_value(2, 0));
  EXPECT_THROW(check_runs(runs, "A"), InputError);
  std::vector<ComparedRun> mixed{run_of(1, {}), run_of(2, {}, "x = 2\n")};
  EXPECT_THROW(check_runs(mixed, "B"), InputError);
}

RunInput input_of(const std::string& toml) {
  RunInput input;
  input.scenario = Config::parse(toml, "x.toml");
  return input;
}

std::string differences(const RunInput& a, const RunInput& b) {
  std::string text;
  for (const InputDifference& one : compare_inputs(a, b)) {
    text += one.file + "|" + one.key + "|" + one.a + "|" + one.b + "\n";
  }
  return text;
}

TEST(CompareInput, TellsKeysThatDifferAndNotTheSeed) {
  EXPECT_EQ(differences(input_of("sim.seed = 1\nsim.burst = \"32cycles\"\nx = 1\n"),
                        input_of("sim.seed = 2\nsim.burst = \"16cycles\"\ny = [1, 2]\n")),
            "|sim.burst|\"32cycles\"|\"16cycles\"\n|x|1|\n|y||[1, 2]\n");
}

TEST(CompareInput, SeesThroughPatterns) {
  const RunInput pattern = input_of("\"link*\".level = \"rtl\"\n");
  const RunInput one_other = input_of("\"link*\".level = \"rtl\"\nlink3.level = \"model\"\n");
  const RunInput spelt_out = input_of("link0.level = \"rtl\"\nlink1.level = \"model\"\n");
  EXPECT_EQ(differences(pattern, one_other), "|link3.level|\"rtl\"|\"model\"\n");
  EXPECT_EQ(differences(one_other, pattern), "|link3.level|\"model\"|\"rtl\"\n");
  EXPECT_EQ(differences(pattern, spelt_out), "|link1.level|\"rtl\"|\"model\"\n");
  EXPECT_EQ(differences(spelt_out, pattern), "|link1.level|\"model\"|\"rtl\"\n");
  EXPECT_EQ(differences(pattern, pattern), "");
  EXPECT_EQ(differences(pattern, input_of("")), "|link*.level|\"rtl\"|\n");
}

TEST(CompareInput, TellsFilesKeyByKey) {
  RunInput a = input_of("");
  RunInput b = input_of("");
  using Kind = ScenarioFiles::Kind;
  a.files = {{Kind::kProtocol, "ofl", ofl_text()}, {Kind::kFirmware, "app", "one"}};
  b.files = {{Kind::kProtocol, "p.toml", ofl_with("sequence", "window", "64")},
             {Kind::kFirmware, "app", "two!"}};
  EXPECT_EQ(differences(a, b),
            "protocol|sequence.window|256|64\n"
            "firmware app|content|3 bytes|4 bytes, others\n");
  b.files[0].text = ofl_text() + "# another comment\n";
  b.files[1].text = "one";
  EXPECT_NE(differences(a, b).find("protocol|content|"), std::string::npos);
}

TEST(CompareConsole, SaysWhenThereIsNothingToCompare) {
  Side a, b;
  a.name = "x";
  b.name = "y";
  a.runs = {with_value(1, 1)};
  b.lost = {"seed 1: died by signal 11"};
  const Comparison comparison = compare(a, b);
  std::ostringstream out;
  print_comparison(out, comparison, false);
  EXPECT_TRUE(comparison.failed());
  EXPECT_NE(out.str().find("died by signal 11"), std::string::npos);
  EXPECT_NE(out.str().find("nothing to compare: B has no run"), std::string::npos);
}

std::string derive(const std::vector<std::string>& assignments,
                   const std::string& text = ofl_text()) {
  return derive_protocol({"ofl", "ofl.toml", text}, assignments, "new");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(DeriveProtocol, ChangesWhatWasAskedAndNothingElse) {
  const std::vector<std::string> before = lines_of(ofl_text());
  std::vector<std::string> after =
      lines_of(derive({"sequence.window=128", "timers.replay_t=4096cycles", "sequence.window=64"}));
  ASSERT_EQ(after.size(), before.size() + 1);
  EXPECT_EQ(after[0], before[0]);
  EXPECT_EQ(after[1],
            "# Derived from ofl: sequence.window = 64, timers.replay_t = \"4096cycles\".");
  after.erase(after.begin() + 1);
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (after[i] != before[i])
      changed.push_back(std::string(trim(after[i].substr(0, after[i].find('#')))));
  }
  EXPECT_EQ(changed, (std::vector<std::string>{"name    = \"new\"", "window      = 64",
                                               "replay_t    = \"4096cycles\""}));
}

TEST(DeriveProtocol, TheNameCanBeGiven) {
  EXPECT_NE(derive({"name=other"}).find("\nname    = \"other\""), std::string::npos);
}

TEST(DeriveProtocol, RefusesWhatMakesNoProtocol) {
  EXPECT_THROW(derive({"sequence.windw=64"}), InputError);
  EXPECT_THROW(derive({"sequence.window=3"}), InputError);
  EXPECT_THROW(derive({"sequence.window"}), InputError);
  EXPECT_THROW(derive({"sequence.window=\"64\""}), InputError);
  EXPECT_THROW(derive({"sequence.window=64", "timers.ack_n=100"}), InputError);
}

TEST(DeriveProtocol, KnowsOtherWaysToWriteAValue) {
  const std::string quoted =
      derive({"timers.ack_t=32cycles"}, ofl_with("timers", "ack_t", "'64cycles'"));
  EXPECT_NE(quoted.find("= \"32cycles\""), std::string::npos);
  const std::string many = ofl_with("timers", "ack_t", "\"\"\"64cycles\"\"\"");
  EXPECT_THROW(derive({"timers.ack_t=32cycles"}, many), InputError);
}

}  // namespace
}  // namespace weft::tb
