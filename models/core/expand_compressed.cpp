// SPDX-License-Identifier: Apache-2.0
// The C extension, chapter 16 of the unprivileged architecture: every instruction in the order of
// its tables of encodings.
#include "models/core/micro_op.h"

namespace weft {
namespace {

constexpr std::uint32_t kOpImm = 0x13, kOpImm32 = 0x1b, kOp = 0x33, kOp32 = 0x3b, kLui = 0x37;
constexpr std::uint32_t kLoad = 0x03, kStore = 0x23, kBranch = 0x63, kJal = 0x6f, kJalr = 0x67;
constexpr std::uint32_t kEbreak = 0x0010'0073;
constexpr unsigned kRa = 1, kSp = 2;

constexpr std::uint32_t i_type(std::uint32_t opcode, unsigned funct3, unsigned rd, unsigned rs1,
                               std::uint32_t imm) {
  return (imm & 0xfff) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t r_type(std::uint32_t opcode, unsigned funct7, unsigned funct3, unsigned rd,
                               unsigned rs1, unsigned rs2) {
  return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t s_type(unsigned funct3, unsigned rs1, unsigned rs2, std::uint32_t imm) {
  return (imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (imm & 31) << 7 | kStore;
}
constexpr std::uint32_t b_type(unsigned funct3, unsigned rs1, std::uint32_t imm) {
  return (imm >> 12 & 1) << 31 | (imm >> 5 & 63) << 25 | rs1 << 15 | funct3 << 12 |
         (imm >> 1 & 15) << 8 | (imm >> 11 & 1) << 7 | kBranch;
}
constexpr std::uint32_t j_type(unsigned rd, std::uint32_t imm) {
  return (imm >> 20 & 1) << 31 | (imm >> 1 & 0x3ff) << 21 | (imm >> 11 & 1) << 20 |
         (imm >> 12 & 0xff) << 12 | rd << 7 | kJal;
}

/// A compressed instruction and its fields.
class Compressed {
 public:
  explicit Compressed(std::uint32_t bits) : bits_(bits) {}

  std::uint32_t field(unsigned hi, unsigned lo) const {
    return bits_ >> lo & ((1u << (hi - lo + 1)) - 1);
  }
  /// Bits hi..lo, moved to where they belong in an immediate.
  std::uint32_t part(unsigned hi, unsigned lo, unsigned to) const { return field(hi, lo) << to; }
  std::uint32_t sign(unsigned from) const { return (bits_ >> 12 & 1) != 0 ? ~0u << from : 0; }

  unsigned funct3() const { return field(15, 13); }
  unsigned rd() const { return field(11, 7); }
  unsigned rs2() const { return field(6, 2); }
  unsigned rd_short() const { return 8 + field(4, 2); }
  unsigned rs1_short() const { return 8 + field(9, 7); }

  std::uint32_t imm6() const { return sign(5) | field(6, 2); }
  std::uint32_t shamt() const { return part(12, 12, 5) | field(6, 2); }
  std::uint32_t word_offset() const { return part(12, 10, 3) | part(6, 6, 2) | part(5, 5, 6); }
  std::uint32_t double_offset() const { return part(12, 10, 3) | part(6, 5, 6); }

 private:
  std::uint32_t bits_;
};

std::uint32_t quadrant0(const Compressed& c) {
  switch (c.funct3()) {
    case 0: {  // c.addi4spn
      const std::uint32_t imm =
          c.part(12, 11, 4) | c.part(10, 7, 6) | c.part(6, 6, 2) | c.part(5, 5, 3);
      return imm == 0 ? 0 : i_type(kOpImm, 0, c.rd_short(), kSp, imm);
    }
    case 2:  // c.lw
      return i_type(kLoad, 2, c.rd_short(), c.rs1_short(), c.word_offset());
    case 3:  // c.ld
      return i_type(kLoad, 3, c.rd_short(), c.rs1_short(), c.double_offset());
    case 6:  // c.sw
      return s_type(2, c.rs1_short(), c.rd_short(), c.word_offset());
    case 7:  // c.sd
      return s_type(3, c.rs1_short(), c.rd_short(), c.double_offset());
    default:  // floating point, reserved
      return 0;
  }
}

std::uint32_t lui_or_addi16sp(const Compressed& c) {
  if (c.rd() == kSp) {
    const std::uint32_t imm =
        c.sign(9) | c.part(6, 6, 4) | c.part(5, 5, 6) | c.part(4, 3, 7) | c.part(2, 2, 5);
    return imm == 0 ? 0 : i_type(kOpImm, 0, kSp, kSp, imm);
  }
  const std::uint32_t imm = c.imm6();
  return imm == 0 ? 0 : imm << 12 | c.rd() << 7 | kLui;
}

std::uint32_t arithmetic(const Compressed& c) {
  const unsigned rd = c.rs1_short(), rs2 = c.rd_short();
  switch (c.field(11, 10)) {
    case 0:  // c.srli
      return i_type(kOpImm, 5, rd, rd, c.shamt());
    case 1:  // c.srai
      return i_type(kOpImm, 5, rd, rd, 0x400 | c.shamt());
    case 2:  // c.andi
      return i_type(kOpImm, 7, rd, rd, c.imm6());
    default:
      break;
  }
  switch (c.field(12, 12) << 2 | c.field(6, 5)) {
    case 0:  // c.sub
      return r_type(kOp, 0x20, 0, rd, rd, rs2);
    case 1:  // c.xor
      return r_type(kOp, 0, 4, rd, rd, rs2);
    case 2:  // c.or
      return r_type(kOp, 0, 6, rd, rd, rs2);
    case 3:  // c.and
      return r_type(kOp, 0, 7, rd, rd, rs2);
    case 4:  // c.subw
      return r_type(kOp32, 0x20, 0, rd, rd, rs2);
    case 5:  // c.addw
      return r_type(kOp32, 0, 0, rd, rd, rs2);
    default:
      return 0;
  }
}

std::uint32_t quadrant1(const Compressed& c) {
  switch (c.funct3()) {
    case 0:  // c.nop, c.addi
      return i_type(kOpImm, 0, c.rd(), c.rd(), c.imm6());
    case 1:  // c.addiw
      return c.rd() == 0 ? 0 : i_type(kOpImm32, 0, c.rd(), c.rd(), c.imm6());
    case 2:  // c.li
      return i_type(kOpImm, 0, c.rd(), 0, c.imm6());
    case 3:
      return lui_or_addi16sp(c);
    case 4:
      return arithmetic(c);
    case 5:  // c.j
      return j_type(0, c.sign(11) | c.part(11, 11, 4) | c.part(10, 9, 8) | c.part(8, 8, 10) |
                           c.part(7, 7, 6) | c.part(6, 6, 7) | c.part(5, 3, 1) | c.part(2, 2, 5));
    default:  // c.beqz, c.bnez
      return b_type(
          c.funct3() - 6, c.rs1_short(),
          c.sign(8) | c.part(11, 10, 3) | c.part(6, 5, 6) | c.part(4, 3, 1) | c.part(2, 2, 5));
  }
}

std::uint32_t move_or_jump(const Compressed& c) {
  const unsigned rd = c.rd(), rs2 = c.rs2();
  if (c.field(12, 12) == 0) {
    if (rs2 != 0) return r_type(kOp, 0, 0, rd, 0, rs2);  // c.mv
    return rd == 0 ? 0 : i_type(kJalr, 0, 0, rd, 0);     // c.jr
  }
  if (rs2 != 0) return r_type(kOp, 0, 0, rd, rd, rs2);      // c.add
  return rd == 0 ? kEbreak : i_type(kJalr, 0, kRa, rd, 0);  // c.ebreak, c.jalr
}

std::uint32_t quadrant2(const Compressed& c) {
  const std::uint32_t word = c.part(12, 12, 5) | c.part(6, 4, 2) | c.part(3, 2, 6);
  const std::uint32_t twice = c.part(12, 12, 5) | c.part(6, 5, 3) | c.part(4, 2, 6);
  switch (c.funct3()) {
    case 0:  // c.slli
      return i_type(kOpImm, 1, c.rd(), c.rd(), c.shamt());
    case 2:  // c.lwsp
      return c.rd() == 0 ? 0 : i_type(kLoad, 2, c.rd(), kSp, word);
    case 3:  // c.ldsp
      return c.rd() == 0 ? 0 : i_type(kLoad, 3, c.rd(), kSp, twice);
    case 4:
      return move_or_jump(c);
    case 6:  // c.swsp
      return s_type(2, kSp, c.rs2(), c.part(12, 9, 2) | c.part(8, 7, 6));
    case 7:  // c.sdsp
      return s_type(3, kSp, c.rs2(), c.part(12, 10, 3) | c.part(9, 7, 6));
    default:  // floating point
      return 0;
  }
}

}  // namespace

std::uint32_t expand_compressed(std::uint16_t bits) {
  const Compressed c(bits);
  switch (bits & 3) {
    case 0:
      return quadrant0(c);
    case 1:
      return quadrant1(c);
    case 2:
      return quadrant2(c);
    default:
      return 0;
  }
}

}  // namespace weft
