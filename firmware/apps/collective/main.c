// SPDX-License-Identifier: Apache-2.0
// Does all-reduces for the host: a job in the mailbox, an answer when it is armed, a word to go, an
// answer when it is done.
#include <stdbool.h>

#include "firmware/apps/collective/allreduce.h"
#include "firmware/drivers/irq.h"
#include "firmware/drivers/mailbox.h"
#include "firmware/drivers/npu.h"
#include "firmware/drivers/npu_regs.h"
#include "firmware/platform/boot.h"

static uint64_t message[WEFT_NPU_JOB_WORDS];
static volatile unsigned words;
static unsigned wanted;

// The words that are waited for, as they come; others stay in the mailbox.
static void mailbox_isr(void) {
  uint64_t word;
  while (words < wanted && mailbox_receive(&word)) {
    message[words++] = word;
  }
  if (words == wanted) {
    irq_enable(0);
  }
}

static void await_words(unsigned count) {
  words = 0;
  wanted = count;
  irq_enable(1u << kIrqMailbox);
  while (words < count) {
    irq_sleep_and_serve();
  }
}

// Others may write here from now on, but this rank must not write to them before the host says
// that all are as far.
static bool await_go(void) {
  mailbox_reply(WEFT_NPU_FW_MSG_ARMED, WEFT_NPU_STATUS_OK);
  await_words(1);
  return NPU_GET(message[0], JOB_MSG) == WEFT_NPU_HOST_MSG_GO;
}

static uint8_t run_message(const struct allreduce_group* group, bool has_next) {
  const uint64_t head = message[WEFT_NPU_JOB_MSG_WORD];
  const struct allreduce_job job = {
      .dtype = (uint8_t)NPU_GET(head, JOB_DTYPE),
      .pieces = (uint16_t)NPU_GET(head, JOB_PIECES),
      .buffer = message[WEFT_NPU_JOB_BUFFER_WORD],
      .bytes = message[WEFT_NPU_JOB_BYTES_WORD],
      .staging = message[WEFT_NPU_JOB_STAGING_WORD],
      .token = (uint32_t)NPU_GET(message[WEFT_NPU_JOB_TOKEN_WORD], JOB_TOKEN),
  };
  if (NPU_GET(head, JOB_MSG) != WEFT_NPU_HOST_MSG_JOB) {
    return WEFT_NPU_STATUS_UNSUPPORTED;
  }
  if (!has_next) {
    return WEFT_NPU_STATUS_REMOTE_ADDRESS;
  }
  const uint8_t refused = allreduce_arm(&job);
  if (refused != WEFT_NPU_STATUS_OK) {
    return refused;
  }
  return await_go() ? allreduce_run(group, &job) : WEFT_NPU_STATUS_UNSUPPORTED;
}

int main(void) {
  const struct npu_identity self = npu_read_identity();
  struct allreduce_group group = {.rank = self.rank, .ranks = self.ranks};
  const bool has_next = npu_find_peer((uint16_t)((self.rank + 1) % self.ranks), &group.next);
  irq_init();
  irq_set_handler(kIrqMailbox, mailbox_isr);
  allreduce_init();
  boot_done();
  for (;;) {
    await_words(WEFT_NPU_JOB_WORDS);
    mailbox_reply(WEFT_NPU_FW_MSG_DONE, run_message(&group, has_next));
  }
}
