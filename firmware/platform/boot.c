// SPDX-License-Identifier: Apache-2.0
#include "firmware/platform/boot.h"

#include "firmware/drivers/mailbox.h"
#include "firmware/drivers/npu.h"
#include "firmware/drivers/npu_regs.h"

void boot(void) {
  npu_set_state(WEFT_NPU_FW_STATE_STATE_BOOTING);
  main();
}

void boot_done(void) {
  npu_set_state(WEFT_NPU_FW_STATE_STATE_READY);
  mailbox_reply(WEFT_NPU_FW_MSG_READY, WEFT_NPU_STATUS_OK);
}
