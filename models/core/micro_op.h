// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft {

/// Operations of the core, by the names of the architecture manual. `kUndecoded` is 0.
/// Fast ones are executed in the loop of core_execute.cpp, the others one by one.
// clang-format off
#define WEFT_CORE_FAST_OPS(X) \
  X(Lui) X(Auipc) X(Jal) X(Jalr) X(Beq) X(Bne) X(Blt) X(Bge) X(Bltu) X(Bgeu) X(Lb) X(Lh) \
  X(Lw) X(Ld) X(Lbu) X(Lhu) X(Lwu) X(Sb) X(Sh) X(Sw) X(Sd) X(Addi) X(Slti) X(Sltiu) \
  X(Xori) X(Ori) X(Andi) X(Slli) X(Srli) X(Srai) X(Addiw) X(Slliw) X(Srliw) X(Sraiw) \
  X(Add) X(Sub) X(Sll) X(Slt) X(Sltu) X(Xor) X(Srl) X(Sra) X(Or) X(And) X(Addw) X(Subw) \
  X(Sllw) X(Srlw) X(Sraw) X(Mul) X(Mulh) X(Mulhsu) X(Mulhu) X(Div) X(Divu) X(Rem) X(Remu) \
  X(Mulw) X(Divw) X(Divuw) X(Remw) X(Remuw) X(Fence)
#define WEFT_CORE_SLOW_OPS(X) \
  X(LrW) X(LrD) X(ScW) X(ScD) X(AmoW) X(AmoD) X(Csr) X(Ecall) X(Ebreak) X(Mret) X(Wfi) \
  X(FenceI) X(Illegal)
// clang-format on

enum class OpCode : std::uint8_t {
  kUndecoded,
#define WEFT_OP(name) k##name,
  WEFT_CORE_FAST_OPS(WEFT_OP) WEFT_CORE_SLOW_OPS(WEFT_OP)
#undef WEFT_OP
      kCount,
};

/// One decoded instruction. All zero: not decoded yet.
struct MicroOp {
  std::uint8_t label = 0;  ///< twice the OpCode, and 1 for an instruction of 4 bytes
  std::uint8_t rd = 0;     ///< of stores and branches rs2; kSink for a destination x0
  std::uint8_t rs1 = 0;    ///< of csr*i the immediate
  std::uint8_t funct = 0;  ///< funct5 of an amo, funct3 of a csr instruction
  std::int32_t imm = 0;    ///< rs2 where there is no immediate; number of a CSR; bits of an illegal

  static constexpr std::uint8_t kSink = 32;  ///< takes what is written to x0

  OpCode code() const { return static_cast<OpCode>(label >> 1); }
  unsigned bytes() const { return (label & 1) != 0 ? 4 : 2; }
};
static_assert(sizeof(MicroOp) == 8);
static_assert(2 * static_cast<unsigned>(OpCode::kCount) <= 256);

/// Decodes the instruction that starts with `bits`, of which a compressed one uses the lower half.
/// What is no instruction of RV64IMAC_Zicsr_Zifencei is kIllegal, its own bits in `imm`.
MicroOp decode_instruction(std::uint32_t bits);

/// Whether the instruction has 2 bytes.
constexpr bool is_compressed(std::uint32_t bits) { return (bits & 3) != 3; }

/// The instruction of 4 bytes that does what the compressed one does; 0, which is illegal, for what
/// is reserved or needs floating point.
std::uint32_t expand_compressed(std::uint16_t bits);

}  // namespace weft
