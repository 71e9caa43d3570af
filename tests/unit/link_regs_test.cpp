// SPDX-License-Identifier: Apache-2.0
#include "models/link/link_regs.h"

#include <gtest/gtest.h>

#include "models/protocol/protocol.h"
#include "tests/unit/protocol_text.h"

namespace weft {
namespace {

using namespace link_regs;

TEST(LinkRegs, StartFromTheShippedProtocol) {
  const Protocol p = Protocol::parse(ofl_text(), "ofl.toml");
  const LinkRegs shipped;
  const LinkRegs derived(
      LinkRegsNumbers::from([&](const char* name) { return constant(p, name); }));
  for (unsigned at = 0; at < 4096; at += 8) {
    const auto addr = static_cast<std::uint16_t>(at);
    EXPECT_EQ(shipped.read(addr), derived.read(addr)) << at;
  }
  EXPECT_EQ(shipped.read(kProtoHashOffset), p.hash());
  EXPECT_EQ(shipped.read(kReplayTOffset), p.timers.replay_t);
  EXPECT_EQ(shipped.read(kRxBufOffset + 24), p.credits.rx_units);
  EXPECT_EQ(shipped.read(kCtrlOffset), 1u);
  EXPECT_EQ(shipped.read(kIdOffset) & 0xFFFFFFFF, 0x54464557u);
}

TEST(LinkRegs, TakeTheirResetsFromTheProtocolAtRunTime) {
  const Protocol p = Protocol::parse(ofl_with("timers", "ack_n", "5"), "x");
  const LinkRegs regs(LinkRegsNumbers::from([&](const char* name) { return constant(p, name); }));
  EXPECT_EQ(regs.read(kAckNOffset), 5u);
  EXPECT_EQ(regs.ack_n_flits, 5u);
}

TEST(LinkRegs, KeepWhatSoftwareMayWriteAndNothingElse) {
  LinkRegs regs;
  regs.write(kAckTOffset, 0xFFFFFFFF00001234u);
  EXPECT_EQ(regs.read(kAckTOffset), 0x1234u);
  regs.write(kIdOffset, 0);
  EXPECT_EQ(regs.read(kIdOffset) & 0xFFFFFFFF, 0x54464557u);
  regs.write(kStatusOffset, ~std::uint64_t{0});
  EXPECT_EQ(regs.read(kStatusOffset), 0u);
  regs.write(kTxDataOffset, 5);
  EXPECT_EQ(regs.read(kTxDataOffset), 0u);
  regs.write(0xFF8, 5);
  EXPECT_EQ(regs.read(0xFF8), 0u);
  regs.write(kAckTOffset + 4, 7);  // no register there
  EXPECT_EQ(regs.read(kAckTOffset), 0x1234u);
  regs.write(kCtrlOffset, 0);
  EXPECT_FALSE(regs.ctrl_enable);
}

TEST(LinkRegs, IgnoreAValueOutOfRange) {
  LinkRegs regs;
  regs.write(kWindowOffset, 257);
  EXPECT_EQ(regs.read(kWindowOffset), 256u);
  regs.write(kWindowOffset, 0);
  EXPECT_EQ(regs.read(kWindowOffset), 256u);
  regs.write(kWindowOffset, 1);
  EXPECT_EQ(regs.read(kWindowOffset), 1u);
  regs.write(kRxBufOffset + 8, 64);  // smaller than the largest packet
  EXPECT_EQ(regs.rx_buf_units[1], 1024u);
  regs.write(kRxBufOffset + 8, 16384);
  EXPECT_EQ(regs.rx_buf_units[1], 16384u);
  regs.write(kRxBufOffset + 8, 16385);
  EXPECT_EQ(regs.rx_buf_units[1], 16384u);
  EXPECT_EQ(regs.rx_buf_units[0], 1024u);
}

TEST(LinkRegs, ShowWhatTheHardwareDrives) {
  LinkRegs regs;
  regs.status_state = static_cast<std::uint64_t>(StatusState::kResync);
  regs.status_refuse_reason = 3;
  regs.status_disc = true;
  regs.status_stalled = 0b1010;
  EXPECT_EQ(regs.read(kStatusOffset), 6u | 3u << 8 | 1u << 16 | std::uint64_t{0b1010} << 32);
  regs.limit_units[2] = 0x7FFF;
  EXPECT_EQ(regs.read(kLimitOffset + 16), 0x7FFFu);
  regs.top_seq = 1023;
  EXPECT_EQ(regs.read(kTopOffset), 1023u);
}

TEST(LinkRegs, ClearInterruptsByWritingOnes) {
  LinkRegs regs;
  EXPECT_FALSE(regs.irq_stat_irq());
  regs.irq_stat_down = true;
  regs.irq_stat_ram_err = true;
  EXPECT_EQ(regs.read(kIrqStatOffset), 0b100001u);
  EXPECT_FALSE(regs.irq_stat_irq());
  regs.write(kIrqEnOffset, 0b100000);
  EXPECT_TRUE(regs.irq_stat_irq());
  regs.write(kIrqStatOffset, 0);
  EXPECT_EQ(regs.read(kIrqStatOffset), 0b100001u);
  regs.write(kIrqStatOffset, 0b100000);
  EXPECT_EQ(regs.read(kIrqStatOffset), 0b000001u);
  EXPECT_FALSE(regs.irq_stat_irq());
}

TEST(LinkRegs, PulseOnOnesAndReadZero) {
  LinkRegs regs;
  regs.write(kCtrlOffset, 0b0011);
  EXPECT_TRUE(regs.ctrl_retrain_p);
  EXPECT_FALSE(regs.ctrl_hot_reset_p);
  EXPECT_EQ(regs.read(kCtrlOffset), 1u);
  regs.ctrl_retrain_p = false;
  regs.write(kCtrlOffset, 0b0101);
  EXPECT_FALSE(regs.ctrl_retrain_p);
  EXPECT_TRUE(regs.ctrl_hot_reset_p);
}

TEST(LinkRegs, CountUntilTheyAreFull) {
  LinkRegs regs;
  regs.tx_data.add();
  regs.tx_data.add(9);
  EXPECT_EQ(regs.read(kTxDataOffset), 10u);
  regs.stall_cycles[3].add(RegCounter::kMax - 1);
  regs.stall_cycles[3].add(1);
  EXPECT_EQ(regs.read(kStallCyclesOffset + 24), RegCounter::kMax);
  regs.stall_cycles[3].add(1);
  EXPECT_EQ(regs.read(kStallCyclesOffset + 24), RegCounter::kMax);
  regs.stall_cycles[3].add(~std::uint64_t{0});
  EXPECT_EQ(regs.read(kStallCyclesOffset + 24), RegCounter::kMax);
}

TEST(LinkRegs, ClearEveryCounterAndNothingElse) {
  LinkRegs regs;
  regs.rx_bad.add();
  regs.proto_err.add();
  regs.pkts_tx[2].add(7);
  regs.write(kAckNOffset, 3);
  regs.write(kCtrlOffset, 0b1001);
  EXPECT_TRUE(regs.ctrl_clear_p);
  for (unsigned at = kTxDataOffset; at < kLimitOffset; at += 8) {
    EXPECT_EQ(regs.read(static_cast<std::uint16_t>(at)), 0u) << at;
  }
  EXPECT_EQ(regs.read(kAckNOffset), 3u);
}

}  // namespace
}  // namespace weft
