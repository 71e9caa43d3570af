// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Who this NPU is, and what its firmware tells the outside about itself.

struct npu_identity {
  uint16_t node;   ///< fabric address
  uint16_t rank;   ///< own place in the group
  uint16_t ranks;  ///< size of the group
};

struct npu_identity npu_read_identity(void);

/// Node of `rank` of the group in `node`; false if there is no such rank.
bool npu_find_peer(uint16_t rank, uint16_t* node);

uint64_t npu_hbm_size(void);

/// `state` is a code of FW_STATE.
void npu_set_state(unsigned state);

/// Cause, pc and value of the trap that ended the firmware; the state becomes fatal last.
void npu_report_fatal(uint64_t cause, uint64_t pc, uint64_t value);
