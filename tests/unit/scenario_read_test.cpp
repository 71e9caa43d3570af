// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "models/base/text.h"
#include "models/scenario/scenario.h"
#include "models/scenario/scenario_keys.h"
#include "tests/unit/refusal.h"
#include "tests/unit/scenario_support.h"

namespace weft {
namespace {

std::string refused(const std::string& more, TestFiles files = {}) {
  return refusal([&] { read_scenario(kSmallest + more, std::move(files)); });
}

TEST(Scenario, ReadsTheShippedDemo) {
  std::ifstream file(std::string(WEFT_SOURCE_DIR) + "/testbench/scenarios/links8.toml");
  std::stringstream text;
  text << file.rdbuf();
  const Scenario scenario = read_scenario(text.str());
  ASSERT_EQ(scenario.links.size(), 8u);
  ASSERT_EQ(scenario.generators.size(), 16u);
  EXPECT_EQ(scenario.protocol.name, "ofl");
  for (const LinkSettings& link : scenario.links) EXPECT_EQ(link.level, LinkLevel::kRtl);
  EXPECT_EQ(scenario.generators[0].load, 0.0);
  EXPECT_EQ(scenario.generators[15].load, 1.0);
  EXPECT_TRUE(scenario.warnings.empty());
}

TEST(Scenario, HasDefaultsForAllButFourKeys) {
  const Scenario scenario = read_scenario(kSmallest);
  EXPECT_EQ(scenario.top.protocol, "ofl");
  EXPECT_EQ(scenario.sim.seed, 1u);
  EXPECT_EQ(scenario.sim.burst.cycles, 32u);
  EXPECT_EQ(scenario.links[0].port.pipeline.cycles, 16u);
  EXPECT_EQ(scenario.links[0].phy.module, "lpo800");
  EXPECT_EQ(scenario.packet_slots(), std::vector<unsigned>{33});
  ASSERT_EQ(scenario.expectations.size(), 1u);
}

TEST(Scenario, ReadsNoKeyThatIsNotAmongTheKeysShown) {
  const std::vector<KeyGroup> groups = scenario_keys();
  const auto shown = [&](const std::string& key) {
    for (const KeyGroup& group : groups) {
      for (const ParamInfo& info : group.keys) {
        if (key_match(info.name, key)) return true;
      }
    }
    return false;
  };
  const Config config = Config::parse(kSmallest, "x.toml");
  TestFiles files;
  Scenario::read(config, files);
  std::size_t keys = 0;
  const std::string effective = effective_toml(config);
  for (const std::string_view line : split(effective, '\n')) {
    std::string key(line.substr(0, line.find(" = ")));
    key.erase(std::remove(key.begin(), key.end(), '"'), key.end());
    if (key.empty()) continue;
    ++keys;
    EXPECT_TRUE(shown(key)) << key;
  }
  EXPECT_GT(keys, 30u);
}

TEST(Scenario, GivesEachPartItsMostSpecificKeys) {
  const Scenario scenario = read_scenario(kSmallest + R"(
["link*"]
level = "rtl"
[link5]
level = "model"
["link*".phy]
fibre = "5m"
["link3".phy]
pre_fec_ber = 1.5e-3
["gen3*"]
load = 0.25
[gen3b]
load = 0.75
)");
  EXPECT_EQ(scenario.links[4].level, LinkLevel::kRtl);
  EXPECT_EQ(scenario.links[5].level, LinkLevel::kModel);
  EXPECT_EQ(scenario.links[3].phy.fibre.um, 5'000'000u);
  EXPECT_EQ(scenario.links[3].phy.pre_fec_ber, 1.5e-3);
  EXPECT_EQ(scenario.links[2].phy.pre_fec_ber, 0.0);
  EXPECT_EQ(scenario.generators[6].load, 0.25);
  EXPECT_EQ(scenario.generators[7].load, 0.75);
}

TEST(Scenario, TakesWhatAPhyModuleSaysUnlessItSaysOtherwise) {
  TestFiles files;
  files.texts["mine"] = "lanes = 16\nfibre = \"100m\"\nfec_latency = \"20ns\"\n";
  const Scenario scenario =
      read_scenario(kSmallest + "[\"link*\".phy]\nmodule = \"mine\"\nfibre = \"1m\"\n", files);
  EXPECT_EQ(scenario.links[7].phy.lanes, 16u);
  EXPECT_EQ(scenario.links[7].phy.fec_latency, Time::ns(20));
  EXPECT_EQ(scenario.links[7].phy.fibre.um, 1'000'000u);
  EXPECT_EQ(scenario.links[7].phy.module, "mine");
}

TEST(Scenario, DerivesTheWindowFromBurstFlightAndPipeline) {
  const auto window = [](const std::string& more) {
    return read_scenario(kSmallest + more).window(0);
  };
  EXPECT_EQ(read_scenario(kSmallest).flight(0), 271u);
  EXPECT_EQ(window(""), 16u);
  EXPECT_EQ(window("sim.burst = \"7cycles\"\n"), 7u);
  EXPECT_EQ(window("sim.burst = \"1000cycles\"\n\"link*\".port.pipeline = \"300cycles\"\n"), 271u);
}

TEST(Scenario, HashesWhatIsInEffectAndNotHowItIsWritten) {
  const Hash128 plain = read_scenario(kSmallest).config_hash;
  EXPECT_EQ(read_scenario("# a comment\n" + kSmallest).config_hash, plain);
  EXPECT_NE(read_scenario(kSmallest + "sim.seed = 2\n").config_hash, plain);
  TestFiles files;
  files.texts["links8"] = kTwoGenerators;
  EXPECT_NE(read_scenario(kSmallest, files).config_hash, plain);
}

TEST(Scenario, RefusesAKeyOfAPartThatDoesNotExist) {
  EXPECT_EQ(refused("[link9]\nlevel = \"rtl\"\n"),
            "x.toml:7:1: link9.level: unknown key\n  hint: did you mean link0.level?");
}

TEST(Scenario, RefusesWhatIsNotBuiltYet) {
  EXPECT_EQ(refused("fidelity = \"flow\"\n"),
            "x.toml:6:12: fidelity: \"flow\" is not built yet\n  hint: this version runs \"flit\"");
}

TEST(Scenario, ReadsFaultsAndTheirPlaces) {
  const Scenario scenario = read_scenario(kSmallest + R"(
[[fault]]
kind = "drop"
where = "link*.a_to_b"
after = "7 flits"
expect = "replayed"
within = "2us"

[[fault]]
kind = "lane_down"
where = "link5"
at = "8us"
expect = "link_down"
within = "9us"
)");
  ASSERT_EQ(scenario.faults.size(), 2u);
  const Fault& drop = scenario.faults[0];
  EXPECT_EQ(drop.trigger, Fault::Trigger::kAfter);
  EXPECT_EQ(drop.after, 7u);
  EXPECT_EQ(drop.count, 1u);
  ASSERT_EQ(drop.targets.size(), scenario.system.links.size());
  EXPECT_EQ(drop.targets[3].name, "link3.a_to_b");
  EXPECT_EQ(drop.targets[3].directions, (std::array<bool, 2>{true, false}));
  const Fault& lane = scenario.faults[1];
  EXPECT_EQ(lane.at, Time::us(8));
  EXPECT_TRUE(lane.until.is_never());
  ASSERT_EQ(lane.targets.size(), 1u);
  EXPECT_EQ(lane.targets[0].part, 5u);
}

TEST(Scenario, RefusesALinkFasterThanItsModule) {
  TestFiles files;
  files.texts["links8"] = kTwoGenerators;
  files.texts["half"] = "lanes = 4\n";
  EXPECT_EQ(refused("\"link*\".phy.module = \"half\"\n", files),
            "links8:4:71: link0.rate: \"800Gb/s\" is more than half carries behind its FEC\n"
            "  hint: 4 lanes of 106.25Gb/s; see link0.phy");
}

TEST(Scenario, RefusesALinkThatTakesNoTime) {
  EXPECT_NE(refused(R"(
["link*".phy]
fibre = "0m"
module_latency = "0ns"
fec = "none"
)")
                .find("link0.phy.fibre: the other end is reached in no time"),
            std::string::npos);
}

TEST(Scenario, AcceptsALinkSlowerThanItsModule) {
  TestFiles files;
  files.texts["links8"] = kTwoGenerators;
  files.texts["links8"].replace(files.texts["links8"].find("800Gb/s"), 7, "400Gb/s");
  const Scenario scenario = read_scenario(kSmallest, files);
  EXPECT_EQ(scenario.link_clock(0), Clock(1'280'000, 1));
  EXPECT_EQ(scenario.flight(0), 136u);
}

TEST(Scenario, WarnsOnceOfAWindowBelowTheRoundTrip) {
  const Scenario scenario = read_scenario(kSmallest + "\"link*\".phy.fibre = \"70m\"\n");
  ASSERT_EQ(scenario.warnings.size(), 1u);
  EXPECT_NE(scenario.warnings[0].find("(link0 and 7 more)"), std::string::npos)
      << scenario.warnings[0];
  EXPECT_NE(scenario.warnings[0].find(": warning: a window of 256 flits is shorter"),
            std::string::npos);
}

TEST(Scenario, RefusesAReplayTimerThatFiresWithoutALoss) {
  EXPECT_NE(refused("\"link7\".phy.fibre = \"1km\"\n").find("fires without a loss"),
            std::string::npos);
}

TEST(Scenario, RefusesTrafficThatNothingCarries) {
  EXPECT_NE(refused("workload.sizes = [\"12B\"]\n").find("no whole number of slots"),
            std::string::npos);
  EXPECT_NE(refused("workload.sizes = []\n").find("1 to 256 sizes"), std::string::npos);
  EXPECT_NE(refused("workload.vcs = [0, 0]\n").find("all weights are 0"), std::string::npos);
  EXPECT_NE(refused("workload.vcs = [1, -1]\n").find("is negative"), std::string::npos);
  EXPECT_NE(refused("\"gen*\".load = 0\n").find("no generator sends anything"), std::string::npos);
}

}  // namespace
}  // namespace weft
