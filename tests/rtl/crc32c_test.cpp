// SPDX-License-Identifier: Apache-2.0
// The CRC of the RTL has two bodies: tables for simulation, an XOR matrix for synthesis. Both are
// affine in (state, data): the matrix by construction, the tables if each is XOR-linear. Affine
// functions that are equal on zero and on a basis are equal everywhere.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "Vcrc_matrix.h"
#include "Vcrc_tables.h"

namespace {

using Beat = std::array<std::uint8_t, 64>;

struct Result {
  std::uint32_t beat, advance, inverse, next;
  bool operator==(const Result&) const = default;
};

template <typename Top>
Result evaluate(Top& top, std::uint32_t state, const Beat& beat) {
  std::memcpy(top.data_i.data(), beat.data(), beat.size());
  top.state_i = state;
  top.eval();
  return {top.beat_o, top.advance_o, top.inverse_o, top.next_o};
}

/// Bit by bit, from the definition of CRC-32C: the oracle both bodies are held against.
std::uint32_t serial(std::uint32_t state, const std::uint8_t* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    state ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) state = (state >> 1) ^ ((state & 1u) != 0 ? 0x82F63B78u : 0u);
  }
  return state;
}

class Crc32cRtl : public ::testing::Test {
 protected:
  Vcrc_tables tables;
  Vcrc_matrix matrix;

  void expect_equal(std::uint32_t state, const Beat& beat) {
    const Result from_tables = evaluate(tables, state, beat);
    const Result from_matrix = evaluate(matrix, state, beat);
    ASSERT_EQ(from_tables, from_matrix);
    ASSERT_EQ(from_tables.next, serial(state, beat.data(), beat.size()));
  }
};

TEST_F(Crc32cRtl, TablesAndMatrixAgreeOnZeroAndOnEveryBasisVectorOfStateAndData) {
  expect_equal(0, Beat{});
  for (int bit = 0; bit < 32; ++bit) expect_equal(1u << bit, Beat{});
  for (int bit = 0; bit < 512; ++bit) {
    Beat beat{};
    beat[bit / 8] = static_cast<std::uint8_t>(1u << (bit % 8));
    expect_equal(0, beat);
  }
}

TEST_F(Crc32cRtl, EveryTableIsLinear) {
  // A byte lane of the table body is one look-up (for data, a chain of them): linear if every value
  // of the byte gives the XOR of the values of its bits.
  for (int lane = 0; lane < 64; ++lane) {
    std::array<std::uint32_t, 8> basis{};
    for (int bit = 0; bit < 8; ++bit) {
      Beat beat{};
      beat[lane] = static_cast<std::uint8_t>(1u << bit);
      basis[bit] = evaluate(tables, 0, beat).beat;
    }
    for (unsigned value = 0; value < 256; ++value) {
      Beat beat{};
      beat[lane] = static_cast<std::uint8_t>(value);
      std::uint32_t sum = 0;
      for (int bit = 0; bit < 8; ++bit) sum ^= (value >> bit & 1u) != 0 ? basis[bit] : 0u;
      ASSERT_EQ(evaluate(tables, 0, beat).beat, sum) << "byte " << lane << " value " << value;
    }
  }
  for (int lane = 0; lane < 4; ++lane) {
    for (unsigned value = 0; value < 256; ++value) {
      std::uint32_t advance = 0, inverse = 0;
      for (int bit = 0; bit < 8; ++bit) {
        if ((value >> bit & 1u) == 0) continue;
        const Result one = evaluate(tables, 1u << (8 * lane + bit), Beat{});
        advance ^= one.advance;
        inverse ^= one.inverse;
      }
      const Result all = evaluate(tables, value << (8 * lane), Beat{});
      ASSERT_EQ(all.advance, advance);
      ASSERT_EQ(all.inverse, inverse);
    }
  }
}

TEST_F(Crc32cRtl, TheInverseTakesBackFourZeroBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 1000; ++round) {
    const std::uint32_t state = random();
    const std::array<std::uint8_t, 4> zeros{};
    ASSERT_EQ(evaluate(tables, serial(state, zeros.data(), 4), Beat{}).inverse, state);
  }
}

TEST_F(Crc32cRtl, TenBeatsOfARandomFlitMatchTheSerialForm) {
  std::mt19937 random(2);
  for (int round = 0; round < 100; ++round) {
    std::uint32_t state = ~0u, expected = ~0u;
    for (int index = 0; index < 10; ++index) {
      Beat beat;
      for (auto& byte : beat) byte = static_cast<std::uint8_t>(random());
      expect_equal(state, beat);
      state = evaluate(tables, state, beat).next;
      expected = serial(expected, beat.data(), beat.size());
    }
    ASSERT_EQ(state, expected);
  }
}

}  // namespace
