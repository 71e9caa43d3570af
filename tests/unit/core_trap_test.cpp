// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/core/hex.h"
#include "tests/unit/core_machine.h"

namespace weft {
namespace {

using namespace rv_asm;  // NOLINT
using U = std::uint64_t;

constexpr U kBase = CoreMachine::kBase, kEnd = kBase + CoreMachine::kSize;
constexpr U kHandler = kBase + 0x1000;
constexpr U kMppMachine = 0x1800, kMie3 = 0x8, kMpie = 0x80;

/// A program at kBase that sets mtvec, and after it what is added; the handler counts in s11.
class CoreTrap : public testing::Test {
 protected:
  CoreTrap() {
    program.li(t0, kHandler)(csrw(kMtvec, t0));
    handler(addi(s11, s11, 1))(csrr(t0, kMepc))(addi(t0, t0, 4))(csrw(kMepc, t0))(kMret);
  }
  U here() const { return kBase + program.here(); }
  void run(Time until = 1_us) {
    machine.put(handler, kHandler);
    machine.start(program);
    machine.run(until);
  }
  /// Runs until the handler has been entered.
  void run_to_handler() {
    machine.put(handler, kHandler);
    machine.start(program);
    while (machine.core.pc() != kHandler && !machine.core.halted()) {
      machine.run(machine.core.next() + 1_ns);
    }
  }
  void expect_trap(TrapCause cause, U pc, U tval) {
    run_to_handler();
    ASSERT_FALSE(machine.core.halted()) << machine.core.halt()->text;
    EXPECT_EQ(machine.csr(kMcause), static_cast<U>(cause));
    EXPECT_EQ(to_hex(machine.csr(kMepc)), to_hex(pc));
    EXPECT_EQ(to_hex(machine.csr(kMtval)), to_hex(tval));
  }

  CoreMachine machine;
  Program program, handler;
};

TEST_F(CoreTrap, ReportsAnIllegalInstructionWithItsBits) {
  const U pc = here();
  program(0xffff'ffff);
  expect_trap(TrapCause::kIllegal, pc, 0xffff'ffff);
}
TEST_F(CoreTrap, ReportsACompressedIllegalInstructionWithItsSixteenBits) {
  program.half(0x0001);
  const U pc = here();
  program.half(0x2001).half(0x1234);
  expect_trap(TrapCause::kIllegal, pc, 0x2001);
}
TEST_F(CoreTrap, ReportsAnEnvironmentCall) {
  const U pc = here();
  program(kEcall);
  expect_trap(TrapCause::kEcall, pc, 0);
}
TEST_F(CoreTrap, ReportsABreakpointOfEitherLength) {
  U pc = here();
  program(kEbreak);
  expect_trap(TrapCause::kBreakpoint, pc, pc);
  program = Program();
  program.li(t0, kHandler)(csrw(kMtvec, t0));
  pc = here();
  program.half(0x9002);
  expect_trap(TrapCause::kBreakpoint, pc, pc);
}
TEST_F(CoreTrap, ReportsALoadThatNobodyAnswersAndLeavesTheRegister) {
  program.li(a0, 77).li(a1, 0x4000'0000);
  const U pc = here();
  program(ld(a0, 8, a1));
  expect_trap(TrapCause::kLoadFault, pc, 0x4000'0008);
  EXPECT_EQ(machine.core.reg(a0), 77u);
}
TEST_F(CoreTrap, ReportsAStoreThatNobodyAnswers) {
  program.li(a1, 0x4000'0000);
  const U pc = here();
  program(sd(a0, -8, a1));
  expect_trap(TrapCause::kStoreFault, pc, 0x3fff'fff8);
}
TEST_F(CoreTrap, ReportsMisalignedAccessesToTheBus) {
  program.li(a1, RecordingBus::kAddress);
  const U pc = here();
  program(ld(a0, 4, a1));
  expect_trap(TrapCause::kLoadMisaligned, pc, RecordingBus::kAddress + 4);
  EXPECT_TRUE(machine.bus.calls.empty());
}
TEST_F(CoreTrap, ReportsMisalignedStoresToTheBus) {
  program.li(a1, RecordingBus::kAddress);
  const U pc = here();
  program(sw(a0, 2, a1));
  expect_trap(TrapCause::kStoreMisaligned, pc, RecordingBus::kAddress + 2);
  EXPECT_TRUE(machine.bus.calls.empty());
}
TEST_F(CoreTrap, ReportsAJumpOutOfTheSramAtItsTarget) {
  program.li(a1, 0x1000'0000)(jalr(ra, a1, 0));
  const U link = here();
  expect_trap(TrapCause::kFetchFault, 0x1000'0000, 0x1000'0000);
  EXPECT_EQ(machine.core.reg(ra), link);
}
TEST_F(CoreTrap, ReportsBranchesAndFallsOutOfTheSram) {
  Program at_end;
  machine.put(at_end(nop()), kEnd - 4);
  program.li(a1, kEnd - 4)(jalr(ra, a1, 0));
  expect_trap(TrapCause::kFetchFault, kEnd, kEnd);
}
TEST_F(CoreTrap, ReportsBranchesBackOutOfTheSram) {
  const U pc = here();
  program(jal(zero, -0x1000));
  expect_trap(TrapCause::kFetchFault, pc - 0x1000, pc - 0x1000);
}
TEST_F(CoreTrap, ReportsTheSecondHalfOfAnInstructionThatIsNotThere) {
  Program at_end;
  machine.put(at_end.half(0x0013), kEnd - 2);  // the first half of a nop
  program.li(a1, kEnd - 2)(jalr(ra, a1, 0));
  expect_trap(TrapCause::kFetchFault, kEnd - 2, kEnd);
}

TEST_F(CoreTrap, ReturnsBehindTheTrapAndKeepsTheInterruptBit) {
  program(csri(csrrs(zero, kMstatus, 8)))(kEcall)(addi(a0, zero, 5))(kWfi);
  run_to_handler();
  EXPECT_EQ(machine.csr(kMstatus), kMppMachine | kMpie) << "interrupts off, remembered on";
  machine.run(1_us);
  EXPECT_EQ(machine.csr(kMstatus), kMppMachine | kMie3 | kMpie);
  EXPECT_EQ(machine.core.reg(a0), 5u);
  EXPECT_EQ(machine.core.reg(s11), 1u);
}

TEST_F(CoreTrap, HaltsWhenNoHandlerWasSet) {
  program = Program();
  program(nop())(0xffff'ffff)(nop());
  run();
  ASSERT_TRUE(machine.core.halted());
  const Halt& halt = *machine.core.halt();
  EXPECT_EQ(halt.cause, TrapCause::kIllegal);
  EXPECT_EQ(halt.pc, kBase + 4);
  EXPECT_EQ(halt.tval, 0xffff'ffffu);
  EXPECT_EQ(halt.text, "illegal instruction with no trap handler: pc 0x80000004, value 0xffffffff");
  EXPECT_TRUE(machine.core.next().is_never());
  EXPECT_EQ(machine.core.instructions(), 1u);
}

TEST_F(CoreTrap, HaltsWhenTheHandlerTrapsAtOnce) {
  handler = Program();
  handler(ld(a0, 0, zero));
  program(kEcall);
  run();
  ASSERT_TRUE(machine.core.halted());
  EXPECT_EQ(machine.core.halt()->cause, TrapCause::kLoadFault);
  EXPECT_EQ(machine.core.halt()->pc, kHandler);
  EXPECT_NE(machine.core.halt()->text.find("in the first instruction of the trap handler"),
            std::string::npos);
}

TEST_F(CoreTrap, HaltsWhenTheHandlerIsNowhere) {
  program = Program();
  program.li(t0, 0x100)(csrw(kMtvec, t0))(kEcall);
  run();
  ASSERT_TRUE(machine.core.halted());
  EXPECT_EQ(machine.core.halt()->cause, TrapCause::kFetchFault);
  EXPECT_EQ(machine.core.halt()->tval, 0x100u);
}

TEST_F(CoreTrap, GoesOnWhenALaterInstructionOfTheHandlerTraps) {
  handler = Program();
  handler(addi(s11, s11, 1))(kEbreak);
  program(kEcall);
  run();
  EXPECT_FALSE(machine.core.halted());
  EXPECT_GT(machine.core.reg(s11), 100u);
}

TEST_F(CoreTrap, StartsAgainAfterAReset) {
  program = Program();
  program(0xffff'ffff);
  run();
  ASSERT_TRUE(machine.core.halted());
  Program next;
  machine.put(next(addi(a0, zero, 9))(kWfi), kBase + 0x100);
  machine.core.reset(kBase + 0x100, 5_us);
  EXPECT_FALSE(machine.core.halted());
  EXPECT_EQ(machine.core.next(), 5_us);
  machine.run(6_us);
  EXPECT_EQ(machine.core.reg(a0), 9u);
  EXPECT_EQ(machine.core.instructions(), 2u);
}

TEST_F(CoreTrap, StaysHeldUntilTheFirstReset) {
  EXPECT_TRUE(machine.core.next().is_never());
  machine.core.run(1_us);
  EXPECT_EQ(machine.core.instructions(), 0u);
  run(2_ns);
  machine.core.hold();
  EXPECT_TRUE(machine.core.next().is_never());
}

// --- CSRs -------------------------------------------------------------------------------------

class CoreCsr : public testing::Test {
 protected:
  /// What the CSR holds after `value` was written to it.
  U written(unsigned csr, U value) {
    Program program;
    program.li(a1, value);
    machine.start(program(csrw(csr, a1))(csrr(a0, csr))(kWfi));
    machine.run(1_us);
    EXPECT_FALSE(machine.core.halted());
    return machine.core.reg(a0);
  }
  bool is_illegal(std::uint32_t bits) {
    machine.result(bits, 0);
    return machine.core.halted() && machine.core.halt()->tval == bits;
  }

  CoreMachine machine;
};

TEST_F(CoreCsr, KeepTheBitsThatCanBeWritten) {
  constexpr U kAll = ~U{0};
  EXPECT_EQ(written(kMscratch, kAll), kAll);
  EXPECT_EQ(written(kMepc, kAll), kAll - 1);
  EXPECT_EQ(written(kMcause, kAll), kAll);
  EXPECT_EQ(written(kMtval, kAll), kAll);
  EXPECT_EQ(written(kMie, kAll), 0x888u);
  EXPECT_EQ(written(kMip, kAll), 0u);
  EXPECT_EQ(written(kMisa, 0), U{2} << 62 | 0x1105u);
  EXPECT_EQ(written(kMtvec, 0x8000'1001), 0x8000'1001u);
  EXPECT_EQ(written(kMtvec, 0x8000'1002), 0u) << "an unknown mode is not taken";
  // Interrupts stay off here: nothing is pending.
  EXPECT_EQ(written(kMstatus, kAll), kMppMachine | kMpie | kMie3);
  EXPECT_EQ(written(kMstatus, 0), kMppMachine);
}

TEST_F(CoreCsr, AreSetAndClearedByBitsOfRegistersAndImmediates) {
  Program program;
  program.li(a1, 0xff0).li(a2, 0x0f0).li(a3, 0x00f);
  program(csrw(kMscratch, a1))(csrrc(a4, kMscratch, a2))(csrrs(a5, kMscratch, a3));
  program(csri(csrrc(a6, kMscratch, 1)))(csri(csrrs(a7, kMscratch, 16)))(
      csri(csrrw(s2, kMscratch, 31)))(csrr(s3, kMscratch))(kWfi);
  machine.start(program);
  machine.run(1_us);
  EXPECT_EQ(machine.core.reg(a4), 0xff0u);
  EXPECT_EQ(machine.core.reg(a5), 0xf00u);
  EXPECT_EQ(machine.core.reg(a6), 0xf0fu);
  EXPECT_EQ(machine.core.reg(a7), 0xf0eu);
  EXPECT_EQ(machine.core.reg(s2), 0xf1eu);
  EXPECT_EQ(machine.core.reg(s3), 31u);
}

TEST_F(CoreCsr, AreIllegalWhenUnknownOrReadOnly) {
  EXPECT_TRUE(is_illegal(csrr(a0, 0x180))) << "satp";
  EXPECT_TRUE(is_illegal(csrr(a0, 0x302))) << "medeleg";
  EXPECT_TRUE(is_illegal(csrw(kMhartid, a0)));
  EXPECT_TRUE(is_illegal(csrw(kCycle, a0)));
  EXPECT_TRUE(is_illegal(csri(csrrs(a0, kTime, 1))));
  EXPECT_FALSE(is_illegal(csrrs(a0, kMhartid, zero)));
  EXPECT_FALSE(is_illegal(csri(csrrc(a0, kTime, 0)))) << "no bit to clear: not a write";
}

TEST_F(CoreCsr, CountCyclesInstructionsAndNanoseconds) {
  Program program;
  program(nop())(nop())(csrr(a0, kMcycle))(csrr(a1, kMinstret))(csrr(a2, kTime))(csrr(a3, kCycle))(
      csrr(a4, kInstret));
  machine.put(program);
  machine.core.reset(kBase, 10_ns);
  machine.run(17_ns);
  EXPECT_EQ(machine.core.reg(a0), 12u);
  EXPECT_EQ(machine.core.reg(a1), 3u);
  EXPECT_EQ(machine.core.reg(a2), 14u);
  EXPECT_EQ(machine.core.reg(a3), 15u);
  EXPECT_EQ(machine.core.reg(a4), 6u);
}

TEST_F(CoreCsr, CountOnFromWhatWasWritten) {
  Program program;
  program(addi(a1, zero, 100))(csrw(kMinstret, a1))(csrr(a2, kMinstret))(csrw(kMcycle, a1))(nop())(
      csrr(a3, kMcycle));
  machine.start(program);
  machine.run(6_ns);
  EXPECT_EQ(machine.core.reg(a2), 100u);
  EXPECT_EQ(machine.core.reg(a3), 101u);
}

}  // namespace
}  // namespace weft
