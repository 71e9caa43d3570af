// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/timer.h"

#include "firmware/drivers/npu_regs.h"
#include "firmware/platform/cpu.h"
#include "firmware/platform/mmio.h"

// SiFive's layout of a CLINT, hart 0.
enum { kTimeCompare = 0x4000, kTime = 0xBFF8 };

static void (*timer_handler)(void);

uint64_t timer_now(void) { return mmio_read64(WEFT_NPU_CLINT_BASE + kTime); }

void timer_start(uint64_t at, void (*handler)(void)) {
  cpu_disable(kCpuTimerInterrupt);
  timer_handler = handler;
  mmio_write64(WEFT_NPU_CLINT_BASE + kTimeCompare, at);
  cpu_enable(kCpuTimerInterrupt);
}

void timer_handle(void) {
  cpu_disable(kCpuTimerInterrupt);
  timer_handler();
}
