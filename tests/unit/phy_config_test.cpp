// SPDX-License-Identifier: Apache-2.0
#include "models/phy/phy_config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "models/phy/phy_direction.h"

namespace weft {
namespace {

std::uint64_t cycles(const PhyConfig& config, const char* what) {
  const PhyDirection phy(config, config.beat_clock(), 1, "link0.a_to_b");
  std::printf("%-34s %s, %llu link cycles\n", what, to_string(config.latency()).c_str(),
              static_cast<unsigned long long>(phy.latency_cycles()));
  return phy.latency_cycles();
}

std::string refusal(std::string_view toml, std::string_view prefix = "") {
  PhyConfig phy;
  try {
    const Config config = Config::parse(toml, "bad.toml");
    read_phy(config, prefix, phy);
    config.check_all_used();
  } catch (const InputError& error) {
    std::printf("%s\n", error.what());
    return error.what();
  }
  return "";
}

std::string shipped(const char* name) {
  std::ifstream file(std::string(WEFT_SOURCE_DIR) + "/models/phy/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(PhyConfig, AddsUpTheLatencyOfAnLpoLink) {
  PhyConfig config;
  EXPECT_EQ(config.codeword_time(), Time::ps(6'400));
  // Flight 20 m x 4.9 ns/m + 2 x 3 ns module + 6.4 ns codeword + 63 ns FEC.
  EXPECT_EQ(config.latency(), Time::ps(98'000 + 6'000 + 6'400 + 63'000));
  EXPECT_EQ(cycles(config, "20 m, linear modules"), 271u);
  config.fibre = Length{5'000'000};
  EXPECT_EQ(cycles(config, "5 m, linear modules"), 157u);
  config.fibre = Length{20'000'000};
  config.module_latency = Time::ns(80);
  EXPECT_EQ(cycles(config, "20 m, 80 ns modules"), 512u);
  config = PhyConfig{};
  config.interleave = 4;
  EXPECT_EQ(config.codeword_time(), Time::ps(25'600));
  config.fec = FecKind::kNone;
  EXPECT_EQ(config.latency(), Time::ns(104));
  EXPECT_EQ(cycles(config, "20 m, linear modules, no FEC"), 173u);
}

TEST(PhyConfig, FillsTheWireWithBeats) {
  PhyConfig config;
  EXPECT_EQ(config.beat_clock(), Clock(640'000, 1));
  EXPECT_EQ(rate_error(config, Clock::for_beat(512, 800'000'000'000)), 0.0);
  config.lanes = 4;
  EXPECT_EQ(config.beat_clock(), Clock::for_beat(512, 400'000'000'000));
  EXPECT_EQ(config.codeword_time(), Time::ps(12'800));
  EXPECT_DOUBLE_EQ(rate_error(config, Clock::for_beat(512, 800'000'000'000)), 1.0);
  config.fec = FecKind::kRs128;
  EXPECT_EQ(config.beat_clock(), Clock::for_beat(512, 398'437'500'000));
  std::printf("RS(128,120) on four lanes: codeword expected 2.409ns  seen %s\n",
              to_string(config.codeword_time()).c_str());
  EXPECT_EQ(config.codeword_time(), Time::from_fs(2'409'412));
}

TEST(PhyConfig, ReadsTheShippedModule) {
  const PhyConfig lpo = parse_phy_module(shipped("lpo800.toml"), "lpo800.toml");
  EXPECT_EQ(lpo.latency(), PhyConfig{}.latency());
  EXPECT_EQ(lpo.beat_clock(), Clock::for_beat(512, 800'000'000'000));
  EXPECT_EQ(lpo.fec, FecKind::kRs544);
  EXPECT_EQ(lpo.pre_fec_ber, 0.0);
}

TEST(PhyConfig, LetsAScenarioOverrideItsModule) {
  PhyConfig phy = parse_phy_module(shipped("lpo800.toml"), "lpo800.toml");
  const Config scenario = Config::parse(R"(
    ["link*"]
    phy = { module = "lpo800", level = "statistical", fibre = "5m" }
    ["link3".phy]
    pre_fec_ber = 1.5e-3
    worst_lane = 7
    worst_lane_factor = 2
    mark_bad = true
  )",
                                        "scenario.toml");
  read_phy(scenario, "link3.phy", phy);
  EXPECT_EQ(phy.fibre, Length{5'000'000});
  EXPECT_EQ(phy.pre_fec_ber, 1.5e-3);
  EXPECT_TRUE(phy.mark_bad);
  EXPECT_EQ(phy.lane_ber()[6], 1.5e-3);
  EXPECT_EQ(phy.lane_ber()[7], 3e-3);
  EXPECT_NO_THROW(scenario.check_all_used());
}

TEST(PhyConfig, RefusesFiguresThatAreNone) {
  EXPECT_NE(refusal("fibre = \"20ns\"").find("fibre"), std::string::npos);
  EXPECT_NE(refusal("pre_fec_ber = 0.6").find("pre_fec_ber"), std::string::npos);
  EXPECT_NE(refusal("pre_fec_ber = -1e-3").find("pre_fec_ber"), std::string::npos);
  EXPECT_NE(refusal("pre_fec_ber = \"often\"").find("pre_fec_ber"), std::string::npos);
  EXPECT_NE(refusal("lanes = 0").find("lanes"), std::string::npos);
  EXPECT_NE(refusal("lane_rate = \"106.25GB\"").find("lane_rate"), std::string::npos);
  EXPECT_NE(refusal("module_latency = 3").find("module_latency"), std::string::npos);
  EXPECT_NE(refusal("fec = \"rs528\"").find("rs528"), std::string::npos);
  EXPECT_NE(refusal("level = \"bitwise\"").find("statistical"), std::string::npos);
  EXPECT_NE(refusal("fiber = \"20m\"").find("fibre"), std::string::npos);
  EXPECT_EQ(refusal("fibre = \"20m\""), "");
}

TEST(PhyConfig, RefusesFiguresThatDoNotFitTogether) {
  EXPECT_NE(refusal("[link3.phy]\ninterleave = 3", "link3.phy").find("bad.toml:2"),
            std::string::npos);
  EXPECT_NE(refusal("lanes = 4\nworst_lane = 4").find("no lane 4"), std::string::npos);
  EXPECT_NE(refusal("pre_fec_ber = 1e-2\nworst_lane_factor = 60").find("half"), std::string::npos);
  // The default worst lane exists whatever the number of lanes.
  EXPECT_EQ(refusal("lanes = 1"), "");
}

TEST(PhyConfig, DescribesEachKeyOnceWithUnitAndSentence) {
  std::set<std::string> names;
  describe_params<PhyConfig>([&](const ParamInfo& info) {
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_FALSE(info.sentence.empty());
    EXPECT_FALSE(info.default_value.empty()) << info.name;
  });
  EXPECT_EQ(names.size(), 13u);
  EXPECT_TRUE(names.count("pre_fec_ber"));
}

}  // namespace
}  // namespace weft
