// SPDX-License-Identifier: Apache-2.0
// When things happen in a core: instructions, waits, interrupts, sleep.
#include <gtest/gtest.h>

#include <tuple>

#include "tests/unit/core_machine.h"

namespace weft {
namespace {

using namespace rv_asm;  // NOLINT
using U = std::uint64_t;

constexpr U kBase = CoreMachine::kBase, kHandler = kBase + 0x1000;
constexpr U kMsip = 0x0200'0000, kMtimecmp = 0x0200'4000, kMtime = 0x0200'bff8;
constexpr U kBusAddress = RecordingBus::kAddress;
constexpr std::int32_t kMsie = 1 << 3, kMtie = 1 << 7;

TEST(CoreTime, ExecutesOneInstructionPerCycle) {
  CoreMachine machine;
  Program program;
  machine.put(program(addi(a0, a0, 1))(addi(a0, a0, 1))(addi(a0, a0, 1)));
  machine.core.reset(kBase, Time::from_fs(2'000'001));  // not on an edge
  EXPECT_EQ(machine.core.next(), 3_ns);
  machine.core.run(3_ns);
  EXPECT_EQ(machine.core.reg(a0), 0u) << "until is exclusive";
  machine.core.run(Time::from_fs(3'000'001));
  EXPECT_EQ(machine.core.reg(a0), 1u);
  EXPECT_EQ(machine.core.next(), 4_ns);
  machine.core.run(6_ns);
  EXPECT_EQ(machine.core.reg(a0), 3u);
}

TEST(CoreTime, FollowsARationalClock) {
  CoreConfig config;
  config.clock = Frequency{1'500'000'000};
  CoreMachine machine(config);
  Program program;
  machine.start(program.back(jal(zero, 0), 0));
  machine.run(1_us);
  EXPECT_EQ(machine.core.instructions(), 1500u);
  machine.run(2_us + 1_fs);
  EXPECT_EQ(machine.core.instructions(), 3001u);
  EXPECT_EQ(machine.core.next(), Clock::for_frequency(1'500'000'000).edge(3001));
}

TEST(CoreTime, WaitsForTheBusUpToTheNextEdge) {
  for (const auto& [waited, next] : {std::tuple{0_ns, 2_ns}, std::tuple{1_ns, 3_ns},
                                     std::tuple{2500_ps, 5_ns}, std::tuple{100_ns, 102_ns}}) {
    CoreMachine machine;
    machine.bus.waited = waited;
    Program program;
    machine.start(program(nop())(ld(a0, 0, a1))(csrr(a2, kMcycle))(csrr(a3, kMinstret)));
    machine.core.set_reg(a1, kBusAddress);
    machine.run(2_ns);
    EXPECT_EQ(machine.bus.calls.at(0).at, 1_ns);
    EXPECT_EQ(machine.core.next(), next);
    machine.run(1_us);
    EXPECT_EQ(Time::ns(machine.core.reg(a2)), next);
    EXPECT_EQ(machine.core.reg(a3), 3u) << "waiting retires nothing";
  }
}

TEST(CoreTime, ReturnsAfterEachBusAccess) {
  CoreMachine machine;
  Program program;
  machine.start(program(nop())(sd(zero, 0, a1))(nop())(ld(a0, 8, a1))(nop())(kWfi));
  machine.core.set_reg(a1, kBusAddress);
  machine.core.run(1_us);
  EXPECT_EQ(machine.core.pc(), kBase + 8);
  machine.core.run(1_us);
  EXPECT_EQ(machine.core.pc(), kBase + 16);
  machine.core.run(1_us);
  EXPECT_TRUE(machine.core.waiting());
}

/// mtvec at kHandler, the bits of mie, interrupts on.
Program interruptible(std::int32_t mie, bool vectored = false) {
  Program program;
  program.li(t0, kHandler + (vectored ? 1 : 0))(csrw(kMtvec, t0));
  program.li(t0, static_cast<U>(mie))(csrw(kMie, t0))(csri(csrrs(zero, kMstatus, 8)));
  return program;
}

TEST(CoreTime, TakesTheTimerInterruptInItsNanosecond) {
  for (const bool asleep : {false, true}) {
    CoreMachine machine;
    Program program = interruptible(kMtie), handler;
    program.li(a1, kMtimecmp).li(a2, 500)(sd(a2, 0, a1));
    const std::size_t loop = program.here();
    program(asleep ? kWfi : nop()).back(jal(zero, 0), loop);
    machine.put(handler(csrr(a3, kTime))(csrr(a4, kMip))(csrr(a5, kMcause))(sd(a0, 0, a1))(
                    csrr(a6, kMip))(kMret),
                kHandler);
    machine.start(program);
    machine.core.set_reg(a0, ~U{0});
    if (asleep) {
      machine.run(100_ns);
      EXPECT_TRUE(machine.core.waiting());
      EXPECT_EQ(machine.core.next(), 500_ns);
    }
    machine.run(500_ns);
    EXPECT_EQ(machine.core.reg(a3), 0u);
    machine.run(1_us);
    EXPECT_EQ(machine.core.reg(a3), 500u);
    EXPECT_EQ(machine.core.reg(a4), 0x80u);
    EXPECT_EQ(machine.core.reg(a5), U{1} << 63 | 7);
    EXPECT_EQ(machine.core.reg(a6), 0u) << "mtimecmp was moved on";
    EXPECT_EQ(machine.core.waiting(), asleep);
  }
}

TEST(CoreTime, TakesTheSoftwareInterruptRightAfterTheStore) {
  CoreMachine machine;
  Program program = interruptible(kMsie), handler;
  program.li(a1, kMsip).li(a2, 1)(sw(a2, 0, a1));
  const U after = kBase + program.here();
  program(addi(a0, a0, 1))(kWfi);
  machine.put(handler(csrr(a3, kMepc))(csrr(a4, kMcause))(sw(zero, 0, a1))(lw(a5, 0, a1))(kMret),
              kHandler);
  machine.start(program);
  machine.run(1_us);
  EXPECT_EQ(machine.core.reg(a3), after);
  EXPECT_EQ(machine.core.reg(a4), U{1} << 63 | 3);
  EXPECT_EQ(machine.core.reg(a0), 1u);
  EXPECT_EQ(machine.core.reg(a5), 0u);
}

TEST(CoreTime, EntersVectoredHandlersByPriority) {
  CoreMachine machine;
  Program program = interruptible(0, true), handler;
  program.li(a1, kMsip).li(a2, 1)(sw(a2, 0, a1));
  program.li(a1, kMtimecmp)(sd(zero, 0, a1)).li(t0, 0x888)(csrw(kMie, t0))(kWfi);
  // Each vector jumps on; there it notes itself and switches its interrupt off.
  for (unsigned i = 0; i < 12; ++i) {
    const bool used = i == 3 || i == 7 || i == 11;
    handler(used ? jal(zero, static_cast<int>(0x100 + 60 * i)) : kEbreak);
  }
  machine.put(handler, kHandler);
  for (const unsigned i : {3u, 7u, 11u}) {
    Program note;
    note(slli(a0, a0, 4))(addi(a0, a0, static_cast<int>(i))).li(t1, U{1} << i);
    machine.put(note(csrrc(zero, kMie, t1))(kMret), kHandler + 64 * i + 0x100);
  }
  machine.core.set_external_irq(true, 0_ns);
  machine.start(program);
  machine.run(1_us);
  EXPECT_TRUE(machine.core.waiting());
  EXPECT_EQ(machine.core.reg(a0), 0xb37u) << "external, software, timer";
}

TEST(CoreTime, DoesNotNeedInterruptsOnToWakeUp) {
  CoreMachine machine;
  Program program;
  program.li(t0, 0x800)(csrw(kMie, t0))(kWfi)(csrr(a0, kMcycle))(kWfi)(csrr(a1, kMcycle));
  machine.start(program);
  machine.run(50_ns);
  EXPECT_TRUE(machine.core.waiting());
  EXPECT_TRUE(machine.core.next().is_never());
  machine.core.set_external_irq(true, Time::from_fs(100'000'001));
  EXPECT_EQ(machine.core.next(), 101_ns);
  machine.run(1_us);
  EXPECT_EQ(machine.core.reg(a0), 101u);
  EXPECT_EQ(machine.core.reg(a1), 103u) << "still pending: the second wfi does not wait";
  EXPECT_EQ(machine.core.instructions(), 7u) << "an illegal 0 follows";
}

TEST(CoreTime, SleepsOnWhenTheInterruptIsNotEnabled) {
  CoreMachine machine;
  Program program;
  program.li(a1, kMtimecmp).li(a2, 200)(sd(a2, 0, a1))(kWfi)(addi(a0, zero, 1));
  machine.start(program);
  machine.core.set_external_irq(true, 100_ns);
  machine.run(1_us);
  EXPECT_TRUE(machine.core.waiting());
  EXPECT_TRUE(machine.core.next().is_never());
  EXPECT_EQ(machine.core.reg(a0), 0u);
  EXPECT_EQ(machine.csr(kMip), 0x880u) << "both are pending";
}

TEST(CoreTime, TakesInterruptsInTheOneInstructionWindowAfterWfi) {
  CoreMachine machine;  // the canonical loop: interrupts are on for one instruction only
  Program program = interruptible(0x800), handler;
  const std::size_t loop = program.here();
  program(csri(csrrc(zero, kMstatus, 8)))(kWfi)(csri(csrrs(zero, kMstatus, 8)));
  program.back(jal(zero, 0), loop);
  machine.put(handler(addi(a0, a0, 1))(kMret), kHandler);
  machine.start(program);
  for (U i = 1; i <= 10; ++i) {
    machine.run(Time::ns(100 * i));
    machine.core.set_external_irq(true, Time::ns(100 * i));
    machine.run(Time::ns(100 * i + 3));
    machine.core.set_external_irq(false, Time::ns(100 * i + 3));
    EXPECT_EQ(machine.core.reg(a0), i);
  }
}

TEST(CoreTime, HaltsOnAnInterruptWithoutHandler) {
  CoreMachine machine;
  Program program;
  program.li(t0, 0x800)(csrw(kMie, t0))(csri(csrrs(zero, kMstatus, 8)))(kWfi);
  machine.start(program);
  machine.core.set_external_irq(true, 50_ns);
  machine.run(1_us);
  ASSERT_TRUE(machine.core.halted());
  EXPECT_EQ(machine.core.halt()->text.substr(0, 34), "interrupt 11 with no trap handler:");
}

TEST(CoreTime, KeepsTheLevelOverAReset) {
  CoreMachine machine;
  Program program;
  machine.core.set_external_irq(true, 5_ns);
  machine.start(program(csrr(a0, kMip)));
  machine.run(1_ns);
  EXPECT_EQ(machine.core.reg(a0), 0x800u);
}

// --- Slices -----------------------------------------------------------------------------------

/// Works, sleeps every 16 rounds, talks to the bus; a timer every 700 ns. s11 collects the cycle of
/// everything that happens.
Program busy() {
  Program p = interruptible(0x888);
  const auto note = [&] { p(csrr(t1, kMcycle))(mul(s11, s11, s10))(add(s11, s11, t1)); };
  p.li(s10, 31).li(s9, kBusAddress).li(s8, kMtimecmp).li(t2, 700)(sd(t2, 0, s8)).li(s7, kMtime);
  const std::size_t loop = p.here();
  p(addi(a0, a0, 1))(sw(a0, 0, s9))(mul(a1, a0, a0))(lw(a2, 0, s9))(add(a3, a3, a2));
  p(ld(a5, 0, s7))(add(a6, a6, a5));
  note();
  p(andi(a4, a0, 15));
  p.back(bne(a4, zero, 0), loop);
  p(kWfi);
  note();
  p.back(jal(zero, 0), loop);
  return p;
}
Program busy_handler() {
  Program p;
  p(csrr(t3, kMcause))(mul(s11, s11, s10))(add(s11, s11, t3))(csrr(t4, kMcycle))(add(s11, s11, t4))(
      slli(t3, t3, 1))(addi(t3, t3, -14));
  const std::size_t other = p.forward(bne(t3, zero, 0));
  p(ld(t4, 0, s8))(addi(t4, t4, 700))(sd(t4, 0, s8));
  p.bind(other);
  p(addi(s6, s6, 1))(kMret);
  return p;
}

struct Outcome {
  std::vector<U> registers;
  std::vector<RecordingBus::Call> calls;
  U pc, instructions;
  Time next;
  bool operator==(const Outcome&) const = default;
};

struct Edge {
  Time at;
  bool level;
};
const std::vector<Edge> kEdges = {{Time::from_fs(1'234'567'890), true},
                                  {Time::from_fs(1'250'000'001), false},
                                  {3_us, true},
                                  {Time::from_fs(3'000'000'300), false},  // within one cycle
                                  {7_us, true},
                                  {7001_ns, false},
                                  {7002_ns, true},
                                  {7777_ns, false}};

/// Runs to 20 us in steps of `slice`, and to each edge of the external interrupt; or says all edges
/// in advance.
Outcome run_sliced(Time slice, bool in_advance) {
  CoreConfig config;
  config.clock = Frequency{1'300'000'000};
  CoreMachine machine(config);
  machine.bus.waited = 3300_ps;
  machine.put(busy_handler(), kHandler);
  machine.start(busy());
  if (in_advance) {
    for (const Edge& edge : kEdges) machine.core.set_external_irq(edge.level, edge.at);
  }
  constexpr Time kEnd = 20_us;
  auto edge = kEdges.begin();
  for (Time now; now < kEnd;) {
    Time until = std::min(kEnd, now + slice);
    const bool at_edge = !in_advance && edge != kEdges.end() && edge->at <= until;
    if (at_edge) until = edge->at;
    machine.run(until);
    if (at_edge) machine.core.set_external_irq(edge->level, edge->at);
    if (at_edge) ++edge;
    now = until;
  }
  Outcome outcome{
      {}, machine.bus.calls, machine.core.pc(), machine.core.instructions(), machine.core.next()};
  for (unsigned i = 0; i < 32; ++i) outcome.registers.push_back(machine.core.reg(i));
  return outcome;
}

TEST(CoreTime, ShowsNoSlices) {
  const Outcome whole = run_sliced(20_us, true);
  EXPECT_GT(whole.registers[s6], 25u) << "interrupts were taken";
  EXPECT_GT(whole.instructions, 1000u);
  EXPECT_FALSE(whole.next.is_never());
  const Time cycle = Time::from_fs(769'230);
  for (const Time slice : {cycle, 1_ns, 16_ns, cycle * 1000, 20_us}) {
    for (const bool in_advance : {false, true}) {
      EXPECT_EQ(run_sliced(slice, in_advance), whole)
          << to_string(slice) << (in_advance ? ", edges known in advance" : "");
    }
  }
}

TEST(CoreTime, SeesAnEdgeThatComesOneCycleLater) {  // the comparison above can fail
  const Outcome whole = run_sliced(20_us, true);
  CoreConfig config;
  config.clock = Frequency{1'300'000'001};
  CoreMachine machine(config);
  machine.bus.waited = 3300_ps;
  machine.put(busy_handler(), kHandler);
  machine.start(busy());
  for (const Edge& edge : kEdges) machine.core.set_external_irq(edge.level, edge.at + 1_ns);
  machine.run(20_us);
  EXPECT_NE(machine.core.reg(s11), whole.registers[s11]);
}

}  // namespace
}  // namespace weft
