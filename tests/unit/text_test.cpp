// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace weft {
namespace {

constexpr std::array<std::string_view, 4> kKeys = {"latency", "level", "lanes", "pre_fec_ber"};

TEST(EditDistance, CountsInsertsDeletesReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("link", "link", 3), 0u);
  EXPECT_EQ(edit_distance("lnik", "link", 3), 1u);
  EXPECT_EQ(edit_distance("lin", "link", 3), 1u);
  EXPECT_EQ(edit_distance("linkk", "link", 3), 1u);
  EXPECT_EQ(edit_distance("lank", "link", 3), 1u);
  EXPECT_EQ(edit_distance("", "abc", 3), 3u);
  EXPECT_EQ(edit_distance("ca", "abc", 5), 3u);
}

TEST(EditDistance, StopsAtItsLimit) {
  EXPECT_EQ(edit_distance("kitten", "sitting", 3), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting", 2), 3u);
  EXPECT_EQ(edit_distance("abcdefgh", "stuvwxyz", 2), 3u);
  EXPECT_EQ(edit_distance("a", std::string(1000, 'b'), 2), 3u);
}

RC_GTEST_PROP(EditDistance, IsTheSameBothWaysAndBoundedEarly, ()) {
  const auto word = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abc")));
  const std::string a = *word, b = *word;
  const std::size_t full = edit_distance(a, b, 1000);
  RC_ASSERT(edit_distance(b, a, 1000) == full);
  RC_ASSERT((full == 0) == (a == b));
  const auto limit = *rc::gen::inRange<std::size_t>(0, 6);
  RC_ASSERT(edit_distance(a, b, limit) == std::min(full, limit + 1));
}

TEST(DidYouMean, FindsTheNearestWord) {
  EXPECT_EQ(did_you_mean("latenzy", kKeys), "latency");
  EXPECT_EQ(did_you_mean("lvel", kKeys), "level");
  EXPECT_EQ(did_you_mean("LANES", kKeys), "lanes");
  EXPECT_EQ(did_you_mean("pre_fec_bar", kKeys), "pre_fec_ber");
}

TEST(DidYouMean, KeepsQuietWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("temperature", kKeys), std::nullopt);
  EXPECT_EQ(did_you_mean("x", kKeys), std::nullopt);
  EXPECT_EQ(did_you_mean("level", kKeys), std::nullopt);
  constexpr std::array<std::string_view, 2> kShort = {"a", "b"};
  EXPECT_EQ(did_you_mean("x", kShort), std::nullopt);
}

TEST(DidYouMean, ListsTheNamesWhenNothingIsNear) {
  EXPECT_EQ(name_hint("lvel", kKeys), "did you mean \"level\"?");
  EXPECT_EQ(name_hint("x", kKeys), "one of: latency, level, lanes, pre_fec_ber");
  const std::vector<std::string_view> many(14, "name");
  EXPECT_NE(name_hint("x", many).find(", and 2 more"), std::string::npos);
}

TEST(GlobMatch, LetsAStarStandForAnyRun) {
  EXPECT_TRUE(glob_match("link*", "link3"));
  EXPECT_TRUE(glob_match("link*", "link"));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("*3*", "link31"));
  EXPECT_TRUE(glob_match("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_match("link*", "lnik3"));
  EXPECT_FALSE(glob_match("link", "link3"));
  EXPECT_FALSE(glob_match("a*b", "aXc"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_FALSE(glob_match("l?nk", "link"));
}

/// The definition, without an eye on speed.
bool slow_glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return slow_glob(pattern.substr(1), text) ||
           (!text.empty() && slow_glob(pattern, text.substr(1)));
  }
  return !text.empty() && pattern[0] == text[0] && slow_glob(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(GlobMatch, AgreesWithItsDefinition, ()) {
  const auto pattern =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab*"))).as("pattern");
  const auto text =
      *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab"))).as("text");
  RC_PRE(std::count(pattern.begin(), pattern.end(), '*') < 6 && text.size() < 24);
  RC_ASSERT(glob_match(pattern, text) == slow_glob(pattern, text));
}

TEST(KeyMatch, KeepsAStarWithinOnePart) {
  EXPECT_TRUE(key_match("link*.phy.ber", "link3.phy.ber"));
  EXPECT_TRUE(key_match("*.*.ber", "link3.phy.ber"));
  EXPECT_FALSE(key_match("link*", "link3.phy"));
  EXPECT_FALSE(key_match("*.ber", "link3.phy.ber"));
  EXPECT_FALSE(key_match("link*.phy.ber", "link3.phy"));
}

TEST(Text, NeverLetsControlCharactersIntoAMessage) {
  EXPECT_EQ(quoted("a\"b"), "\"a\"b\"");
  EXPECT_EQ(quoted(std::string_view("a\0\x1b[1m\xff", 7)), "\"a\\x00\\x1b[1m\\xff\"");
  EXPECT_EQ(quoted("\xc3\xa4"), "\"\xc3\xa4\"");
  EXPECT_EQ(quoted(std::string(100, 'x'), 5), "\"xxxxx...\"");
  EXPECT_EQ(quoted("xxxx\xc3\xa4", 5), "\"xxxx...\"");
}

TEST(Text, EscapesForJson) {
  EXPECT_EQ(json_string("a\"\\\n\t\x01"), "\"a\\\"\\\\\\n\\t\\u0001\"");
}

TEST(Text, PutsStarsForNumbers) {
  EXPECT_EQ(numbers_to_stars("link12.phy.lane3"), "link*.phy.lane*");
  EXPECT_EQ(numbers_to_stars("sim.seed"), "sim.seed");
}

RC_GTEST_PROP(Text, PrintsDoublesThatReadBack, (std::uint64_t bits)) {
  double value = 0.0;
  std::memcpy(&value, &bits, sizeof value);
  RC_PRE(std::isfinite(value));
  const std::string text = format_double(value);
  double back = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), back);
  RC_ASSERT(back == value);
  RC_ASSERT(text.find_first_of(".e") != std::string::npos);
}

TEST(Text, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(find_invalid_utf8("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"), std::string::npos);
  EXPECT_EQ(find_invalid_utf8("a\xff"), 1u);
  EXPECT_EQ(find_invalid_utf8("a\xc3"), 1u);
  EXPECT_EQ(find_invalid_utf8("\xc0\xaf"), 0u);          // overlong
  EXPECT_EQ(find_invalid_utf8("\xe0\x80\xaf"), 0u);      // overlong
  EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0u);      // surrogate
  EXPECT_EQ(find_invalid_utf8("\xf4\x90\x80\x80"), 0u);  // beyond U+10FFFF
  EXPECT_EQ(find_invalid_utf8("\xf0\x9f\x98"), 0u);      // cut short
}

}  // namespace
}  // namespace weft
