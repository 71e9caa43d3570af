// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/base/config.h"

#include <string>

#include "tests/unit/refusal.h"

namespace weft {
namespace {

/// What a reader that knows a small fabric says about a scenario.
std::string checked(const std::string& text, const std::string& set = {}) {
  return refusal([&] {
    Config config = Config::parse(text, "f.toml");
    if (!set.empty()) config.set(set);
    config.get_int64("sim.seed", 1);
    config.get_cycles("sim.burst", 32);
    for (const std::string link : {"link0", "link1", "link2"}) {
      config.get_string(link + ".level", "model");
      config.get_time(link + ".phy.latency", 5_ns);
      config.get_double(link + ".phy.pre_fec_ber", 0.0);
    }
    config.get_string("npu0.firmware", "");
    for (const Config& fault : config.get_tables("fault")) {
      fault.get_string("kind");
      fault.get_time("at", Time());
    }
    config.check_all_used();
  });
}

TEST(ConfigCheck, AcceptsWhatWasRead) {
  EXPECT_EQ(checked("sim.seed = 2\n[link1]\nlevel = \"rtl\"\n[\"link*\".phy]\nlatency = \"1ns\"\n"
                    "[[fault]]\nkind = \"x\""),
            "accepted");
  EXPECT_EQ(checked("", "link*.level=rtl"), "accepted");
}

TEST(ConfigCheck, CountsWhatWasOverriddenAsUsed) {
  EXPECT_EQ(checked("\"*\".level = \"rtl\"\n\"link*\".level = \"model\"\nlink0.level = \"rtl\"\n"
                    "link1.level = \"rtl\"\nlink2.level = \"rtl\"",
                    "link*.level=model"),
            "accepted");
}

TEST(ConfigCheck, RefusesAMisspeltPattern) {
  EXPECT_EQ(checked("[\"lnik*\"]\nlevel = \"rtl\""),
            "f.toml:2:1: lnik*.level: no key matches this pattern\n"
            "  hint: did you mean \"link*\".level?");
  EXPECT_EQ(checked("[\"lnik*\"]"),
            "f.toml:1:2: lnik*: no section matches this pattern\n"
            "  hint: known here: sim, link*, npu*, fault");
}

TEST(ConfigCheck, RefusesAMisspeltKey) {
  EXPECT_EQ(checked("sim.seed = 1\n[link1.phy]\n  pre_fec_bar = 0.1"),
            "f.toml:3:3: link1.phy.pre_fec_bar: unknown key\n"
            "  hint: did you mean link1.phy.pre_fec_ber?");
  EXPECT_EQ(checked("[\"link*\".phy]\nlatenzy = \"1ns\""),
            "f.toml:2:1: link*.phy.latenzy: no key matches this pattern\n"
            "  hint: did you mean \"link*\".phy.latency?");
  EXPECT_EQ(checked("[\"link*\".pyh]\nlatency = \"1ns\""),
            "f.toml:2:1: link*.pyh.latency: no key matches this pattern\n"
            "  hint: did you mean \"link*\".phy.latency?");
  EXPECT_EQ(checked("", "sim.sede=1"),
            "--set: sim.sede: unknown key\n"
            "  hint: did you mean sim.seed?");
}

TEST(ConfigCheck, RefusesAPartThatDoesNotExist) {
  EXPECT_EQ(checked("link7.level = \"rtl\""),
            "f.toml:1:7: link7.level: unknown key\n  hint: did you mean link0.level?");
}

TEST(ConfigCheck, FindsAKeyInTheWrongSection) {
  EXPECT_EQ(checked("link1.pre_fec_ber = 0.1"),
            "f.toml:1:7: link1.pre_fec_ber: unknown key\n"
            "  hint: did you mean link1.phy.pre_fec_ber?");
  EXPECT_EQ(checked("firmware = \"x\""),
            "f.toml:1:1: firmware: unknown key\n  hint: did you mean \"npu*\".firmware?");
}

TEST(ConfigCheck, ListsWhatIsKnownWhenNothingIsNear) {
  EXPECT_EQ(checked("link1.phy.temperature = 1"),
            "f.toml:1:11: link1.phy.temperature: unknown key\n"
            "  hint: known in link1.phy: latency, pre_fec_ber");
  EXPECT_EQ(checked("bananas = 1"),
            "f.toml:1:1: bananas: unknown key\n  hint: known here: sim, link*, npu*, fault");
}

TEST(ConfigCheck, LooksIntoEntriesOfLists) {
  EXPECT_EQ(checked("[[fault]]\nkind = \"x\"\n[[fault]]\nkind = \"y\"\nta = \"1ns\""),
            "f.toml:5:1: fault[1].ta: unknown key\n  hint: did you mean at?");
  EXPECT_EQ(checked("[[fault]]\nkind = \"x\"\n[[fault.step]]\nb = 1"),
            "f.toml:3:9: fault[0].step: unknown key\n  hint: known here: kind, at");
}

TEST(ConfigCheck, LooksNotIntoListsThatLost) {
  EXPECT_EQ(checked("[[fault]]\nnonsense = 1", "fault=[]"), "accepted");
}

TEST(ConfigCheck, ReportsTheFirstInOrderOfAppearance) {
  EXPECT_EQ(checked("zzz = 1\naaa = 1").substr(0, 16), "f.toml:1:1: zzz:");
}

TEST(ConfigCheck, RefusesAnEmptySectionNobodyKnows) {
  EXPECT_EQ(checked("[link1.phy]"), "accepted");
  EXPECT_EQ(checked("[\"link*\"]"), "accepted");
  EXPECT_EQ(checked("[link7]").substr(0, 35), "f.toml:1:2: link7: unknown section\n");
}

TEST(ConfigCheck, LeavesToOthersWhatTheyRead) {
  const Config config = Config::parse("[expect]\n\"npu*.x\" = 1\n[link0]\nx = 1", "f.toml");
  config.mark_used_under("expect");
  EXPECT_EQ(refusal([&] { config.check_all_used(); }), "f.toml:4:1: link0.x: unknown key");
  config.mark_used_under("link0.x");
  EXPECT_EQ(refusal([&] { config.check_all_used(); }), "accepted");
}

TEST(ConfigCheck, KnowsDeclaredKeys) {
  const Config config = Config::parse("spare = 1", "f.toml");
  config.declare("spare");
  EXPECT_EQ(refusal([&] { config.check_all_used(); }), "accepted");
}

}  // namespace
}  // namespace weft
