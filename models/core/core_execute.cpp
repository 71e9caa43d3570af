// SPDX-License-Identifier: Apache-2.0
// The loop that nearly all instructions go through. Every instruction jumps to the code of the next
// by itself (labels as values, of g++ and clang), so that each jump is predicted on its own; there
// is one label for instructions of 2 bytes and one for those of 4, so that the next instruction's
// address does not wait for anything in memory.
#include <cstring>
#include <type_traits>

#include "models/core/arithmetic.h"
#include "models/core/core.h"

// One cycle has passed; on to the instruction at `op`, unless this was the last cycle.
#define WEFT_NEXT                        \
  do {                                   \
    if (--left == 0) goto out_of_cycles; \
    goto* kLabels[op->label];            \
  } while (0)
// `step` is the length of the instruction in entries of the code cache.
#define WEFT_CASE(name, ...)     \
  L_##name##_2 : {               \
    constexpr unsigned step = 1; \
    __VA_ARGS__                  \
    op += step;                  \
    WEFT_NEXT;                   \
  }                              \
  L_##name##_4 : {               \
    constexpr unsigned step = 2; \
    __VA_ARGS__                  \
    op += step;                  \
    WEFT_NEXT;                   \
  }
#define WEFT_IMM_OP(name, value)                                        \
  WEFT_CASE(name, {                                                     \
    const std::uint64_t a = x[op->rs1];                                 \
    const auto imm = static_cast<std::uint64_t>(std::int64_t{op->imm}); \
    (void)a;                                                            \
    x[op->rd] = (value);                                                \
  })
#define WEFT_REGISTER_OP(name, value)                   \
  WEFT_CASE(name, {                                     \
    const std::uint64_t a = x[op->rs1], b = x[op->imm]; \
    x[op->rd] = (value);                                \
  })
#define WEFT_GO(bytes)                                                               \
  do {                                                                               \
    const std::size_t to =                                                           \
        static_cast<std::size_t>(op - ops) + static_cast<std::size_t>((bytes) / 2);  \
    if (to >= entries) [[unlikely]] {                                                \
      target = base + static_cast<std::uint64_t>(static_cast<std::int64_t>(to)) * 2; \
      goto out_of_sram;                                                              \
    }                                                                                \
    op = ops + to;                                                                   \
    WEFT_NEXT;                                                                       \
  } while (0)
#define WEFT_BRANCH(name, taken)                       \
  WEFT_CASE(name, {                                    \
    const std::uint64_t a = x[op->rs1], b = x[op->rd]; \
    if (taken) WEFT_GO(op->imm);                       \
  })
#define WEFT_LOAD(name, Type)                                                                 \
  WEFT_CASE(name, {                                                                           \
    const std::uint64_t offset =                                                              \
        x[op->rs1] + static_cast<std::uint64_t>(std::int64_t{op->imm}) - base;                \
    if (offset > size - sizeof(Type)) [[unlikely]]                                            \
      goto slow;                                                                              \
    Type loaded;                                                                              \
    std::memcpy(&loaded, sram + offset, sizeof(Type));                                        \
    using Extended = std::conditional_t<std::is_signed_v<Type>, std::int64_t, std::uint64_t>; \
    x[op->rd] = static_cast<std::uint64_t>(Extended{loaded});                                 \
  })
#define WEFT_STORE(name, Type)                                                 \
  WEFT_CASE(name, {                                                            \
    const std::uint64_t offset =                                               \
        x[op->rs1] + static_cast<std::uint64_t>(std::int64_t{op->imm}) - base; \
    if (offset > size - sizeof(Type)) [[unlikely]]                             \
      goto slow;                                                               \
    const auto stored = static_cast<Type>(x[op->rd]);                          \
    std::memcpy(sram + offset, &stored, sizeof(Type));                         \
    if (code_lines[offset >> CodeCache::kLineShift] != 0) [[unlikely]] {       \
      code_.written(offset, sizeof(Type));                                     \
    }                                                                          \
  })

namespace weft {

/// Executes from pc_ in cycle cycle_ up to cycle `limit`. Returns nullptr when it got there or left
/// the SRAM; else the instruction at pc_, which has to be executed in another way.
const MicroOp* Core::execute(std::uint64_t limit) {
  if (pc_ - base_ >= sram_.size()) {
    fetch_fault(pc_);
    return nullptr;
  }
#define WEFT_LABELS(name) &&L_##name##_2, &&L_##name##_4,
#define WEFT_SLOW_LABELS(name) &&slow, &&slow,
  static const void* const kLabels[] = {
      &&slow, &&slow, WEFT_CORE_FAST_OPS(WEFT_LABELS) WEFT_CORE_SLOW_OPS(WEFT_SLOW_LABELS)};
  static_assert(std::size(kLabels) == 2 * static_cast<std::size_t>(OpCode::kCount));

  std::uint64_t* const x = x_.data();
  std::uint8_t* const sram = sram_.data();
  const std::uint64_t size = sram_.size(), base = base_;
  const std::uint8_t* const code_lines = code_.lines();
  const MicroOp* const ops = code_.ops();
  const std::size_t entries = code_.entries();
  const MicroOp* op = ops + (pc_ - base) / 2;
  std::uint64_t left = limit - cycle_;
  std::uint64_t target = 0;
  goto* kLabels[op->label];

  WEFT_IMM_OP(Lui, imm)
  WEFT_IMM_OP(Auipc, base + static_cast<std::uint64_t>(op - ops) * 2 + imm)
  WEFT_IMM_OP(Addi, a + imm)
  WEFT_IMM_OP(Slti, rv::as_signed(a) < rv::as_signed(imm) ? 1 : 0)
  WEFT_IMM_OP(Sltiu, a < imm ? 1 : 0)
  WEFT_IMM_OP(Xori, a ^ imm)
  WEFT_IMM_OP(Ori, a | imm)
  WEFT_IMM_OP(Andi, a & imm)
  WEFT_IMM_OP(Slli, a << imm)
  WEFT_IMM_OP(Srli, a >> imm)
  WEFT_IMM_OP(Srai, static_cast<std::uint64_t>(rv::as_signed(a) >> imm))
  WEFT_IMM_OP(Addiw, rv::word(a + imm))
  WEFT_IMM_OP(Slliw, rv::word(a << imm))
  WEFT_IMM_OP(Srliw, rv::word(static_cast<std::uint32_t>(a) >> imm))
  WEFT_IMM_OP(Sraiw, static_cast<std::uint64_t>(rv::as_signed(rv::word(a)) >> imm))

  WEFT_REGISTER_OP(Add, a + b)
  WEFT_REGISTER_OP(Sub, a - b)
  WEFT_REGISTER_OP(Sll, a << (b & 63))
  WEFT_REGISTER_OP(Slt, rv::as_signed(a) < rv::as_signed(b) ? 1 : 0)
  WEFT_REGISTER_OP(Sltu, a < b ? 1 : 0)
  WEFT_REGISTER_OP(Xor, a ^ b)
  WEFT_REGISTER_OP(Srl, a >> (b & 63))
  WEFT_REGISTER_OP(Sra, static_cast<std::uint64_t>(rv::as_signed(a) >> (b & 63)))
  WEFT_REGISTER_OP(Or, a | b)
  WEFT_REGISTER_OP(And, a & b)
  WEFT_REGISTER_OP(Addw, rv::word(a + b))
  WEFT_REGISTER_OP(Subw, rv::word(a - b))
  WEFT_REGISTER_OP(Sllw, rv::word(a << (b & 31)))
  WEFT_REGISTER_OP(Srlw, rv::word(static_cast<std::uint32_t>(a) >> (b & 31)))
  WEFT_REGISTER_OP(Sraw, static_cast<std::uint64_t>(rv::as_signed(rv::word(a)) >> (b & 31)))

  WEFT_REGISTER_OP(Mul, a * b)
  WEFT_REGISTER_OP(Mulh, rv::mulh(a, b))
  WEFT_REGISTER_OP(Mulhsu, rv::mulhsu(a, b))
  WEFT_REGISTER_OP(Mulhu, rv::mulhu(a, b))
  WEFT_REGISTER_OP(Div, rv::div<std::int64_t>(a, b))
  WEFT_REGISTER_OP(Divu, rv::divu<std::uint64_t>(a, b))
  WEFT_REGISTER_OP(Rem, rv::rem<std::int64_t>(a, b))
  WEFT_REGISTER_OP(Remu, rv::remu<std::uint64_t>(a, b))
  WEFT_REGISTER_OP(Mulw, rv::word(a * b))
  WEFT_REGISTER_OP(Divw, rv::div<std::int32_t>(a, b))
  WEFT_REGISTER_OP(Divuw, rv::divu<std::uint32_t>(a, b))
  WEFT_REGISTER_OP(Remw, rv::rem<std::int32_t>(a, b))
  WEFT_REGISTER_OP(Remuw, rv::remu<std::uint32_t>(a, b))

  WEFT_BRANCH(Beq, a == b)
  WEFT_BRANCH(Bne, a != b)
  WEFT_BRANCH(Blt, rv::as_signed(a) < rv::as_signed(b))
  WEFT_BRANCH(Bge, rv::as_signed(a) >= rv::as_signed(b))
  WEFT_BRANCH(Bltu, a < b)
  WEFT_BRANCH(Bgeu, a >= b)

  WEFT_LOAD(Lb, std::int8_t)
  WEFT_LOAD(Lh, std::int16_t)
  WEFT_LOAD(Lw, std::int32_t)
  WEFT_LOAD(Ld, std::uint64_t)
  WEFT_LOAD(Lbu, std::uint8_t)
  WEFT_LOAD(Lhu, std::uint16_t)
  WEFT_LOAD(Lwu, std::uint32_t)
  WEFT_STORE(Sb, std::uint8_t)
  WEFT_STORE(Sh, std::uint16_t)
  WEFT_STORE(Sw, std::uint32_t)
  WEFT_STORE(Sd, std::uint64_t)

  WEFT_CASE(Fence, )
  WEFT_CASE(Jal, {
    x[op->rd] = base + (static_cast<std::uint64_t>(op - ops) + step) * 2;
    WEFT_GO(op->imm);
  })
  WEFT_CASE(Jalr, {
    target = (x[op->rs1] + static_cast<std::uint64_t>(std::int64_t{op->imm})) & ~std::uint64_t{1};
    x[op->rd] = base + (static_cast<std::uint64_t>(op - ops) + step) * 2;
    if (target - base >= size) [[unlikely]]
      goto out_of_sram;
    op = ops + (target - base) / 2;
    WEFT_NEXT;
  })

out_of_cycles:
  pc_ = base + static_cast<std::uint64_t>(op - ops) * 2;
  cycle_ = limit;
  return nullptr;

out_of_sram:  // this instruction has retired
  pc_ = target;
  cycle_ = limit - left + 1;
  return nullptr;

slow:
  pc_ = base + static_cast<std::uint64_t>(op - ops) * 2;
  cycle_ = limit - left;
  return op;
}

}  // namespace weft
