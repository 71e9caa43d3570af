// SPDX-License-Identifier: Apache-2.0
// Boots and never answers a message: what the host gives it stays in the mailbox.
#include "firmware/platform/boot.h"
#include "firmware/platform/cpu.h"

int main(void) {
  boot_done();
  for (;;) {
    cpu_wait();
  }
}
