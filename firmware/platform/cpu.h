// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// The core's interrupt switches. Bits of mie and causes of mcause are the same numbers.
enum {
  kCpuSoftwareInterrupt = 3,
  kCpuTimerInterrupt = 7,
  kCpuExternalInterrupt = 11,
};

#ifdef WEFT_FIRMWARE_ON_HOST

void cpu_wait(void);
void cpu_interrupts_on(void);
void cpu_interrupts_off(void);
void cpu_enable(unsigned interrupt);
void cpu_disable(unsigned interrupt);

#else

/// Sleeps until an interrupt that is enabled in mie is pending; returns also when traps are off.
static inline void cpu_wait(void) { __asm__ volatile("wfi" ::: "memory"); }

static inline void cpu_interrupts_on(void) { __asm__ volatile("csrsi mstatus, 8" ::: "memory"); }
static inline void cpu_interrupts_off(void) { __asm__ volatile("csrci mstatus, 8" ::: "memory"); }

static inline void cpu_enable(unsigned interrupt) {
  __asm__ volatile("csrs mie, %0" ::"r"(1ul << interrupt) : "memory");
}
static inline void cpu_disable(unsigned interrupt) {
  __asm__ volatile("csrc mie, %0" ::"r"(1ul << interrupt) : "memory");
}

#endif
