// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

#include "firmware/drivers/npu_regs.h"

/// Notifications: 64 ids, each with a counter that other nodes' writes increment.

/// Interrupts for exactly the ids of `mask`.
static inline void notify_enable(uint64_t mask) { npu_write(WEFT_NPU_NOTIFY_ENABLE_OFFSET, mask); }

/// Forgets that `mask` are pending. Read the counters after it, so that none is missed.
static inline void notify_clear(uint64_t mask) { npu_write(WEFT_NPU_NOTIFY_PENDING_OFFSET, mask); }

/// Notifications of `id` since reset.
static inline uint64_t notify_count(unsigned id) {
  return npu_read(WEFT_NPU_NOTIFY_COUNT_OFFSET(id));
}
