// SPDX-License-Identifier: Apache-2.0
// The firmware's drivers on the host, against a file of registers.
#include "tests/firmware/drivers.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/firmware/mock_npu.h"

namespace weft::firmware_test {
namespace {

MockNpu::Access wrote(std::uint64_t offset, std::uint64_t value) {
  return {true, WEFT_NPU_REGS_BASE + offset, value};
}

std::uint64_t& reg(MockNpu& npu, std::uint64_t offset) {
  return npu.registers[WEFT_NPU_REGS_BASE + offset];
}

TEST(NpuDriver, ReadsWhoItIs) {
  MockNpu npu;
  reg(npu, WEFT_NPU_NODE_OFFSET) = 0x00020107;  // 2 ports
  reg(npu, WEFT_NPU_GROUP_OFFSET) = 0x00400005;
  npu.peers = {7, 9, 11};
  const npu_identity self = npu_read_identity();
  EXPECT_EQ(self.node, 0x107);
  EXPECT_EQ(self.rank, 5);
  EXPECT_EQ(self.ranks, 64);
  std::uint16_t node = 0;
  EXPECT_TRUE(npu_find_peer(2, &node));
  EXPECT_EQ(node, 11);
  EXPECT_FALSE(npu_find_peer(3, &node));
}

TEST(NpuDriver, ReportsTheStateLast) {
  MockNpu npu;
  npu_report_fatal(2, 0x80000010, 0xffffffff);
  const std::vector<MockNpu::Access> expected{
      wrote(WEFT_NPU_FW_CAUSE_OFFSET, 2), wrote(WEFT_NPU_FW_PC_OFFSET, 0x80000010),
      wrote(WEFT_NPU_FW_TVAL_OFFSET, 0xffffffff), wrote(WEFT_NPU_FW_STATE_OFFSET, 3)};
  EXPECT_TRUE(npu.writes == expected);
}

TEST(ConsoleDriver, WritesTextAndNumbers) {
  MockNpu npu;
  console_text("a ");
  console_number(0);
  console_text(" ");
  console_number(18446744073709551615u);
  console_text(" ");
  console_hex(0);
  console_text(" ");
  console_hex(0xfedcba9876543210);
  EXPECT_EQ(npu.console, "a 0 18446744073709551615 0x0 0xfedcba9876543210");
}

TEST(SegmentDriver, CommitsWithTheLastWrite) {
  MockNpu npu;
  const segment window{0x1000, 0x2000, 0x80000000, 0xabcd, kSegmentRead};
  segment_set(3, &window);
  const std::vector<MockNpu::Access> expected{
      wrote(WEFT_NPU_SEG_SEL_OFFSET, 3),        wrote(WEFT_NPU_SEG_OFFSET_OFFSET, 0x1000),
      wrote(WEFT_NPU_SEG_SIZE_OFFSET, 0x2000),  wrote(WEFT_NPU_SEG_LOCAL_OFFSET, 0x80000000),
      wrote(WEFT_NPU_SEG_TOKEN_OFFSET, 0xabcd), wrote(WEFT_NPU_SEG_CTRL_OFFSET, 3)};
  EXPECT_TRUE(npu.writes == expected);
}

TEST(MailboxDriver, PassesWordsAndSaysWhenThereIsNoRoom) {
  MockNpu npu;
  npu.from_host = {11, 12};
  std::uint64_t word = 0;
  EXPECT_TRUE(mailbox_receive(&word));
  EXPECT_EQ(word, 11u);
  EXPECT_TRUE(mailbox_receive(&word));
  EXPECT_EQ(word, 12u);
  EXPECT_FALSE(mailbox_receive(&word));
  mailbox_reply(WEFT_NPU_FW_MSG_DONE, WEFT_NPU_STATUS_BAD_TOKEN);
  EXPECT_EQ(npu.to_host.front(), 0x502u);
  for (unsigned i = 1; i < WEFT_NPU_MAILBOX_WORDS; ++i) {
    mailbox_reply(WEFT_NPU_FW_MSG_DONE, WEFT_NPU_STATUS_OK);
  }
  EXPECT_THROW(mailbox_reply(WEFT_NPU_FW_MSG_DONE, WEFT_NPU_STATUS_OK), Fatal);
  EXPECT_EQ(npu.to_host.size(), 16u);
}

bool ticked;
void tick() { ticked = true; }

TEST(TimerDriver, FiresOnceAtItsTime) {
  MockNpu npu;
  npu.time = 500;
  ticked = false;
  timer_start(timer_now() + 1000, tick);
  cpu_wait();
  cpu_interrupts_on();
  EXPECT_TRUE(ticked);
  EXPECT_EQ(timer_now(), 1500u);
  EXPECT_THROW(cpu_wait(), std::logic_error);  // nothing would wake it any more
}

std::vector<unsigned> served;
void serve_mailbox() {
  std::uint64_t word = 0;
  while (mailbox_receive(&word)) {
    served.push_back(kIrqMailbox);
  }
}
void serve_error() { served.push_back(kIrqError); }

TEST(IrqDriver, ServesEnabledSourcesThatArePending) {
  MockNpu npu;
  irq_init();
  irq_set_handler(kIrqMailbox, serve_mailbox);
  irq_set_handler(kIrqError, serve_error);
  npu.from_host = {1, 2};
  irq_enable(1u << kIrqError);
  EXPECT_THROW(irq_sleep_and_serve(), std::logic_error);
  EXPECT_TRUE(served.empty());
  irq_enable(1u << kIrqError | 1u << kIrqMailbox);
  irq_sleep_and_serve();
  EXPECT_EQ(served, (std::vector<unsigned>{kIrqMailbox, kIrqMailbox}));
}

TEST(IrqDriver, TakesNoInterruptWithoutAHandler) {
  MockNpu npu;
  irq_init();
  npu.notifications = {5};
  notify_enable(1u << 5);
  irq_enable(1u << kIrqNotify);
  EXPECT_THROW(irq_sleep_and_serve(), Fatal);
}

TEST(NotifyDriver, IsPendingUntilItIsCleared) {
  MockNpu npu;
  irq_init();
  notify_enable(std::uint64_t{1} << 63);
  irq_enable(1u << kIrqNotify);
  npu.notifications = {62, 63};
  EXPECT_EQ(irq_sleep(), 1u << kIrqNotify);
  EXPECT_EQ(irq_sleep(), 1u << kIrqNotify);
  notify_clear(std::uint64_t{1} << 63);
  EXPECT_THROW(irq_sleep(), std::logic_error);  // id 62 has come and is not enabled
  EXPECT_EQ(notify_count(62), 1u);
  EXPECT_EQ(notify_count(63), 1u);
}

TEST(DmaDriver, LaysOutADescriptor) {
  MockNpu npu;
  dma_init();
  EXPECT_EQ(reg(npu, WEFT_NPU_RING_BASE_OFFSET) % 64, 0u);
  EXPECT_EQ(reg(npu, WEFT_NPU_RING_LOG2_OFFSET), 6u);
  EXPECT_EQ(reg(npu, WEFT_NPU_DMA_CTRL_OFFSET), 1u);
  dma_post(dma_head(WEFT_NPU_OP_WRITE_NOTIFY, 1, 0x3f), 0xdeadbeef, 0x80000040,
           dma_fabric_address(0xfffe, 0x123456789abc), 4096, 0x80000001);
  EXPECT_EQ(dma_unrung(), 1u);
  EXPECT_TRUE(npu.posted.empty());
  dma_ring();
  EXPECT_EQ(dma_unrung(), 0u);
  ASSERT_EQ(npu.posted.size(), 1u);
  EXPECT_EQ(npu.posted[0].words,
            (std::array<std::uint64_t, 8>{0xdeadbeef3f010102, 0x80000040, 0xfffe123456789abc, 4096,
                                          0x80000001, 0, 0, 0}));
}

void post_as_many_as_fit(std::uint32_t& posted, std::uint32_t end) {
  for (; posted < end && dma_outstanding() < kDmaEntries; ++posted) {
    dma_post(dma_head(WEFT_NPU_OP_WRITE, 0, 0), posted, 0, 0, posted + 1, 0);
  }
}

void take_all(std::uint32_t& taken) {
  for (std::uint64_t word; dma_take(&word); ++taken) {
    ASSERT_EQ(NPU_GET(word, COMPLETION_COOKIE), taken);
    ASSERT_EQ(NPU_GET(word, COMPLETION_STATUS),
              taken % 100 == 50 ? WEFT_NPU_STATUS_POISONED : WEFT_NPU_STATUS_OK);
  }
}

TEST(DmaDriver, TakesCompletionsOverManyLaps) {
  MockNpu npu;
  dma_init();
  irq_init();
  irq_enable(1u << kIrqCompletion);
  constexpr std::uint32_t kEnd = 2000;
  for (unsigned i = 50; i < kEnd; i += 100) {
    npu.bad_status[i] = WEFT_NPU_STATUS_POISONED;
  }
  std::uint32_t posted = 0;
  std::uint32_t taken = 0;
  while (taken < kEnd) {
    post_as_many_as_fit(posted, kEnd);
    ASSERT_EQ(dma_outstanding(), posted - taken);
    dma_ring();
    irq_sleep();
    take_all(taken);
  }
  std::uint64_t word = 0;
  EXPECT_FALSE(dma_take(&word));
  EXPECT_EQ(dma_outstanding(), 0u);
  // Before the engine was told it could write no more than the ring holds.
  EXPECT_GE(reg(npu, WEFT_NPU_CPL_HEAD_OFFSET), kEnd - kDmaTellEvery);
}

TEST(DmaDriver, ForgetsAllOnInit) {
  MockNpu npu;
  dma_init();
  std::uint32_t posted = 0;
  post_as_many_as_fit(posted, 1000);
  EXPECT_EQ(posted, unsigned{kDmaEntries});
  EXPECT_FALSE(dma_has_failed());
  reg(npu, WEFT_NPU_DMA_STATUS_OFFSET) = 2;
  EXPECT_TRUE(dma_has_failed());
  dma_init();
  EXPECT_EQ(dma_outstanding(), 0u);
}

}  // namespace
}  // namespace weft::firmware_test
