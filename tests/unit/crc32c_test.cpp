// SPDX-License-Identifier: Apache-2.0
#include "models/link/crc32c.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "models/protocol/crc.h"
#include "tests/unit/link_pair.h"

namespace weft {
namespace {

using test::Dice;

std::vector<std::uint8_t> noise(std::size_t size, std::uint64_t seed) {
  Dice dice(seed);
  std::vector<std::uint8_t> bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(dice.next());
  return bytes;
}

std::uint32_t crc(std::string_view text) {
  return Crc32c::update(Crc32c::kInit, text.data(), text.size()) ^ Crc32c::kXorOut;
}

TEST(Crc32c, GivesTheCatalogueCheckValue) {
  EXPECT_EQ(crc("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c::update_by_table(Crc32c::kInit, "123456789", 9) ^ Crc32c::kXorOut, 0xE3069283u);
}

TEST(Crc32c, GivesTheCheckValuesOfTheIscsiStandard) {
  std::array<std::uint8_t, 32> bytes{};
  EXPECT_EQ(Crc32c::update(Crc32c::kInit, bytes.data(), 32) ^ Crc32c::kXorOut, 0x8A9136AAu);
  bytes.fill(0xFF);
  EXPECT_EQ(Crc32c::update(Crc32c::kInit, bytes.data(), 32) ^ Crc32c::kXorOut, 0x62A8AB43u);
  for (std::uint8_t i = 0; i < 32; ++i) bytes[i] = i;
  EXPECT_EQ(Crc32c::update(Crc32c::kInit, bytes.data(), 32) ^ Crc32c::kXorOut, 0x46DD794Eu);
}

TEST(Crc32c, AgreesWithTheBitSerialDefinitionAtEveryLength) {
  const CrcParams params{32, Crc32c::kPoly, true, Crc32c::kInit, Crc32c::kXorOut};
  const auto bytes = noise(700, 1);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::span<const std::uint8_t> part{bytes.data(), size};
    const auto wanted = static_cast<std::uint32_t>(crc_bit_serial(params, Crc32c::kInit, part));
    ASSERT_EQ(Crc32c::update(Crc32c::kInit, part.data(), size), wanted) << size;
    ASSERT_EQ(Crc32c::update_by_table(Crc32c::kInit, part.data(), size), wanted) << size;
  }
}

TEST(Crc32c, AgreesWithItsTablesFromAnyStateAndAlignment) {
  Dice dice(2);
  const auto bytes = noise(1024, 3);
  for (int round = 0; round < 2000; ++round) {
    const auto state = static_cast<std::uint32_t>(dice.next());
    const std::size_t from = dice.below(64);
    const std::size_t size = dice.below(900);
    ASSERT_EQ(Crc32c::update(state, bytes.data() + from, size),
              Crc32c::update_by_table(state, bytes.data() + from, size));
  }
}

TEST(Crc32c, MayBeCutAnywhere) {
  const auto bytes = noise(256, 4);
  const std::uint32_t whole = Crc32c::update(Crc32c::kInit, bytes.data(), bytes.size());
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::uint32_t first = Crc32c::update(Crc32c::kInit, bytes.data(), cut);
    ASSERT_EQ(Crc32c::update(first, bytes.data() + cut, bytes.size() - cut), whole);
  }
}

TEST(Crc32c, LeavesTheResidueBehindDataAndItsCheck) {
  auto bytes = noise(252, 5);
  const std::uint32_t check = Crc32c::update(Crc32c::kInit, bytes.data(), 252) ^ Crc32c::kXorOut;
  bytes.resize(256);
  std::memcpy(bytes.data() + 252, &check, sizeof check);
  EXPECT_EQ(Crc32c::update(Crc32c::kInit, bytes.data(), 256), Crc32c::kRawResidue);
}

TEST(Crc32c, NoticesEverySingleAndDoubleBitErrorOfABootFlit) {
  auto bytes = noise(64, 6);
  const std::uint32_t right = Crc32c::update(Crc32c::kInit, bytes.data(), 64);
  const auto flip = [&bytes](unsigned bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  };
  for (unsigned a = 0; a < 512; ++a) {
    flip(a);
    ASSERT_NE(Crc32c::update(Crc32c::kInit, bytes.data(), 64), right);
    for (unsigned b = a + 1; b < 512; ++b) {
      flip(b);
      ASSERT_NE(Crc32c::update(Crc32c::kInit, bytes.data(), 64), right);
      flip(b);
    }
    flip(a);
  }
}

TEST(HeadCheck, AgreesWithTheBitSerialDefinition) {
  const CrcParams params{16, HeadCheck::kPoly, true, HeadCheck::kInit, HeadCheck::kXorOut};
  Dice dice(7);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t head = dice.next();
    std::array<std::uint8_t, 8> bytes;
    std::memcpy(bytes.data(), &head, sizeof head);
    const std::uint64_t wanted =
        crc_bit_serial(params, params.init, {bytes.data(), 6}) ^ params.xorout;
    ASSERT_EQ(HeadCheck::of(head), wanted);
  }
}

TEST(HeadCheck, RefusesTheAllZeroHead) { EXPECT_NE(HeadCheck::of(0), 0); }

TEST(PacketHeaderCheck, AgreesWithAPlainRemainder) {
  Dice dice(8);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t bits = dice.next() & ((std::uint64_t{1} << 35) - 1);
    // Remainder of the 35 bits followed by eight zeros, divided by x^8 + x^2 + x + 1.
    std::uint64_t rest = bits << 8;
    for (int at = 42; at >= 8; --at) {
      if (rest >> at & 1) rest ^= std::uint64_t{0x107} << (at - 8);
    }
    ASSERT_EQ(PacketHeaderCheck::of(bits | dice.next() << 35, 35), rest);
  }
}

}  // namespace
}  // namespace weft
