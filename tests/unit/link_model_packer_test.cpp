// SPDX-License-Identifier: Apache-2.0
#include "models/link/packer.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/unit/link_pair.h"

namespace weft {
namespace {

using test::Dice;
using test::ofl;

struct PackerTest : testing::Test {
  const Protocol protocol = ofl();
  const FlitFormat format{protocol};
  Packer packer{protocol, format};
  Packer::Limits limits{};
  std::array<std::uint64_t, kFlitSlots> flit{};
  std::array<std::array<std::uint64_t, 4>, kBeats> space{};  // per beat and VC

  PackerTest() { limits.fill(1000); }

  /// Slot i of packet `tag` of `vc`; slot 0 is its header.
  std::uint64_t slot(unsigned vc, unsigned len, unsigned i, unsigned tag) const {
    if (i != 0) return std::uint64_t{tag} << 32 | vc << 16 | i;
    return format.pack(PacketHeader{1, vc, len, tag, false});
  }
  /// Puts slots `from` to `until` - 1 of a packet into the skid.
  void offer(unsigned vc, unsigned len, unsigned tag, unsigned from = 0, unsigned until = 1024) {
    for (unsigned i = from; i < std::min(len, until); ++i) {
      std::array<std::uint64_t, kSlotsPerBeat> beat{};
      beat[0] = slot(vc, len, i, tag);
      packer.write(vc, beat.data(), 1);
    }
  }
  void launch() { packer.launch(limits); }
  void gather(unsigned beat) {
    const std::uint64_t taken = packer.gather(beat, flit.data() + beat * kSlotsPerBeat);
    for (unsigned v = 0; v < 4; ++v) space[beat][v] = taken >> (4 * v) & 15;
  }
  void pack() {
    launch();
    for (unsigned beat = 0; beat < kBeats; ++beat) gather(beat);
  }
  /// The flit's payload slots from place `at` on are slots of this packet.
  testing::AssertionResult holds(unsigned at, unsigned vc, unsigned len, unsigned tag,
                                 unsigned from = 0, unsigned until = 1024) const {
    for (unsigned i = from; i < std::min(len, until); ++i) {
      if (flit[1 + at + i - from] != slot(vc, len, i, tag)) {
        return testing::AssertionFailure() << "slot " << i << " of packet " << tag;
      }
    }
    return testing::AssertionSuccess();
  }
  bool nop(unsigned at, unsigned until) const {
    for (unsigned i = at; i < until; ++i) {
      if (flit[1 + i] != 0) return false;
    }
    return true;
  }
};

TEST_F(PackerTest, OffersNothingWhenTheSkidsAreEmpty) {
  const Packer::Offer offered = packer.offer(limits);
  EXPECT_FALSE(offered.any);
  EXPECT_EQ(offered.blocked, 0u);
  EXPECT_EQ(offered.first, 0);
}

TEST_F(PackerTest, LetsAShortPacketGoAtOnceAndFillsUpWithNopSlots) {
  offer(2, 3, 1);
  EXPECT_TRUE(packer.offer(limits).any);
  flit.fill(~std::uint64_t{0});
  pack();
  EXPECT_TRUE(holds(0, 2, 3, 1));
  EXPECT_TRUE(nop(3, kDataSlots));
  EXPECT_EQ(packer.used(2), 1);
  EXPECT_EQ(packer.missing(), 0u);
}

TEST_F(PackerTest, LetsPacketsOfOneVcFollowEachOtherWithoutAGap) {
  for (unsigned tag = 0; tag < 10; ++tag) offer(1, 3, tag);
  pack();
  for (unsigned tag = 0; tag < 10; ++tag) EXPECT_TRUE(holds(3 * tag, 1, 3, tag));
  EXPECT_EQ(packer.used(1), 10);
  EXPECT_EQ(packer.started(1), 10u);
}

TEST_F(PackerTest, CarriesALongPacketOnIntoTheNextFlit) {
  offer(0, 50, 1, 0, 30);
  pack();
  EXPECT_TRUE(holds(0, 0, 50, 1, 0, 30));
  EXPECT_EQ(packer.missing(), 20u);
  EXPECT_EQ(packer.used(0), 7) << "ceil(50 / 8) units, all at once";
  EXPECT_FALSE(packer.offer(limits).any) << "20 slots are missing in the skid";
  offer(0, 50, 1, 30, 49);
  EXPECT_FALSE(packer.offer(limits).any);
  offer(0, 50, 1, 49);
  EXPECT_TRUE(packer.offer(limits).any);
  EXPECT_EQ(packer.offer(limits).first, 20);
  pack();
  EXPECT_TRUE(holds(0, 0, 50, 1, 30));
  EXPECT_TRUE(nop(20, kDataSlots));
  EXPECT_EQ(packer.used(0), 7);
}

TEST_F(PackerTest, Writes255ForFirstWhenAWholeFlitOrMoreIsMissing) {
  for (const auto& [len, first] : {std::pair{59u, 29}, std::pair{60u, 255}, std::pair{515u, 255}}) {
    Packer fresh(protocol, format);
    std::array<std::uint64_t, kSlotsPerBeat> beat{slot(0, len, 0, 1)};
    fresh.write(0, beat.data(), 1);
    for (unsigned i = 1; i < 30; ++i) fresh.write(0, beat.data(), 1);
    fresh.launch(limits);
    for (unsigned b = 0; b < kBeats; ++b) fresh.gather(b, flit.data() + b * kSlotsPerBeat);
    EXPECT_EQ(fresh.offer(limits).first, first) << len;
  }
}

TEST_F(PackerTest, DoesNotStartAPacketThatCannotFillTheFlit) {
  offer(0, 40, 1, 0, 29);
  EXPECT_FALSE(packer.offer(limits).any);
  offer(0, 40, 1, 29, 30);
  EXPECT_TRUE(packer.offer(limits).any);
}

TEST_F(PackerTest, StartsALongPacketBehindAShortOneWhenTheNextFlitCanGoOnWithIt) {
  offer(0, 4, 1);
  offer(0, 100, 2, 0, 32);
  pack();
  EXPECT_TRUE(holds(0, 0, 4, 1));
  EXPECT_TRUE(holds(4, 0, 100, 2, 0, 26));
  EXPECT_EQ(packer.missing(), 74u);
}

TEST_F(PackerTest, LeavesAPacketOutThatIsOneSlotShortOfThat) {
  offer(0, 4, 1);
  offer(0, 100, 2, 0, 31);
  pack();
  EXPECT_TRUE(holds(0, 0, 4, 1));
  EXPECT_TRUE(nop(4, kDataSlots));
}

TEST_F(PackerTest, GivesTheNextVcItsTurnAtAFlitBoundary) {
  for (unsigned vc : {0u, 1u, 3u}) {
    for (unsigned tag = 0; tag < 2; ++tag) offer(vc, 30, tag);
  }
  std::vector<unsigned> order;
  for (int i = 0; i < 6; ++i) {
    pack();
    order.push_back(packer.current());
  }
  EXPECT_EQ(order, (std::vector<unsigned>{1, 3, 0, 1, 3, 0}));
}

TEST_F(PackerTest, StaysWithAVcWithinAFlitWhileItsPacketsAreEligible) {
  for (unsigned tag = 0; tag < 5; ++tag) offer(1, 6, tag);
  offer(2, 6, 9);
  pack();
  for (unsigned tag = 0; tag < 5; ++tag) EXPECT_TRUE(holds(6 * tag, 1, 6, tag));
  pack();
  EXPECT_TRUE(holds(0, 2, 6, 9));
}

TEST_F(PackerTest, EndsTheRunOfAContinuedPacketWhereItEnds) {
  offer(1, 35, 1, 0, 30);
  pack();
  offer(1, 35, 1, 30);
  offer(1, 3, 2);
  offer(2, 3, 3);
  pack();
  EXPECT_TRUE(holds(0, 1, 35, 1, 30));
  EXPECT_TRUE(holds(5, 2, 3, 3)) << "another VC comes before the one whose packet went on";
  EXPECT_TRUE(holds(8, 1, 3, 2)) << "VC 2's run went on into beat 1, so this is its second one";
}

TEST_F(PackerTest, TakesNoMoreThanTwoRunsInABeat) {
  for (unsigned vc = 0; vc < 3; ++vc) offer(vc, 2, vc);
  pack();
  EXPECT_TRUE(holds(0, 1, 2, 1));
  EXPECT_TRUE(holds(2, 2, 2, 2));
  EXPECT_TRUE(nop(4, kDataSlots)) << "the second run ended inside beat 0";
  pack();
  EXPECT_TRUE(holds(0, 0, 2, 0));
}

TEST_F(PackerTest, LetsARunThatEndsWithItsBeatBeFollowedByOneInTheNext) {
  offer(1, 7, 1);
  offer(2, 8, 2);
  offer(3, 8, 3);
  offer(0, 7, 4);
  pack();
  EXPECT_TRUE(holds(0, 1, 7, 1));
  EXPECT_TRUE(holds(7, 2, 8, 2));
  EXPECT_TRUE(holds(15, 3, 8, 3));
  EXPECT_TRUE(holds(23, 0, 7, 4));
}

TEST_F(PackerTest, PrefersTheSameVcInTheNextBeatAfterAFreshPacket) {
  offer(1, 7, 1);
  offer(1, 3, 2);
  offer(2, 3, 3);
  pack();
  EXPECT_TRUE(holds(7, 1, 3, 2));
  EXPECT_TRUE(holds(10, 2, 3, 3));
}

TEST_F(PackerTest, SeesNothingThatComesAfterTheLaunch) {
  offer(0, 3, 1);
  launch();
  offer(0, 3, 2);
  for (unsigned beat = 0; beat < kBeats; ++beat) gather(beat);
  EXPECT_TRUE(holds(0, 0, 3, 1));
  EXPECT_TRUE(nop(3, kDataSlots));
}

TEST_F(PackerTest, GivesTheSkidBackBeatByBeat) {
  offer(1, 17, 1);
  offer(3, 3, 2);
  pack();
  EXPECT_EQ(space[0], (std::array<std::uint64_t, 4>{0, 7, 0, 0}));
  EXPECT_EQ(space[1], (std::array<std::uint64_t, 4>{0, 8, 0, 0}));
  EXPECT_EQ(space[2], (std::array<std::uint64_t, 4>{0, 2, 0, 3}));
  EXPECT_EQ(space[3], (std::array<std::uint64_t, 4>{0, 0, 0, 0}));
}

TEST_F(PackerTest, WaitsForCreditAloneAndSaysSo) {
  limits[0] = 2;
  offer(0, 24, 1);
  offer(1, 30, 2, 0, 12);
  const Packer::Offer offered = packer.offer(limits);
  EXPECT_FALSE(offered.any);
  EXPECT_EQ(offered.blocked, 1u) << "VC 1 waits for slots, not for credit";
  limits[0] = 3;
  EXPECT_TRUE(packer.offer(limits).any);
  EXPECT_EQ(packer.offer(limits).blocked, 0u);
}

TEST_F(PackerTest, StopsInTheMiddleOfAFlitWhenTheCreditIsUsedUp) {
  limits[0] = 2;
  for (unsigned tag = 0; tag < 4; ++tag) offer(0, 3, tag);
  pack();
  EXPECT_TRUE(holds(0, 0, 3, 0));
  EXPECT_TRUE(holds(3, 0, 3, 1));
  EXPECT_TRUE(nop(6, kDataSlots));
  EXPECT_EQ(packer.offer(limits).blocked, 1u);
}

TEST_F(PackerTest, CountsCreditModulo2To15) {
  limits[0] = 0;
  // 65 units a packet: 504 packets are 32760 units, 8 short of a turn.
  for (unsigned round = 0; round < 504; ++round) {
    limits[0] = static_cast<std::uint16_t>((limits[0] + 65) & 0x7FFF);
    offer(0, 515, round, 0, 30);
    for (unsigned sent = 0; sent < 515; sent += 30) {
      pack();
      offer(0, 515, round, sent + 30, sent + 60);
    }
  }
  EXPECT_EQ(packer.used(0), 32760);
  limits[0] = static_cast<std::uint16_t>((limits[0] + 10) & 0x7FFF);
  offer(0, 80, 1, 0, 30);
  EXPECT_TRUE(packer.offer(limits).any);
  pack();
  EXPECT_EQ(packer.used(0), 2);
}

// Whatever is offered comes out of the flits packet by packet, in order per VC, never interleaved,
// and with no more than the credit.
TEST_F(PackerTest, LosesAndMixesNothingUnderRandomOffers) {
  Dice dice(11);
  struct Sent {
    std::vector<std::uint64_t> slots;
    std::size_t next = 0;
  };
  std::array<Sent, 4> sent;
  std::array<std::size_t, 4> written{};
  unsigned left = 0, vc = 0;
  for (int round = 0; round < 4000; ++round) {
    for (unsigned v = 0; v < 4; ++v) {
      if (dice.hit(0.3)) {
        const unsigned len = 1 + dice.below(dice.hit(0.2) ? 200 : 20);
        for (unsigned i = 0; i < len; ++i) sent[v].slots.push_back(slot(v, len, i, round));
      }
      while (written[v] < sent[v].slots.size() && written[v] < sent[v].next + 64 &&
             dice.hit(0.98)) {
        std::array<std::uint64_t, kSlotsPerBeat> beat{sent[v].slots[written[v]++]};
        packer.write(v, beat.data(), 1);
      }
      if (dice.hit(0.5)) limits[v] = static_cast<std::uint16_t>(packer.used(v) + dice.below(60));
    }
    const Packer::Offer offered = packer.offer(limits);
    ASSERT_EQ(offered.first, std::min(left, 30u) == 30 ? 255u : left);
    if (!offered.any) continue;
    pack();
    unsigned packets = left != 0 ? 1 : 0;
    bool nops = false;
    for (unsigned i = 0; i < kDataSlots; ++i) {
      const std::uint64_t got = flit[1 + i];
      if (left == 0) {
        if (got == 0) nops = true;
        if (nops) {
          ASSERT_EQ(got, 0u) << "a slot behind a NOP";
          continue;
        }
        const PacketHeader header = format.unpack_packet_header(got);
        vc = header.vc;
        left = header.len;
        ++packets;
      }
      ASSERT_EQ(got, sent[vc].slots[sent[vc].next]);
      ++sent[vc].next;
      --left;
    }
    ASSERT_GT(packets, 0u) << "an empty flit";
    ASSERT_EQ(left, packer.missing());
    for (unsigned v = 0; v < 4; ++v) ASSERT_LE((limits[v] - packer.used(v)) & 0x7FFF, 1024);
  }
}

}  // namespace
}  // namespace weft
