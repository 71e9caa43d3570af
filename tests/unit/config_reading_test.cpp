// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/config.h"

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/refusal.h"

namespace weft {
namespace {

std::string parse_refusal(std::string_view text) {
  return refusal([&] { Config::parse(text, "f.toml"); });
}

/// What a getter says about `a = <value>`.
template <class Get>
std::string value_refusal(const std::string& value, Get get) {
  const Config config = Config::parse("\n  a = " + value, "f.toml");
  return refusal([&] { get(config); });
}

TEST(ConfigReading, SurvivesALoneBracket) {
  EXPECT_EQ(parse_refusal("["),
            "f.toml:1:1: a section header without a name\n  hint: for example [sim]");
  EXPECT_EQ(parse_refusal("[[ "),
            "f.toml:1:1: a section header without a name\n  hint: for example [sim]");
  EXPECT_EQ(parse_refusal("a = 1\n [*]"),
            "f.toml:2:2: a section header without a name\n"
            "  hint: a name with \"*\" needs quotes: [\"link*\"]");
}

TEST(ConfigReading, RefusesKeysOfTooManyParts) {
  std::string parts = "a";
  for (int i = 1; i < 300'000; ++i) parts += ".a";
  EXPECT_EQ(parse_refusal(parts + " = 1"), "f.toml:1:32: a key of more than 16 parts");
  EXPECT_EQ(parse_refusal("[" + parts + "]"), "f.toml:1:33: a key of more than 16 parts");
  EXPECT_EQ(parse_refusal("x = {" + parts + " = 1}"), "f.toml:1:37: a key of more than 16 parts");
  const std::string sixteen = parts.substr(0, 31);
  EXPECT_EQ(parse_refusal(sixteen + " = 1"), "accepted");
  EXPECT_EQ(parse_refusal("\"a\" . 'b.'.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q = 1").substr(0, 45),
            "f.toml:1:39: a key of more than 16 parts");
  // The parts of section and key count together.
  EXPECT_EQ(parse_refusal("[" + sixteen + "]\nb = 1").substr(0, 10), "f.toml:2:1");
}

TEST(ConfigReading, CountsNoDotsInTextsAndComments) {
  const std::string dots(100, '.');
  EXPECT_EQ(parse_refusal("# " + dots), "accepted");
  EXPECT_EQ(parse_refusal("a = \"" + dots + "\\\"" + dots + "\" # \" " + dots), "accepted");
  EXPECT_EQ(parse_refusal("a = '" + dots + "\\' # ' " + dots), "accepted");
  EXPECT_EQ(
      parse_refusal("a = \"\"\"\n" + dots + "\"" + dots + "\\\"\"\"" + dots + "\"\"\"\"\"\nb = 1"),
      "accepted");
  EXPECT_EQ(parse_refusal("a = '''\n" + dots + "'" + dots + "'''\nb = 1"), "accepted");
  EXPECT_EQ(parse_refusal("a = [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5,\n1.5, 1.5, 1.5, "
                          "1.5, 1.5, 1.5, 1.5, 1.5, 1.5]"),
            "accepted");
}

TEST(ConfigReading, RefusesDeepNesting) {
  EXPECT_EQ(parse_refusal("a = " + std::string(500'000, '[')),
            "f.toml:1:69: lists or inline tables nested deeper than 64\n"
            "  hint: is a closing bracket missing?");
  std::string tables = "a = ";
  for (int i = 0; i < 1000; ++i) tables += "[{a=";
  EXPECT_NE(parse_refusal(tables).find("nested deeper than 64"), std::string::npos);
  EXPECT_EQ(parse_refusal("a = " + std::string(64, '[') + std::string(64, ']')), "accepted");
}

TEST(ConfigReading, RefusesTwoMebibytesOfAnything) {
  for (char c : {'[', '\0', '#', 'a', '"', '.', '\xff', '\n'}) {
    EXPECT_EQ(parse_refusal(std::string(2 << 20, c)),
              "f.toml: the text has 2097152 bytes, at most 1048576 are read");
  }
  for (char c : {'[', '\0', 'a', '"', '\'', '.', '{', '=', '\\', '\xff', '\r'}) {
    EXPECT_NE(parse_refusal(std::string(1 << 20, c)), "accepted") << c;
  }
  EXPECT_EQ(parse_refusal(std::string(1 << 20, '#')), "accepted");
  EXPECT_EQ(parse_refusal(std::string(1 << 20, '\n')), "accepted");
}

TEST(ConfigReading, RefusesBytesThatAreNoText) {
  EXPECT_EQ(parse_refusal(std::string_view("a = 1\n\0", 7)).substr(0, 39),
            "f.toml:2:1: a control character (\\x00)\n");
  EXPECT_EQ(parse_refusal("a = \"\x1b[1m\"").substr(0, 38),
            "f.toml:1:6: a control character (\\x1b)");
  EXPECT_EQ(parse_refusal("a = 1\rb = 2").substr(0, 38), "f.toml:1:6: a control character (\\x0d)");
  EXPECT_EQ(parse_refusal("a = 1\r\nb = 2\r\n"), "accepted");
  EXPECT_EQ(parse_refusal("\xc3\xa4 = 1").substr(0, 11), "f.toml:1:1:");
  EXPECT_EQ(parse_refusal("# \xc3\xa4\xff"),
            "f.toml:1:4: not valid UTF-8\n  hint: save the file as UTF-8");
}

TEST(ConfigReading, RefusesAKeyGivenTwice) {
  EXPECT_EQ(parse_refusal("a.\"b.c\" = 1\na.b.c = 2"),
            "f.toml:2:5: a.b.c: given twice, first in line 1");
  EXPECT_EQ(parse_refusal("a = 1\na = 2"),
            "f.toml:2:5: not TOML: cannot redefine existing integer 'a', in a key-value pair");
  EXPECT_EQ(parse_refusal("a = 1\n\"a.b\" = 2"),
            "f.toml:2:1: a.b: \"a\" is a value, given in line 1, and cannot be a section too");
}

TEST(ConfigReading, RefusesNamesThatNameNothing) {
  EXPECT_EQ(parse_refusal("\"\" = 1"), "f.toml:1:1: a part of the key is empty");
  EXPECT_EQ(parse_refusal("\"a..b\" = 1"), "f.toml:1:1: a..b: a part of the key is empty");
  EXPECT_EQ(parse_refusal("\"a\\u0000b\" = 1"),
            "f.toml:1:1: a\\x00b: a control character in a key");
  EXPECT_NE(parse_refusal(std::string(300, 'a') + " = 1").find("longer than 256 bytes"),
            std::string::npos);
}

TEST(ConfigReading, RefusesListsOfTablesAndValues) {
  EXPECT_EQ(parse_refusal("a = [1, { b = 1 }]"),
            "f.toml:1:5: a: a list holds either sections or values, not both");
}

TEST(ConfigReading, SaysWhatAValueWithoutQuotesNeeds) {
  EXPECT_EQ(parse_refusal("latency = 20ns"),
            "f.toml:1:13: not TOML: expected digit, saw 'n', in a decimal integer\n"
            "  hint: a text, or a value with a unit, needs quotes: \"20ns\"");
  EXPECT_NE(parse_refusal("level = model").find("needs quotes: \"model\""), std::string::npos);
  EXPECT_NE(parse_refusal("link*.level = 1").find("a name with \"*\" needs quotes"),
            std::string::npos);
  EXPECT_NE(parse_refusal("[link*]\nlevel = 1").find("a name with \"*\" needs quotes"),
            std::string::npos);
}

TEST(ConfigReading, NamesPlaceKeyAndKindOfAWrongValue) {
  const auto time = [](const Config& c) { c.get_time("a"); };
  EXPECT_EQ(value_refusal("20", time),
            "f.toml:2:7: a: 20 is an integer, a time is wanted\n  hint: a time such as \"20ns\"");
  EXPECT_EQ(value_refusal("\"20Gb/s\"", time),
            "f.toml:2:7: a: \"20Gb/s\" is a rate, a time is wanted\n"
            "  hint: a time such as \"20ns\"");
  EXPECT_EQ(value_refusal("\"20000s\"", time),
            "f.toml:2:7: a: \"20000s\" is too large, at most 5 h of simulated time\n"
            "  hint: a time such as \"20ns\"");
  EXPECT_EQ(value_refusal("[1]", time),
            "f.toml:2:7: a: [...] is a list, a time is wanted\n  hint: a time such as \"20ns\"");
  EXPECT_EQ(value_refusal("1979-05-27", time),
            "f.toml:2:7: a: 1979-05-27 is a date, a time is wanted\n"
            "  hint: a time such as \"20ns\"");
  EXPECT_EQ(value_refusal("-1", [](const Config& c) { c.get_uint64("a"); }),
            "f.toml:2:7: a: -1 is negative\n  hint: a whole number, 0 or more");
  EXPECT_EQ(value_refusal("\"8\"", [](const Config& c) { c.get_int64("a"); }),
            "f.toml:2:7: a: \"8\" is a text, a whole number is wanted\n  hint: without quotes: 8");
  EXPECT_EQ(value_refusal("1e6", [](const Config& c) { c.get_int64("a"); }),
            "f.toml:2:7: a: 1e+06 is a number with a point, a whole number is wanted\n"
            "  hint: write 1000000");
  EXPECT_EQ(value_refusal("inf", [](const Config& c) { c.get_double("a"); }),
            "f.toml:2:7: a: inf is not a finite number\n  hint: a number such as 1.5e-3");
  EXPECT_EQ(value_refusal("1.5", [](const Config& c) { c.get_probability("a"); }),
            "f.toml:2:7: a: 1.5 is not a probability\n  hint: a number from 0 to 1");
  EXPECT_EQ(value_refusal("8", [](const Config& c) { c.get_string("a"); }),
            "f.toml:2:7: a: 8 is an integer, a text is wanted\n  hint: in quotes: \"8\"");
  EXPECT_EQ(value_refusal("\"true\"", [](const Config& c) { c.get_bool("a"); }),
            "f.toml:2:7: a: \"true\" is a text, a flag is wanted\n  hint: without quotes: true");
  EXPECT_EQ(value_refusal("[\"a\", 1]", [](const Config& c) { c.get_strings("a"); }),
            "f.toml:2:13: a: 1 is an integer, a text is wanted\n  hint: in quotes: \"1\"");
  EXPECT_EQ(value_refusal("1", [](const Config& c) { c.get_tables("a"); }),
            "f.toml:2:7: a: 1 is an integer, a list of sections is wanted\n"
            "  hint: begin each with [[a]]");
}

TEST(ConfigReading, SuggestsTheNearestWordOfAChoice) {
  constexpr std::string_view kLevels[] = {"rtl", "model"};
  EXPECT_EQ(value_refusal("\"modle\"", [&](const Config& c) { c.get_choice("a", kLevels); }),
            "f.toml:2:7: a: \"modle\" is not known here\n  hint: did you mean \"model\"?");
  EXPECT_EQ(value_refusal("\"spice\"", [&](const Config& c) { c.get_choice("a", kLevels); }),
            "f.toml:2:7: a: \"spice\" is not known here\n  hint: one of: rtl, model");
}

TEST(ConfigReading, NamesTheConcreteKeyBehindAPattern) {
  const Config config = Config::parse("[\"link*\".phy]\nlatency = 5", "f.toml");
  EXPECT_EQ(refusal([&] { config.get_time("link3.phy.latency"); }),
            "f.toml:2:11: link3.phy.latency: 5 is an integer, a time is wanted\n"
            "  hint: a time such as \"20ns\"");
  EXPECT_EQ(refusal([&] { config.fail("link3.phy.latency", "too short", "try harder"); }),
            "f.toml:2:11: link3.phy.latency: too short\n  hint: try harder");
}

RC_GTEST_PROP(ConfigReading, EndsInAConfigOrAnInputErrorForAnyText, ()) {
  const std::vector<std::string> tokens = {
      "a",      "b",   ".",  "=",  "[",    "]", "{",   "}",        "\"",   "'",
      "\"\"\"", "'''", ",",  "\n", " ",    "1", "1.5", "\"x\"",    "true", "#",
      "*",      "\\",  "[[", "]]", "\xff", "-", "inf", "07:32:00", "_"};
  const auto chosen = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(tokens));
  std::string text;
  for (const std::string& token : chosen) text += token;
  try {
    const Config config = Config::parse(text, "f.toml");
    for (const std::string& key : config.keys_under("")) RC_ASSERT(config.find(key) != nullptr);
  } catch (const InputError& error) {
    RC_ASSERT(error.pos.file == "f.toml");
    RC_ASSERT(error.pos.line >= 1u);
  }
}

}  // namespace
}  // namespace weft
