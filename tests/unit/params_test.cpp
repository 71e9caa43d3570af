// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/base/params.h"

#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/refusal.h"

namespace weft {
namespace {

enum class Mode { kFast, kExact };
constexpr std::array kModes{EnumName<Mode>{Mode::kFast, "fast"},
                            EnumName<Mode>{Mode::kExact, "exact"}};
constexpr std::array<std::string_view, 2> kFecs = {"rs544", "none"};

struct Inner {
  Time delay = 3_ns;
  double power = -1.5;
  static constexpr auto params = std::tuple{
      param("delay", &Inner::delay, "ns", range(0_ns, 10_us), "flight time, one way"),
      param("power", &Inner::power, "dBm", "launch power"),
  };
};

struct Everything {
  Time latency = 5_ns;
  Rate rate{800'000'000'000};
  Bytes size{4096};
  Length fibre{20'000'000};
  Cycles burst{32};
  Frequency core{1'000'000'000};
  std::uint64_t packet = 256;
  unsigned lanes = 8;
  std::uint8_t retries = 3;
  int offset = -2;
  double ber = 0.0;
  bool strict = true;
  std::string name = "x";
  Mode mode = Mode::kFast;
  std::string fec = "rs544";
  Inner phy;

  static constexpr auto params = std::tuple{
      param("latency", &Everything::latency, "ps", range(1_ns, 10_us), "time through it"),
      param("rate", &Everything::rate, "Gb/s", "how fast"),
      param("size", &Everything::size, "KiB", range(Bytes{1}, Bytes{1 << 20}), "how large"),
      param("fibre", &Everything::fibre, "m", "how long"),
      param("burst", &Everything::burst, "cycles", range(Cycles{1}, Cycles{64}), "at a time"),
      param("core", &Everything::core, "GHz", "core clock"),
      param("packet", &Everything::packet, "B", range(64, 4096), "largest payload"),
      param("lanes", &Everything::lanes, "lanes", range(1, 64), "lanes per direction"),
      param("retries", &Everything::retries, "times", "how often"),
      param("offset", &Everything::offset, "slots", range(-4, 4), "where it begins"),
      param("ber", &Everything::ber, "1/bit", range(0.0, 0.5), "chance that a bit flips"),
      param("strict", &Everything::strict, "flag", "whether to complain"),
      param("name", &Everything::name, "text", "what it is called"),
      param("mode", &Everything::mode, one_of(kModes), "how it works"),
      param("fec", &Everything::fec, one_of(kFecs), "which code"),
      group("phy", &Everything::phy),
  };
};

Everything read(const std::string& text, std::string_view prefix = "link3") {
  const Config config = Config::parse(text, "links8.toml");
  Everything result;
  read_params(config, prefix, result);
  config.check_all_used();
  return result;
}

std::string read_refusal(const std::string& text) {
  return refusal([&] { read(text); });
}

TEST(Params, KeepTheirDefaultsWhenNothingIsGiven) {
  const Everything result = read("");
  EXPECT_EQ(params_toml("", result), params_toml("", Everything{}));
  EXPECT_EQ(result.latency, 5_ns);
}

TEST(Params, ReadEveryKindOfMember) {
  const Everything result = read(R"(
["link*"]
latency = "1.5us"
rate = "106.25Gb/s"
size = "1MiB"
fibre = "0.5km"
burst = "16cycles"
core = "2GHz"
packet = "4KiB"
lanes = 4
retries = 255
offset = -4
ber = 1e-3
strict = false
name = "y"
mode = "exact"
fec = "none"
phy = { delay = "7ns", power = "-3.5dBm" }
)");
  EXPECT_EQ(result.latency, 1500_ns);
  EXPECT_EQ(result.rate.bits_per_s, 106'250'000'000u);
  EXPECT_EQ(result.size.bytes, 1u << 20);
  EXPECT_EQ(result.fibre.um, 500'000'000u);
  EXPECT_EQ(result.burst.cycles, 16u);
  EXPECT_EQ(result.core.hz, 2'000'000'000u);
  EXPECT_EQ(result.packet, 4096u);
  EXPECT_EQ(result.lanes, 4u);
  EXPECT_EQ(result.retries, 255u);
  EXPECT_EQ(result.offset, -4);
  EXPECT_EQ(result.ber, 1e-3);
  EXPECT_FALSE(result.strict);
  EXPECT_EQ(result.name, "y");
  EXPECT_EQ(result.mode, Mode::kExact);
  EXPECT_EQ(result.fec, "none");
  EXPECT_EQ(result.phy.delay, 7_ns);
  EXPECT_EQ(result.phy.power, -3.5);
}

TEST(Params, ReadWithoutAPrefix) { EXPECT_EQ(read("lanes = 2", "").lanes, 2u); }

TEST(Params, RefuseWhatIsOutOfRange) {
  EXPECT_EQ(read_refusal("\n\n[link3]\nber = 0.9"),
            "links8.toml:4:7: link3.ber: 0.9 is out of range [0, 0.5]\n"
            "  hint: chance that a bit flips (in 1/bit); default 0.0");
  EXPECT_EQ(read_refusal("[\"link*\".phy]\ndelay = \"11us\""),
            "links8.toml:2:9: link3.phy.delay: \"11us\" is out of range [0ns, 10us]\n"
            "  hint: flight time, one way (in ns); default \"3ns\"");
  EXPECT_EQ(read_refusal("link3.packet = \"8KiB\""),
            "links8.toml:1:16: link3.packet: \"8KiB\" is out of range [64B, 4KiB]\n"
            "  hint: largest payload (in B); default \"256B\"");
  EXPECT_EQ(read_refusal("link3.lanes = 0").substr(0, 66),
            "links8.toml:1:15: link3.lanes: 0 is out of range [1, 64]\n  hint: l");
  EXPECT_EQ(read_refusal("link3.retries = 256"),
            "links8.toml:1:17: link3.retries: 256 is too large, at most 255");
  EXPECT_EQ(read_refusal("link3.offset = 3000000000"),
            "links8.toml:1:16: link3.offset: 3000000000 is out of range [-2147483648, 2147483647]");
  EXPECT_EQ(read_refusal("link3.lanes = -1").substr(0, 45),
            "links8.toml:1:15: link3.lanes: -1 is negative");
}

TEST(Params, AcceptBothEndsOfARange) {
  EXPECT_EQ(read("link3.ber = 0.5").ber, 0.5);
  EXPECT_EQ(read("link3.ber = 0").ber, 0.0);
  EXPECT_EQ(read("link3.lanes = 64").lanes, 64u);
  EXPECT_EQ(read("link3.latency = \"1ns\"").latency, 1_ns);
}

TEST(Params, RefuseAWrongUnitOrWord) {
  EXPECT_EQ(read_refusal("link3.latency = \"20Gb/s\""),
            "links8.toml:1:17: link3.latency: \"20Gb/s\" is a rate, a time is wanted\n"
            "  hint: a time such as \"20ns\"");
  EXPECT_EQ(read_refusal("link3.packet = 256"),
            "links8.toml:1:16: link3.packet: 256 is an integer, a size is wanted\n"
            "  hint: a size such as \"256B\"");
  EXPECT_EQ(read_refusal("link3.phy.power = \"3dB\""),
            "links8.toml:1:19: link3.phy.power: \"3dB\" is not in dBm\n"
            "  hint: a number, or a text such as \"1.5dBm\"");
  EXPECT_EQ(read_refusal("link3.mode = \"exat\""),
            "links8.toml:1:14: link3.mode: \"exat\" is not known here\n"
            "  hint: did you mean \"exact\"?");
  EXPECT_EQ(read_refusal("link3.fec = \"rs\""),
            "links8.toml:1:13: link3.fec: \"rs\" is not known here\n  hint: one of: rs544, none");
}

TEST(Params, MakeTheirKeysKnown) {
  EXPECT_EQ(read_refusal("[link3]\nlatenzy = \"1ns\""),
            "links8.toml:2:1: link3.latenzy: unknown key\n  hint: did you mean link3.latency?");
}

TEST(Params, NameTheEntryOfAListTheyAreReadFrom) {
  const Config config = Config::parse("[[part]]\nlanes = 99", "f.toml");
  Everything target;
  EXPECT_EQ(refusal([&] { read_params(config.get_tables("part")[0], "", target); }).substr(0, 55),
            "f.toml:2:9: part[0].lanes: 99 is out of range [1, 64]\n ");
}

TEST(Params, DescribeThemselves) {
  std::map<std::string, ParamInfo> found;
  std::vector<std::string> order;
  describe_params<Everything>([&](const ParamInfo& info) {
    found[info.name] = info;
    order.push_back(info.name);
  });
  EXPECT_EQ(order.size(), 17u);
  EXPECT_EQ(order.front(), "latency");
  EXPECT_EQ(order.back(), "phy.power");
  const ParamInfo& latency = found.at("latency");
  EXPECT_EQ(latency.kind, "time");
  EXPECT_EQ(latency.unit, "ps");
  EXPECT_EQ(latency.default_value, "\"5ns\"");
  EXPECT_EQ(latency.range, "[1ns, 10us]");
  EXPECT_EQ(latency.sentence, "time through it");
  EXPECT_EQ(found.at("mode").range, "fast | exact");
  EXPECT_EQ(found.at("mode").default_value, "\"fast\"");
  EXPECT_EQ(found.at("fec").range, "rs544 | none");
  EXPECT_EQ(found.at("packet").range, "[64B, 4KiB]");
  EXPECT_EQ(found.at("lanes").kind, "integer");
  EXPECT_EQ(found.at("strict").default_value, "true");
  EXPECT_EQ(found.at("phy.power").unit, "dBm");
}

TEST(Params, ReadBackWhatTheyDump) {
  Everything changed;
  changed.latency = 1234_ns;
  changed.packet = 1500;
  changed.ber = 1e-15 / 3;
  changed.name = "a \"quoted\" name";
  changed.mode = Mode::kExact;
  changed.phy.delay = 1_fs;
  const std::string text = params_toml("link3", changed);
  EXPECT_EQ(params_toml("", read(text)), params_toml("", changed));
  EXPECT_EQ(read(text).ber, changed.ber);
}

TEST(Params, AreDumpedWithTheRestOfTheConfig) {
  const Config config = Config::parse("\"link*\".phy.power = 2", "f.toml");
  for (const char* prefix : {"link0", "link1"}) {
    Inner inner;
    read_params(config, std::string(prefix) + ".phy", inner);
  }
  EXPECT_EQ(effective_toml(config), "\"link*\".phy.delay = \"3ns\"\n\"link*\".phy.power = 2\n");
}

template <class... Args>
concept Declares = requires(Args... args) {
  param(args...);
};
using Member = Time Inner::*;
static_assert(Declares<const char*, Member, const char*, const char*>);
static_assert(!Declares<const char*, Member, const char*>);  // no unit, or no sentence
static_assert(!Declares<const char*, Member>);

TEST(Params, NeedANameAUnitThatFitsASentenceAndARange) {
  // In a constant expression, as declarations are, each of these does not compile.
  EXPECT_THROW(param("", &Inner::delay, "ns", "x"), std::logic_error);
  EXPECT_THROW(param("delay", &Inner::delay, "", "x"), std::logic_error);
  EXPECT_THROW(param("delay", &Inner::delay, "ns", ""), std::logic_error);
  EXPECT_THROW(param("delay", &Inner::delay, "m", "x"), std::logic_error);
  EXPECT_THROW(param("delay", &Inner::delay, "ns", range(2_ns, 1_ns), "x"), std::logic_error);
}

// A unit that does not fit its member is found when the declaration is compiled.
static_assert(params_detail::unit_fits<Time>("ps") && !params_detail::unit_fits<Time>("m"));
static_assert(!params_detail::unit_fits<std::uint64_t>("ns"));
static_assert(!params_detail::unit_fits<std::uint64_t>("KiB"));
static_assert(params_detail::unit_fits<std::uint64_t>("B"));
static_assert(!params_detail::unit_fits<int>("B"));
static_assert(params_detail::unit_fits<unsigned>("flits"));

}  // namespace
}  // namespace weft
