// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/csv.h"

#include <gtest/gtest.h>

#include <limits>

namespace weft::tb {
namespace {

TEST(Csv, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(csv_row({"a", "", "b c"}), "a,,b c\n");
  EXPECT_EQ(csv_row({"a,b", "say \"x\"", "two\nlines", "cr\r"}),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"cr\r\"\n");
}

TEST(Csv, WritesTimesExactly) {
  EXPECT_EQ(ns_text(0), "0");
  EXPECT_EQ(ns_text(98'560'000), "98.56");
  EXPECT_EQ(ns_text(1), "0.000001");
  EXPECT_EQ(ns_text(2'000'000'000), "2000");
  EXPECT_EQ(ns_text(std::numeric_limits<std::uint64_t>::max()), "18446744073709.551615");
}

TEST(Csv, RoundsPercentToHundredths) {
  EXPECT_EQ(percent_cell(0, 0), "0.00");
  EXPECT_EQ(percent_cell(1, 3), "33.33");
  EXPECT_EQ(percent_cell(2, 3), "66.67");
  EXPECT_EQ(percent_cell(7, 7), "100.00");
  EXPECT_EQ(percent_cell(std::uint64_t{1} << 62, std::uint64_t{1} << 63), "50.00");
}

}  // namespace
}  // namespace weft::tb
