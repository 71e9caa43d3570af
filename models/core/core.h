// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "models/base/clock.h"
#include "models/base/params.h"
#include "models/base/time.h"
#include "models/core/clint.h"
#include "models/core/code_cache.h"
#include "models/core/core_bus.h"
#include "models/core/csr_file.h"

namespace weft {

/// The size of the SRAM is the size of the memory that the core is given.
struct CoreConfig {
  Frequency clock{1'000'000'000};
  static constexpr auto params = std::tuple{
      param("clock", &CoreConfig::clock, "Hz",
            range(Frequency{1'000'000}, Frequency{10'000'000'000}),
            "clock of the management core, one instruction per cycle"),
  };
};

/// Why a core stopped for good.
struct Halt {
  TrapCause cause = TrapCause::kIllegal;
  std::uint64_t pc = 0;    ///< of the instruction that trapped
  std::uint64_t tval = 0;  ///< mtval of that trap
  std::string text;        ///< one sentence without a full stop
};

/// One RV64IMAC_Zicsr_Zifencei hart with machine mode only (RISC-V unprivileged 20191213,
/// privileged 1.12), its SRAM and its CLINT.
///
/// Timing: cycle n begins at clock.edge(n). An instruction takes one cycle; one that waits for the
/// bus takes as much longer as it waits, up to the next edge. An exception takes the cycle of its
/// instruction; an interrupt is taken between two instructions and costs nothing. In wfi and in
/// between time goes on: mcycle is the number of the cycle and mtime the time in nanoseconds.
///
/// Traps are precise. Loads and stores may be misaligned in SRAM, elsewhere that is a trap. Code
/// runs in SRAM only. A breakpoint leaves its pc in mtval. lr and sc pair on address and size; own
/// stores in between do not break the reservation, writes of others (invalidate()) do.
///
/// A trap halts the core when no handler was ever set (mtvec is 0), or when it is the first
/// instruction of the handler that traps: it would trap for ever.
class Core {
 public:
  static constexpr unsigned kRegisters = 32;

  /// `sram` is what lies at `sram_base`; both a multiple of 8. Whoever else writes there calls
  /// invalidate(). Neither is copied. Throws std::invalid_argument for a span that is empty, not
  /// aligned or overlaps the CLINT.
  Core(const CoreConfig& config, std::span<std::uint8_t> sram, std::uint64_t sram_base,
       CoreBus& bus);

  /// Starts at `pc` in the first cycle at or after `at`: registers 0, interrupts off, counters of
  /// instructions from 0, mtimecmp at its highest. Ends a halt. The core begins its life reset at
  /// `sram_base` and held: next() is never() until the first reset().
  void reset(std::uint64_t pc, Time at = Time());
  /// Stops the core as if it had no clock, until the next reset().
  void hold() { state_ = State::kHeld; }

  /// Time goes on and nothing executes before `until`, which is after next().
  void pause(Time until);

  /// When the next instruction executes; in wfi when something is due that ends it. never() in wfi
  /// with nothing due, when halted and when held.
  Time next() const;

  /// Executes instructions whose time is before `until`, and returns early right after one that
  /// went to the bus, so that the caller can let others react before the next: call it again while
  /// next() < until. The state depends on how far it was run and not on the steps taken.
  void run(Time until);

  /// The level of the external interrupt from time `at` on, for instructions at `at` or later.
  /// `at` is not before that of the last call; it may lie before next(), or after it.
  void set_external_irq(bool level, Time at);

  /// SRAM was written by somebody else: `size` bytes at `address`. Parts outside are ignored.
  void invalidate(std::uint64_t address, std::uint64_t size);

  bool halted() const { return halt_.has_value(); }
  /// nullptr while not halted.
  const Halt* halt() const { return halt_ ? &*halt_ : nullptr; }
  bool waiting() const { return state_ == State::kWaiting; }

  std::uint64_t pc() const { return pc_; }
  std::uint64_t reg(unsigned index) const { return x_[index]; }
  void set_reg(unsigned index, std::uint64_t value);
  /// A CSR as an instruction at next() would read it; nullopt when there is none.
  std::optional<std::uint64_t> csr(unsigned number) const;

  /// Instructions retired since the last reset.
  std::uint64_t instructions() const { return cycle_ - start_cycle_ - idle_cycles_; }
  const Clock& clock() const { return clock_; }
  std::size_t memory_bytes() const { return sizeof(*this) + code_.memory_bytes(); }

 private:
  enum class State : std::uint8_t { kHeld, kRunning, kWaiting, kHalted };
  enum class Step : std::uint8_t { kGoOn, kBus };  // kBus: run() returns to its caller
  /// A change of the external interrupt that lies ahead.
  struct IrqChange {
    std::uint64_t cycle = 0;
    bool level = false;
  };
  /// How a load or a store off the fast path ended.
  struct Access {
    std::optional<TrapCause> trap;
    bool bus = false;
    Time waited = Time();
    std::uint64_t value = 0;
  };

  // core.cpp: time, interrupts, traps.
  CsrCounters counters() const;
  std::uint64_t next_change() const;
  std::uint64_t wake_cycle() const;
  void take_changes();
  void idle_until(std::uint64_t cycle);
  void schedule_timer();
  void enter_interrupt(unsigned irq);
  Step trap(TrapCause cause, std::uint64_t tval);
  void halt_at(TrapCause cause, std::uint64_t tval, const std::string& text);

  // core_execute.cpp: the loop of fast instructions.
  const MicroOp* execute(std::uint64_t limit);

  // core_slow.cpp: one instruction at a time.
  Step execute_slow(const MicroOp& op);
  Step decode();
  Step fetch_fault(std::uint64_t address);
  Step access_trap(const Access& access, TrapCause cause, std::uint64_t address);
  Step load(const MicroOp& op, unsigned size, bool is_signed);
  Step store(const MicroOp& op, unsigned size);
  Step load_reserved(const MicroOp& op, unsigned size);
  Step store_conditional(const MicroOp& op, unsigned size);
  Step atomic(const MicroOp& op, unsigned size);
  Step access_csr(const MicroOp& op);
  Step leave_trap();
  Step retire(unsigned bytes, const Access& access);
  bool in_sram(std::uint64_t address, unsigned size) const;
  Access read(std::uint64_t address, unsigned size, bool may_be_misaligned);
  Access write(std::uint64_t address, unsigned size, std::uint64_t value, Time at,
               bool may_be_misaligned);

  Clock clock_;
  CoreBus& bus_;
  std::span<std::uint8_t> sram_;
  std::uint64_t base_;
  CodeCache code_;
  Clint clint_;
  CsrFile csrs_;

  std::array<std::uint64_t, kRegisters + 1> x_{};  // the last takes what is written to x0
  std::uint64_t pc_;
  State state_ = State::kHeld;
  std::uint64_t cycle_ = 0;        // of the next instruction; in wfi none was found before it
  std::uint64_t start_cycle_ = 0;  // of the first instruction
  std::uint64_t idle_cycles_ = 0;  // since then, in which no instruction retired
  std::uint64_t timer_cycle_ = 0;  // from which on the timer interrupt is asserted

  std::vector<IrqChange> changes_;  // ahead of cycle_, in order
  bool last_level_ = false;         // the last of them, or the level now

  std::uint64_t reserved_address_ = 0;
  unsigned reserved_size_ = 0;  // 0: no reservation

  std::uint64_t handler_ = 0;          // where the last exception went
  std::uint64_t handler_instret_ = 0;  // instructions retired until then
  bool handler_entered_ = false;
  std::optional<Halt> halt_;
};

}  // namespace weft
