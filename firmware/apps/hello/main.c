// SPDX-License-Identifier: Apache-2.0
// Boots, says who it is, and a microsecond later that its timer works.
#include <stdbool.h>

#include "firmware/drivers/console.h"
#include "firmware/drivers/npu.h"
#include "firmware/drivers/timer.h"
#include "firmware/platform/boot.h"
#include "firmware/platform/cpu.h"

static volatile bool ticked;

static void timer_isr(void) { ticked = true; }

static void sleep_nanoseconds(uint64_t time) {
  ticked = false;
  timer_start(timer_now() + time, timer_isr);
  while (!ticked) {
    cpu_wait();
    cpu_interrupts_on();
    cpu_interrupts_off();
  }
}

int main(void) {
  const struct npu_identity self = npu_read_identity();
  console_text("hello from node ");
  console_number(self.node);
  console_text(", rank ");
  console_number(self.rank);
  console_text(" of ");
  console_number(self.ranks);
  console_text("\n");
  boot_done();
  sleep_nanoseconds(1000);
  console_text("tick\n");
  return 0;
}
