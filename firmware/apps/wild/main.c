// SPDX-License-Identifier: Apache-2.0
// Boots, then stores where there is no memory: ends fatally with cause 7 and that address.
#include <stdint.h>

#include "firmware/platform/boot.h"

int main(void) {
  boot_done();
  *(volatile uint64_t*)0x40000000 = 1;
  return 0;
}
