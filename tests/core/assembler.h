// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

/// Encodings of RV64IMAC_Zicsr written from the manual's tables, apart from those of the models.
namespace weft::rv_asm {

enum Reg : unsigned {
  zero,
  ra,
  sp,
  gp,
  tp,
  t0,
  t1,
  t2,
  s0,
  s1,
  a0,
  a1,
  a2,
  a3,
  a4,
  a5,  // clang-format off
  a6, a7, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6,  // clang-format on
};

constexpr std::uint32_t r_type(std::uint32_t opcode, unsigned funct7, unsigned funct3, unsigned rd,
                               unsigned rs1, unsigned rs2) {
  return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t i_type(std::uint32_t opcode, unsigned funct3, unsigned rd, unsigned rs1,
                               std::int32_t imm) {
  return static_cast<std::uint32_t>(imm) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t s_type(unsigned funct3, unsigned rs2, unsigned rs1, std::int32_t imm) {
  const auto u = static_cast<std::uint32_t>(imm);
  return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (u & 0x1f) << 7 | 0x23;
}
constexpr std::uint32_t b_type(unsigned funct3, unsigned rs1, unsigned rs2, std::int32_t offset) {
  const auto u = static_cast<std::uint32_t>(offset);
  return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 |
         (u >> 1 & 0xf) << 8 | (u >> 11 & 1) << 7 | 0x63;
}
constexpr std::uint32_t u_type(std::uint32_t opcode, unsigned rd, std::uint32_t imm20) {
  return imm20 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t j_type(unsigned rd, std::int32_t offset) {
  const auto u = static_cast<std::uint32_t>(offset);
  return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 |
         (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}
constexpr std::uint32_t amo(unsigned funct5, unsigned funct3, unsigned rd, unsigned rs2,
                            unsigned rs1) {
  return r_type(0x2f, funct5 << 2, funct3, rd, rs1, rs2);
}

constexpr std::uint32_t lui(unsigned rd, std::uint32_t imm20) { return u_type(0x37, rd, imm20); }
constexpr std::uint32_t auipc(unsigned rd, std::uint32_t imm20) { return u_type(0x17, rd, imm20); }
constexpr std::uint32_t jal(unsigned rd, std::int32_t offset) { return j_type(rd, offset); }
constexpr std::uint32_t jalr(unsigned rd, unsigned rs1, std::int32_t imm) {
  return i_type(0x67, 0, rd, rs1, imm);
}
constexpr std::uint32_t addi(unsigned rd, unsigned rs1, std::int32_t imm) {
  return i_type(0x13, 0, rd, rs1, imm);
}
constexpr std::uint32_t nop() { return addi(0, 0, 0); }
constexpr std::uint32_t slli(unsigned rd, unsigned rs1, unsigned shamt) {
  return i_type(0x13, 1, rd, rs1, static_cast<std::int32_t>(shamt));
}
constexpr std::uint32_t srli(unsigned rd, unsigned rs1, unsigned shamt) {
  return i_type(0x13, 5, rd, rs1, static_cast<std::int32_t>(shamt));
}
constexpr std::uint32_t andi(unsigned rd, unsigned rs1, std::int32_t imm) {
  return i_type(0x13, 7, rd, rs1, imm);
}
constexpr std::uint32_t add(unsigned rd, unsigned rs1, unsigned rs2) {
  return r_type(0x33, 0, 0, rd, rs1, rs2);
}
constexpr std::uint32_t xor_(unsigned rd, unsigned rs1, unsigned rs2) {
  return r_type(0x33, 0, 4, rd, rs1, rs2);
}
constexpr std::uint32_t mul(unsigned rd, unsigned rs1, unsigned rs2) {
  return r_type(0x33, 1, 0, rd, rs1, rs2);
}
constexpr std::uint32_t addw(unsigned rd, unsigned rs1, unsigned rs2) {
  return r_type(0x3b, 0, 0, rd, rs1, rs2);
}
constexpr std::uint32_t mulw(unsigned rd, unsigned rs1, unsigned rs2) {
  return r_type(0x3b, 1, 0, rd, rs1, rs2);
}
constexpr std::uint32_t load(unsigned funct3, unsigned rd, std::int32_t imm, unsigned rs1) {
  return i_type(0x03, funct3, rd, rs1, imm);
}
constexpr std::uint32_t lw(unsigned rd, std::int32_t imm, unsigned rs1) {
  return load(2, rd, imm, rs1);
}
constexpr std::uint32_t ld(unsigned rd, std::int32_t imm, unsigned rs1) {
  return load(3, rd, imm, rs1);
}
constexpr std::uint32_t lbu(unsigned rd, std::int32_t imm, unsigned rs1) {
  return load(4, rd, imm, rs1);
}
constexpr std::uint32_t sb(unsigned rs2, std::int32_t imm, unsigned rs1) {
  return s_type(0, rs2, rs1, imm);
}
constexpr std::uint32_t sw(unsigned rs2, std::int32_t imm, unsigned rs1) {
  return s_type(2, rs2, rs1, imm);
}
constexpr std::uint32_t sd(unsigned rs2, std::int32_t imm, unsigned rs1) {
  return s_type(3, rs2, rs1, imm);
}
constexpr std::uint32_t beq(unsigned rs1, unsigned rs2, std::int32_t offset) {
  return b_type(0, rs1, rs2, offset);
}
constexpr std::uint32_t bne(unsigned rs1, unsigned rs2, std::int32_t offset) {
  return b_type(1, rs1, rs2, offset);
}
constexpr std::uint32_t bltu(unsigned rs1, unsigned rs2, std::int32_t offset) {
  return b_type(6, rs1, rs2, offset);
}
constexpr std::uint32_t csrrw(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | i_type(0x73, 1, rd, rs1, 0);
}
constexpr std::uint32_t csrrs(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | i_type(0x73, 2, rd, rs1, 0);
}
constexpr std::uint32_t csrrc(unsigned rd, unsigned csr, unsigned rs1) {
  return csr << 20 | i_type(0x73, 3, rd, rs1, 0);
}
/// The immediate forms of the three.
constexpr std::uint32_t csri(std::uint32_t of_register_form) { return of_register_form | 4 << 12; }
constexpr std::uint32_t csrr(unsigned rd, unsigned csr) { return csrrs(rd, csr, 0); }
constexpr std::uint32_t csrw(unsigned csr, unsigned rs1) { return csrrw(0, csr, rs1); }

inline constexpr std::uint32_t kEcall = 0x0000'0073;
inline constexpr std::uint32_t kEbreak = 0x0010'0073;
inline constexpr std::uint32_t kMret = 0x3020'0073;
inline constexpr std::uint32_t kWfi = 0x1050'0073;
inline constexpr std::uint32_t kFence = 0x0ff0'000f;
inline constexpr std::uint32_t kFenceI = 0x0000'100f;

enum Csr : unsigned {
  kMstatus = 0x300,
  kMisa = 0x301,
  kMie = 0x304,
  kMtvec = 0x305,
  kMscratch = 0x340,
  kMepc = 0x341,
  kMcause = 0x342,
  kMtval = 0x343,
  kMip = 0x344,
  kMcycle = 0xB00,
  kMinstret = 0xB02,
  kCycle = 0xC00,
  kTime = 0xC01,
  kInstret = 0xC02,
  kMhartid = 0xF14,
};

/// A program that grows at its end. Labels are offsets from its start.
class Program {
 public:
  std::size_t here() const { return bytes_.size(); }

  Program& half(std::uint16_t bits) {
    bytes_.push_back(static_cast<std::uint8_t>(bits));
    bytes_.push_back(static_cast<std::uint8_t>(bits >> 8));
    return *this;
  }
  Program& operator()(std::uint32_t bits) {
    half(static_cast<std::uint16_t>(bits));
    return half(static_cast<std::uint16_t>(bits >> 16));
  }

  /// rd = value, in as many instructions as it takes.
  Program& li(unsigned rd, std::uint64_t value) {
    const auto v = static_cast<std::int64_t>(value);
    const std::int64_t low = static_cast<std::int64_t>(value << 52) >> 52;
    if (v == low) return (*this)(addi(rd, zero, static_cast<std::int32_t>(low)));
    if (v == static_cast<std::int32_t>(v)) {
      (*this)(lui(rd, static_cast<std::uint32_t>((value + 0x800) >> 12 & 0xfffff)));
      return low == 0 ? *this : (*this)(i_type(0x1b, 0, rd, rd, static_cast<std::int32_t>(low)));
    }
    li(rd, static_cast<std::uint64_t>((v - low) >> 12));
    (*this)(slli(rd, rd, 12));
    return low == 0 ? *this : (*this)(addi(rd, rd, static_cast<std::int32_t>(low)));
  }

  /// A branch or jump of `bits` with offset 0, to the earlier label `to`.
  Program& back(std::uint32_t bits, std::size_t to) {
    return (*this)(
        with_offset(bits, static_cast<std::int32_t>(to) - static_cast<std::int32_t>(here())));
  }
  /// The same to a label that comes later: bind() what it returns.
  std::size_t forward(std::uint32_t bits) {
    (*this)(bits);
    return here() - 4;
  }
  void bind(std::size_t at) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &bytes_[at], 4);
    patch(at, bits, static_cast<std::int32_t>(here()) - static_cast<std::int32_t>(at));
  }
  /// Writes the branch or jump `bits`, which has offset 0, at `at` with `offset`.
  void patch(std::size_t at, std::uint32_t bits, std::int32_t offset) {
    bits = with_offset(bits, offset);
    std::memcpy(&bytes_[at], &bits, (bits & 3) == 3 ? 4 : 2);
  }
  Program& align(std::size_t to) {
    while (here() % to != 0) half(0x0001);
    return *this;
  }

  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  static std::uint32_t with_offset(std::uint32_t bits, std::int32_t offset) {
    const auto u = static_cast<std::uint32_t>(offset);
    if ((bits & 0x7f) == 0x6f) return bits | j_type(0, offset);
    if ((bits & 0x7f) == 0x63) return bits | (b_type(0, 0, 0, offset) & ~0x7fu);
    if ((bits & 0x7f) == 0x67) return bits | u << 20;
    if ((bits & 0xe003) == 0xa001) {  // c.j
      return bits | (u >> 11 & 1) << 12 | (u >> 4 & 1) << 11 | (u >> 8 & 3) << 9 |
             (u >> 10 & 1) << 8 | (u >> 6 & 1) << 7 | (u >> 7 & 1) << 6 | (u >> 1 & 7) << 3 |
             (u >> 5 & 1) << 2;
    }
    if ((bits & 0xc003) == 0xc001) {  // c.beqz, c.bnez
      return bits | (u >> 8 & 1) << 12 | (u >> 3 & 3) << 10 | (u >> 6 & 3) << 5 |
             (u >> 1 & 3) << 3 | (u >> 5 & 1) << 2;
    }
    throw std::logic_error("neither a branch nor a jump");
  }

  std::vector<std::uint8_t> bytes_;
};

}  // namespace weft::rv_asm
