// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "models/link/flit.h"
#include "tests/unit/link_pair.h"

namespace weft {
namespace {

using test::Dice;
using test::ofl;

struct FlitFormatTest : testing::Test {
  const Protocol protocol = ofl();
  const FlitFormat format{protocol};
};

// Positions as PROTOCOL.md has them, written out once more by hand.
TEST_F(FlitFormatTest, PutsEveryHeadFieldWhereChapter2HasIt) {
  const Head head{.type = 1,
                  .seq = 0x2A5,
                  .first = 17,
                  .ep = 2,
                  .nak_ep = 1,
                  .rec = 3,
                  .nak = true,
                  .poll = true,
                  .rtx = true};
  const std::uint64_t packed = format.pack(head);
  EXPECT_EQ(packed & 0xFFFF, 0x2A5u);
  EXPECT_EQ(packed >> 16 & 0xFF, 17u);
  EXPECT_EQ(packed >> 24 & 3, 2u);
  EXPECT_EQ(packed >> 26 & 3, 1u);
  EXPECT_EQ(packed >> 28 & 0xFF, 0u);
  EXPECT_EQ(packed >> 36 & 31, 3u);
  EXPECT_EQ(packed >> 41 & 1, 1u);
  EXPECT_EQ(packed >> 42 & 1, 1u);
  EXPECT_EQ(packed >> 43 & 1, 1u);
  EXPECT_EQ(packed >> 44 & 1, 0u);
  EXPECT_EQ(packed >> 45 & 7, 1u);
  EXPECT_EQ(packed >> 48, HeadCheck::of(packed));
}

TEST_F(FlitFormatTest, PutsEveryTailFieldWhereChapter3HasIt) {
  const std::uint64_t packed = format.pack(Tail{.ack = 0x3FF, .cnt = 0x7ABC, .psn = true});
  EXPECT_EQ(packed, 0x3FFu | 0x7ABCu << 16 | std::uint64_t{1} << 31);
}

TEST_F(FlitFormatTest, PutsEveryPacketHeaderFieldWhereChapter4HasIt) {
  const std::uint64_t packed =
      format.pack(PacketHeader{.kind = 5, .vc = 3, .len = 514, .dst = 0xBEEF, .dpoison = true});
  const std::uint64_t low = 5u | 3u << 3 | 514u << 7 | 1u << 17 | std::uint64_t{0xBEEF} << 19;
  EXPECT_EQ(packed & 0x7FFFFFFFFu, low);
  EXPECT_EQ(packed >> 35, PacketHeaderCheck::of(low, 35));
}

TEST_F(FlitFormatTest, GivesBackEveryHeadItPacked) {
  Dice dice(1);
  for (int round = 0; round < 5000; ++round) {
    Head head;
    head.type = 1u << dice.below(2);
    head.seq = dice.below(1024);
    head.first = static_cast<std::uint8_t>(dice.below(256));
    head.ep = static_cast<std::uint8_t>(dice.below(4));
    head.nak_ep = static_cast<std::uint8_t>(dice.below(4));
    head.rec = dice.hit(0.5) ? 31 : static_cast<std::uint8_t>(dice.below(4));
    head.nak = dice.hit(0.5);
    head.poll = dice.hit(0.5);
    head.rtx = dice.hit(0.5);
    const std::uint64_t packed = format.pack(head);
    ASSERT_TRUE(format.head_holds(packed));
    ASSERT_EQ(format.unpack_head(packed), head);
  }
}

TEST_F(FlitFormatTest, GivesBackEveryTailAndPacketHeaderItPacked) {
  Dice dice(2);
  for (int round = 0; round < 5000; ++round) {
    const Tail tail{dice.below(1024), static_cast<std::uint16_t>(dice.below(32768)), dice.hit(0.5)};
    ASSERT_EQ(format.unpack_tail(format.pack(tail)), tail);
    const PacketHeader header{dice.below(8), dice.below(16), 1 + dice.below(1023),
                              dice.below(65536), dice.hit(0.5)};
    const std::uint64_t packed = format.pack(header);
    ASSERT_EQ(format.unpack_packet_header(packed), header);
    ASSERT_TRUE(format.packet_header_holds(packed));
    ASSERT_FALSE(format.packet_header_holds(packed ^ std::uint64_t{1} << dice.below(43)));
  }
}

TEST_F(FlitFormatTest, RefusesAHeadWithAnyBitFlipped) {
  const std::uint64_t head = format.pack(Head{.type = 2, .seq = 77, .rec = 31});
  for (unsigned bit = 0; bit < 64; ++bit) {
    EXPECT_FALSE(format.head_holds(head ^ std::uint64_t{1} << bit)) << bit;
  }
}

TEST_F(FlitFormatTest, RefusesHeadsThatBreakChapter2ThoughTheirCheckIsRight) {
  const auto holds = [this](std::uint64_t bits) {
    return format.head_holds(format.with_check(bits));
  };
  const std::uint64_t good = std::uint64_t{1} << 45 | std::uint64_t{31} << 36;
  EXPECT_TRUE(holds(good));
  EXPECT_FALSE(holds(good | 1u << 10)) << "seq of 2^S";
  EXPECT_FALSE(holds(good | 1u << 28)) << "reserved";
  EXPECT_FALSE(holds(good | std::uint64_t{1} << 35)) << "reserved";
  EXPECT_FALSE(holds(good | std::uint64_t{1} << 44)) << "reserved";
  EXPECT_FALSE(holds(good | std::uint64_t{1} << 46)) << "two types";
  EXPECT_FALSE(holds(std::uint64_t{31} << 36)) << "no type";
  EXPECT_FALSE(holds(std::uint64_t{1} << 45 | std::uint64_t{4} << 36)) << "a VC that is not there";
  EXPECT_FALSE(holds(std::uint64_t{1} << 45 | std::uint64_t{16} << 36)) << "no VC";
  EXPECT_TRUE(holds(std::uint64_t{1} << 45 | std::uint64_t{3} << 36));
}

TEST_F(FlitFormatTest, SealsFlitsSoThatTheResidueAppears) {
  Dice dice(3);
  for (unsigned slots : {kSlotsPerBeat, kFlitSlots}) {
    std::array<std::uint64_t, kFlitSlots> flit;
    for (auto& slot : flit) slot = dice.next();
    const std::uint64_t low = flit[slots - 1] & 0xFFFFFFFF;
    format.seal(flit.data(), slots);
    EXPECT_TRUE(FlitFormat::sealed(flit.data(), slots));
    EXPECT_EQ(flit[slots - 1] & 0xFFFFFFFF, low);
    format.seal(flit.data(), slots, true);
    EXPECT_FALSE(FlitFormat::sealed(flit.data(), slots));
  }
}

TEST_F(FlitFormatTest, PutsTheLimitsOfACtrlFourToASlotFromSlot1) {
  std::array<std::uint64_t, kFlitSlots> flit{};
  const std::array<std::uint16_t, 4> limits{0x1111, 0x2222, 0x3333, 0x4444};
  format.put_ctrl_limits(flit.data(), limits);
  EXPECT_EQ(flit[1], 0x4444333322221111u);
  EXPECT_EQ(flit[0] | flit[2], 0u);
  for (unsigned v = 0; v < 4; ++v) EXPECT_EQ(format.ctrl_limit(flit.data(), v), limits[v]);
}

TEST_F(FlitFormatTest, PutsTheFieldsOfBootFlitsWhereChapter7HasThem) {
  std::array<std::uint64_t, kSlotsPerBeat> cinit{};
  format.boot_session.put_into(cinit.data(), 0xCAFEBABE);
  format.boot_exp.put_into(cinit.data(), 0x155);
  format.put_boot_limits(cinit.data(), std::array<std::uint16_t, 4>{1, 2, 3, 4});
  EXPECT_EQ(cinit[1], 0x0155CAFEBABEu);
  EXPECT_EQ(cinit[2], 0x0004000300020001u);
  EXPECT_EQ(format.pack_boot_head(2, true) & 0xFFFFFFFFFFFFu, 0x12u | std::uint64_t{4} << 45);

  BootParam param = format.own_param();
  param.window = 0x100;
  param.reason = 7;
  param.session = 0x12345678;
  std::array<std::uint64_t, kSlotsPerBeat> flit{};
  format.put(flit.data(), param);
  EXPECT_EQ(flit[1], protocol.hash());
  EXPECT_EQ(flit[2], 4u | 10u << 8 | 1u << 16 | 4u << 24 | std::uint64_t{64} << 32 |
                         std::uint64_t{8} << 48 | std::uint64_t{1} << 56);
  EXPECT_EQ(flit[3], 1u | 1u << 8 | 1u << 16 | std::uint64_t{0x100} << 32 | std::uint64_t{7} << 48);
  EXPECT_EQ(flit[4], 0x12345678u);
  EXPECT_EQ(flit[5] | flit[6] | flit[7], 0u);
  EXPECT_EQ(format.boot_param(flit.data()), param);
}

TEST_F(FlitFormatTest, NamesTheFirstFieldThatDiffersInTheOrderOfOFL7_4) {
  const BootParam own = format.own_param();
  EXPECT_EQ(format.mismatch(own), 0u);
  std::array<BootParam, 11> other;
  other.fill(own);
  other[0].beats = 10;
  other[1].seq_width = 9;
  other[2].scheme = 2;
  other[3].vcs = 8;
  other[4].unit = 128;
  other[5].slot = 4;
  other[6].crc = 2;
  other[7].fec = 2;
  other[8].timer_class = 2;
  other[9].version = 2;
  other[10].hash ^= 1;
  for (unsigned i = 0; i < other.size(); ++i) EXPECT_EQ(format.mismatch(other[i]), i + 1);
  BootParam two = other[9];
  two.seq_width = 8;
  EXPECT_EQ(format.mismatch(two), 2u);
  BootParam may_differ = own;
  may_differ.window = 8;
  may_differ.session = 99;
  EXPECT_EQ(format.mismatch(may_differ), 0u);
}

}  // namespace
}  // namespace weft
