// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "firmware/include/weft_npu_regs.h"
#include "firmware/platform/mmio.h"

/// The field `name` (REGISTER_FIELD or STRUCT_FIELD) of a word; and a word with nothing but that
/// field.
#define NPU_GET(value, name) (((value)&WEFT_NPU_##name##_MASK) >> WEFT_NPU_##name##_LSB)
#define NPU_PUT(value, name) (((uint64_t)(value) << WEFT_NPU_##name##_LSB) & WEFT_NPU_##name##_MASK)

static inline uint64_t npu_read(uint32_t offset) {
  return mmio_read64(WEFT_NPU_REGS_BASE + offset);
}

static inline void npu_write(uint32_t offset, uint64_t value) {
  mmio_write64(WEFT_NPU_REGS_BASE + offset, value);
}
