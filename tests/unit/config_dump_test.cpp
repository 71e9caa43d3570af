// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft {
namespace {

TEST(ConfigDump, WritesEveryKeyThatWasReadWithItsValueOrDefault) {
  Config config = Config::parse("sim.seed = 7\nspare = 1\n\"link*\".level = \"rtl\"", "f.toml");
  config.set("sim.burst=16cycles");
  config.get_uint64("sim.seed", 1);
  config.get_cycles("sim.burst", 32);
  config.get_time("sim.until", 5_us);
  config.get_double("ber", 0.0);
  config.get_string("link3.level");
  EXPECT_FALSE(config.has("absent"));
  EXPECT_EQ(effective_toml(config),
            "sim.seed = 7\nsim.burst = \"16cycles\"\nsim.until = \"5us\"\nber = 0.0\n"
            "link3.level = \"rtl\"\n");
}

TEST(ConfigDump, WritesWhatPartsShareOnce) {
  const Config config = Config::parse("link2.level = \"rtl\"", "f.toml");
  for (int i = 0; i < 4; ++i) {
    config.get_string("link" + std::to_string(i) + ".level", "model");
    config.get_uint64("link" + std::to_string(i) + ".lanes", 8);
  }
  EXPECT_EQ(effective_toml(config),
            "\"link*\".level = \"model\"\n\"link*\".lanes = 8\nlink2.level = \"rtl\"\n");
}

TEST(ConfigDump, SharesNothingWithAPartThatHasNoValue) {
  const Config config = Config::parse("link0.x = 1\nlink1.x = 1", "f.toml");
  for (const char* key : {"link0.x", "link1.x", "link2.x"}) config.has(key);
  EXPECT_EQ(effective_toml(config), "link0.x = 1\nlink1.x = 1\n");
}

TEST(ConfigDump, SharesNothingWhereNamesAreTakenFromTheKeys) {
  const Config config = Config::parse("[vc]\nvc0.credits = 1\nvc1.credits = 1", "f.toml");
  for (const std::string& name : config.children("vc")) {
    config.get_int64("vc." + name + ".credits");
    config.get_int64("vc." + name + ".weight", 3);
  }
  const Config again = Config::parse(effective_toml(config), "again.toml");
  EXPECT_EQ(again.children("vc"), (std::vector<std::string>{"vc0", "vc1"}));
  EXPECT_EQ(again.get_int64("vc.vc1.weight"), 3);
}

TEST(ConfigDump, WritesPatternsAMetricIsExpectedUnder) {
  const Config config = Config::parse("[expect]\n\"npu*.mismatches\" = 0\n\"a b\" = 1", "f.toml");
  for (const std::string& key : config.keys_under("expect")) config.get_int64("expect." + key);
  EXPECT_EQ(effective_toml(config), "expect.\"npu*\".mismatches = 0\nexpect.\"a b\" = 1\n");
}

TEST(ConfigDump, WritesListsOfSectionsAtTheEnd) {
  const Config config = Config::parse(R"(
[[fault]]
kind = "a"
[[fault.step]]
at = "1us"
[[fault]]
kind = "b"
)",
                                      "f.toml");
  for (const Config& fault : config.get_tables("fault")) {
    fault.get_string("kind");
    fault.get_bool("hard", true);
    for (const Config& step : fault.get_tables("step")) step.get_time("at");
  }
  config.get_uint64("seed", 1);
  const std::string text = effective_toml(config);
  EXPECT_EQ(text,
            "seed = 1\n\n[[fault]]\nkind = \"a\"\nhard = true\n\n[[fault.step]]\nat = \"1us\"\n"
            "\n[[fault]]\nkind = \"b\"\nhard = true\n");
  const Config again = Config::parse(text, "again.toml");
  EXPECT_EQ(again.get_tables("fault").at(0).get_tables("step").at(0).get_time("at"), 1_us);
  EXPECT_TRUE(again.get_tables("fault").at(1).get_tables("step").empty());
}

TEST(ConfigDump, WritesJsonWithFlatKeys) {
  Config config = Config::parse(R"(
"link*".ber = 1.5e-3
flag = true
list = [1, [2.0, "a\"b"], inf]
day = 1979-05-27T07:32:00Z
[empty]
[[fault]]
kind = "x"
where.link = 3
)",
                                "f.toml");
  config.set("flag=false");
  EXPECT_EQ(to_json(config),
            "{\"link*.ber\": 0.0015, \"flag\": false, \"list\": [1, [2.0, \"a\\\"b\"], \"inf\"], "
            "\"day\": \"1979-05-27T07:32:00Z\", \"empty\": {}, "
            "\"fault\": [{\"kind\": \"x\", \"where.link\": 3}]}");
}

/// Reads some keys of a small fabric and returns what it got.
std::vector<std::string> read_all(const Config& config) {
  std::vector<std::string> got;
  for (const char* part : {"link0", "link1", "link2", "link10", "link1a2", "sim"}) {
    for (const char* name : {"x", "y1", "y2"}) {
      const std::string key = std::string(part) + '.' + name;
      got.push_back(key + '=' + config.get_string(key, std::string("default of ") + name));
    }
    const ConfigValue* optional = config.find(std::string(part) + ".z");
    got.push_back(optional == nullptr ? "absent" : optional->as_string());
  }
  return got;
}

RC_GTEST_PROP(ConfigDump, ReadsBackTheSame, ()) {
  const std::vector<std::string> parts = {"*",      "link*",   "link1*", "l*a*", "link0",
                                          "link10", "link1a2", "sim",    "s*"};
  const std::vector<std::string> names = {"x", "y1", "y2", "y*", "*", "z"};
  Config config = Config::parse("", "f.toml");
  const int count = *rc::gen::inRange(0, 10);
  for (int i = 0; i < count; ++i) {
    config.set(*rc::gen::elementOf(parts) + '.' + *rc::gen::elementOf(names) + '=' +
               *rc::gen::elementOf(std::vector<std::string>{"a", "b", "\"\\u0001 \\\"\""}));
  }
  const std::vector<std::string> got = read_all(config);
  const Config again = Config::parse(effective_toml(config), "again.toml");
  RC_ASSERT(read_all(again) == got);
  again.check_all_used();
  RC_ASSERT(effective_toml(again) == effective_toml(config));
}

}  // namespace
}  // namespace weft
