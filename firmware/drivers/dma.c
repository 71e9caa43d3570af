// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/dma.h"

struct dma_state dma_state;

void dma_init(void) {
  npu_write(WEFT_NPU_DMA_CTRL_OFFSET, NPU_PUT(1, DMA_CTRL_RESET));
  for (unsigned i = 0; i < kDmaCompletions; ++i) {
    dma_state.completions[i][WEFT_NPU_COMPLETION_PHASE_WORD] = 0;
  }
  dma_state.posted = dma_state.rung = dma_state.taken = dma_state.told_taken = 0;
  mmio_order();
  npu_write(WEFT_NPU_RING_BASE_OFFSET, (uint64_t)dma_state.ring);
  npu_write(WEFT_NPU_RING_LOG2_OFFSET, kDmaEntriesLog2);
  npu_write(WEFT_NPU_CPL_BASE_OFFSET, (uint64_t)dma_state.completions);
  npu_write(WEFT_NPU_CPL_LOG2_OFFSET, kDmaCompletionsLog2);
  npu_write(WEFT_NPU_DMA_CTRL_OFFSET, NPU_PUT(1, DMA_CTRL_ENABLE));
}

bool dma_has_failed(void) {
  return NPU_GET(npu_read(WEFT_NPU_DMA_STATUS_OFFSET), DMA_STATUS_ERROR) != 0;
}
