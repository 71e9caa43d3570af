// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/segment.h"

#include "firmware/drivers/npu_regs.h"

void segment_set(unsigned index, const struct segment* segment) {
  npu_write(WEFT_NPU_SEG_SEL_OFFSET, NPU_PUT(index, SEG_SEL_INDEX));
  npu_write(WEFT_NPU_SEG_OFFSET_OFFSET, segment->offset);
  npu_write(WEFT_NPU_SEG_SIZE_OFFSET, segment->size);
  npu_write(WEFT_NPU_SEG_LOCAL_OFFSET, segment->local);
  npu_write(WEFT_NPU_SEG_TOKEN_OFFSET, segment->token);
  npu_write(WEFT_NPU_SEG_CTRL_OFFSET,
            NPU_PUT(1, SEG_CTRL_VALID) |
                NPU_PUT((segment->rights & kSegmentRead) != 0, SEG_CTRL_READ) |
                NPU_PUT((segment->rights & kSegmentWrite) != 0, SEG_CTRL_WRITE));
}
