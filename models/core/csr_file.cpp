// SPDX-License-Identifier: Apache-2.0
#include "models/core/csr_file.h"

#include <initializer_list>

namespace weft {
namespace {

enum Number : unsigned {
  kMstatus = 0x300,
  kMisa = 0x301,
  kMie = 0x304,
  kMtvec = 0x305,
  kMscratch = 0x340,
  kMepc = 0x341,
  kMcause = 0x342,
  kMtval = 0x343,
  kMip = 0x344,
  kMcycle = 0xB00,
  kMinstret = 0xB02,
  kCycle = 0xC00,
  kTime = 0xC01,
  kInstret = 0xC02,
  kMvendorid = 0xF11,
  kMarchid = 0xF12,
  kMimpid = 0xF13,
  kMhartid = 0xF14,
  kMconfigptr = 0xF15,
};

constexpr std::uint64_t bit(unsigned n) { return std::uint64_t{1} << n; }

constexpr unsigned kMieBit = 3, kMpieBit = 7;
constexpr std::uint64_t kMppMachine = std::uint64_t{3} << 11;
constexpr std::uint64_t kIrqs = bit(kIrqSoftware) | bit(kIrqTimer) | bit(kIrqExternal);
constexpr std::uint64_t kMisaValue =
    std::uint64_t{2} << 62 | bit('A' - 'A') | bit('C' - 'A') | bit('I' - 'A') | bit('M' - 'A');

/// By its number a register is read-only.
constexpr bool is_read_only(unsigned number) { return number >> 10 == 3; }

}  // namespace

const char* trap_cause_name(TrapCause cause) {
  switch (cause) {
    case TrapCause::kFetchFault:
      return "instruction access fault";
    case TrapCause::kIllegal:
      return "illegal instruction";
    case TrapCause::kBreakpoint:
      return "breakpoint";
    case TrapCause::kLoadMisaligned:
      return "misaligned load";
    case TrapCause::kLoadFault:
      return "load access fault";
    case TrapCause::kStoreMisaligned:
      return "misaligned store";
    case TrapCause::kStoreFault:
      return "store access fault";
    case TrapCause::kEcall:
      return "environment call";
  }
  return "unknown trap";
}

bool CsrFile::read(unsigned number, const CsrCounters& now, std::uint64_t& value) const {
  switch (number) {
    case kMstatus:
      value = kMppMachine | (mie_bit_ ? bit(kMieBit) : 0) | (mpie_bit_ ? bit(kMpieBit) : 0);
      return true;
    case kMisa:
      value = kMisaValue;
      return true;
    case kMie:
      value = mie_;
      return true;
    case kMip:
      value = mip_;
      return true;
    case kMtvec:
      value = mtvec_;
      return true;
    case kMscratch:
      value = mscratch_;
      return true;
    case kMepc:
      value = mepc_;
      return true;
    case kMcause:
      value = mcause_;
      return true;
    case kMtval:
      value = mtval_;
      return true;
    case kMcycle:
    case kCycle:
      value = now.cycle + cycle_offset_;
      return true;
    case kMinstret:
    case kInstret:
      value = now.instret + instret_offset_;
      return true;
    case kTime:
      value = now.time;
      return true;
    case kMvendorid:
    case kMarchid:
    case kMimpid:
    case kMhartid:
    case kMconfigptr:
      value = 0;
      return true;
    default:
      return false;
  }
}

bool CsrFile::write(unsigned number, const CsrCounters& now, std::uint64_t value) {
  std::uint64_t old = 0;
  if (is_read_only(number) || !read(number, now, old)) return false;
  switch (number) {
    case kMstatus:
      mie_bit_ = (value & bit(kMieBit)) != 0;
      mpie_bit_ = (value & bit(kMpieBit)) != 0;
      break;
    case kMie:
      mie_ = value & kIrqs;
      break;
    case kMtvec:
      if ((value & 3) <= 1) mtvec_ = value;
      break;
    case kMscratch:
      mscratch_ = value;
      break;
    case kMepc:
      mepc_ = value & ~std::uint64_t{1};
      break;
    case kMcause:
      mcause_ = value;
      break;
    case kMtval:
      mtval_ = value;
      break;
    case kMcycle:  // the next instruction reads what was written
      cycle_offset_ = value - (now.cycle + 1);
      break;
    case kMinstret:
      instret_offset_ = value - (now.instret + 1);
      break;
    default:  // misa and mip: no bit can be written
      break;
  }
  return true;
}

void CsrFile::enter(std::uint64_t cause, std::uint64_t pc, std::uint64_t tval) {
  mepc_ = pc;
  mcause_ = cause;
  mtval_ = tval;
  mpie_bit_ = mie_bit_;
  mie_bit_ = false;
}

std::uint64_t CsrFile::enter_exception(TrapCause cause, std::uint64_t pc, std::uint64_t tval) {
  enter(static_cast<std::uint64_t>(cause), pc, tval);
  return mtvec_ & ~std::uint64_t{3};
}

std::uint64_t CsrFile::enter_interrupt(unsigned irq, std::uint64_t pc) {
  enter(bit(63) | irq, pc, 0);
  const std::uint64_t base = mtvec_ & ~std::uint64_t{3};
  return (mtvec_ & 1) != 0 ? base + 4 * std::uint64_t{irq} : base;
}

std::uint64_t CsrFile::leave() {
  mie_bit_ = mpie_bit_;
  mpie_bit_ = true;
  return mepc_;
}

void CsrFile::set_pending(unsigned irq, bool level) {
  mip_ = level ? mip_ | bit(irq) : mip_ & ~bit(irq);
}

unsigned CsrFile::interrupt() const {
  const std::uint64_t due = mip_ & mie_;
  if (!mie_bit_ || due == 0) return 0;
  for (const unsigned irq : {kIrqExternal, kIrqSoftware, kIrqTimer}) {  // by priority
    if ((due & bit(irq)) != 0) return irq;
  }
  return 0;
}

}  // namespace weft
