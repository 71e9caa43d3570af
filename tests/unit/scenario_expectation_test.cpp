// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/expectation.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/refusal.h"
#include "tests/unit/scenario_support.h"

namespace weft {
namespace {

std::vector<Expectation> expectations(const std::string& lines) {
  TestFiles files;
  files.texts["links8"] = kTwoGenerators;
  return read_scenario(
             "schema = 1\nsystem = \"links8\"\nworkload.kind = \"stream\"\n[expect]\n" + lines,
             files)
      .expectations;
}

Expectation one(const std::string& line) {
  const std::vector<Expectation> all = expectations(line + "\n");
  EXPECT_EQ(all.size(), 1u);
  return all.empty() ? Expectation{} : all[0];
}

std::string refused(const std::string& line) {
  return refusal([&] { expectations(line + "\n"); });
}

TEST(Expectation, ComparesANumberWithARange) {
  const Expectation replays = one("\"link0.replays\" = \"5..100\"");
  EXPECT_EQ(replays.key, "link0.replays");
  EXPECT_EQ(replays.wanted, "5..100");
  for (const std::uint64_t value : {5, 50, 100}) EXPECT_TRUE(replays.met(value));
  for (const std::uint64_t value : {0, 4, 101}) EXPECT_FALSE(replays.met(value));
}

TEST(Expectation, LeavesARangeOpenAtEitherEnd) {
  EXPECT_TRUE(one("retired = \"1..\"").met(~std::uint64_t{0}));
  EXPECT_FALSE(one("retired = \"1..\"").met(0));
  EXPECT_TRUE(one("retired = \"..7\"").met(0));
  EXPECT_FALSE(one("retired = \"..7\"").met(8));
  EXPECT_TRUE(one("retired = \"7\"").met(7));
}

TEST(Expectation, ComparesInTheUnitOfTheMetric) {
  const Expectation latency = one("\"link0.latency_p99\" = \"200ns .. 1.5us\"");
  EXPECT_TRUE(latency.met(Time::ns(200).fs()));
  EXPECT_FALSE(latency.met(Time::ns(1501).fs()));
  EXPECT_TRUE(one("\"link0.throughput_ab\" = \"0.5Tb/s..\"").met(500'000'000'000));
  EXPECT_TRUE(one("complete = true").met(1));
  EXPECT_FALSE(one("complete = true").met(0));
  EXPECT_TRUE(one("complete = false").met(0));
}

TEST(Expectation, LetsTheMoreSpecificPatternWin) {
  const std::vector<Expectation> all =
      expectations("\"gen*.mismatches\" = 0\n\"gen0b.mismatches\" = \"1..\"\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].key, "gen0a.mismatches");
  EXPECT_EQ(all[0].pattern, "gen*.mismatches");
  EXPECT_EQ(all[0].wanted, "0");
  EXPECT_EQ(all[1].wanted, "1..");
  EXPECT_EQ(all[1].part, 1u);
}

TEST(Expectation, RefusesWhatIsNoRange) {
  EXPECT_NE(refused("retired = \"5..1\"").find("is an empty range"), std::string::npos);
  EXPECT_NE(refused("retired = \"..\"").find("is not compared with"), std::string::npos);
  EXPECT_NE(refused("retired = \"a..b\"").find("is no whole number"), std::string::npos);
  EXPECT_NE(refused("retired = \"-1..\"").find("is no whole number"), std::string::npos);
  EXPECT_NE(refused("retired = 1.5").find("is not compared with"), std::string::npos);
  EXPECT_NE(refused("retired = -1").find("is negative"), std::string::npos);
  EXPECT_NE(refused("\"link0.latency_p50\" = \"1..2\"").find("a time such as"), std::string::npos);
  EXPECT_NE(refused("\"link0.latency_p50\" = \"1Gb/s..\"").find("is a rate"), std::string::npos);
  EXPECT_NE(refused("complete = 1").find("true or false"), std::string::npos);
}

TEST(Expectation, RefusesPartsAndMetricsThatDoNotExist) {
  EXPECT_EQ(refused("\"link0.replay\" = 0"),
            "x.toml:5:18: expect.link0.replay: a link has no metric \"replay\"\n"
            "  hint: did you mean \"replays\"?");
  EXPECT_EQ(refused("\"lnik0.replays\" = 0"),
            "x.toml:5:19: expect.lnik0.replays: no node or link is called \"lnik0\"\n"
            "  hint: did you mean \"link0\"?");
  EXPECT_NE(refused("\"gen0a.replays\" = 0").find("a generator has no metric"), std::string::npos);
}

TEST(Expectation, MustBeThere) {
  EXPECT_NE(refusal([] {
              read_scenario("schema = 1\nsystem = \"links8\"\nworkload.kind = \"stream\"\n");
            }).find("x.toml: expect: is missing"),
            std::string::npos);
}

TEST(Metric, HasANameOfItsOwnAndASentence) {
  for (const MetricScope scope : {MetricScope::kRun, MetricScope::kLink, MetricScope::kNode}) {
    std::set<std::string_view> names;
    for (const MetricInfo& metric : metrics(scope)) {
      EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
      EXPECT_FALSE(metric.unit.empty()) << metric.name;
      EXPECT_GT(metric.sentence.size(), 10u) << metric.name;
      EXPECT_EQ(metrics(scope)[find_metric(scope, metric.name).value()].name, metric.name);
    }
  }
  EXPECT_FALSE(find_metric(MetricScope::kRun, "replay"));
}

TEST(Metric, IsWrittenWithItsUnit) {
  EXPECT_EQ(metric_text(MetricKind::kCount, 12), "12");
  EXPECT_EQ(metric_text(MetricKind::kFlag, 1), "true");
  EXPECT_EQ(metric_text(MetricKind::kTime, 98'560'000), "98.56ns");
  EXPECT_EQ(metric_text(MetricKind::kRate, 312'000'000'000), "312Gb/s");
}

}  // namespace
}  // namespace weft
