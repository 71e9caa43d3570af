// SPDX-License-Identifier: Apache-2.0
#include "tests/firmware/mock_npu.h"

#include <cstring>

#include "tests/firmware/drivers.h"

extern "C" {
#include "firmware/platform/trap.h"
}

namespace weft::firmware_test {

namespace {

MockNpu* the_one = nullptr;

constexpr std::uint64_t kMtimecmp = WEFT_NPU_CLINT_BASE + 0x4000;
constexpr std::uint64_t kMtime = WEFT_NPU_CLINT_BASE + 0xBFF8;
constexpr std::uint64_t kNotifyCounts = WEFT_NPU_NOTIFY_COUNT_OFFSET(0);
constexpr std::uint64_t kAfterNotifyCounts =
    WEFT_NPU_NOTIFY_COUNT_OFFSET(WEFT_NPU_NOTIFY_COUNT_COUNT);

}  // namespace

MockNpu::MockNpu(bool eager) : eager_(eager) { the_one = this; }
MockNpu::~MockNpu() { the_one = nullptr; }

MockNpu& MockNpu::current() {
  if (the_one == nullptr) {
    throw std::logic_error("no mock NPU");
  }
  return *the_one;
}

std::uint64_t MockNpu::read(std::uint64_t address) {
  ++register_accesses;
  if (eager_ && chance_() % 2 == 0) {
    something_happens();
  }
  if (address == kMtime) {
    return time;
  }
  if (address - WEFT_NPU_REGS_BASE < WEFT_NPU_REGS_SIZE) {
    return read_npu(address - WEFT_NPU_REGS_BASE);
  }
  throw std::out_of_range("load from nowhere");
}

void MockNpu::write(std::uint64_t address, std::uint64_t value) {
  ++register_accesses;
  writes.push_back({true, address, value});
  registers[address] = value;
  if (address - WEFT_NPU_REGS_BASE < WEFT_NPU_REGS_SIZE) {
    write_npu(address - WEFT_NPU_REGS_BASE, value);
  } else if (address != kMtimecmp) {
    throw std::out_of_range("store to nowhere");
  }
}

std::uint64_t MockNpu::read_npu(std::uint64_t offset) {
  if (offset >= kNotifyCounts && offset < kAfterNotifyCounts) {
    return notify_count_[(offset - kNotifyCounts) / 8];
  }
  switch (offset) {
    case WEFT_NPU_PEER_OFFSET: {
      const std::uint64_t rank = registers[WEFT_NPU_REGS_BASE + WEFT_NPU_PEER_SEL_OFFSET];
      return rank < peers.size() ? NPU_PUT(peers[rank], PEER_NODE) | NPU_PUT(1, PEER_VALID) : 0;
    }
    case WEFT_NPU_IRQ_PENDING_OFFSET:
      return irq_pending();
    case WEFT_NPU_MBOX_RX_COUNT_OFFSET:
      return from_host.size();
    case WEFT_NPU_MBOX_TX_FREE_OFFSET:
      return WEFT_NPU_MAILBOX_WORDS - to_host.size();
    case WEFT_NPU_MBOX_RX_OFFSET: {
      const std::uint64_t word = from_host.at(0);
      from_host.pop_front();
      return word;
    }
    default:
      return registers[WEFT_NPU_REGS_BASE + offset];
  }
}

void MockNpu::write_npu(std::uint64_t offset, std::uint64_t value) {
  switch (offset) {
    case WEFT_NPU_IRQ_PENDING_OFFSET:
      sticky_ &= ~value;
      break;
    case WEFT_NPU_NOTIFY_PENDING_OFFSET:
      notify_pending_ &= ~value;
      break;
    case WEFT_NPU_MBOX_TX_OFFSET:
      to_host.push_back(value);
      break;
    case WEFT_NPU_CONSOLE_OFFSET:
      console += static_cast<char>(value);
      break;
    case WEFT_NPU_DMA_CTRL_OFFSET:
      if (NPU_GET(value, DMA_CTRL_RESET) != 0) {
        reset_dma();
      }
      break;
    case WEFT_NPU_DOORBELL_OFFSET:
      take_descriptors(static_cast<std::uint32_t>(value));
      break;
    default:
      break;
  }
}

std::uint8_t* MockNpu::at(std::uint64_t address) const {
  return memory ? memory(address) : reinterpret_cast<std::uint8_t*>(address);
}

void MockNpu::reset_dma() {
  fetched_ = tail_ = 0;
  completed = posted.size();
  registers[WEFT_NPU_REGS_BASE + WEFT_NPU_CPL_HEAD_OFFSET] = 0;
}

void MockNpu::take_descriptors(std::uint32_t producer) {
  ++doorbells;
  const std::uint64_t base = registers[WEFT_NPU_REGS_BASE + WEFT_NPU_RING_BASE_OFFSET];
  const std::uint32_t entries = 1u << registers[WEFT_NPU_REGS_BASE + WEFT_NPU_RING_LOG2_OFFSET];
  if (producer - tail_ > entries) {
    throw std::logic_error("a descriptor was overwritten");
  }
  for (; fetched_ != producer; ++fetched_) {
    Posted one{{}, notify_count_[0], notify_count_[1]};
    std::memcpy(one.words.data(), at(base + fetched_ % entries * 64), 64);
    posted.push_back(one);
  }
}

void MockNpu::complete_next() {
  const Posted& one = posted[completed];
  const std::uint64_t base = registers[WEFT_NPU_REGS_BASE + WEFT_NPU_CPL_BASE_OFFSET];
  const unsigned log2 =
      static_cast<unsigned>(registers[WEFT_NPU_REGS_BASE + WEFT_NPU_CPL_LOG2_OFFSET]);
  const auto head =
      static_cast<std::uint32_t>(registers[WEFT_NPU_REGS_BASE + WEFT_NPU_CPL_HEAD_OFFSET]);
  if (tail_ - head == 1u << log2) {
    throw std::logic_error("the completion ring is full");
  }
  const auto found = bad_status.find(completed);
  const std::uint8_t status = found == bad_status.end() ? 0 : found->second;
  const std::uint64_t words[2] = {
      NPU_PUT(NPU_GET(one.words[0], DESCRIPTOR_COOKIE), COMPLETION_COOKIE) |
          NPU_PUT(status, COMPLETION_STATUS) | NPU_PUT(~(tail_ >> log2), COMPLETION_PHASE),
      status == 0 ? one.words[WEFT_NPU_DESCRIPTOR_BYTES_WORD] : 0};
  std::memcpy(at(base + (tail_ & ((1u << log2) - 1)) * 16), words, 16);
  ++tail_;
  ++completed;
  sticky_ |= NPU_GET(one.words[0], DESCRIPTOR_IRQ) << kIrqCompletion;
  sticky_ |= std::uint64_t{status != 0} << kIrqError;
}

void MockNpu::notify_next() {
  const unsigned id = notifications.front();
  notifications.pop_front();
  ++notify_count_[id];
  notify_pending_ |= std::uint64_t{1} << id;
}

bool MockNpu::something_happens() {
  const bool can_complete = completed != posted.size();
  const bool can_notify = !notifications.empty();
  if (can_complete && !(eager_ && can_notify && chance_() % 2 == 0)) {
    complete_next();
    return true;
  }
  if (can_notify) {
    notify_next();
    return true;
  }
  return false;
}

std::uint64_t MockNpu::irq_pending() {
  const std::uint64_t selected = registers[WEFT_NPU_REGS_BASE + WEFT_NPU_NOTIFY_ENABLE_OFFSET];
  return sticky_ | std::uint64_t{(notify_pending_ & selected) != 0} << kIrqNotify |
         std::uint64_t{!from_host.empty()} << kIrqMailbox;
}

bool MockNpu::irq() {
  return (irq_pending() & registers[WEFT_NPU_REGS_BASE + WEFT_NPU_IRQ_ENABLE_OFFSET]) != 0;
}

bool MockNpu::is_awake() {
  const bool timer = registers.count(kMtimecmp) != 0 && time >= registers[kMtimecmp];
  return (irq() && (mie_ >> kCpuExternalInterrupt & 1) != 0) ||
         (timer && (mie_ >> kCpuTimerInterrupt & 1) != 0);
}

void MockNpu::wait() {
  if (on_sleep) {
    on_sleep();
  }
  while (!is_awake()) {
    if (something_happens()) {
      continue;
    }
    if ((mie_ >> kCpuTimerInterrupt & 1) == 0) {
      throw std::logic_error("the firmware sleeps for ever");
    }
    time = registers[kMtimecmp];
  }
}

void MockNpu::enable(unsigned interrupt, bool on) {
  const std::uint64_t bit = std::uint64_t{1} << interrupt;
  mie_ = on ? mie_ | bit : mie_ & ~bit;
}

void MockNpu::open_traps() {
  if (irq() && (mie_ >> kCpuExternalInterrupt & 1) != 0) {
    irq_handle();
  }
  if ((mie_ >> kCpuTimerInterrupt & 1) != 0 && time >= registers[kMtimecmp]) {
    timer_handle();
  }
}

}  // namespace weft::firmware_test

using weft::firmware_test::MockNpu;

extern "C" {

uint64_t mmio_read64(uint64_t address) { return MockNpu::current().read(address); }
void mmio_write64(uint64_t address, uint64_t value) { MockNpu::current().write(address, value); }
void cpu_wait(void) { MockNpu::current().wait(); }
void cpu_interrupts_on(void) { MockNpu::current().open_traps(); }
void cpu_interrupts_off(void) {}
void cpu_enable(unsigned interrupt) { MockNpu::current().enable(interrupt, true); }
void cpu_disable(unsigned interrupt) { MockNpu::current().enable(interrupt, false); }

[[noreturn]] void trap_fatal(const char* what, uint64_t, uint64_t, uint64_t) {
  throw weft::firmware_test::Fatal(what);
}
}
