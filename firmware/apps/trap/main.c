// SPDX-License-Identifier: Apache-2.0
// Boots, then executes an instruction that does not exist: ends fatally with cause 2.
#include "firmware/platform/boot.h"

int main(void) {
  boot_done();
  __asm__ volatile(".4byte 0xffffffff");
  return 0;
}
