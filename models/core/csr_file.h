// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft {

/// Causes of exceptions, as in mcause without its top bit.
enum class TrapCause : std::uint8_t {
  kFetchFault = 1,
  kIllegal = 2,
  kBreakpoint = 3,
  kLoadMisaligned = 4,
  kLoadFault = 5,
  kStoreMisaligned = 6,
  kStoreFault = 7,
  kEcall = 11,
};

/// "illegal instruction"
const char* trap_cause_name(TrapCause cause);

/// Interrupts: bit of mip and mie, and number in mcause.
inline constexpr unsigned kIrqSoftware = 3;
inline constexpr unsigned kIrqTimer = 7;
inline constexpr unsigned kIrqExternal = 11;

/// What the counters say in the cycle of the instruction that reads them.
struct CsrCounters {
  std::uint64_t cycle = 0;    ///< core cycles since time 0
  std::uint64_t instret = 0;  ///< instructions retired since reset
  std::uint64_t time = 0;     ///< mtime
};

/// Control and status registers of a hart that has machine mode only, and the entry into a trap and
/// the way back (RISC-V privileged architecture 1.12, chapter 3).
class CsrFile {
 public:
  void reset() { *this = CsrFile(); }

  /// False: there is no such register.
  bool read(unsigned number, const CsrCounters& now, std::uint64_t& value) const;
  /// False: there is no such register, or it is read-only. Bits that cannot be written keep their
  /// value.
  bool write(unsigned number, const CsrCounters& now, std::uint64_t value);

  /// Both return the address of the handler.
  std::uint64_t enter_exception(TrapCause cause, std::uint64_t pc, std::uint64_t tval);
  std::uint64_t enter_interrupt(unsigned irq, std::uint64_t pc);
  /// mret: returns mepc.
  std::uint64_t leave();

  void set_pending(unsigned irq, bool level);
  bool enabled(unsigned irq) const { return (mie_ >> irq & 1) != 0; }
  /// Wakes from wfi: something is pending and enabled, whatever mstatus says.
  bool wakes() const { return (mip_ & mie_) != 0; }
  /// The interrupt to be taken now, or 0.
  unsigned interrupt() const;
  /// False while no handler was ever set.
  bool has_handler() const { return mtvec_ != 0; }

 private:
  void enter(std::uint64_t cause, std::uint64_t pc, std::uint64_t tval);

  bool mie_bit_ = false;   // mstatus.MIE
  bool mpie_bit_ = false;  // mstatus.MPIE
  std::uint64_t mie_ = 0;
  std::uint64_t mip_ = 0;
  std::uint64_t mtvec_ = 0;
  std::uint64_t mscratch_ = 0;
  std::uint64_t mepc_ = 0;
  std::uint64_t mcause_ = 0;
  std::uint64_t mtval_ = 0;
  std::uint64_t cycle_offset_ = 0;  // written counters, modulo 2^64
  std::uint64_t instret_offset_ = 0;
};

}  // namespace weft
