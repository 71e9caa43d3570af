// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/console.h"

#include "firmware/drivers/npu_regs.h"

static void put(char c) { npu_write(WEFT_NPU_CONSOLE_OFFSET, (unsigned char)c); }

static void put_digits(uint64_t value, unsigned base) {
  char digits[20];
  unsigned count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  while (count > 0) {
    put(digits[--count]);
  }
}

void console_text(const char* text) {
  while (*text != '\0') {
    put(*text++);
  }
}

void console_number(uint64_t value) { put_digits(value, 10); }

void console_hex(uint64_t value) {
  console_text("0x");
  put_digits(value, 16);
}
