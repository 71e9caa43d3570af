// SPDX-License-Identifier: Apache-2.0
// Instructions off the fast path: the bus and the CLINT, atomics, CSRs, traps.
#include <algorithm>
#include <cstring>

#include "models/core/arithmetic.h"
#include "models/core/core.h"

namespace weft {
namespace {

/// The new value of memory; `a` is the old one, both extended as the comparison wants it.
std::uint64_t amo_result(unsigned funct5, std::uint64_t a, std::uint64_t b, unsigned size) {
  const std::uint64_t mask = size == 8 ? ~std::uint64_t{0} : 0xffff'ffff;
  switch (funct5) {
    case 0x00:
      return a + b;
    case 0x01:
      return b;
    case 0x04:
      return a ^ b;
    case 0x08:
      return a | b;
    case 0x0c:
      return a & b;
    case 0x10:
      return rv::as_signed(a) < rv::as_signed(b) ? a : b;
    case 0x14:
      return rv::as_signed(a) < rv::as_signed(b) ? b : a;
    case 0x18:
      return (a & mask) < (b & mask) ? a : b;
    default:
      return (a & mask) < (b & mask) ? b : a;
  }
}

std::uint64_t sign_extended(std::uint64_t value, unsigned size) {
  const unsigned shift = 64 - 8 * size;
  return static_cast<std::uint64_t>(rv::as_signed(value << shift) >> shift);
}

}  // namespace

Core::Step Core::execute_slow(const MicroOp& op) {
  using enum OpCode;
  switch (op.code()) {
    case kUndecoded:
      return decode();
    case kLb:
      return load(op, 1, true);
    case kLh:
      return load(op, 2, true);
    case kLw:
      return load(op, 4, true);
    case kLd:
      return load(op, 8, true);
    case kLbu:
      return load(op, 1, false);
    case kLhu:
      return load(op, 2, false);
    case kLwu:
      return load(op, 4, false);
    case kSb:
      return store(op, 1);
    case kSh:
      return store(op, 2);
    case kSw:
      return store(op, 4);
    case kSd:
      return store(op, 8);
    case kLrW:
      return load_reserved(op, 4);
    case kLrD:
      return load_reserved(op, 8);
    case kScW:
      return store_conditional(op, 4);
    case kScD:
      return store_conditional(op, 8);
    case kAmoW:
      return atomic(op, 4);
    case kAmoD:
      return atomic(op, 8);
    case kCsr:
      return access_csr(op);
    case kEcall:
      return trap(TrapCause::kEcall, 0);
    case kEbreak:
      return trap(TrapCause::kBreakpoint, pc_);
    case kMret:
      return leave_trap();
    case kWfi:
      state_ = State::kWaiting;
      return retire(op.bytes(), {});
    case kFenceI:
      code_.clear();
      return retire(4, {});
    default:
      return trap(TrapCause::kIllegal, static_cast<std::uint32_t>(op.imm));
  }
}

/// Reads the instruction at pc_, which is in the SRAM or just behind it, into the cache.
Core::Step Core::decode() {
  const std::uint64_t offset = pc_ - base_;
  std::uint32_t bits = 0;
  if (offset == sram_.size()) return fetch_fault(pc_);
  std::memcpy(&bits, sram_.data() + offset, 2);
  if (!is_compressed(bits)) {
    if (offset + 4 > sram_.size()) return fetch_fault(pc_ + 2);
    std::memcpy(&bits, sram_.data() + offset, 4);
  }
  code_.put(offset, decode_instruction(bits));
  return Step::kGoOn;
}

Core::Step Core::fetch_fault(std::uint64_t address) {
  return trap(TrapCause::kFetchFault, address);
}

Core::Step Core::access_trap(const Access& access, TrapCause cause, std::uint64_t address) {
  trap(cause, address);
  return access.bus ? Step::kBus : Step::kGoOn;
}

Core::Step Core::load(const MicroOp& op, unsigned size, bool is_signed) {
  const std::uint64_t address = x_[op.rs1] + static_cast<std::uint64_t>(std::int64_t{op.imm});
  const Access access = read(address, size, true);
  if (access.trap) return access_trap(access, *access.trap, address);
  x_[op.rd] = is_signed ? sign_extended(access.value, size) : access.value;
  return retire(op.bytes(), access);
}

Core::Step Core::store(const MicroOp& op, unsigned size) {
  const std::uint64_t address = x_[op.rs1] + static_cast<std::uint64_t>(std::int64_t{op.imm});
  const Access access = write(address, size, x_[op.rd], clock_.edge(cycle_), true);
  if (access.trap) return access_trap(access, *access.trap, address);
  return retire(op.bytes(), access);
}

Core::Step Core::load_reserved(const MicroOp& op, unsigned size) {
  const std::uint64_t address = x_[op.rs1];
  const Access access = read(address, size, false);
  if (access.trap) return access_trap(access, *access.trap, address);
  reserved_address_ = address;
  reserved_size_ = size;
  x_[op.rd] = sign_extended(access.value, size);
  return retire(op.bytes(), access);
}

Core::Step Core::store_conditional(const MicroOp& op, unsigned size) {
  const std::uint64_t address = x_[op.rs1];
  if (address % size != 0) return trap(TrapCause::kStoreMisaligned, address);
  Access access;
  const bool holds = reserved_size_ == size && reserved_address_ == address;
  reserved_size_ = 0;
  if (holds) {
    access = write(address, size, x_[static_cast<unsigned>(op.imm)], clock_.edge(cycle_), false);
    if (access.trap) return access_trap(access, *access.trap, address);
  }
  x_[op.rd] = holds ? 0 : 1;
  return retire(op.bytes(), access);
}

Core::Step Core::atomic(const MicroOp& op, unsigned size) {
  const std::uint64_t address = x_[op.rs1];
  if (address % size != 0) return trap(TrapCause::kStoreMisaligned, address);
  const Access old = read(address, size, false);
  if (old.trap) return access_trap(old, TrapCause::kStoreFault, address);
  const std::uint64_t a = sign_extended(old.value, size);
  const std::uint64_t b = sign_extended(x_[static_cast<unsigned>(op.imm)], size);
  Access access = write(address, size, amo_result(op.funct, a, b, size),
                        clock_.edge(cycle_) + old.waited, false);
  if (access.trap) return access_trap(access, *access.trap, address);
  access.waited += old.waited;
  x_[op.rd] = a;
  return retire(op.bytes(), access);
}

Core::Step Core::access_csr(const MicroOp& op) {
  const auto number = static_cast<unsigned>(op.imm);
  const bool immediate = (op.funct & 4) != 0;
  const unsigned kind = op.funct & 3;  // 1 write, 2 set, 3 clear
  const std::uint64_t source = immediate ? op.rs1 : x_[op.rs1];
  const CsrCounters now = counters();
  std::uint64_t old = 0;
  bool ok = csrs_.read(number, now, old);
  if (ok && (kind == 1 || op.rs1 != 0)) {
    ok = csrs_.write(number, now, kind == 1 ? source : kind == 2 ? old | source : old & ~source);
  }
  if (!ok) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, sram_.data() + (pc_ - base_), 4);
    return trap(TrapCause::kIllegal, bits);
  }
  x_[op.rd] = old;
  return retire(4, {});
}

Core::Step Core::leave_trap() {
  const std::uint64_t to = csrs_.leave();
  const Step step = retire(4, {});
  pc_ = to;
  return step;
}

/// The instruction at pc_ is done: on to the next, `access.waited` later than without waiting.
Core::Step Core::retire(unsigned bytes, const Access& access) {
  pc_ += bytes;
  ++cycle_;
  if (access.waited > Time()) {
    const std::uint64_t now = cycle_;
    cycle_ = clock_.first_edge_at_or_after(clock_.edge(cycle_) + access.waited);
    idle_cycles_ += cycle_ - now;
  }
  return access.bus ? Step::kBus : Step::kGoOn;
}

bool Core::in_sram(std::uint64_t address, unsigned size) const {
  return address - base_ <= sram_.size() - size;
}

Core::Access Core::read(std::uint64_t address, unsigned size, bool may_be_misaligned) {
  Access access;
  const bool sram = in_sram(address, size);
  if (address % size != 0 && !(sram && may_be_misaligned)) {
    access.trap = TrapCause::kLoadMisaligned;
  } else if (sram) {
    std::memcpy(&access.value, sram_.data() + (address - base_), size);
  } else if (Clint::holds(address)) {
    const Time now = clock_.edge(cycle_);
    if (!clint_.load(address - Clint::kBase, size, now, access.value)) {
      access.trap = TrapCause::kLoadFault;
    }
  } else {
    const BusResult result = bus_.load(address, size, clock_.edge(cycle_), access.value);
    if (!result.ok) access.trap = TrapCause::kLoadFault;
    access.bus = true;
    access.waited = result.waited;
  }
  return access;
}

Core::Access Core::write(std::uint64_t address, unsigned size, std::uint64_t value, Time at,
                         bool may_be_misaligned) {
  Access access;
  const bool sram = in_sram(address, size);
  if (address % size != 0 && !(sram && may_be_misaligned)) {
    access.trap = TrapCause::kStoreMisaligned;
  } else if (sram) {
    std::memcpy(sram_.data() + (address - base_), &value, size);
    code_.written(address - base_, size);
  } else if (Clint::holds(address)) {
    if (!clint_.store(address - Clint::kBase, size, value)) access.trap = TrapCause::kStoreFault;
    csrs_.set_pending(kIrqSoftware, clint_.software());
    schedule_timer();
  } else {
    const std::uint64_t mask = size == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * size) - 1;
    const BusResult result = bus_.store(address, size, at, value & mask);
    if (!result.ok) access.trap = TrapCause::kStoreFault;
    access.bus = true;
    access.waited = result.waited;
  }
  return access;
}

}  // namespace weft
