// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Device registers and shared memory. With WEFT_FIRMWARE_ON_HOST the accesses are functions, which
/// a test provides in place of the device.
#ifdef WEFT_FIRMWARE_ON_HOST

uint64_t mmio_read64(uint64_t address);
void mmio_write64(uint64_t address, uint64_t value);
static inline void mmio_order(void) {}

#else

static inline uint64_t mmio_read64(uint64_t address) { return *(volatile uint64_t*)address; }

static inline void mmio_write64(uint64_t address, uint64_t value) {
  *(volatile uint64_t*)address = value;
}

/// Memory written before it is seen by a device that is told by a register written after it.
static inline void mmio_order(void) { __asm__ volatile("fence w, o" ::: "memory"); }

#endif
