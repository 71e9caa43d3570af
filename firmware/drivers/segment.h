// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Windows through which other nodes reach this NPU's memory.

enum { kSegmentRead = 1, kSegmentWrite = 2 };

struct segment {
  uint64_t offset;  ///< first fabric offset
  uint64_t size;    ///< bytes
  uint64_t local;   ///< local address of the first byte
  uint32_t token;   ///< what a request must carry
  unsigned rights;  ///< kSegmentRead, kSegmentWrite or both
};

/// Makes `segment` entry `index` (below WEFT_NPU_SEGMENTS), in place of what was there.
void segment_set(unsigned index, const struct segment* segment);
