// SPDX-License-Identifier: Apache-2.0
// The tables of rtl/link/TIMING.md, edge by edge.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <vector>

#include "tests/unit/link_model_pair.h"

namespace weft {
namespace {

using test::ofl;

/// One end alone, begun in ACTIVE and driven pin by pin.
struct Bench {
  const Protocol protocol = ofl();
  const FlitFormat format{protocol};
  LinkModel end{protocol, weft_link_straps{5, 1}};
  std::uint64_t now = 0;
  std::vector<weft_link_out> seen;                             // by cycle
  std::vector<std::array<std::uint64_t, kSlotsPerBeat>> sent;  // by cycle
  std::map<std::uint64_t, std::function<void(weft_link_in&)>> at;
  std::array<std::uint64_t, kSlotsPerBeat> beat{};
  std::array<std::uint64_t, kFlitSlots> flit{};

  void run_to(std::uint64_t until) {
    while (now < until) {
      weft_link_in in{};
      in.now = now;
      in.flags = WEFT_IN_PHY_LOCK;
      if (now % kBeats == 0) in.flags |= WEFT_IN_TX_SLOT;
      if (const auto input = at.find(now); input != at.end()) input->second(in);
      weft_link_out out{};
      end.step(in, out);
      seen.push_back(out);
      sent.emplace_back();
      if ((out.flags & WEFT_OUT_LO) != 0) {
        std::copy_n(out.lo_data, kSlotsPerBeat, sent.back().begin());
      }
      ++now;
    }
  }
  void offer(std::uint64_t cycle, unsigned vc, unsigned slots) {
    at[cycle] = [this, vc, slots](weft_link_in& in) {
      beat.fill(0x1111);
      beat[0] = format.pack(PacketHeader{1, vc, slots, 0, false});
      in.flags |= WEFT_IN_HT;
      in.ht_vc = static_cast<std::uint8_t>(vc);
      in.ht_slots = static_cast<std::uint8_t>(slots);
      in.ht_data = beat.data();
    };
  }
  /// The peer's flit arrives in `cycle` and the three after it.
  void arrive(std::uint64_t cycle, Head head, Tail tail, std::vector<std::uint64_t> slots = {}) {
    flit.fill(0);
    std::copy(slots.begin(), slots.end(), flit.begin() + 1);
    flit[0] = format.pack(head);
    flit[kFlitSlots - 1] = format.pack(tail);
    format.seal(flit.data(), kFlitSlots);
    for (unsigned i = 0; i < kBeats; ++i) {
      at[cycle + i] = [this, i](weft_link_in& in) {
        in.flags |= WEFT_IN_LI;
        if (i == 0) in.flags |= WEFT_IN_LI_SOF;
        if (i == kBeats - 1) in.flags |= WEFT_IN_LI_EOF;
        in.li_data = flit.data() + i * kSlotsPerBeat;
      };
    }
  }
  Head data_head(std::uint32_t seq) const {
    return {.type = format.type_data, .seq = seq, .rec = 31};
  }
  bool leaves(std::uint64_t cycle) const { return (seen[cycle].flags & WEFT_OUT_LO) != 0; }
  Head head(std::uint64_t cycle) const { return format.unpack_head(sent[cycle][0]); }
  Tail tail(std::uint64_t cycle) const { return format.unpack_tail(sent[cycle][7]); }
};

struct LinkTiming : testing::Test, Bench {};

TEST_F(LinkTiming, FlushesAtTheFirstEdgeAndIsUpAfterTheSecond) {
  run_to(3);
  EXPECT_TRUE(seen[0].flags & WEFT_OUT_FLUSH);
  EXPECT_FALSE(seen[0].flags & WEFT_OUT_UP);
  EXPECT_FALSE(seen[1].flags & WEFT_OUT_FLUSH);
  EXPECT_TRUE(seen[1].flags & WEFT_OUT_UP);
}

TEST_F(LinkTiming, SendsAPacketFourCyclesAfterTheStrobeThatSeesIt) {
  offer(100, 0, 3);
  run_to(120);
  for (std::uint64_t c = 0; c < 120; ++c) EXPECT_EQ(leaves(c), c >= 104 && c < 108) << c;
  EXPECT_EQ(seen[104].flags & (WEFT_OUT_LO_SOF | WEFT_OUT_LO_EOF), std::uint32_t{WEFT_OUT_LO_SOF});
  EXPECT_EQ(seen[107].flags & (WEFT_OUT_LO_SOF | WEFT_OUT_LO_EOF), std::uint32_t{WEFT_OUT_LO_EOF});
  EXPECT_EQ(seen[102].ht_space, 3u) << "taken at edge c + 2";
}

TEST_F(LinkTiming, LetsAPacketWaitForTheNextStrobeWhenItComesACycleLate) {
  offer(101, 0, 3);
  run_to(120);
  for (std::uint64_t c = 0; c < 120; ++c) EXPECT_EQ(leaves(c), c >= 108 && c < 112) << c;
}

TEST_F(LinkTiming, FreezesTheSkidAtTheDecision) {
  offer(100, 0, 3);
  at[101] = [this](weft_link_in& in) {
    in.flags |= WEFT_IN_HT;
    in.ht_vc = 0;
    in.ht_slots = 3;
    in.ht_data = beat.data();
  };
  run_to(120);
  EXPECT_EQ(sent[104][4], 0u) << "NOP behind the first packet";
  EXPECT_TRUE(leaves(108)) << "the second one goes in the next flit";
  EXPECT_EQ(head(108).seq, 1u);
}

TEST_F(LinkTiming, PushesABeatTwoCyclesAfterItCame) {
  arrive(50, data_head(0), Tail{0, 0, false}, {format.pack(PacketHeader{1, 2, 1, 0, false})});
  run_to(60);
  for (std::uint64_t c = 40; c < 60; ++c) {
    EXPECT_EQ((seen[c].flags & WEFT_OUT_HR) != 0, c >= 52 && c < 56) << c;
  }
  EXPECT_TRUE(seen[55].flags & WEFT_OUT_HR_COMMIT);
  EXPECT_EQ(seen[52].hr_mask, 2);
}

// A tail formed at edge c + 7 knows what was accepted at edge c + 6, not at c + 7.
TEST_F(LinkTiming, TellsTheAckOfTheEdgeBeforeTheTailIsFormed) {
  offer(100, 0, 3);
  arrive(101, data_head(0), Tail{0, 0, false});  // last beat in 104, accepted at edge 106
  run_to(110);
  EXPECT_EQ(tail(107).ack, 1u);

  Bench later;
  later.offer(100, 0, 3);
  later.arrive(102, data_head(0), Tail{0, 0, false});  // accepted at edge 107
  later.run_to(110);
  EXPECT_EQ(later.tail(107).ack, 0u);
}

TEST_F(LinkTiming, CountsFreedBufferAfterTheEdgeThatFollowsItsRegister) {
  at[50] = [](weft_link_in& in) {
    in.flags |= WEFT_IN_FREE;
    in.free_vc = 1;
    in.free_units = 9;
  };
  run_to(51);
  EXPECT_EQ(end.granted(1), 1024);
  run_to(52);
  EXPECT_EQ(end.granted(1), 1033);
}

TEST_F(LinkTiming, RecordsADirtyVcOfTheDecisionWithItsLimitOfTheTail) {
  const auto free = [](unsigned units) {
    return [units](weft_link_in& in) {
      in.flags |= WEFT_IN_FREE;
      in.free_vc = 2;
      in.free_units = static_cast<std::uint16_t>(units);
    };
  };
  at[97] = free(5);
  at[105] = free(3);  // counts after edge 106: in the tail formed at 107
  offer(100, 0, 3);
  run_to(110);
  EXPECT_EQ(head(104).rec, 2);
  EXPECT_EQ(tail(107).cnt, 1024 + 8);
}

TEST_F(LinkTiming, AnswersARegisterReadAfterTheNextEdge) {
  at[50] = [](weft_link_in& in) {
    in.flags |= WEFT_IN_CSR;
    in.csr_addr = link_regs::kIdOffset;
  };
  run_to(54);
  EXPECT_FALSE(seen[50].flags & WEFT_OUT_CSR);
  EXPECT_TRUE(seen[51].flags & WEFT_OUT_CSR);
  EXPECT_EQ(seen[51].csr_rdata & 0xFFFFFFFF, 0x54464557u);
  EXPECT_FALSE(seen[52].flags & WEFT_OUT_CSR);
}

TEST_F(LinkTiming, LetsAWriteActAtTheEdgeAfterItsRegister) {
  at[50] = [](weft_link_in& in) {
    in.flags |= WEFT_IN_CSR | WEFT_IN_CSR_WE;
    in.csr_addr = link_regs::kCtrlOffset;
    in.csr_wdata = 3;  // RETRAIN
  };
  run_to(51);
  EXPECT_EQ(end.state(), LinkState::kActive);
  run_to(52);
  EXPECT_EQ(end.state(), LinkState::kRetrain);
}

TEST_F(LinkTiming, SendsACtrlForAnAckAtTheFirstStrobeAfterAckT) {
  arrive(50, data_head(0), Tail{0, 0, false});  // accepted at edge 55, which sees cycle 54
  run_to(160);
  // 54 + 64 = 118: the first decision that sees it is at edge 121, for the strobe of cycle 120.
  for (std::uint64_t c = 56; c < 160; ++c) EXPECT_EQ(leaves(c), c >= 124 && c < 128) << c;
  EXPECT_EQ(head(124).type, format.type_ctrl);
  EXPECT_EQ(tail(127).ack, 1u);
}

TEST_F(LinkTiming, NaksAGapAtTheNextStrobe) {
  arrive(50, data_head(3), Tail{0, 0, false});  // judged at edge 55
  run_to(80);
  ASSERT_TRUE(leaves(60)) << "strobe 56, decision 57";
  EXPECT_TRUE(head(60).nak);
  EXPECT_FALSE(leaves(64)) << "once is enough";
}

TEST_F(LinkTiming, RepeatsAtTheNextStrobeAfterANak) {
  offer(20, 0, 3);
  arrive(50, Head{.type = format.type_ctrl, .nak_ep = 0, .rec = 31, .nak = true},
         Tail{0, 0, false});
  run_to(80);
  ASSERT_TRUE(leaves(24));
  ASSERT_TRUE(leaves(60));
  EXPECT_TRUE(head(60).rtx);
  EXPECT_EQ(head(60).seq, 0u);
  EXPECT_EQ(head(60).ep, 1);
  EXPECT_EQ(sent[24][1], sent[60][1]);
  ASSERT_TRUE(leaves(64)) << "then the CTRL that a replay asks for";
  EXPECT_EQ(head(64).type, format.type_ctrl);
}

TEST_F(LinkTiming, FiresTheReplayTimerAtTheEdgeAfterItsDeadline) {
  offer(20, 0, 3);  // decision at edge 21, which sees cycle 20
  run_to(20 + 2048 + 1);
  EXPECT_EQ(end.replay().epoch(), 0);
  run_to(20 + 2048 + 2);
  EXPECT_EQ(end.replay().epoch(), 1);
}

TEST_F(LinkTiming, IsQuiescentOnceADecisionFoundNothingAndNothingIsUnderWay) {
  offer(100, 0, 3);
  run_to(140);
  std::vector<std::uint64_t> awake;
  for (std::uint64_t c = 90; c < 140; ++c) {
    if ((seen[c].flags & WEFT_OUT_QUIESCENT) == 0 && c % kBeats != 0) awake.push_back(c);
  }
  // Offered in 100, decided at 101, decided on nothing at 105, last beat out at 107.
  EXPECT_EQ(awake, (std::vector<std::uint64_t>{101, 102, 103, 105, 106, 107}));
  EXPECT_EQ(end.wake_at(), 100u + 2048) << "the replay timer of the flit";
}

}  // namespace
}  // namespace weft
