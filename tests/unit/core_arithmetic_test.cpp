// SPDX-License-Identifier: Apache-2.0
// Every instruction that makes a register out of registers, at the edges of its ranges. Expected
// values are written out by hand from the unprivileged architecture manual.
#include <gtest/gtest.h>

#include "models/core/hex.h"
#include "tests/unit/core_machine.h"

namespace weft {
namespace {

using namespace rv_asm;  // NOLINT
using U = std::uint64_t;

constexpr U kMin = U{1} << 63, kMax = kMin - 1, kAll = ~U{0};
constexpr U kMinW = 0xffff'ffff'8000'0000, kMaxW = 0x7fff'ffff;

struct RegisterCase {
  const char* name;
  unsigned opcode, funct7, funct3;
  U a, b, expected;
};

constexpr RegisterCase kRegisterCases[] = {
    {"add", 0x33, 0, 0, kMax, 1, kMin},
    {"add", 0x33, 0, 0, kAll, 1, 0},
    {"sub", 0x33, 0x20, 0, 0, 1, kAll},
    {"sub", 0x33, 0x20, 0, kMin, 1, kMax},
    {"sll", 0x33, 0, 1, 1, 63, kMin},
    {"sll", 0x33, 0, 1, 3, 64 + 1, 6},
    {"slt", 0x33, 0, 2, kMin, kMax, 1},
    {"slt", 0x33, 0, 2, 1, kAll, 0},
    {"slt", 0x33, 0, 2, 5, 5, 0},
    {"sltu", 0x33, 0, 3, kMin, kMax, 0},
    {"sltu", 0x33, 0, 3, 1, kAll, 1},
    {"xor", 0x33, 0, 4, 0xff00, 0x0ff0, 0xf0f0},
    {"srl", 0x33, 0, 5, kMin, 63, 1},
    {"srl", 0x33, 0, 5, kAll, 64 + 4, kAll >> 4},
    {"sra", 0x33, 0x20, 5, kMin, 63, kAll},
    {"sra", 0x33, 0x20, 5, kMax, 62, 1},
    {"or", 0x33, 0, 6, 0xff00, 0x0ff0, 0xfff0},
    {"and", 0x33, 0, 7, 0xff00, 0x0ff0, 0x0f00},
    {"addw", 0x3b, 0, 0, kMaxW, 1, kMinW},
    {"addw", 0x3b, 0, 0, 0x1'0000'0001, 1, 2},
    {"subw", 0x3b, 0x20, 0, kMinW, 1, kMaxW},
    {"subw", 0x3b, 0x20, 0, 0, 1, kAll},
    {"sllw", 0x3b, 0, 1, 1, 31, kMinW},
    {"sllw", 0x3b, 0, 1, 1, 32 + 1, 2},
    {"srlw", 0x3b, 0, 5, 0xf'8000'0000, 31, 1},
    {"srlw", 0x3b, 0, 5, 0xf'8000'0000, 32, kMinW},
    {"sraw", 0x3b, 0x20, 5, 0x8000'0000, 31, kAll},
    {"sraw", 0x3b, 0x20, 5, 0xf'7fff'ffff, 30, 1},
    {"mul", 0x33, 1, 0, kAll, kAll, 1},
    {"mul", 0x33, 1, 0, 0x1'0000'0001, 0x1'0000'0001, 0x2'0000'0001},
    {"mulh", 0x33, 1, 1, kMin, kMin, U{1} << 62},
    {"mulh", 0x33, 1, 1, kAll, 1, kAll},
    {"mulh", 0x33, 1, 1, kAll, kAll, 0},
    {"mulhsu", 0x33, 1, 2, kAll, kAll, kAll},
    {"mulhsu", 0x33, 1, 2, kMin, kAll, kMin},
    {"mulhsu", 0x33, 1, 2, 2, kMin, 1},
    {"mulhu", 0x33, 1, 3, kAll, kAll, kAll - 1},
    {"mulhu", 0x33, 1, 3, kMin, 2, 1},
    {"div", 0x33, 1, 4, U(-7), 2, U(-3)},
    {"div", 0x33, 1, 4, 7, 0, kAll},
    {"div", 0x33, 1, 4, kMin, kAll, kMin},
    {"div", 0x33, 1, 4, 9, kAll, U(-9)},
    {"divu", 0x33, 1, 5, kAll, 2, kMax},
    {"divu", 0x33, 1, 5, 7, 0, kAll},
    {"rem", 0x33, 1, 6, U(-7), 2, kAll},
    {"rem", 0x33, 1, 6, U(-7), 0, U(-7)},
    {"rem", 0x33, 1, 6, kMin, kAll, 0},
    {"remu", 0x33, 1, 7, kAll, 10, 5},
    {"remu", 0x33, 1, 7, 7, 0, 7},
    {"mulw", 0x3b, 1, 0, 0x1'0000, 0x8000, kMinW},
    {"divw", 0x3b, 1, 4, 0x8000'0000, 0xffff'ffff, kMinW},
    {"divw", 0x3b, 1, 4, 0xffff'fff9, 2, U(-3)},
    {"divw", 0x3b, 1, 4, 5, U{1} << 32, kAll},
    {"divuw", 0x3b, 1, 5, 0xffff'fffe, 1, U(-2)},
    {"divuw", 0x3b, 1, 5, 0xf'ffff'ffff, 0xf'0000'0010, 0x0fff'ffff},
    {"divuw", 0x3b, 1, 5, 5, U{1} << 32, kAll},
    {"remw", 0x3b, 1, 6, 0x8000'0000, 0xffff'ffff, 0},
    {"remw", 0x3b, 1, 6, 0x8000'0001, 0, kMinW + 1},
    {"remw", 0x3b, 1, 6, 0xffff'fff9, 2, kAll},
    {"remuw", 0x3b, 1, 7, 0xffff'ffff, 0, kAll},
    {"remuw", 0x3b, 1, 7, 0xffff'ffff, 16, 15},
};

TEST(CoreArithmetic, ComputesOfTwoRegisters) {
  CoreMachine machine;
  for (const RegisterCase& c : kRegisterCases) {
    const std::uint32_t bits = r_type(c.opcode, c.funct7, c.funct3, a0, a1, a2);
    EXPECT_EQ(to_hex(machine.result(bits, c.a, c.b)), to_hex(c.expected))
        << c.name << " " << to_hex(c.a) << ", " << to_hex(c.b);
  }
}

struct ImmediateCase {
  const char* name;
  unsigned opcode, funct3;
  U a;
  std::int32_t imm;
  U expected;
};

constexpr std::int32_t kArithmetic = 0x400;  // in the immediate of a shift

constexpr ImmediateCase kImmediateCases[] = {
    {"addi", 0x13, 0, 0, -2048, U(-2048)},
    {"addi", 0x13, 0, kMax, 2047, kMin + 2046},
    {"slti", 0x13, 2, U(-2), -1, 1},
    {"slti", 0x13, 2, 0, -1, 0},
    {"sltiu", 0x13, 3, 5, -1, 1},
    {"sltiu", 0x13, 3, kAll, -1, 0},
    {"sltiu", 0x13, 3, 0, 1, 1},
    {"xori", 0x13, 4, 0xf0, -1, ~U{0xf0}},
    {"ori", 0x13, 6, 0xf0, -256, U(-16)},
    {"andi", 0x13, 7, kAll, -2048, U(-2048)},
    {"slli", 0x13, 1, 1, 63, kMin},
    {"srli", 0x13, 5, kMin, 63, 1},
    {"srai", 0x13, 5, kMin, 63 | kArithmetic, kAll},
    {"srai", 0x13, 5, kMin, 0 | kArithmetic, kMin},
    {"addiw", 0x1b, 0, kMaxW, 1, kMinW},
    {"addiw", 0x1b, 0, 0xf'ffff'ffff, 0, kAll},
    {"slliw", 0x1b, 1, 0xff'0000'0001, 31, kMinW},
    {"srliw", 0x1b, 5, 0xff'8000'0000, 0, kMinW},
    {"srliw", 0x1b, 5, 0xff'8000'0000, 31, 1},
    {"sraiw", 0x1b, 5, 0x8000'0000, 31 | kArithmetic, kAll},
};

TEST(CoreArithmetic, ComputesOfARegisterAndAnImmediate) {
  CoreMachine machine;
  for (const ImmediateCase& c : kImmediateCases) {
    const std::uint32_t bits = i_type(c.opcode, c.funct3, a0, a1, c.imm);
    EXPECT_EQ(to_hex(machine.result(bits, c.a)), to_hex(c.expected))
        << c.name << " " << to_hex(c.a) << ", " << c.imm;
  }
}

TEST(CoreArithmetic, MakesUpperImmediates) {
  CoreMachine machine;
  EXPECT_EQ(machine.result(lui(a0, 0x7ffff), 0), 0x7fff'f000u);
  EXPECT_EQ(machine.result(lui(a0, 0x80000), 0), kMinW);
  EXPECT_EQ(machine.result(auipc(a0, 1), 0), CoreMachine::kBase + 0x1000);
  EXPECT_EQ(machine.result(auipc(a0, 0xfffff), 0), CoreMachine::kBase - 0x1000);
}

TEST(CoreArithmetic, KeepsX0Zero) {
  CoreMachine machine;
  Program program;
  machine.start(program(addi(zero, zero, 5))(add(a0, zero, zero))(lui(zero, 5))(jal(zero, 4))(
      r_type(0x33, 1, 0, zero, a1, a1))(add(a2, zero, zero)));
  machine.core.set_reg(a0, 1);
  machine.core.set_reg(a1, 2);
  machine.core.set_reg(a2, 3);
  machine.run(6_ns);
  EXPECT_EQ(machine.core.reg(zero), 0u);
  EXPECT_EQ(machine.core.reg(a0), 0u);
  EXPECT_EQ(machine.core.reg(a2), 0u);
}

struct BranchCase {
  const char* name;
  unsigned funct3;
  U a, b;
  bool taken;
};

constexpr BranchCase kBranchCases[] = {
    {"beq", 0, 5, 5, true},        {"beq", 0, 5, 6, false},      {"bne", 1, 5, 6, true},
    {"bne", 1, kAll, kAll, false}, {"blt", 4, kMin, kMax, true}, {"blt", 4, 5, 5, false},
    {"blt", 4, 0, kAll, false},    {"bge", 5, 5, 5, true},       {"bge", 5, kMin, kMax, false},
    {"bge", 5, 0, kAll, true},     {"bltu", 6, 0, kAll, true},   {"bltu", 6, kMin, kMax, false},
    {"bgeu", 7, kAll, kAll, true}, {"bgeu", 7, 0, 1, false},
};

TEST(CoreArithmetic, BranchesBothWaysAsFarAsItGoes) {
  for (const BranchCase& c : kBranchCases) {
    for (const std::int32_t offset : {-4096, -2, 2, 6, 4094}) {
      CoreMachine machine;
      const U pc = CoreMachine::kBase + 0x2000;
      Program program;
      machine.put(program(b_type(c.funct3, a1, a2, offset)), pc);
      machine.core.reset(pc);
      machine.core.set_reg(a1, c.a);
      machine.core.set_reg(a2, c.b);
      machine.run(1_ns);
      const U target = c.taken ? pc + static_cast<U>(std::int64_t{offset}) : pc + 4;
      EXPECT_EQ(to_hex(machine.core.pc()), to_hex(target)) << c.name << " " << offset;
    }
  }
}

TEST(CoreArithmetic, JumpsAndLinks) {
  CoreMachine machine;
  const U pc = CoreMachine::kBase + 0x4000;
  const auto jumped = [&](std::uint32_t bits, U a) {
    Program program;
    machine.put(program(bits), pc);
    machine.core.reset(pc);
    machine.core.set_reg(a1, a);
    machine.run(1_ns);
    return machine.core.pc();
  };
  EXPECT_EQ(jumped(jal(ra, -0x4000), 0), CoreMachine::kBase);
  EXPECT_EQ(machine.core.reg(ra), pc + 4);
  EXPECT_EQ(jumped(jal(a0, 0x1002), 0), pc + 0x1002);
  EXPECT_EQ(jumped(jalr(ra, a1, -1), pc + 0x100), pc + 0xfe) << "bit 0 is dropped";
  EXPECT_EQ(jumped(jalr(a1, a1, 4), pc + 0x100), pc + 0x104) << "read before it is written";
  EXPECT_EQ(machine.core.reg(a1), pc + 4);
  EXPECT_EQ(jumped(0x9582, pc + 0x100), pc + 0x100) << "c.jalr a1";
  EXPECT_EQ(machine.core.reg(ra), pc + 2);
}

}  // namespace
}  // namespace weft
