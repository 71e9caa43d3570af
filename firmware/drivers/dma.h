// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "firmware/drivers/npu_regs.h"

/// The DMA engine: descriptors in, completions out, both in ring order. Codes and layouts are those
/// of the register page: WEFT_NPU_OP_*, _DTYPE_*, _STATUS_*. What is called for each descriptor is
/// inline: an instruction is a nanosecond.

/// The completion ring is twice as long, so that the engine never waits for kDmaTellEvery
/// completions of which it has not been told that they were taken.
enum {
  kDmaEntriesLog2 = 6,
  kDmaEntries = 1 << kDmaEntriesLog2,  ///< descriptors that can be under way
  kDmaCompletionsLog2 = 7,
  kDmaCompletions = 1 << kDmaCompletionsLog2,
  kDmaTellEvery = 16,
};

/// The driver's state; only its functions use it. Indices run on for ever.
struct dma_state {
  uint32_t posted;
  uint32_t rung;
  uint32_t taken;
  uint32_t told_taken;
  alignas(64) uint64_t ring[kDmaEntries][WEFT_NPU_DESCRIPTOR_WORDS];
  alignas(64) volatile uint64_t completions[kDmaCompletions][WEFT_NPU_COMPLETION_WORDS];
};
extern struct dma_state dma_state;

/// The first word of a descriptor, without its cookie. Each one asks for the COMPLETION interrupt;
/// who does not wait for it keeps the source off.
static inline uint64_t dma_head(unsigned op, unsigned dtype, unsigned notify) {
  return NPU_PUT(op, DESCRIPTOR_OP) | NPU_PUT(1, DESCRIPTOR_IRQ) |
         NPU_PUT(dtype, DESCRIPTOR_DTYPE) | NPU_PUT(notify, DESCRIPTOR_NOTIFY);
}

/// `offset` (48 bits) at `node`.
static inline uint64_t dma_fabric_address(uint16_t node, uint64_t offset) {
  return NPU_PUT(node, FABRIC_ADDRESS_NODE) | NPU_PUT(offset, FABRIC_ADDRESS_OFFSET);
}

/// Both rings empty, engine on.
void dma_init(void);

/// Descriptors posted whose completions were not taken.
static inline uint32_t dma_outstanding(void) { return dma_state.posted - dma_state.taken; }

/// Puts a descriptor into the ring; the engine does not know of it until dma_ring. `remote` is the
/// second local address of a reduce. Fewer than kDmaEntries must be outstanding.
static inline void dma_post(uint64_t head, uint32_t cookie, uint64_t local, uint64_t remote,
                            uint64_t bytes, uint32_t token) {
  uint64_t* words = dma_state.ring[dma_state.posted % kDmaEntries];  // others are 0 from the start
  words[WEFT_NPU_DESCRIPTOR_OP_WORD] = head | NPU_PUT(cookie, DESCRIPTOR_COOKIE);
  words[WEFT_NPU_DESCRIPTOR_LOCAL_WORD] = local;
  words[WEFT_NPU_DESCRIPTOR_REMOTE_WORD] = remote;
  words[WEFT_NPU_DESCRIPTOR_BYTES_WORD] = bytes;
  words[WEFT_NPU_DESCRIPTOR_TOKEN_WORD] = token;
  ++dma_state.posted;
}

/// Descriptors posted and not told of.
static inline uint32_t dma_unrung(void) { return dma_state.posted - dma_state.rung; }

/// One doorbell for all that was posted.
static inline void dma_ring(void) {
  dma_state.rung = dma_state.posted;
  mmio_order();
  npu_write(WEFT_NPU_DOORBELL_OFFSET, dma_state.posted);
}

/// Takes the next completion and gives its first word; false if there is none. Costs no register
/// access but one in kDmaTellEvery.
static inline bool dma_take(uint64_t* word) {
  const uint32_t taken = dma_state.taken;
  *word = dma_state.completions[taken % kDmaCompletions][WEFT_NPU_COMPLETION_PHASE_WORD];
  // The phase is 1 on the first lap, then 0, in turns.
  if (NPU_GET(*word, COMPLETION_PHASE) == (taken >> kDmaCompletionsLog2 & 1)) {
    return false;
  }
  dma_state.taken = taken + 1;
  if (dma_state.taken - dma_state.told_taken == kDmaTellEvery) {
    dma_state.told_taken = dma_state.taken;
    npu_write(WEFT_NPU_CPL_HEAD_OFFSET, dma_state.taken);
  }
  return true;
}

/// The engine could not reach a ring and stands still.
bool dma_has_failed(void);
