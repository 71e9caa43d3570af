// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Ring all-reduce (sum, in place) over the NPUs of a group.
///
/// Chunk c of n is elements [E c / n, E (c+1) / n); piece p of P of a chunk of m elements is
/// [m p / P, m (p+1) / P). Pieces without elements are neither sent nor counted. In step s of the
/// first half rank r sends chunk r - s to staging slot s of rank r + 1 (notify id 0), in step s of
/// the second half chunk r + 1 - s to its place there (notify id 1). A chunk but the first is sent
/// piece by piece as it arrives, in the first half and in the first step of the second after it was
/// added to the own one. Each NPU's segment 0 shows its whole HBM from offset 0.

struct allreduce_group {
  uint16_t rank;
  uint16_t ranks;  ///< 1 or more
  uint16_t next;   ///< node of rank + 1
};

struct allreduce_job {
  uint8_t dtype;     ///< WEFT_NPU_DTYPE_*
  uint16_t pieces;   ///< P
  uint64_t buffer;   ///< local address in HBM, the same in all NPUs
  uint64_t bytes;    ///< of the buffer
  uint64_t staging;  ///< ranks - 1 slots, each as large as the largest chunk; in HBM, as the buffer
  uint32_t token;    ///< of everybody's segment 0
};

/// Once, with traps off: segment, DMA engine and notifications. Uses irq_sleep.
void allreduce_init(void);

/// Lets others write what a job brings. Returns why the job is refused, if it is.
uint8_t allreduce_arm(const struct allreduce_job* job);

/// Runs a job for which all ranks are armed, with traps off. Returns when the result is here and
/// all own descriptors are complete, or after the first failure (WEFT_NPU_STATUS_*), which leaves
/// the other ranks waiting. The interrupt sources are all off afterwards.
uint8_t allreduce_run(const struct allreduce_group* group, const struct allreduce_job* job);
