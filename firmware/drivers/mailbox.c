// SPDX-License-Identifier: Apache-2.0
#include "firmware/drivers/mailbox.h"

#include "firmware/drivers/npu_regs.h"
#include "firmware/platform/trap.h"

bool mailbox_receive(uint64_t* word) {
  if (npu_read(WEFT_NPU_MBOX_RX_COUNT_OFFSET) == 0) {
    return false;
  }
  *word = npu_read(WEFT_NPU_MBOX_RX_OFFSET);
  return true;
}

void mailbox_reply(unsigned message, unsigned status) {
  const uint64_t word = NPU_PUT(message, REPLY_MSG) | NPU_PUT(status, REPLY_STATUS);
  if (npu_read(WEFT_NPU_MBOX_TX_FREE_OFFSET) == 0) {
    trap_fatal("the host takes no words", word, 0, 0);
  }
  npu_write(WEFT_NPU_MBOX_TX_OFFSET, word);
}
