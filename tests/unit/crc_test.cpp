// SPDX-License-Identifier: Apache-2.0
#include "models/protocol/crc.h"

#include <gtest/gtest.h>
// The order matters to RapidCheck.
#include <rapidcheck/gtest.h>

#include <string_view>

namespace weft {
namespace {

constexpr CrcParams kCrc32c{32, 0x1EDC6F41, true, 0xFFFFFFFF, 0xFFFFFFFF};
constexpr CrcParams kHcs{16, 0x3D65, true, 0, 0xFFFF};

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

std::uint64_t check_of(const CrcParams& crc, std::string_view text) {
  return crc_bit_serial(crc, crc.init, bytes_of(text)) ^ crc.xorout;
}

TEST(CrcBitSerial, GivesTheCatalogueCheckValues) {
  EXPECT_EQ(check_of(kCrc32c, "123456789"), 0xE3069283u);
  EXPECT_EQ(check_of(kHcs, "123456789"), 0xEA82u);
  EXPECT_EQ(check_of({32, 0x04C11DB7, true, 0xFFFFFFFF, 0xFFFFFFFF}, "123456789"), 0xCBF43926u);
  EXPECT_EQ(check_of({24, 0x864CFB, false, 0xB704CE, 0}, "123456789"), 0x21CF02u);
  EXPECT_EQ(check_of({8, 0x07, false, 0, 0}, "123456789"), 0xF4u);
}

TEST(CrcBitSerial, HasTheResidueOfTheStandard) {
  EXPECT_EQ(crc_residue(kCrc32c), 0xB798B438u);
  EXPECT_EQ(crc_residue({24, 0x864CFB, false, 0xB704CE, 0}), 0u);
}

TEST(CrcBitSerial, LeavesTheResidueWhateverTheData) {
  EXPECT_TRUE(rc::check("residue", [](std::vector<std::uint8_t> data) {
    const std::uint64_t crc = crc_bit_serial(kCrc32c, kCrc32c.init, data) ^ kCrc32c.xorout;
    for (unsigned i = 0; i < 4; ++i) data.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
    RC_ASSERT(crc_bit_serial(kCrc32c, kCrc32c.init, data) == 0xB798B438u);
  }));
}

TEST(Crc32, AgreesWithTheDefinition) {
  const Crc32 crc(kCrc32c);
  EXPECT_TRUE(rc::check("slots and bytes",
                        [&](const std::vector<std::uint64_t>& slots, std::uint32_t state) {
                          std::vector<std::uint8_t> bytes;
                          for (std::uint64_t slot : slots) {
                            for (unsigned i = 0; i < 8; ++i)
                              bytes.push_back(static_cast<std::uint8_t>(slot >> (8 * i)));
                          }
                          const std::uint64_t expected = crc_bit_serial(kCrc32c, state, bytes);
                          RC_ASSERT(crc.update(state, slots) == expected);
                          RC_ASSERT(crc.update_bytes(state, bytes) == expected);
                        }));
}

TEST(Crc32, WorksAtEveryWidthItClaims) {
  for (const CrcParams& params :
       {kHcs, CrcParams{8, 0x07, true, 0xFF, 0}, CrcParams{24, 0x5D6DCB, true, 1, 2}}) {
    const Crc32 crc(params);
    const std::vector<std::uint8_t> data = bytes_of("eight by");
    std::uint64_t slot = 0;
    for (unsigned i = 0; i < 8; ++i) slot |= std::uint64_t{data[i]} << (8 * i);
    EXPECT_EQ(crc.update(crc.init(), slot), crc_bit_serial(params, params.init, data));
    EXPECT_EQ(crc.retreat(crc.advance(0x5A, 7), 7), 0x5Au) << params.width;
  }
}

TEST(Crc32, TakesZeroBytesBack) {
  const Crc32 crc(kCrc32c);
  EXPECT_TRUE(rc::check("advance and retreat", [&](std::uint32_t state) {
    const auto bytes = *rc::gen::inRange<std::size_t>(0, 100);
    RC_ASSERT(crc.retreat(crc.advance(state, bytes), bytes) == state);
    RC_ASSERT(crc.advance(crc.retreat(state, bytes), bytes) == state);
  }));
}

TEST(Crc32, RefusesWhatItsTablesCannotHold) {
  EXPECT_THROW(Crc32({32, 0x04C11DB7, false, 0, 0}), std::invalid_argument);
  EXPECT_THROW(Crc32({64, 0x42F0E1EBA9EA3693, true, 0, 0}), std::invalid_argument);
}

unsigned distance(unsigned width, std::uint64_t poly, unsigned bits) {
  return hamming_distance({width, poly, true, 0, 0}, bits).at_least;
}

// First weight-4 codewords as published by Koopman (codeword lengths).
TEST(HammingDistance, FindsWhereCrc32cBreaks) {
  EXPECT_EQ(distance(32, 0x1EDC6F41, 2048), 6u);
  EXPECT_EQ(distance(32, 0x1EDC6F41, 5275), 6u);
  EXPECT_EQ(distance(32, 0x1EDC6F41, 5276), 4u);
}

TEST(HammingDistance, KnowsOtherPolynomials) {
  EXPECT_EQ(distance(32, 0x04C11DB7, 2048), 5u);  // IEEE 802.3 has odd codewords
  EXPECT_EQ(distance(32, 0x04C11DB7, 3006), 5u);
  EXPECT_EQ(distance(32, 0x04C11DB7, 3007), 4u);
  EXPECT_EQ(distance(24, 0x5D6DCB, 2048), 6u);
  EXPECT_EQ(distance(24, 0x5D6DCB, 2049), 4u);
  EXPECT_EQ(distance(24, 0x5D6DCB, 5120), 2u);
  EXPECT_EQ(distance(16, 0x3D65, 64), 6u);
}

TEST(HammingDistance, FindsAWeightOfThree) {
  EXPECT_EQ(distance(8, 0x1D, 64), 3u);  // primitive: 1 + x^i + x^j exists well below 255 bits
}

// Against all codewords of a small code, counted one by one.
TEST(HammingDistance, AgreesWithCountingOnASmallCode) {
  for (unsigned poly = 1; poly < 256; poly += 2) {
    const CrcParams crc{8, poly, false, 0, 0};
    unsigned least = 99;
    for (unsigned data = 1; data < 256; ++data) {
      const std::uint8_t byte = static_cast<std::uint8_t>(data);
      const std::uint64_t check = crc_bit_serial(crc, 0, {&byte, 1});
      least = std::min<unsigned>(least, __builtin_popcountll(data) + __builtin_popcountll(check));
    }
    const unsigned found = distance(8, poly, 16);
    if (least <= 4) {
      EXPECT_EQ(found, least) << poly;
    } else {
      EXPECT_GE(least, found) << poly;
      EXPECT_GE(found, 5u) << poly;
    }
  }
}

}  // namespace
}  // namespace weft
