// SPDX-License-Identifier: Apache-2.0
// Instructions of 4 bytes: chapter 24 of the unprivileged architecture, "RV32/64G Instruction Set
// Listings".
#include "models/core/micro_op.h"

namespace weft {
namespace {

using enum OpCode;

/// The fields of an instruction.
struct Fields {
  std::uint32_t bits;

  unsigned opcode() const { return bits & 0x7f; }
  std::uint8_t rd() const { return static_cast<std::uint8_t>(bits >> 7 & 31); }
  unsigned funct3() const { return bits >> 12 & 7; }
  std::uint8_t rs1() const { return static_cast<std::uint8_t>(bits >> 15 & 31); }
  std::uint8_t rs2() const { return static_cast<std::uint8_t>(bits >> 20 & 31); }
  unsigned funct7() const { return bits >> 25; }
  std::int32_t signed_bits() const { return static_cast<std::int32_t>(bits); }

  std::int32_t imm_i() const { return signed_bits() >> 20; }
  std::int32_t imm_s() const { return signed_bits() >> 25 << 5 | rd(); }
  std::int32_t imm_b() const {
    return signed_bits() >> 31 << 12 | static_cast<std::int32_t>(bits << 4 & 0x800) |
           static_cast<std::int32_t>(bits >> 20 & 0x7e0) |
           static_cast<std::int32_t>(bits >> 7 & 0x1e);
  }
  std::int32_t imm_u() const { return signed_bits() & ~0xfff; }
  std::int32_t imm_j() const {
    return signed_bits() >> 31 << 20 | static_cast<std::int32_t>(bits & 0xff000) |
           static_cast<std::int32_t>(bits >> 9 & 0x800) |
           static_cast<std::int32_t>(bits >> 20 & 0x7fe);
  }
};

MicroOp make(OpCode code, std::uint8_t rd, std::uint8_t rs1, std::int32_t imm, unsigned funct = 0) {
  return {static_cast<std::uint8_t>(static_cast<unsigned>(code) << 1 | 1), rd, rs1,
          static_cast<std::uint8_t>(funct), imm};
}
/// An instruction that writes a register.
MicroOp to_rd(OpCode code, const Fields& f, std::int32_t imm, unsigned funct = 0) {
  return make(code, f.rd() == 0 ? MicroOp::kSink : f.rd(), f.rs1(), imm, funct);
}
MicroOp register_op(OpCode code, const Fields& f) { return to_rd(code, f, f.rs2()); }
MicroOp illegal(const Fields& f) { return make(kIllegal, 0, 0, f.signed_bits()); }

MicroOp branch(const Fields& f) {
  static constexpr OpCode kCodes[] = {kBeq, kBne, kIllegal, kIllegal, kBlt, kBge, kBltu, kBgeu};
  const OpCode code = kCodes[f.funct3()];
  return code == kIllegal ? illegal(f) : make(code, f.rs2(), f.rs1(), f.imm_b());
}

MicroOp load(const Fields& f) {
  static constexpr OpCode kCodes[] = {kLb, kLh, kLw, kLd, kLbu, kLhu, kLwu, kIllegal};
  const OpCode code = kCodes[f.funct3()];
  return code == kIllegal ? illegal(f) : to_rd(code, f, f.imm_i());
}

MicroOp store(const Fields& f) {
  static constexpr OpCode kCodes[] = {kSb, kSh, kSw, kSd};
  return f.funct3() > 3 ? illegal(f) : make(kCodes[f.funct3()], f.rs2(), f.rs1(), f.imm_s());
}

MicroOp op_imm(const Fields& f) {
  static constexpr OpCode kCodes[] = {kAddi, kSlli, kSlti, kSltiu, kXori, kSrli, kOri, kAndi};
  if ((f.funct3() & 3) != 1) return to_rd(kCodes[f.funct3()], f, f.imm_i());
  const std::int32_t shamt = f.imm_i() & 63;
  const unsigned funct6 = f.bits >> 26;
  if (funct6 == 0) return to_rd(kCodes[f.funct3()], f, shamt);
  if (funct6 == 0x10 && f.funct3() == 5) return to_rd(kSrai, f, shamt);
  return illegal(f);
}

MicroOp op_imm32(const Fields& f) {
  if (f.funct3() == 0) return to_rd(kAddiw, f, f.imm_i());
  if (f.funct3() == 1 && f.funct7() == 0) return register_op(kSlliw, f);
  if (f.funct3() == 5 && f.funct7() == 0) return register_op(kSrliw, f);
  if (f.funct3() == 5 && f.funct7() == 0x20) return register_op(kSraiw, f);
  return illegal(f);
}

/// `codes` are those of funct7 0, 1 and 0x20, eight each.
MicroOp op(const Fields& f, const OpCode (&codes)[3][8]) {
  const unsigned row = f.funct7() == 0x20 ? 2 : f.funct7();
  const OpCode code = row > 2 || f.funct7() == 2 ? kIllegal : codes[row][f.funct3()];
  return code == kIllegal ? illegal(f) : register_op(code, f);
}

constexpr OpCode kOpCodes[3][8] = {
    {kAdd, kSll, kSlt, kSltu, kXor, kSrl, kOr, kAnd},
    {kMul, kMulh, kMulhsu, kMulhu, kDiv, kDivu, kRem, kRemu},
    {kSub, kIllegal, kIllegal, kIllegal, kIllegal, kSra, kIllegal, kIllegal}};
constexpr OpCode kOp32Codes[3][8] = {
    {kAddw, kSllw, kIllegal, kIllegal, kIllegal, kSrlw, kIllegal, kIllegal},
    {kMulw, kIllegal, kIllegal, kIllegal, kDivw, kDivuw, kRemw, kRemuw},
    {kSubw, kIllegal, kIllegal, kIllegal, kIllegal, kSraw, kIllegal, kIllegal}};

MicroOp atomic(const Fields& f) {
  if (f.funct3() != 2 && f.funct3() != 3) return illegal(f);
  const bool wide = f.funct3() == 3;
  const unsigned funct5 = f.bits >> 27;
  switch (funct5) {
    case 0x02:
      return f.rs2() != 0 ? illegal(f) : to_rd(wide ? kLrD : kLrW, f, 0);
    case 0x03:
      return register_op(wide ? kScD : kScW, f);
    case 0x00:  // amoadd
    case 0x01:  // amoswap
    case 0x04:  // amoxor
    case 0x08:  // amoor
    case 0x0c:  // amoand
    case 0x10:  // amomin
    case 0x14:  // amomax
    case 0x18:  // amominu
    case 0x1c:  // amomaxu
      return to_rd(wide ? kAmoD : kAmoW, f, f.rs2(), funct5);
    default:
      return illegal(f);
  }
}

MicroOp system(const Fields& f) {
  if ((f.funct3() & 3) != 0) return to_rd(kCsr, f, f.imm_i() & 0xfff, f.funct3());
  switch (f.bits) {
    case 0x0000'0073:
      return make(kEcall, 0, 0, 0);
    case 0x0010'0073:
      return make(kEbreak, 0, 0, 0);
    case 0x3020'0073:
      return make(kMret, 0, 0, 0);
    case 0x1050'0073:
      return make(kWfi, 0, 0, 0);
    default:
      return illegal(f);
  }
}

MicroOp decode_long(const Fields& f) {
  switch (f.opcode()) {
    case 0x03:
      return load(f);
    case 0x0f:
      return f.funct3() == 0   ? make(kFence, 0, 0, 0)
             : f.funct3() == 1 ? make(kFenceI, 0, 0, 0)
                               : illegal(f);
    case 0x13:
      return op_imm(f);
    case 0x17:
      return to_rd(kAuipc, f, f.imm_u());
    case 0x1b:
      return op_imm32(f);
    case 0x23:
      return store(f);
    case 0x2f:
      return atomic(f);
    case 0x33:
      return op(f, kOpCodes);
    case 0x37:
      return to_rd(kLui, f, f.imm_u());
    case 0x3b:
      return op(f, kOp32Codes);
    case 0x63:
      return branch(f);
    case 0x67:
      return f.funct3() == 0 ? to_rd(kJalr, f, f.imm_i()) : illegal(f);
    case 0x6f:
      return to_rd(kJal, f, f.imm_j());
    case 0x73:
      return system(f);
    default:
      return illegal(f);
  }
}

}  // namespace

MicroOp decode_instruction(std::uint32_t bits) {
  if (!is_compressed(bits)) return decode_long({bits});
  const auto low = static_cast<std::uint16_t>(bits);
  MicroOp op = decode_long({expand_compressed(low)});
  if (op.code() == kIllegal) op.imm = low;
  op.label &= 0xfe;
  return op;
}

}  // namespace weft
