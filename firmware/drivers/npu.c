// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/npu.h"

#include "firmware/drivers/npu_regs.h"

struct npu_identity npu_read_identity(void) {
  const uint64_t node = npu_read(WEFT_NPU_NODE_OFFSET);
  const uint64_t group = npu_read(WEFT_NPU_GROUP_OFFSET);
  const struct npu_identity identity = {
      .node = (uint16_t)NPU_GET(node, NODE_ID),
      .rank = (uint16_t)NPU_GET(group, GROUP_RANK),
      .ranks = (uint16_t)NPU_GET(group, GROUP_SIZE),
  };
  return identity;
}

bool npu_find_peer(uint16_t rank, uint16_t* node) {
  npu_write(WEFT_NPU_PEER_SEL_OFFSET, NPU_PUT(rank, PEER_SEL_RANK));
  const uint64_t peer = npu_read(WEFT_NPU_PEER_OFFSET);
  *node = (uint16_t)NPU_GET(peer, PEER_NODE);
  return NPU_GET(peer, PEER_VALID) != 0;
}

uint64_t npu_hbm_size(void) { return npu_read(WEFT_NPU_HBM_SIZE_OFFSET); }

void npu_set_state(unsigned state) {
  npu_write(WEFT_NPU_FW_STATE_OFFSET, NPU_PUT(state, FW_STATE_STATE));
}

void npu_report_fatal(uint64_t cause, uint64_t pc, uint64_t value) {
  npu_write(WEFT_NPU_FW_CAUSE_OFFSET, cause);
  npu_write(WEFT_NPU_FW_PC_OFFSET, pc);
  npu_write(WEFT_NPU_FW_TVAL_OFFSET, value);
  npu_set_state(WEFT_NPU_FW_STATE_STATE_FATAL);
}
