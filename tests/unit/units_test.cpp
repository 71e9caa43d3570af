// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/base/units.h"

#include <cstdint>
#include <string>

namespace weft {
namespace {

template <class Parse>
std::string unit_error(Parse parse, const std::string& text) {
  try {
    parse(text);
  } catch (const UnitError& error) {
    return error.message + " | " + error.hint;
  }
  return "accepted";
}

TEST(Units, ReadTimes) {
  EXPECT_EQ(parse_time("20ns"), 20_ns);
  EXPECT_EQ(parse_time("1.5us"), 1500_ns);
  EXPECT_EQ(parse_time("640ps"), 640_ps);
  EXPECT_EQ(parse_time("0.000001ns"), 1_fs);
  EXPECT_EQ(parse_time("007.50 ms"), 7500_us);
  EXPECT_EQ(parse_time("18000s"), Time::max());
  EXPECT_EQ(parse_time("0s"), 0_fs);
  EXPECT_EQ(parse_time("-0ns"), 0_fs);
}

TEST(Units, ReadRates) {
  EXPECT_EQ(parse_rate("800Gb/s"), 800'000'000'000u);
  EXPECT_EQ(parse_rate("106.25Gb/s"), 106'250'000'000u);
  EXPECT_EQ(parse_rate("1.6Tb/s"), 1'600'000'000'000u);
  EXPECT_EQ(parse_rate("400GB/s"), 3'200'000'000'000u);
  EXPECT_EQ(parse_rate("0.125B/s"), 1u);
}

TEST(Units, ReadSizes) {
  EXPECT_EQ(parse_bytes("256B"), 256u);
  EXPECT_EQ(parse_bytes("4KiB"), 4096u);
  EXPECT_EQ(parse_bytes("1MiB"), 1u << 20);
  EXPECT_EQ(parse_bytes("1.5KiB"), 1536u);
  EXPECT_EQ(parse_bytes("2kB"), 2000u);
  EXPECT_EQ(parse_bytes("1TiB"), std::uint64_t{1} << 40);
}

TEST(Units, ReadLengthsCyclesAndFrequencies) {
  EXPECT_EQ(parse_length_um("20m"), 20'000'000u);
  EXPECT_EQ(parse_length_um("0.5km"), 500'000'000u);
  EXPECT_EQ(parse_length_um("25.4mm"), 25'400u);
  EXPECT_EQ(parse_cycles("32cycles"), 32u);
  EXPECT_EQ(parse_cycles("1cycle"), 1u);
  EXPECT_EQ(parse_frequency("1.25GHz"), 1'250'000'000u);
}

TEST(Units, NameTheKindThatWasFound) {
  EXPECT_EQ(unit_error(parse_time, "20Gb/s"),
            "\"20Gb/s\" is a rate, a time is wanted | a time such as \"20ns\"");
  EXPECT_EQ(unit_error(parse_rate, "20ns"),
            "\"20ns\" is a time, a rate is wanted | a rate such as \"800Gb/s\"");
  EXPECT_EQ(unit_error(parse_bytes, "20m"),
            "\"20m\" is a length, a size is wanted | a size such as \"256B\"");
  EXPECT_EQ(unit_error(parse_length_um, "4KiB"),
            "\"4KiB\" is a size, a length is wanted | a length such as \"20m\"");
  EXPECT_EQ(unit_error(parse_time, "32cycles"),
            "\"32cycles\" is a number of cycles, a time is wanted | a time such as \"20ns\"");
}

TEST(Units, AskForAUnit) {
  EXPECT_EQ(unit_error(parse_time, "20"),
            "\"20\" has no unit, a time is wanted | a time such as \"20ns\"");
  EXPECT_EQ(unit_error(parse_cycles, "32"),
            "\"32\" has no unit, a number of cycles is wanted | "
            "a number of cycles such as \"32cycles\"");
}

TEST(Units, GuessWhatAnUnknownUnitMeant) {
  EXPECT_EQ(unit_error(parse_rate, "800Gbps"),
            "\"800Gbps\" has an unknown unit, a rate is wanted | did you mean \"800Gb/s\"?");
  EXPECT_EQ(unit_error(parse_bytes, "4KB"),
            "\"4KB\" has an unknown unit, a size is wanted | "
            "write \"4KiB\" for 1024 or \"4kB\" for 1000 bytes each");
  EXPECT_EQ(unit_error(parse_time, "20nsec"),
            "\"20nsec\" has an unknown unit, a time is wanted | a time such as \"20ns\"");
  EXPECT_EQ(unit_error(parse_time, "20NS"),
            "\"20NS\" has an unknown unit, a time is wanted | did you mean \"20ns\"?");
}

TEST(Units, RefuseWhatIsNoNumber) {
  for (const char* text : {"", "ns", "fast", ".5ns", "5.ns", "1..2ns", "1.2.3ns", "+5ns", "-",
                           "-ns", " 5ns", "--5ns"}) {
    EXPECT_NE(unit_error(parse_time, text).find("is not a time"), std::string::npos) << text;
  }
  for (const char* text : {"0x5ns", "5  ns", "5ns ", "1e3ns", "5_000ns", "5 "}) {
    EXPECT_NE(unit_error(parse_time, text), "accepted") << text;
  }
  EXPECT_NE(unit_error(parse_time, std::string("5ns\0", 4)).find("\\x00"), std::string::npos);
}

TEST(Units, RefuseWhatDoesNotFit) {
  EXPECT_EQ(unit_error(parse_time, "-5ns"), "\"-5ns\" is negative | a time such as \"20ns\"");
  EXPECT_EQ(unit_error(parse_time, "18000.000000000000001s"),
            "\"18000.000000000000001s\" is too large, at most 5 h of simulated time | "
            "a time such as \"20ns\"");
  EXPECT_EQ(unit_error(parse_time, "1.5fs"),
            "\"1.5fs\" is not a whole number of femtoseconds | a time such as \"20ns\"");
  EXPECT_EQ(unit_error(parse_cycles, "0.5cycles"),
            "\"0.5cycles\" is not a whole number of cycles | "
            "a number of cycles such as \"32cycles\"");
  EXPECT_EQ(parse_bytes("18446744073709551615B"), ~std::uint64_t{0});
  EXPECT_NE(unit_error(parse_bytes, "18446744073709551616B").find("too large"), std::string::npos);
  EXPECT_NE(unit_error(parse_bytes, "99999999999999999999999TB").find("too many digits"),
            std::string::npos);
  EXPECT_EQ(parse_time("1." + std::string(1000, '0') + "ns"), 1_ns);
  EXPECT_NE(unit_error(parse_time, "1." + std::string(1000, '0') + "1ns").find("too many digits"),
            std::string::npos);
}

TEST(Units, PrintTheShortestExactText) {
  EXPECT_EQ(format_rate(800'000'000'000), "800Gb/s");
  EXPECT_EQ(format_rate(106'250'000'000), "106.25Gb/s");
  EXPECT_EQ(format_rate(0), "0b/s");
  EXPECT_EQ(format_bytes(4096), "4KiB");
  EXPECT_EQ(format_bytes(1500), "1500B");
  EXPECT_EQ(format_bytes(0), "0B");
  EXPECT_EQ(format_length_um(500'000'000), "500m");
  EXPECT_EQ(format_length_um(1'500'000'000), "1.5km");
  EXPECT_EQ(format_cycles(1), "1cycle");
  EXPECT_EQ(format_cycles(32), "32cycles");
  EXPECT_EQ(format_frequency(1'250'000'000), "1.25GHz");
}

RC_GTEST_PROP(Units, ReadBackWhatTheyPrint, (std::uint64_t any)) {
  const std::uint64_t n = any >> *rc::gen::inRange<unsigned>(0, 63);
  RC_ASSERT(parse_rate(format_rate(n)) == n);
  RC_ASSERT(parse_bytes(format_bytes(n)) == n);
  RC_ASSERT(parse_length_um(format_length_um(n)) == n);
  RC_ASSERT(parse_cycles(format_cycles(n)) == n);
  RC_ASSERT(parse_frequency(format_frequency(n)) == n);
}

TEST(Units, ReadNumbersInTheirOwnUnitOnly) {
  EXPECT_EQ(parse_number_with_unit("-3.5dBm", "dBm"), -3.5);
  EXPECT_EQ(parse_number_with_unit("1e-3 1/bit", "1/bit"), 1e-3);
  EXPECT_EQ(parse_number_with_unit("70", "C"), 70.0);
  const auto dbm = [](const std::string& text) { parse_number_with_unit(text, "dBm"); };
  EXPECT_EQ(unit_error(dbm, "-3.5dB"),
            "\"-3.5dB\" is not in dBm | a number, or a text such as \"1.5dBm\"");
  EXPECT_NE(unit_error(dbm, "inf"), "accepted");
  EXPECT_NE(unit_error(dbm, "nan"), "accepted");
  EXPECT_NE(unit_error(dbm, "1e999"), "accepted");
  EXPECT_NE(unit_error(dbm, ""), "accepted");
}

}  // namespace
}  // namespace weft
