// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/config.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/text.h"
#include "tests/unit/refusal.h"

namespace weft {
namespace {

using Strings = std::vector<std::string>;

enum class Level { kRtl, kModel };
constexpr std::array<EnumName<Level>, 2> kLevels = {
    {{Level::kRtl, "rtl"}, {Level::kModel, "model"}}};

TEST(Config, NamesAKeyTheSameHoweverItIsWritten) {
  for (const char* text : {
           "[\"link3\".phy]\nber = 0.5",
           "[link3.phy]\nber = 0.5",
           "\"link3\".phy.ber = 0.5",
           "link3.phy.ber = 0.5",
           "link3 = { phy = { ber = 0.5 } }",
           "\"link3.phy.ber\" = 0.5",
           "[link3]\nphy = { ber = 0.5 }",
           "[link3]\nphy.ber = 0.5",
           "link3 . 'phy' . ber = 0.5",
       }) {
    const Config config = Config::parse(text, "f.toml");
    EXPECT_EQ(config.get_double("link3.phy.ber"), 0.5) << text;
    EXPECT_EQ(config.keys_under(""), Strings{"link3.phy.ber"}) << text;
  }
}

TEST(Config, ReadsEveryKindOfValue) {
  const Config config = Config::parse(R"(
flag = true
count = 0x20
negative = -7
number = 1.5e-3
whole = 2
text = "a\tb"
latency = "1.5us"
rate = "106.25Gb/s"
size = "4KiB"
fibre = "0.5km"
burst = "32cycles"
core = "1GHz"
level = "model"
names = ["a", "b"]
counts = [1, 2]
numbers = [1, 2.5]
)",
                                      "f.toml");
  EXPECT_TRUE(config.get_bool("flag"));
  EXPECT_EQ(config.get_uint64("count"), 32u);
  EXPECT_EQ(config.get_int64("negative"), -7);
  EXPECT_EQ(config.get_double("number"), 1.5e-3);
  EXPECT_EQ(config.get_probability("number"), 1.5e-3);
  EXPECT_EQ(config.get_double("whole"), 2.0);
  EXPECT_EQ(config.get_string("text"), "a\tb");
  EXPECT_EQ(config.get_time("latency"), Time::ns(1500));
  EXPECT_EQ(config.get_rate("rate"), 106'250'000'000u);
  EXPECT_EQ(config.get_bytes("size"), 4096u);
  EXPECT_EQ(config.get_length_um("fibre"), 500'000'000u);
  EXPECT_EQ(config.get_cycles("burst"), 32u);
  EXPECT_EQ(config.get_frequency("core"), 1'000'000'000u);
  EXPECT_EQ(config.get_enum("level", kLevels), Level::kModel);
  EXPECT_EQ(config.get_strings("names"), (Strings{"a", "b"}));
  EXPECT_EQ(config.get_uint64s("counts"), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(config.get_doubles("numbers"), (std::vector<double>{1.0, 2.5}));
  EXPECT_EQ(config.get_list("counts").size(), 2u);
  EXPECT_NO_THROW(config.check_all_used());
}

TEST(Config, GivesTheDefaultOfAKeyThatIsAbsent) {
  const Config config = Config::parse("", "f.toml");
  EXPECT_TRUE(config.get_bool("a", true));
  EXPECT_EQ(config.get_int64("b", -1), -1);
  EXPECT_EQ(config.get_uint64("c", 7), 7u);
  EXPECT_EQ(config.get_double("d", 0.5), 0.5);
  EXPECT_EQ(config.get_string("e", "x"), "x");
  EXPECT_EQ(config.get_time("f", 3_ns), 3_ns);
  EXPECT_EQ(config.get_rate("g", 5), 5u);
  EXPECT_EQ(config.get_enum("h", kLevels, Level::kRtl), Level::kRtl);
  EXPECT_TRUE(config.get_strings("i").empty());
  EXPECT_TRUE(config.get_tables("j").empty());
  EXPECT_FALSE(config.has("k"));
  EXPECT_EQ(config.find("l"), nullptr);
  EXPECT_EQ(refusal([&] { config.get_time("m"); }), "f.toml: m: is missing");
}

TEST(ConfigPattern, MatchesWithinOnePartOfAKey) {
  const Config config = Config::parse("\"npu*\".x = 2\n[\"link*\".phy]\nber = 1", "f.toml");
  EXPECT_EQ(config.get_int64("link3.phy.ber"), 1);
  EXPECT_EQ(config.get_int64("npu0.x"), 2);
  EXPECT_FALSE(config.has("link3.ber"));
  EXPECT_FALSE(config.has("link3.phy.deep.ber"));
  EXPECT_FALSE(config.has("lin.phy.ber"));
  EXPECT_TRUE(config.has_under("link3"));
  EXPECT_TRUE(config.has_under("link3.phy"));
  EXPECT_FALSE(config.has_under("link3.phy.ber"));
  EXPECT_FALSE(config.has_under("switch0"));
}

TEST(ConfigPattern, LosesToTheMoreSpecificWhereverThatStands) {
  const Config config = Config::parse(R"(
link3.a = "exact"
["link*"]
a = "one star"
["*"]
a = "shorter"
["link1*"]
a = "longer"
["s*w*"]
a = "longer, but two stars"
)",
                                      "f.toml");
  EXPECT_EQ(config.get_string("link3.a"), "exact");
  EXPECT_EQ(config.get_string("link2.a"), "one star");
  EXPECT_EQ(config.get_string("link12.a"), "longer");
  EXPECT_EQ(config.get_string("switch0.a"), "shorter");
  EXPECT_EQ(config.get_string("npu0.a"), "shorter");
}

TEST(ConfigPattern, YieldsToTheLaterOfEqualOnes) {
  const Config up = Config::parse("\"link*3\".a = 1\n\"link1*\".a = 2", "f.toml");
  EXPECT_EQ(up.get_int64("link13.a"), 2);
  const Config down = Config::parse("\"link1*\".a = 2\n\"link*3\".a = 1", "f.toml");
  EXPECT_EQ(down.get_int64("link13.a"), 1);
}

TEST(ConfigPattern, MayStandForTheNameOfTheKeyToo) {
  const Config config = Config::parse("[link3]\n\"*_latency\" = \"5ns\"", "f.toml");
  EXPECT_EQ(config.get_time("link3.fec_latency"), 5_ns);
  EXPECT_FALSE(config.has("link3.level"));
}

TEST(ConfigPattern, IsFoundUnderItsOwnText) {
  const Config config =
      Config::parse("[expect]\n\"npu*.mismatches\" = 0\nlink3.replays = \"5..100\"", "f.toml");
  EXPECT_EQ(config.keys_under("expect"), (Strings{"npu*.mismatches", "link3.replays"}));
  EXPECT_EQ(config.get_int64("expect.npu*.mismatches"), 0);
  EXPECT_EQ(config.get_string("expect.link3.replays"), "5..100");
  EXPECT_NO_THROW(config.check_all_used());
}

TEST(ConfigSet, BeatsTheFileEvenWithAPattern) {
  Config config = Config::parse("link3.level = \"rtl\"\nlink4.level = \"rtl\"", "f.toml");
  config.set("link*.level=model");
  EXPECT_EQ(config.get_string("link3.level"), "model");
  config.set("link4.level=rtl");
  EXPECT_EQ(config.get_string("link3.level"), "model");
  EXPECT_EQ(config.get_string("link4.level"), "rtl");
  config.set("link4.level=none");
  EXPECT_EQ(config.get_string("link4.level"), "none");
}

TEST(ConfigSet, TakesTomlValuesAndBareWords) {
  Config config;
  config.set("a=25ns");
  config.set("b = 1.5e-3 ");
  config.set("c=true");
  config.set("d=\"quoted = text\"");
  config.set("e=[1, 2]");
  config.set("f={ x = 1, y.z = 2 }");
  config.set("g=5..100");
  config.set("h=lane_down");
  config.set("i=name#7");
  config.set("\"k*\".'l'.m=0x10");
  config.set("n=[{ kind = \"lane_down\" }]");
  EXPECT_EQ(config.get_time("a"), 25_ns);
  EXPECT_EQ(config.get_double("b"), 1.5e-3);
  EXPECT_TRUE(config.get_bool("c"));
  EXPECT_EQ(config.get_string("d"), "quoted = text");
  EXPECT_EQ(config.get_uint64s("e"), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(config.get_int64("f.x"), 1);
  EXPECT_EQ(config.get_int64("f.y.z"), 2);
  EXPECT_EQ(config.get_string("g"), "5..100");
  EXPECT_EQ(config.get_string("h"), "lane_down");
  EXPECT_EQ(config.get_string("i"), "name#7");
  EXPECT_EQ(config.get_int64("k9.l.m"), 16);
  EXPECT_EQ(config.get_tables("n").at(0).get_string("kind"), "lane_down");
  EXPECT_NO_THROW(config.check_all_used());
}

TEST(ConfigSet, RefusesWhatIsNoAssignment) {
  const auto set = [](std::string_view assignment) {
    return refusal([&] {
      Config config;
      config.set(assignment);
    });
  };
  EXPECT_EQ(set("link3"),
            "--set: \"link3\" is not KEY=VALUE\n  hint: for example link3.phy.latency=25ns");
  EXPECT_EQ(set("a="), "--set: a: the value is missing\n  hint: an empty text is written \"\"");
  EXPECT_EQ(set("=1").substr(0, 26), "--set: the key is missing\n");
  EXPECT_EQ(set("a..b=1"), "--set: a..b: a part of the key is empty");
  EXPECT_EQ(set("\"a=1").substr(0, 30), "--set: \"\"a=1\" is not KEY=VALUE");
  EXPECT_NE(set("a=[1, 2").find("--set: a: not TOML: "), std::string::npos);
  EXPECT_NE(set("a=\"x").find("--set: a: not TOML: "), std::string::npos);
  EXPECT_EQ(set("a=1\nb=2"), "--set: a: a line break in the value");
  EXPECT_NE(set("a=\xff").find("not valid UTF-8"), std::string::npos);
  EXPECT_NE(set("a=" + std::string(70'000, '1')).find("longer than"), std::string::npos);
  EXPECT_NE(set("a=" + std::string(1000, '[')).find("nested deeper"), std::string::npos);
  EXPECT_NE(set("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1").find("more than 16 parts"),
            std::string::npos);
}

TEST(ConfigSet, TakesKeyAndValueApart) {
  Config config;
  config.set("link3.level", "a=b");
  config.set("sim.seed", "1.5", "sweep.toml");
  EXPECT_EQ(config.get_string("link3.level"), "a=b");
  EXPECT_EQ(refusal([&] { config.get_uint64("sim.seed"); }).substr(0, 21), "sweep.toml: sim.seed:");
}

TEST(ConfigSet, IsNamedInMessages) {
  Config config = Config::parse("link3.level = \"rtl\"", "f.toml");
  config.set("link*.ber=0.9x");
  EXPECT_EQ(refusal([&] { config.get_double("link3.ber"); }),
            "--set: link3.ber: \"0.9x\" is a text, a number is wanted\n"
            "  hint: a number such as 1.5e-3, without quotes");
}

TEST(ConfigTables, GiveOneConfigPerEntry) {
  const Config config = Config::parse(R"(
[[fault]]
kind = "lane_down"
where.link = "link5"
[[fault]]
kind = "drop"
  [[fault.step]]
  at = "1us"
  [[fault.step]]
  at = "2us"
)",
                                      "f.toml");
  const std::vector<Config>& faults = config.get_tables("fault");
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].get_string("kind"), "lane_down");
  EXPECT_EQ(faults[0].get_string("where.link"), "link5");
  EXPECT_EQ(faults[1].get_string("kind"), "drop");
  ASSERT_EQ(faults[1].get_tables("step").size(), 2u);
  EXPECT_EQ(faults[1].get_tables("step")[1].get_time("at"), 2_us);
  EXPECT_EQ(refusal([&] { faults[1].get_string("where"); }),
            "f.toml:5:1: fault[1].where: is missing");
  EXPECT_EQ(refusal([&] { faults[1].get_tables("step")[1].get_rate("at"); }),
            "f.toml:10:8: fault[1].step[1].at: \"2us\" is a time, a rate is wanted\n"
            "  hint: a rate such as \"800Gb/s\"");
  EXPECT_EQ(faults[0].get_tables("step").size(), 0u);
}

TEST(ConfigTables, ReadListsOfInlineTablesAlike) {
  const Config config = Config::parse("fault = [{ at = \"1us\" }, { at = \"2us\" }]", "f.toml");
  ASSERT_EQ(config.get_tables("fault").size(), 2u);
  EXPECT_EQ(config.get_tables("fault")[1].get_time("at"), 2_us);
  EXPECT_TRUE(Config::parse("fault = []", "f.toml").get_tables("fault").empty());
}

TEST(ConfigTables, StayIntactWhenAConfigIsCopied) {
  Config original = Config::parse("[[fault]]\nat = \"1us\"", "f.toml");
  const Config copy = original;
  original.set("fault=[]");
  EXPECT_TRUE(original.get_tables("fault").empty());
  EXPECT_EQ(copy.get_tables("fault").at(0).get_time("at"), 1_us);
}

TEST(Config, ListsNamesInOrderOfAppearance) {
  const Config config = Config::parse(R"(
[vc.response]
credits = 1
[vc.request]
credits = 2
[vc.empty]
[other]
x = 1
)",
                                      "f.toml");
  EXPECT_EQ(config.children("vc"), (Strings{"response", "request", "empty"}));
  EXPECT_EQ(config.children(""), (Strings{"vc", "other"}));
  EXPECT_EQ(config.keys_under("vc"), (Strings{"response.credits", "request.credits"}));
  EXPECT_TRUE(config.children("v").empty());
}

/// The rule in its plainest form: every candidate compared with every other.
struct Candidate {
  std::string pattern;
  bool from_set;
};

RC_GTEST_PROP(ConfigPattern, FollowsTheRuleOfPrecedence, ()) {
  const auto part = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab**")));
  Config config;
  std::string text;
  std::vector<Candidate> candidates;
  const int in_file = *rc::gen::inRange(0, 6), set = *rc::gen::inRange(0, 3);
  for (int i = 0; i < in_file + set; ++i) {
    const std::string pattern = 'p' + *part + ".x";
    for (const Candidate& other : candidates) {
      RC_PRE(other.pattern != pattern);
    }
    candidates.push_back({pattern, i >= in_file});
    if (i < in_file) text += '"' + pattern + "\" = " + std::to_string(i) + '\n';
  }
  config = Config::parse(text, "f.toml");
  for (int i = in_file; i < in_file + set; ++i) {
    config.set(candidates[static_cast<std::size_t>(i)].pattern + '=' + std::to_string(i));
  }
  const std::string name =
      'p' + *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab"))) + ".x";

  int best = -1;
  std::array<long, 4> best_rank{};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::string& pattern = candidates[i].pattern;
    if (!key_match(pattern, name)) continue;
    const long stars = std::count(pattern.begin(), pattern.end(), '*');
    const std::array<long, 4> rank = {candidates[i].from_set ? 1 : 0, -stars,
                                      static_cast<long>(pattern.size()) - stars,
                                      static_cast<long>(i)};
    if (best < 0 || rank > best_rank) {
      best = static_cast<int>(i);
      best_rank = rank;
    }
  }
  RC_ASSERT(config.get_int64(name, -1) == best);
}

}  // namespace
}  // namespace weft
