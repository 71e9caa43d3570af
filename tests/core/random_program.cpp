// SPDX-License-Identifier: Apache-2.0
#include "tests/core/random_program.h"

#include <algorithm>

namespace weft {

using namespace rv_asm;  // NOLINT

std::uint64_t Dice::value() {
  static constexpr std::uint64_t kEdges[] = {0,
                                             1,
                                             ~std::uint64_t{0},
                                             std::uint64_t{1} << 63,
                                             ~(std::uint64_t{1} << 63),
                                             0x7fff'ffff,
                                             0x8000'0000,
                                             0xffff'ffff,
                                             ~std::uint64_t{0} << 31};
  const std::uint64_t random = bits();
  switch (below(4)) {
    case 0:
      return pick(kEdges);
    case 1:
      return random >> 48;
    case 2:
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(random) >> 32);
    default:
      return random;
  }
}

RandomProgram::RandomProgram(Random random, unsigned units) : dice_(random), units_(units) {
  for (const unsigned csr : {kMscratch, kMcause, kMtval}) program_(csrw(csr, source()));
  for (std::size_t unit = 0; unit < units_; ++unit) {
    starts_.push_back(program_.here());
    add_unit(unit);
  }
  program_.back(jal(zero, 0), starts_[0]);
  for (const Jump& jump : jumps_) {
    const auto offset =
        static_cast<std::int32_t>(starts_[jump.unit]) - static_cast<std::int32_t>(jump.base);
    program_.patch(jump.at, jump.bits, offset);
  }
}

unsigned RandomProgram::rd() {
  const auto reg = static_cast<unsigned>(dice_.below(32));
  return reg == sp || reg == s0 || reg == s1 ? 0u : reg;
}

unsigned RandomProgram::pointer() {
  static constexpr unsigned kPointers[] = {sp, s0, s1};
  return dice_.pick(kPointers);
}

std::size_t RandomProgram::near(std::size_t unit) {
  const std::size_t from = unit < 10 ? 0 : unit - 10;
  return from + dice_.below(std::min<std::size_t>(units_ - from, 20));
}

void RandomProgram::add_unit(std::size_t unit) {
  switch (dice_.below(16)) {
    case 0:
    case 1:
    case 2:
      return add_register_op();
    case 3:
    case 4:
    case 5:
      return add_immediate_op();
    case 6:
    case 7:
      return add_memory();
    case 8:
      return add_atomic();
    case 9:
      return dice_.below(2) == 0 ? add_reserved_pair() : add_csr();
    case 10:
    case 11:
    case 12:
      return add_compressed();
    case 13:
      return add_compressed_memory();
    case 14:
      return add_jump(unit);
    default:
      return dice_.below(2) == 0 ? add_indirect_jump(unit) : add_compressed_jump(unit);
  }
}

void RandomProgram::add_register_op() {
  const bool word = dice_.below(3) == 0;
  const unsigned funct3 = static_cast<unsigned>(dice_.below(8));
  const unsigned opcode = word ? 0x3b : 0x33;
  if (dice_.below(3) == 0) {  // M has no word forms of the upper halves
    const unsigned f = word && funct3 >= 1 && funct3 <= 3 ? 0 : funct3;
    program_(r_type(opcode, 1, f, rd(), source(), source()));
  } else if (dice_.below(4) == 0) {
    program_(r_type(opcode, 0x20, dice_.below(2) == 0 ? 0 : 5, rd(), source(), source()));
  } else {
    const unsigned f = word && funct3 != 0 && funct3 != 1 && funct3 != 5 ? 0 : funct3;
    program_(r_type(opcode, 0, f, rd(), source(), source()));
  }
}

void RandomProgram::add_immediate_op() {
  const bool word = dice_.below(3) == 0;
  const unsigned funct3 = static_cast<unsigned>(dice_.below(8));
  if (dice_.below(8) == 0) {
    const auto imm = static_cast<std::uint32_t>(dice_.below(1 << 20));
    program_(dice_.below(2) == 0 ? lui(rd(), imm) : auipc(rd(), imm));
  } else if ((funct3 & 3) == 1) {
    const std::int32_t shamt = dice_.between(0, word ? 31 : 63);
    const std::int32_t kind = funct3 == 5 && dice_.below(2) == 0 ? 0x400 : 0;
    program_(i_type(word ? 0x1b : 0x13, funct3, rd(), source(), shamt | kind));
  } else {
    const std::int32_t imm = dice_.between(-2048, 2047);
    program_(i_type(word ? 0x1b : 0x13, word ? 0 : funct3, rd(), source(), imm));
  }
}

void RandomProgram::add_memory() {
  const std::int32_t imm = dice_.between(-2048, 2040);
  if (dice_.below(2) == 0) {
    program_(load(static_cast<unsigned>(dice_.below(7)), rd(), imm, pointer()));
  } else {
    program_(s_type(static_cast<unsigned>(dice_.below(4)), source(), pointer(), imm));
  }
}

void RandomProgram::add_atomic() {
  static constexpr unsigned kFunct5[] = {0, 1, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c};
  const unsigned order = static_cast<unsigned>(dice_.below(4)) << 25;  // aq, rl
  program_(addi(t0, pointer(), 8 * dice_.between(-200, 200)));
  const unsigned funct5 = dice_.pick(kFunct5);
  // The oracle compares words wrongly.
  const unsigned width = funct5 >= 0x10 || dice_.below(2) == 0 ? 3 : 2;
  program_(amo(funct5, width, rd(), source(), t0) | order);
}

void RandomProgram::add_reserved_pair() {
  const unsigned width = dice_.below(2) == 0 ? 2 : 3;
  program_(addi(t0, pointer(), 8 * dice_.between(-200, 200)));
  program_(amo(2, width, t1, 0, t0));
  program_(addi(t1, t1, dice_.between(-3, 3)));
  program_(amo(3, width, rd(), dice_.below(2) == 0 ? unsigned{t1} : source(), t0));
}

void RandomProgram::add_csr() {
  static constexpr unsigned kCsrs[] = {kMscratch, kMcause, kMtval};
  const unsigned csr = dice_.pick(kCsrs);
  const std::uint32_t forms[] = {
      csrrw(rd(), csr, source()),       csrrs(rd(), csr, source()),
      csrrc(rd(), csr, source()),       csri(csrrw(rd(), csr, source())),
      csri(csrrs(rd(), csr, source())), csri(csrrc(rd(), csr, source()))};
  program_(dice_.pick(forms));
  if (dice_.below(4) == 0) program_(kFence);
}

void RandomProgram::add_compressed() {
  const auto imm = static_cast<std::uint32_t>(dice_.below(64));
  const std::uint32_t imm_bits = (imm & 32) << 7 | (imm & 31) << 2;
  const std::uint32_t nonzero = imm == 0 ? 4 : imm_bits;
  const unsigned reg = rd(), any = source(), other = any == 0 ? 1 : any;
  const unsigned wide = reg == 0 ? unsigned{a0} : reg;
  const auto low = 2 + static_cast<std::uint32_t>(dice_.below(6));  // a0 .. a5, short
  const auto low2 = static_cast<std::uint32_t>(dice_.below(8));
  const std::uint32_t forms[] = {
      0x0001u | reg << 7 | imm_bits,                   // c.addi, c.nop
      0x2001u | wide << 7 | imm_bits,                  // c.addiw
      0x4001u | reg << 7 | imm_bits,                   // c.li
      0x6001u | wide << 7 | nonzero,                   // c.lui
      0x0000u | low << 2 | 1u << 5 | (imm & 63) << 7,  // c.addi4spn
      0x8001u | low << 7 | imm_bits,                   // c.srli
      0x8401u | low << 7 | imm_bits,                   // c.srai
      0x8801u | low << 7 | imm_bits,                   // c.andi
      0x8c01u | low << 7 | low2 << 2 | static_cast<std::uint32_t>(dice_.below(4)) << 5,
      0x9c01u | low << 7 | low2 << 2 | static_cast<std::uint32_t>(dice_.below(2)) << 5,
      0x0002u | wide << 7 | imm_bits,    // c.slli
      0x8002u | wide << 7 | other << 2,  // c.mv
      0x9002u | wide << 7 | other << 2,  // c.add
  };
  program_.half(static_cast<std::uint16_t>(dice_.pick(forms)));
}

void RandomProgram::add_compressed_memory() {
  const unsigned reg = rd(), wide = reg == 0 ? unsigned{a1} : reg;
  const auto base = static_cast<std::uint32_t>(dice_.below(2));     // s0, s1
  const auto low = 2 + static_cast<std::uint32_t>(dice_.below(6));  // a0 .. a5, short
  const auto low2 = static_cast<std::uint32_t>(dice_.below(8));
  const auto offset = static_cast<std::uint32_t>(dice_.below(32));
  const std::uint32_t offset_bits = (offset >> 2) << 10 | (offset & 3) << 5;
  const std::uint32_t from_sp = (offset & 31) << 2 | (offset & 1) << 12;
  const std::uint32_t forms[] = {
      0x4000u | base << 7 | low << 2 | offset_bits,   // c.lw
      0x6000u | base << 7 | low << 2 | offset_bits,   // c.ld
      0xc000u | base << 7 | low2 << 2 | offset_bits,  // c.sw
      0xe000u | base << 7 | low2 << 2 | offset_bits,  // c.sd
      0x4002u | wide << 7 | from_sp,                  // c.lwsp
      0x6002u | wide << 7 | from_sp,                  // c.ldsp
      0xc002u | source() << 2 | offset << 7,          // c.swsp
      0xe002u | source() << 2 | offset << 7,          // c.sdsp
  };
  program_.half(static_cast<std::uint16_t>(dice_.pick(forms)));
}

void RandomProgram::add_jump(std::size_t unit) {
  static constexpr unsigned kBranches[] = {0, 1, 4, 5, 6, 7};
  const std::uint32_t bits =
      dice_.below(4) == 0 ? jal(rd(), 0) : b_type(dice_.pick(kBranches), source(), source(), 0);
  jumps_.push_back({program_.here(), program_.here(), bits, near(unit)});
  program_(bits);
}

void RandomProgram::add_indirect_jump(std::size_t unit) {
  const std::size_t base = program_.here();
  program_(auipc(t2, 0));
  const std::uint32_t bits = jalr(rd(), t2, 0);
  jumps_.push_back({program_.here(), base, bits, near(unit)});
  program_(bits);
}

void RandomProgram::add_compressed_jump(std::size_t unit) {
  static constexpr std::uint32_t kForms[] = {0xa001, 0xc001, 0xe001};  // c.j, c.beqz, c.bnez
  const std::uint32_t form = dice_.pick(kForms);
  const std::uint32_t bits =
      form == 0xa001 ? form : form | static_cast<std::uint32_t>(dice_.below(8)) << 7;
  jumps_.push_back({program_.here(), program_.here(), bits, near(unit)});
  program_.half(static_cast<std::uint16_t>(bits));
}

}  // namespace weft
