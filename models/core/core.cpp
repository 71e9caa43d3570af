// SPDX-License-Identifier: Apache-2.0
#include "models/core/core.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "models/core/hex.h"

namespace weft {
namespace {

constexpr std::uint64_t kNoCycle = std::numeric_limits<std::uint64_t>::max();

/// First cycle that begins at or after `at`.
std::uint64_t cycle_from(const Clock& clock, Time at) {
  return at.is_never() ? kNoCycle : clock.first_edge_at_or_after(at);
}

}  // namespace

Core::Core(const CoreConfig& config, std::span<std::uint8_t> sram, std::uint64_t sram_base,
           CoreBus& bus)
    : clock_(Clock::for_frequency(config.clock.hz)),
      bus_(bus),
      sram_(sram),
      base_(sram_base),
      code_(sram.size()),
      pc_(sram_base) {
  if (sram.empty() || sram.size() % 8 != 0 || sram_base % 8 != 0) {
    throw std::invalid_argument("the memory of a core is a multiple of 8 bytes at one of 8");
  }
  if (sram_base + sram.size() < sram_base ||
      (sram_base < Clint::kBase + Clint::kSize && Clint::kBase < sram_base + sram.size())) {
    throw std::invalid_argument("the memory of a core wraps around or overlaps its CLINT");
  }
}

void Core::reset(std::uint64_t pc, Time at) {
  x_.fill(0);
  pc_ = pc & ~std::uint64_t{1};
  clint_ = Clint();
  csrs_.reset();
  csrs_.set_pending(kIrqExternal, last_level_);
  changes_.clear();
  code_.clear();
  cycle_ = start_cycle_ = clock_.first_edge_at_or_after(at);
  idle_cycles_ = 0;
  reserved_size_ = 0;
  handler_entered_ = false;
  halt_.reset();
  state_ = State::kRunning;
  schedule_timer();
}

void Core::set_reg(unsigned index, std::uint64_t value) {
  if (index != 0) x_.at(index) = value;
}

std::optional<std::uint64_t> Core::csr(unsigned number) const {
  std::uint64_t value = 0;
  if (!csrs_.read(number, counters(), value)) return std::nullopt;
  return value;
}

CsrCounters Core::counters() const {
  return {cycle_, instructions(), Clint::mtime(clock_.edge(cycle_))};
}

Time Core::next() const {
  if (state_ == State::kRunning) return clock_.edge(cycle_);
  if (state_ != State::kWaiting) return Time::never();
  const std::uint64_t cycle = wake_cycle();
  return cycle == kNoCycle ? Time::never() : clock_.edge(cycle);
}

void Core::run(Time until) {
  const std::uint64_t end = cycle_from(clock_, until);
  while (state_ == State::kRunning || state_ == State::kWaiting) {
    if (state_ == State::kWaiting) idle_until(end);
    if (state_ == State::kWaiting || cycle_ >= end) return;
    take_changes();
    if (const unsigned irq = csrs_.interrupt(); irq != 0) enter_interrupt(irq);
    if (state_ != State::kRunning) return;
    const MicroOp* op = execute(std::min(end, next_change()));
    if (op != nullptr && execute_slow(*op) == Step::kBus) return;
  }
}

void Core::pause(Time until) {
  const std::uint64_t cycle = cycle_from(clock_, until);
  if (cycle <= cycle_) return;
  idle_cycles_ += cycle - cycle_;
  cycle_ = cycle;
}

void Core::set_external_irq(bool level, Time at) {
  if (level == last_level_) return;
  last_level_ = level;
  std::uint64_t cycle = 0;
  if (state_ == State::kRunning || state_ == State::kWaiting) {
    cycle = cycle_from(clock_, at);
    if (state_ == State::kWaiting) idle_until(cycle);  // what came before cannot matter any more
    take_changes();
  }
  if (cycle <= cycle_ && changes_.empty()) {
    csrs_.set_pending(kIrqExternal, level);
  } else {
    changes_.push_back({changes_.empty() ? cycle : std::max(cycle, changes_.back().cycle), level});
  }
}

void Core::invalidate(std::uint64_t address, std::uint64_t size) {
  const std::uint64_t end = base_ + sram_.size();
  const std::uint64_t first = std::max(address, base_);
  const std::uint64_t last = size < end - std::min(address, end) ? address + size : end;
  if (first >= last) return;
  code_.written(first - base_, last - first);
  if (first < reserved_address_ + reserved_size_ && reserved_address_ < last) reserved_size_ = 0;
}

/// Applies what changes at or before the next instruction.
void Core::take_changes() {
  auto change = changes_.begin();
  for (; change != changes_.end() && change->cycle <= cycle_; ++change) {
    csrs_.set_pending(kIrqExternal, change->level);
  }
  changes_.erase(changes_.begin(), change);
  csrs_.set_pending(kIrqTimer, timer_cycle_ <= cycle_);
}

/// The first cycle after cycle_ in which take_changes() has something to do.
std::uint64_t Core::next_change() const {
  const std::uint64_t timer = timer_cycle_ > cycle_ ? timer_cycle_ : kNoCycle;
  return changes_.empty() ? timer : std::min(timer, changes_.front().cycle);
}

/// In wfi: the first cycle known in which it may end.
std::uint64_t Core::wake_cycle() const {
  if (csrs_.wakes()) return cycle_;
  std::uint64_t cycle = csrs_.enabled(kIrqTimer) ? timer_cycle_ : kNoCycle;
  if (csrs_.enabled(kIrqExternal)) {
    const auto rises = [](const IrqChange& change) { return change.level; };
    const auto found = std::find_if(changes_.begin(), changes_.end(), rises);
    if (found != changes_.end()) cycle = std::min(cycle, found->cycle);
  }
  return std::max(cycle, cycle_);
}

/// In wfi: goes on to the first cycle before `end` in which it ends, or as far as that is known.
void Core::idle_until(std::uint64_t end) {
  for (;;) {
    take_changes();
    if (csrs_.wakes()) {
      if (cycle_ < end) state_ = State::kRunning;
      return;
    }
    const std::uint64_t change = next_change();
    if (change >= end) return;
    idle_cycles_ += change - cycle_;
    cycle_ = change;
  }
}

void Core::schedule_timer() { timer_cycle_ = cycle_from(clock_, clint_.timer_due()); }

void Core::enter_interrupt(unsigned irq) {
  if (!csrs_.has_handler()) {
    halt_at(TrapCause::kFetchFault, 0,
            "interrupt " + std::to_string(irq) + " with no trap handler");
    return;
  }
  pc_ = csrs_.enter_interrupt(irq, pc_);
}

Core::Step Core::trap(TrapCause cause, std::uint64_t tval) {
  const std::string what = trap_cause_name(cause);
  if (!csrs_.has_handler()) {
    halt_at(cause, tval, what + " with no trap handler");
  } else if (handler_entered_ && pc_ == handler_ && instructions() == handler_instret_) {
    halt_at(cause, tval, what + " in the first instruction of the trap handler");
  } else {
    handler_ = csrs_.enter_exception(cause, pc_, tval);
    handler_instret_ = instructions();
    handler_entered_ = true;
    pc_ = handler_;
    ++cycle_;
    ++idle_cycles_;
  }
  return Step::kGoOn;
}

void Core::halt_at(TrapCause cause, std::uint64_t tval, const std::string& text) {
  const std::string where = ": pc " + to_hex(pc_) + ", value " + to_hex(tval);
  halt_ = Halt{cause, pc_, tval, text + where};
  state_ = State::kHalted;
}

}  // namespace weft
