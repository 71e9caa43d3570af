// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace weft::bench {
namespace {

void two_metrics(Reporter& reporter, std::span<const std::string_view> options) {
  reporter.say("moved 12 flits, options: " + std::to_string(options.size()));
  reporter.metric("bare", 4.5, "M/s");
  reporter.metric("ratio", 0.96, "1", {"bare", 4.5});
}
void wrong_digest(Reporter& reporter, std::span<const std::string_view>) {
  reporter.metric("rate", 1, "M/s");
  reporter.fail("the digest differs");
}
void silent(Reporter&, std::span<const std::string_view>) {}
void infinite(Reporter& reporter, std::span<const std::string_view>) {
  reporter.metric("rate", std::numeric_limits<double>::infinity(), "M/s");
}
void throws(Reporter&, std::span<const std::string_view>) { throw std::runtime_error("no disk"); }

constexpr Bench kBenches[] = {{"two", "Two metrics.", two_metrics},
                              {"wrong", "Fails.", wrong_digest},
                              {"silent", "Says nothing.", silent},
                              {"infinite", "Divides by zero.", infinite},
                              {"throws", "Throws.", throws}};

struct Outcome {
  int exit;
  std::string out, err;
};

Outcome run(std::vector<std::string_view> words) {
  std::ostringstream out, err;
  const int exit = bench_main(words, kBenches, out, err);
  return {exit, out.str(), err.str()};
}

TEST(Bench, PrintsEachMetricAsOneLineOfJsonAndTheHeadlineLast) {
  const Outcome outcome = run({"two", "--links", "1"});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.err, "moved 12 flits, options: 2\n");
  std::istringstream lines(outcome.out);
  std::string first, last, rest;
  std::getline(lines, first);
  std::getline(lines, last);
  EXPECT_FALSE(std::getline(lines, rest));
  EXPECT_EQ(nlohmann::json::parse(first),
            nlohmann::json::parse(R"({"bench":"two","metric":"bare","value":4.5,"unit":"M/s",
                                      "baseline":null,"baseline_value":null})"));
  EXPECT_EQ(nlohmann::json::parse(last),
            nlohmann::json::parse(R"({"bench":"two","metric":"ratio","value":0.96,"unit":"1",
                                      "baseline":"bare","baseline_value":4.5})"));
}

TEST(Bench, FailsWhenTheBenchmarkSaysSo) {
  const Outcome outcome = run({"wrong"});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.err, "FAIL wrong: the digest differs\n");
}

TEST(Bench, FailsWithoutAMetricOrWithOneThatIsNotFinite) {
  EXPECT_EQ(run({"silent"}).exit, 1);
  EXPECT_EQ(run({"infinite"}).exit, 1);
  EXPECT_EQ(run({"infinite"}).out, "");
}

TEST(Bench, FailsWithFourWhenTheBenchmarkThrows) {
  EXPECT_EQ(run({"throws"}).exit, 4);
  EXPECT_EQ(run({"throws"}).err, "FAIL throws: no disk\n");
}

TEST(Bench, RefusesAnUnknownName) {
  EXPECT_EQ(run({"twoo"}).exit, 2);
  EXPECT_EQ(run({}).exit, 2);
}

TEST(Bench, ListsNamesWithTheirSentences) {
  EXPECT_EQ(run({"--list"}).out,
            "two       Two metrics.\nwrong     Fails.\nsilent    Says nothing.\n"
            "infinite  Divides by zero.\nthrows    Throws.\n");
}

TEST(Bench, HasATableWithUniqueNamesAndSentences) {
  std::set<std::string_view> names;
  EXPECT_FALSE(all_benches().empty());
  for (const Bench& bench : all_benches()) {
    EXPECT_TRUE(names.insert(bench.name).second) << bench.name;
    EXPECT_FALSE(bench.sentence.empty()) << bench.name;
    EXPECT_NE(bench.run, nullptr) << bench.name;
  }
}

TEST(Bench, TakesTheMedian) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
}

}  // namespace
}  // namespace weft::bench
