// SPDX-License-Identifier: Apache-2.0
// What is emitted for the RTL, read back from its text and proved to be the CRC.
#include "models/protocol/emit_sv.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <regex>

#include "tests/unit/protocol_text.h"

namespace weft {
namespace {

constexpr unsigned kBeatBits = 512;

class ProtocolEmit : public testing::Test {
 protected:
  const Protocol ofl = Protocol::parse(ofl_text(), "ofl.toml");
};

/// Entries of `localparam logic [31:0] NAME [SIZE] = '{...};`.
std::vector<std::uint32_t> table(const std::string& text, const std::string& name,
                                 std::size_t size) {
  const std::string head =
      "localparam logic [31:0] " + name + " [" + std::to_string(size) + "] = '{";
  const std::size_t start = text.find(head);
  if (start == std::string::npos) throw std::runtime_error("no table " + name);
  std::vector<std::uint32_t> out;
  const std::size_t end = text.find("};", start);
  for (std::size_t at = text.find("32'h", start); at < end; at = text.find("32'h", at + 4)) {
    out.push_back(static_cast<std::uint32_t>(std::stoul(text.substr(at + 4, 8), nullptr, 16)));
  }
  if (out.size() != size) throw std::runtime_error("table " + name + " has another size");
  return out;
}

/// Bits, lowest first, of `localparam logic [BITS-1:0] NAME = ...;`, a literal or a concatenation.
std::vector<bool> mask(const std::string& text, const std::string& name, unsigned bits) {
  const std::string head = "localparam logic [" + std::to_string(bits - 1) + ":0] " + name + " =";
  const std::size_t start = text.find(head);
  if (start == std::string::npos) throw std::runtime_error("no mask " + name);
  const std::string value =
      text.substr(start + head.size(), text.find(';', start) - start - head.size());
  std::string digits;
  const std::regex literal("'h([0-9a-f]+)");
  for (std::sregex_iterator it(value.begin(), value.end(), literal), none; it != none; ++it) {
    digits += (*it)[1];
  }
  std::vector<bool> out(bits);
  for (unsigned i = 0; i < bits; ++i) {
    const char digit = digits.at(digits.size() - 1 - i / 4);
    out[i] = ((std::stoul(std::string(1, digit), nullptr, 16) >> (i % 4)) & 1) != 0;
  }
  return out;
}

using Beat = std::array<std::uint8_t, kBeatBits / 8>;

std::uint32_t by_definition(const Protocol& p, std::uint32_t state, const Beat& beat) {
  return static_cast<std::uint32_t>(crc_bit_serial(p.crc, state, beat));
}

/// The tables as the RTL uses them: two chains of 32 bytes, merged.
class Tables {
 public:
  explicit Tables(const std::string& text)
      : slice(table(text, "SliceTab", 2048)),
        adv32(table(text, "Adv32", 1024)),
        adv64(table(text, "Adv64", 1024)),
        inv4(table(text, "Inv4", 1024)) {}

  static std::uint32_t apply(const std::vector<std::uint32_t>& t, std::uint32_t state) {
    return t[state & 255] ^ t[256 + (state >> 8 & 255)] ^ t[512 + (state >> 16 & 255)] ^
           t[768 + (state >> 24)];
  }
  std::uint32_t half(std::uint32_t state, const Beat& beat, unsigned from) const {
    for (unsigned at = from; at < from + 32; at += 8) {
      std::uint32_t next = 0;
      for (unsigned i = 0; i < 8; ++i) {
        const std::uint8_t in =
            static_cast<std::uint8_t>(beat[at + i] ^ (i < 4 ? state >> (8 * i) : 0));
        next ^= slice[256 * (7 - i) + in];
      }
      state = next;
    }
    return state;
  }
  std::uint32_t update(std::uint32_t state, const Beat& beat) const {
    return apply(adv32, half(state, beat, 0)) ^ half(0, beat, 32);
  }

  std::vector<std::uint32_t> slice, adv32, adv64, inv4;
};

class Matrix {
 public:
  explicit Matrix(const std::string& text) {
    for (unsigned i = 0; i < 32; ++i) {
      d.push_back(mask(text, "MaskD" + std::to_string(i), kBeatBits));
      a.push_back(mask(text, "MaskA" + std::to_string(i), 32));
      inv.push_back(mask(text, "MaskInv" + std::to_string(i), 32));
    }
  }
  static std::uint32_t apply(const std::vector<std::vector<bool>>& m, std::uint32_t state) {
    std::uint32_t out = 0;
    for (unsigned i = 0; i < 32; ++i) {
      bool bit = false;
      for (unsigned j = 0; j < 32; ++j) bit ^= m[i][j] && ((state >> j) & 1) != 0;
      out |= std::uint32_t{bit} << i;
    }
    return out;
  }
  std::uint32_t update(std::uint32_t state, const Beat& beat) const {
    std::uint32_t out = apply(a, state);
    for (unsigned i = 0; i < 32; ++i) {
      bool bit = false;
      for (unsigned j = 0; j < kBeatBits; ++j)
        bit ^= d[i][j] && ((beat[j / 8] >> (j % 8)) & 1) != 0;
      out ^= std::uint32_t{bit} << i;
    }
    return out;
  }

  std::vector<std::vector<bool>> d, a, inv;
};

// The update of a beat is linear in state and data for the definition and for the matrix, and for
// the tables when each table is linear in its index. Linear functions that agree on zero and on
// the 32 + 512 unit vectors are the same function.
TEST_F(ProtocolEmit, TablesAndMatrixAreTheCrcOnEveryBasisVector) {
  const Tables tables(emit_crc_tables(ofl));
  const Matrix matrix(emit_crc_matrix(ofl));
  unsigned vectors = 0;
  const auto same = [&](std::uint32_t state, const Beat& beat) {
    const std::uint32_t expected = by_definition(ofl, state, beat);
    ASSERT_EQ(tables.update(state, beat), expected) << "vector " << vectors;
    ASSERT_EQ(matrix.update(state, beat), expected) << "vector " << vectors;
    ++vectors;
  };
  same(0, Beat{});
  for (unsigned bit = 0; bit < 32; ++bit) same(std::uint32_t{1} << bit, Beat{});
  for (unsigned bit = 0; bit < kBeatBits; ++bit) {
    Beat beat{};
    beat[bit / 8] = static_cast<std::uint8_t>(1u << (bit % 8));
    same(0, beat);
  }
  EXPECT_EQ(vectors, 545u);
}

TEST_F(ProtocolEmit, TablesAreLinear) {
  const Tables tables(emit_crc_tables(ofl));
  for (const auto* one : {&tables.slice, &tables.adv32, &tables.adv64, &tables.inv4}) {
    for (std::size_t base = 0; base < one->size(); base += 256) {
      for (unsigned v = 0; v < 256; ++v) {
        std::uint32_t sum = 0;
        for (unsigned bit = 0; bit < 8; ++bit) {
          if ((v >> bit & 1) != 0) sum ^= (*one)[base + (1u << bit)];
        }
        ASSERT_EQ((*one)[base + v], sum) << base << " + " << v;
      }
    }
  }
}

TEST_F(ProtocolEmit, StatesAdvanceAndGoBackAlike) {
  const Tables tables(emit_crc_tables(ofl));
  const Matrix matrix(emit_crc_matrix(ofl));
  const std::array<std::uint8_t, 4> four{};
  for (unsigned bit = 0; bit < 32; ++bit) {
    const std::uint32_t state = std::uint32_t{1} << bit;
    const std::uint32_t ahead = by_definition(ofl, state, Beat{});
    EXPECT_EQ(Tables::apply(tables.adv64, state), ahead);
    EXPECT_EQ(Matrix::apply(matrix.a, state), ahead);
    const std::uint32_t back = Tables::apply(tables.inv4, state);
    EXPECT_EQ(crc_bit_serial(ofl.crc, back, four), state);
    EXPECT_EQ(Matrix::apply(matrix.inv, state), back);
  }
}

// A ten-beat message with real data through all three, and the field of a flit by going back.
TEST_F(ProtocolEmit, TheFieldOfAFlitLeavesTheResidue) {
  const Tables tables(emit_crc_tables(ofl));
  const Matrix matrix(emit_crc_matrix(ofl));
  std::array<Beat, 10> flit{};
  std::uint64_t x = 1;
  for (Beat& beat : flit) {
    for (std::uint8_t& byte : beat)
      byte = static_cast<std::uint8_t>((x = x * 6364136223846793005u + 1) >> 56);
  }
  for (unsigned i = 60; i < 64; ++i) flit[9][i] = 0;
  std::uint32_t state = static_cast<std::uint32_t>(ofl.crc.init);
  for (const Beat& beat : flit) state = tables.update(state, beat);
  const std::uint32_t field =
      Tables::apply(tables.inv4, state) ^ static_cast<std::uint32_t>(ofl.crc.xorout);
  for (unsigned i = 0; i < 4; ++i) flit[9][60 + i] = static_cast<std::uint8_t>(field >> (8 * i));
  state = static_cast<std::uint32_t>(ofl.crc.init);
  for (const Beat& beat : flit) state = matrix.update(state, beat);
  EXPECT_EQ(state, 0xB798B438u);
}

TEST_F(ProtocolEmit, HeadCheckMasksAreTheHeadCheck) {
  const std::string text = emit_hcs_matrix(ofl);
  std::vector<std::vector<bool>> masks;
  for (unsigned i = 0; i < 16; ++i) masks.push_back(mask(text, "MaskHcs" + std::to_string(i), 48));
  for (unsigned bit = 0; bit < 48; ++bit) {
    std::array<std::uint8_t, 6> head{};
    head[bit / 8] = static_cast<std::uint8_t>(1u << (bit % 8));
    const std::uint64_t expected = crc_bit_serial(ofl.hcs, 0, head);
    for (unsigned i = 0; i < 16; ++i)
      EXPECT_EQ(masks[i][bit], (expected >> i & 1) != 0) << bit << " " << i;
  }
}

TEST_F(ProtocolEmit, ThePackageHasEveryNumberOnce) {
  const std::string text = emit_sv_package(ofl);
  const std::regex line(
      R"(localparam (?:int unsigned|logic \[\d+:0\]) (\w+) = (?:\d+'h([0-9a-f]+)|(\d+));)");
  std::map<std::string, std::uint64_t> seen;
  for (std::sregex_iterator it(text.begin(), text.end(), line), none; it != none; ++it) {
    const std::uint64_t value =
        (*it)[2].matched ? std::stoull((*it)[2], nullptr, 16) : std::stoull((*it)[3]);
    EXPECT_TRUE(seen.emplace((*it)[1], value).second) << (*it)[1];
  }
  EXPECT_EQ(seen.size(), constants(ofl).size() + 1);
  for (const ProtocolConstant& one : constants(ofl))
    EXPECT_EQ(seen[one.name], one.value) << one.name;
  EXPECT_EQ(seen["ProtoHash"], ofl.hash());
  EXPECT_EQ(seen["CrcResidue"], 0xB798B438u);
}

TEST_F(ProtocolEmit, NoLineIsTooLongForVerilator) {
  for (const EmittedFile& file : emit_sv(ofl)) {
    std::istringstream lines(file.text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << file.name;
  }
}

TEST_F(ProtocolEmit, ThePageNamesEveryNumberAndTheHash) {
  const EmittedFile page = emit_page(ofl);
  EXPECT_EQ(page.name, "ofl.md");
  for (const ProtocolConstant& one : constants(ofl)) {
    EXPECT_NE(page.text.find("| " + one.name + " | "), std::string::npos) << one.name;
  }
  std::ostringstream hash;
  hash << std::hex << std::uppercase << ofl.hash();
  EXPECT_NE(page.text.find(hash.str()), std::string::npos);
}

}  // namespace
}  // namespace weft
