// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/digest.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weft {
namespace {

void append_word(std::vector<std::uint8_t>& bytes, std::uint64_t word) {
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
}

TEST(Digest, IsXxh3OfNothingWhenNothingWasAdded) {
  // XXH3-128 of the empty input, seed 0, from xxHash's own vectors.
  EXPECT_EQ(Digest().value().hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, TellsOrderAndFramesApart) {
  Digest ab, ba, joined, empty_first;
  ab.add("a");
  ab.add("bc");
  ba.add("bc");
  ba.add("a");
  joined.add("ab");
  joined.add("c");
  EXPECT_NE(ab.value(), ba.value());
  EXPECT_NE(ab.value(), joined.value());
  empty_first.add("");
  EXPECT_NE(empty_first.value(), Digest().value());
}

TEST(Digest, ForgetsEverythingOnReset) {
  Digest digest;
  digest.add("something");
  digest.add(17);
  digest.reset();
  EXPECT_EQ(digest.value(), Digest().value());
}

TEST(Digest, LeavesACopyAlone) {
  Digest digest;
  digest.add(1);
  Digest copy = digest;
  const Hash128 before = copy.value();
  digest.add(2);
  EXPECT_EQ(copy.value(), before);
  copy.add(2);
  EXPECT_EQ(copy.value(), digest.value());
  copy = digest;
  EXPECT_EQ(copy.value(), digest.value());
}

RC_GTEST_PROP(Digest, EqualsXxh3OfTheBytesItWasGiven, ()) {
  Digest digest;
  std::vector<std::uint8_t> bytes;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3));
  for (int step : steps) {
    if (step == 0) {
      const auto word = *rc::gen::arbitrary<std::uint64_t>();
      digest.add(word);
      append_word(bytes, word);
    } else if (step == 1) {
      const auto words = *rc::gen::arbitrary<std::vector<std::uint64_t>>();
      digest.add(std::span<const std::uint64_t>(words));
      for (std::uint64_t word : words) append_word(bytes, word);
    } else {
      const auto text = *rc::gen::arbitrary<std::string>();
      digest.add(std::string_view(text));
      append_word(bytes, text.size());
      bytes.insert(bytes.end(), text.begin(), text.end());
    }
    RC_ASSERT(digest.value() == hash128(bytes));
  }
}

}  // namespace
}  // namespace weft
