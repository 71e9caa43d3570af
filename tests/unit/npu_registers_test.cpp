// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using namespace npu_regs;
using test::NpuPair;

TEST(NpuRegisters, SayWhoItIs) {
  NpuPair pair;
  EXPECT_EQ(pair.read_reg(1, kIdOffset), 0x2'5446'4557u);
  EXPECT_EQ(pair.read_reg(1, kVersionOffset), 1u << 16);
  EXPECT_EQ(pair.read_reg(1, kNodeOffset), 1u << 16 | 17u);
  EXPECT_EQ(pair.read_reg(1, kGroupOffset), 2u << 16 | 1u);
  EXPECT_EQ(pair.read_reg(1, kPeerOffset), 1u << 16 | 10u);
  pair.write_reg(1, kPeerSelOffset, 2);
  EXPECT_EQ(pair.read_reg(1, kPeerOffset), 0u);
  EXPECT_EQ(pair.read_reg(1, kSramSizeOffset), 256u * 1024);
  EXPECT_EQ(pair.read_reg(1, kHbmSizeOffset), std::uint64_t{16} << 30);
  EXPECT_EQ(pair.read_reg(1, kMaxPayloadOffset), 4096u);
  EXPECT_EQ(pair.read_reg(1, kLinkOffset), 1u);
  pair.npu(1).set_link_up(0, false);
  EXPECT_EQ(pair.read_reg(1, kLinkOffset), 0u);
}

TEST(NpuRegisters, RefuseWhatIsNoRegisterAndWhatIsNotWholeOrAligned) {
  NpuPair pair;
  Npu& npu = pair.npu(0);
  std::uint64_t value = 0;
  EXPECT_FALSE(npu.mmio_read(pair.now(), 0x058, 8, value));
  EXPECT_FALSE(npu.mmio_read(pair.now(), 0x600, 8, value));
  EXPECT_FALSE(npu.mmio_read(pair.now(), 0xFFF8, 8, value));
  EXPECT_FALSE(npu.mmio_read(pair.now(), kIdOffset + 4, 8, value));
  EXPECT_FALSE(npu.mmio_read(pair.now(), kIdOffset, 2, value));
  EXPECT_FALSE(npu.mmio_read(pair.now(), kIdOffset + 2, 4, value));
  EXPECT_FALSE(npu.mmio_read(pair.now(), kMboxRxOffset, 4, value));
  EXPECT_FALSE(npu.mmio_write(pair.now(), kScratchOffset, 4, 1));
  EXPECT_FALSE(npu.mmio_write(pair.now(), kScratchOffset + 4, 8, 1));
  EXPECT_FALSE(npu.mmio_write(pair.now(), 0x058, 8, 1));
  EXPECT_TRUE(npu.mmio_write(pair.now(), kIdOffset, 8, 1));  // read only: ignored
  ASSERT_TRUE(npu.mmio_read(pair.now(), kIdOffset, 4, value));
  EXPECT_EQ(value, 0x54464557u);
  ASSERT_TRUE(npu.mmio_read(pair.now(), kIdOffset + 4, 4, value));
  EXPECT_EQ(value, 2u);
  ASSERT_TRUE(npu.mmio_read(pair.now(), kNotifyCountOffset + 8 * 63 + 4, 4, value));
  EXPECT_EQ(value, 0u);
}

TEST(NpuRegisters, KeepWhatSoftwareMayWrite) {
  NpuPair pair;
  for (const auto& [offset, mask] : {std::pair{kScratchOffset, ~std::uint64_t{0}},
                                     {kPeerSelOffset, kPeerSelRankMask},
                                     {kIrqEnableOffset, std::uint64_t{15}},
                                     {kRingBaseOffset, ~std::uint64_t{0}},
                                     {kCplBaseOffset, ~std::uint64_t{0}},
                                     {kCplHeadOffset, kCplHeadIndexMask},
                                     {kSegSelOffset, kSegSelIndexMask},
                                     {kSegOffsetOffset, kSegOffsetOffsetMask},
                                     {kSegSizeOffset, kSegSizeBytesMask},
                                     {kSegLocalOffset, ~std::uint64_t{0}},
                                     {kSegTokenOffset, kSegTokenTokenMask},
                                     {kSegCtrlOffset, std::uint64_t{7}},
                                     {kNotifyEnableOffset, ~std::uint64_t{0}},
                                     {kFwStateOffset, kFwStateStateMask},
                                     {kFwCauseOffset, ~std::uint64_t{0}},
                                     {kFwPcOffset, ~std::uint64_t{0}},
                                     {kFwTvalOffset, ~std::uint64_t{0}}}) {
    pair.write_reg(0, offset, ~std::uint64_t{0});
    EXPECT_EQ(pair.read_reg(0, offset), mask) << offset;
    pair.write_reg(0, offset, 0);
    EXPECT_EQ(pair.read_reg(0, offset), 0u) << offset;
  }
  for (const std::uint32_t offset : {kRingLog2Offset, kCplLog2Offset}) {
    pair.write_reg(0, offset, 16);
    for (const std::uint64_t value : {0, 17, 31}) {
      pair.write_reg(0, offset, value);
      EXPECT_EQ(pair.read_reg(0, offset), 16u);
    }
  }
}

TEST(NpuRegisters, CarryMailboxWordsBothWays) {
  NpuPair pair;
  pair.write_reg(0, kIrqEnableOffset, kIrqPendingMailboxMask);
  EXPECT_EQ(pair.read_reg(0, kMboxRxOffset), 0u);
  for (std::uint64_t i = 1; i <= 17; ++i) pair.write_reg(0, kHostTxOffset, i);
  EXPECT_EQ(pair.npu(0).counters().mailbox_lost, 1u);
  EXPECT_EQ(pair.read_reg(0, kHostTxFreeOffset), 0u);
  EXPECT_EQ(pair.read_reg(0, kMboxRxCountOffset), 16u);
  std::uint64_t value = 0;
  ASSERT_TRUE(pair.npu(0).mmio_peek(kMboxRxOffset, value));
  EXPECT_EQ(value, 1u);
  for (std::uint64_t i = 1; i <= 16; ++i) {
    EXPECT_TRUE(pair.npu(0).irq());
    EXPECT_EQ(pair.read_reg(0, kMboxRxOffset), i);
  }
  EXPECT_FALSE(pair.npu(0).irq());
  pair.write_reg(0, kMboxTxOffset, 99);
  EXPECT_EQ(pair.read_reg(0, kMboxTxFreeOffset), 15u);
  EXPECT_EQ(pair.read_reg(0, kHostRxCountOffset), 1u);
  EXPECT_EQ(pair.read_reg(0, kHostRxOffset), 99u);
  EXPECT_EQ(pair.read_reg(0, kHostRxOffset), 0u);
}

TEST(NpuRegisters, TakeConsoleTextLineByLine) {
  NpuPair pair;
  const auto print = [&](const std::string& text) {
    for (const char c : text) {
      pair.write_reg(0, kConsoleOffset, static_cast<std::uint8_t>(c));
    }
  };
  print("hello\nwor");
  pair.run_cycles(16);
  auto lines = pair.npu(0).take_console();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "hello");
  EXPECT_EQ(lines[0].at, Time());
  print("ld\n");
  print(std::string(300, 'x') + "\n");
  lines = pair.npu(0).take_console();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].text, "world");
  EXPECT_EQ(lines[0].at, pair.now());
  EXPECT_EQ(lines[1].text.size(), Npu::kMaxConsoleColumns);
  EXPECT_EQ(lines[2].text.size(), 300 - Npu::kMaxConsoleColumns);
  for (int i = 0; i < 5'000; ++i) print("\n");
  EXPECT_EQ(pair.npu(0).take_console().size(), Npu::kMaxConsoleLines);
  EXPECT_EQ(pair.npu(0).counters().console_lost, 5'000 - Npu::kMaxConsoleLines);
}

TEST(NpuRegisters, SayWhatTheFirmwareSaid) {
  NpuPair pair;
  EXPECT_EQ(pair.npu(0).fw_state(), FwStateState::kReset);
  pair.write_reg(0, kFwCauseOffset, 2);
  pair.write_reg(0, kFwPcOffset, 0x80000100);
  pair.write_reg(0, kFwTvalOffset, 7);
  pair.write_reg(0, kFwStateOffset, 3);
  EXPECT_EQ(pair.npu(0).fw_state(), FwStateState::kFatal);
  EXPECT_EQ(pair.npu(0).fw_cause(), 2u);
  EXPECT_EQ(pair.npu(0).fw_pc(), 0x80000100u);
  EXPECT_EQ(pair.npu(0).fw_tval(), 7u);
}

TEST(NpuRegisters, AreNotAccessedOutOfTheOrderOfTime) {
  NpuPair pair;
  std::uint64_t value = 0;
  pair.npu(0).run(Time::ns(50));
  ASSERT_TRUE(pair.npu(0).mmio_read(Time::ns(50), kIdOffset, 8, value));
  EXPECT_THROW(pair.npu(0).mmio_read(Time::ns(49), kIdOffset, 8, value), std::logic_error);
  ASSERT_TRUE(pair.npu(0).mmio_write(Time::ns(50), kDoorbellOffset, 8, 1));
  EXPECT_EQ(pair.npu(0).next_event(), Time::ns(50));
  EXPECT_THROW(pair.npu(0).mmio_read(Time::ns(51), kIdOffset, 8, value), std::logic_error);
}

TEST(NpuRegisters, NeedARankThatFits) {
  NpuPair pair;
  const NpuConfig config;
  for (const NpuIdentity& who : {NpuIdentity{"a", 5, 0, {6}}, NpuIdentity{"b", 5, 1, {5}}}) {
    EXPECT_THROW(Npu(config, who, pair.format(), pair.port(0), pair.clock(), pair.memory(0)),
                 std::invalid_argument);
  }
}

}  // namespace
}  // namespace weft
