// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/link_model_pair.h"

namespace weft {
namespace {

using test::Fate;
using test::ModelPair;
using test::ofl;

namespace regs = link_regs;

struct LinkRegisters : testing::Test {
  ModelPair link{true};

  std::uint64_t read(unsigned end, std::uint16_t addr) {
    link->host(end).csr.push_back({false, addr, 0});
    link->run(2);
    EXPECT_FALSE(link->host(end).replies.empty());
    return link->host(end).replies.back();
  }
  void write(unsigned end, std::uint16_t addr, std::uint64_t value) {
    link->host(end).csr.push_back({true, addr, value});
    link->run(3);
  }
};

TEST_F(LinkRegisters, SayWhatTheProtocolIs) {
  const Protocol protocol = ofl();
  EXPECT_EQ(read(0, regs::kProtoHashOffset), protocol.hash());
  EXPECT_EQ(read(0, regs::kCapOffset) >> regs::kCapSeqWLsb & 0xFF, protocol.sequence.width);
  EXPECT_EQ(read(0, regs::kWindowOffset), protocol.sequence.window);
  EXPECT_EQ(read(0, regs::kReplayTOffset), protocol.timers.replay_t);
}

TEST_F(LinkRegisters, ShowTheStateOfTheLink) {
  link->run(2);
  EXPECT_EQ(read(0, regs::kStatusOffset) & 15, 4u);
  write(0, regs::kCtrlOffset, 3);
  EXPECT_EQ(read(0, regs::kStatusOffset) & 15, 5u);
}

TEST_F(LinkRegisters, CountFlitsOnBothSidesAlike) {
  for (int i = 0; i < 50; ++i) link->host(0).send(i % 4, 25);
  ASSERT_TRUE(link.delivers_all());
  const std::uint64_t sent = read(0, regs::kTxDataOffset);
  EXPECT_GT(sent, 40u);
  EXPECT_EQ(read(1, regs::kRxDataOffset), sent);
  EXPECT_EQ(read(1, regs::kTxCtrlOffset), read(0, regs::kRxCtrlOffset));
  std::uint64_t packets = 0;
  for (unsigned v = 0; v < 4; ++v)
    packets += read(0, static_cast<std::uint16_t>(regs::kPktsTxOffset + 8 * v));
  EXPECT_EQ(packets, 50u);
  EXPECT_EQ(read(0, regs::kTopOffset), sent & 1023);
  EXPECT_EQ(read(0, regs::kBaseOffset), sent & 1023);
  EXPECT_EQ(read(1, regs::kExpOffset), sent & 1023);
  for (unsigned v = 0; v < 4; ++v) {
    const auto at = static_cast<std::uint16_t>(8 * v);
    EXPECT_EQ(read(0, regs::kLimitOffset + at) - read(0, regs::kUsedOffset + at), 1024u);
  }
}

TEST_F(LinkRegisters, ClearEveryCounterAtOnce) {
  for (int i = 0; i < 50; ++i) link->host(0).send(1, 25);
  ASSERT_TRUE(link.delivers_all());
  write(0, regs::kCtrlOffset, 9);
  EXPECT_EQ(read(0, regs::kTxDataOffset), 0u);
  EXPECT_EQ(read(0, regs::kPktsTxOffset + 8), 0u);
  link->host(0).send(1, 3);
  link->run(50);
  EXPECT_EQ(read(0, regs::kPktsTxOffset + 8), 1u);
  EXPECT_EQ(read(0, regs::kTxDataOffset), 1u);
}

TEST_F(LinkRegisters, CountEachKindOfError) {
  link->fault = [](unsigned end, std::uint64_t ordinal, std::uint64_t) {
    return end != 0         ? Fate::kKeep
           : ordinal == 10  ? Fate::kFlag
           : ordinal == 100 ? Fate::kDuplicate
                            : Fate::kKeep;
  };
  for (int i = 0; i < 200; ++i) link->host(0).send(0, 30);
  ASSERT_TRUE(link.delivers_all());
  EXPECT_EQ(read(1, regs::kRxBadOffset), 1u);
  EXPECT_EQ(read(1, regs::kRxDupOffset), 1u);
  EXPECT_GT(read(1, regs::kRxGapOffset), 5u);
  EXPECT_EQ(read(0, regs::kTxReplayEventsOffset), 1u);
  EXPECT_EQ(read(0, regs::kTxReplayFlitsOffset), read(1, regs::kRxGapOffset) + 1);
  EXPECT_EQ(read(0, regs::kEpochOffset), 1u);
}

TEST_F(LinkRegisters, RaiseTheInterruptOnlyWhenItIsEnabledAndUntilItIsCleared) {
  write(0, regs::kCtrlOffset, 3);
  EXPECT_EQ(read(0, regs::kIrqStatOffset), 2u);
  EXPECT_FALSE(link->irq(0));
  write(0, regs::kIrqEnOffset, 2);
  EXPECT_TRUE(link->irq(0));
  write(0, regs::kIrqStatOffset, 2);
  EXPECT_FALSE(link->irq(0));
}

TEST_F(LinkRegisters, LetASmallerAckNumberMeanMoreCtrls) {
  write(1, regs::kAckNOffset, 1);
  for (int i = 0; i < 100; ++i) link->host(0).send(0, 30);
  ASSERT_TRUE(link.delivers_all());
  EXPECT_GE(link.end(1).regs().tx_ctrl.value(), 33u);
}

TEST_F(LinkRegisters, TakeTheLinkDownWhenItIsDisabled) {
  link->host(0).lossy = link->host(1).lossy = true;
  link->run(10);
  write(0, regs::kCtrlOffset, 0);
  EXPECT_EQ(link.end(0).state(), LinkState::kDown);
  link->run(5000);
  EXPECT_EQ(link.end(0).state(), LinkState::kDown);
  write(0, regs::kCtrlOffset, 1);
  write(1, regs::kCtrlOffset, 5);
  EXPECT_TRUE(link.comes_up());
}

}  // namespace
}  // namespace weft
