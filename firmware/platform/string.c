// SPDX-License-Identifier: Apache-2.0
// What the compiler may call without being asked: there is no C library.
#include <stddef.h>

void* memset(void* to, int value, size_t count);
void* memcpy(void* to, const void* from, size_t count);

void* memset(void* to, int value, size_t count) {
  unsigned char* out = to;
  while (count-- > 0) {
    *out++ = (unsigned char)value;
  }
  return to;
}

void* memcpy(void* to, const void* from, size_t count) {
  unsigned char* out = to;
  const unsigned char* in = from;
  while (count-- > 0) {
    *out++ = *in++;
  }
  return to;
}
