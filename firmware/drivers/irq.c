// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/irq.h"

#include <stddef.h>

#include "firmware/drivers/npu_regs.h"
#include "firmware/platform/cpu.h"
#include "firmware/platform/trap.h"

static irq_handler handlers[kIrqSources];
static uint32_t enabled;

/// Sources that stay pending until they are cleared; the others follow what causes them.
static const uint32_t kSticky = 1u << kIrqCompletion | 1u << kIrqError;

uint32_t irq_take(void) {
  const uint32_t pending = (uint32_t)npu_read(WEFT_NPU_IRQ_PENDING_OFFSET) & enabled;
  if (pending & kSticky) {
    npu_write(WEFT_NPU_IRQ_PENDING_OFFSET, pending & kSticky);
  }
  return pending;
}

void irq_init(void) {
  irq_enable(0);
  cpu_enable(kCpuExternalInterrupt);
}

void irq_set_handler(enum irq_source source, irq_handler handler) { handlers[source] = handler; }

void irq_enable(uint32_t mask) {
  enabled = mask;
  npu_write(WEFT_NPU_IRQ_ENABLE_OFFSET, mask);
}

uint32_t irq_sleep(void) {
  cpu_wait();
  return irq_take();
}

void irq_sleep_and_serve(void) {
  cpu_wait();
  cpu_interrupts_on();
  cpu_interrupts_off();
}

void irq_handle(void) {
  const uint32_t pending = irq_take();
  for (unsigned source = 0; source < kIrqSources; ++source) {
    if (pending >> source & 1) {
      if (handlers[source] == NULL) {
        trap_fatal("interrupt without a handler", source, 0, pending);
      }
      handlers[source]();
    }
  }
}
