// SPDX-License-Identifier: Apache-2.0
#include "firmware/platform/trap.h"

#include "firmware/drivers/console.h"
#include "firmware/drivers/irq.h"
#include "firmware/drivers/npu.h"
#include "firmware/drivers/timer.h"
#include "firmware/platform/cpu.h"

static const uint64_t kInterrupt = 1ull << 63;

void trap_handler(uint64_t cause, uint64_t pc, uint64_t value) {
  if (cause == (kInterrupt | kCpuExternalInterrupt)) {
    irq_handle();
  } else if (cause == (kInterrupt | kCpuTimerInterrupt)) {
    timer_handle();
  } else if (cause & kInterrupt) {
    trap_fatal("unexpected interrupt", cause, pc, value);
  } else {
    trap_fatal("unexpected trap", cause, pc, value);
  }
}

void trap_fatal(const char* what, uint64_t cause, uint64_t pc, uint64_t value) {
  cpu_interrupts_off();
  cpu_disable(kCpuTimerInterrupt);
  cpu_disable(kCpuExternalInterrupt);
  console_text("fatal: ");
  console_text(what);
  console_text(", cause ");
  console_hex(cause);
  console_text(" pc ");
  console_hex(pc);
  console_text(" value ");
  console_hex(value);
  console_text("\n");
  npu_report_fatal(cause, pc, value);
  for (;;) {
    cpu_wait();
  }
}
