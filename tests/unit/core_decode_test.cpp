// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/core/hex.h"
#include "models/core/micro_op.h"
#include "tests/core/assembler.h"

namespace weft {
namespace {

using namespace rv_asm;  // NOLINT

struct Expansion {
  const char* name;
  std::uint16_t bits;
  std::uint32_t expanded;
};

// Both columns were encoded by GNU as 2.40.
constexpr Expansion kExpansions[] = {
    {"c.addi4spn a0, sp, 4", 0x0048, 0x00410513},
    {"c.addi4spn a5, sp, 1020", 0x1ffc, 0x3fc10793},
    {"c.addi4spn s0, sp, 520", 0x0420, 0x20810413},
    {"c.lw a0, 0(s0)", 0x4008, 0x00042503},
    {"c.lw a5, 124(a3)", 0x5efc, 0x07c6a783},
    {"c.lw s1, 68(a5)", 0x43e4, 0x0447a483},
    {"c.ld a0, 248(a1)", 0x7de8, 0x0f85b503},
    {"c.ld s0, 8(s1)", 0x6480, 0x0084b403},
    {"c.sw a0, 124(s0)", 0xdc68, 0x06a42e23},
    {"c.sw a4, 4(a2)", 0xc258, 0x00e62223},
    {"c.sd a0, 248(s0)", 0xfc68, 0x0ea43c23},
    {"c.sd a4, 136(a2)", 0xe658, 0x08e63423},
    {"c.nop", 0x0001, 0x00000013},
    {"c.addi t0, -32", 0x1281, 0xfe028293},
    {"c.addi t6, 31", 0x0ffd, 0x01ff8f93},
    {"c.addiw t0, 0", 0x2281, 0x0002829b},
    {"c.addiw t6, -1", 0x3ffd, 0xffff8f9b},
    {"c.li a0, -32", 0x5501, 0xfe000513},
    {"c.li t6, 31", 0x4ffd, 0x01f00f93},
    {"c.addi16sp sp, -512", 0x7101, 0xe0010113},
    {"c.addi16sp sp, 496", 0x617d, 0x1f010113},
    {"c.addi16sp sp, 16", 0x6141, 0x01010113},
    {"c.lui t0, 1", 0x6285, 0x000012b7},
    {"c.lui a0, 0xfffe0", 0x7501, 0xfffe0537},
    {"c.lui t6, 31", 0x6ffd, 0x0001ffb7},
    {"c.srli a0, 1", 0x8105, 0x00155513},
    {"c.srli a5, 63", 0x93fd, 0x03f7d793},
    {"c.srai s0, 32", 0x9401, 0x42045413},
    {"c.srai a3, 31", 0x86fd, 0x41f6d693},
    {"c.andi a0, -32", 0x9901, 0xfe057513},
    {"c.andi a5, 31", 0x8bfd, 0x01f7f793},
    {"c.sub a0, a5", 0x8d1d, 0x40f50533},
    {"c.xor s0, s1", 0x8c25, 0x00944433},
    {"c.or a2, a3", 0x8e55, 0x00d66633},
    {"c.and a5, a0", 0x8fe9, 0x00a7f7b3},
    {"c.subw a0, a5", 0x9d1d, 0x40f5053b},
    {"c.addw s1, s0", 0x9ca1, 0x008484bb},
    {"c.j .-2048", 0xb001, 0x801ff06f},
    {"c.j .+2046", 0xaffd, 0x7fe0006f},
    {"c.j .+1366", 0xab99, 0x5560006f},
    {"c.beqz a0, .-256", 0xd101, 0xf00500e3},
    {"c.beqz s0, .+254", 0xcc7d, 0x0e040f63},
    {"c.bnez a5, .+170", 0xe7cd, 0x0a079563},
    {"c.bnez s1, .-84", 0xf4d5, 0xfa0496e3},
    {"c.slli t0, 1", 0x0286, 0x00129293},
    {"c.slli t6, 63", 0x1ffe, 0x03ff9f93},
    {"c.lwsp ra, 252(sp)", 0x50fe, 0x0fc12083},
    {"c.lwsp t6, 84(sp)", 0x4fd6, 0x05412f83},
    {"c.ldsp ra, 504(sp)", 0x70fe, 0x1f813083},
    {"c.ldsp t6, 168(sp)", 0x7faa, 0x0a813f83},
    {"c.jr ra", 0x8082, 0x00008067},
    {"c.jr t6", 0x8f82, 0x000f8067},
    {"c.mv a0, t6", 0x857e, 0x01f00533},
    {"c.mv t6, a0", 0x8faa, 0x00a00fb3},
    {"c.ebreak", 0x9002, 0x00100073},
    {"c.jalr ra", 0x9082, 0x000080e7},
    {"c.jalr t6", 0x9f82, 0x000f80e7},
    {"c.add a0, t6", 0x957e, 0x01f50533},
    {"c.add t6, t6", 0x9ffe, 0x01ff8fb3},
    {"c.swsp zero, 252(sp)", 0xdf82, 0x0e012e23},
    {"c.swsp t6, 84(sp)", 0xcafe, 0x05f12a23},
    {"c.sdsp zero, 504(sp)", 0xff82, 0x1e013c23},
    {"c.sdsp t6, 168(sp)", 0xf57e, 0x0bf13423},
};

TEST(CoreDecode, ExpandsEveryCompressedInstruction) {
  for (const Expansion& e : kExpansions) {
    EXPECT_EQ(to_hex(expand_compressed(e.bits)), to_hex(e.expanded)) << e.name;
  }
}

TEST(CoreDecode, RefusesReservedCompressedInstructions) {
  for (const std::uint16_t bits : {
           0x0000,  // by definition
           0x0004,  // c.addi4spn 0
           0x2001,  // c.addiw to x0
           0x6101,  // c.addi16sp 0
           0x6281,  // c.lui 0
           0x8000,  // reserved in quadrant 0
           0x9c41,  // reserved beside c.subw and c.addw
           0x9c61,
           0x4002,  // c.lwsp to x0
           0x6002,  // c.ldsp to x0
           0x8002,  // c.jr x0
           0x2000,  // c.fld
           0xa000,  // c.fsd
           0x2002,  // c.fldsp
           0xa002,  // c.fsdsp
       }) {
    const MicroOp op = decode_instruction(bits | 0xdead'0000u);
    EXPECT_EQ(op.code(), OpCode::kIllegal) << to_hex(bits);
    EXPECT_EQ(op.imm, bits) << "the upper half is not its own";
    EXPECT_EQ(op.bytes(), 2u);
  }
}

TEST(CoreDecode, TakesHintsForInstructions) {
  for (const std::uint16_t bits : {
           0x0005,  // c.addi x0
           0x0281,  // c.addi t0, 0
           0x4005,  // c.li x0
           0x6005,  // c.lui x0
           0x0002,  // c.slli x0
           0x8006,  // c.mv x0
           0x9006,  // c.add x0
       }) {
    EXPECT_NE(decode_instruction(bits).code(), OpCode::kIllegal) << to_hex(bits);
  }
}

TEST(CoreDecode, RefusesWhatIsNoInstruction) {
  for (const std::uint32_t bits : {
           0xffff'ffffu,
           0x0000'001fu,                  // longer than 4 bytes
           r_type(0x53, 0, 0, 1, 1, 1),   // fadd.s
           i_type(0x07, 2, 1, 1, 0),      // flw
           i_type(0x03, 7, 1, 1, 0),      // a load of funct3 7
           s_type(4, 1, 1, 0),            // a store of 16 bytes
           b_type(2, 1, 1, 0),            // a branch of funct3 2
           i_type(0x67, 1, 1, 1, 0),      // jalr of funct3 1
           i_type(0x13, 1, 1, 1, 0x040),  // slli by 64
           i_type(0x1b, 1, 1, 1, 0x020),  // slliw by 32
           i_type(0x1b, 2, 1, 1, 0),
           r_type(0x33, 2, 0, 1, 1, 1),
           r_type(0x33, 0x20, 1, 1, 1, 1),
           r_type(0x3b, 1, 1, 1, 1, 1),  // mulhw
           amo(2, 3, 1, 1, 1),           // lr with rs2
           amo(5, 3, 1, 1, 1),
           amo(0, 1, 1, 1, 1),            // amoadd.h
           i_type(0x0f, 2, 0, 0, 0),      // cbo
           0x1020'0073u,                  // sret
           0x1200'0073u,                  // sfence.vma
           i_type(0x73, 4, 1, 1, 0x300),  // a csr instruction of funct3 4
       }) {
    const MicroOp op = decode_instruction(bits);
    EXPECT_EQ(op.code(), OpCode::kIllegal) << to_hex(bits);
    EXPECT_EQ(static_cast<std::uint32_t>(op.imm), bits);
    EXPECT_EQ(op.bytes(), 4u);
  }
}

}  // namespace
}  // namespace weft
