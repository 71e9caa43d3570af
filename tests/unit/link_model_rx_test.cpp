// SPDX-License-Identifier: Apache-2.0
#include "models/link/rx.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/unit/link_pair.h"

namespace weft {
namespace {

using test::ofl;
using Kind = Receiver::Kind;

struct ReceiverTest : testing::Test {
  using Flit = std::array<std::uint64_t, kFlitSlots>;
  struct Seen {
    Kind kind = Kind::kNone;
    bool bad = false;
    std::uint32_t flags = 0;
    std::uint8_t mask = 0, sop = 0, eop = 0, vc = 0;
  };

  const Protocol protocol = ofl();
  const FlitFormat format{protocol};
  Receiver rx{format};
  bool open = true;
  std::uint32_t exp = 0;
  bool drop = false;

  std::uint64_t header(unsigned vc, unsigned len) const {
    return format.pack(PacketHeader{1, vc, len, 0, false});
  }
  Flit data(std::uint32_t seq, std::uint8_t first = 0,
            std::vector<std::uint64_t> slots = {}) const {
    Flit flit{};
    std::copy(slots.begin(), slots.end(), flit.begin() + 1);
    flit[0] = format.pack(Head{.type = format.type_data, .seq = seq, .first = first, .rec = 31});
    format.seal(flit.data(), kFlitSlots);
    return flit;
  }
  Flit boot() const {
    Flit flit{};
    flit[0] = format.pack_boot_head(format.op_hrst, false);
    format.seal(flit.data(), kSlotsPerBeat);
    return flit;
  }

  /// One edge; `beat` of `flit` arrives, or nothing.
  Seen edge(const Flit* flit = nullptr, unsigned beat = 0, std::uint32_t flags = 0) {
    weft_link_out out{};
    Seen seen;
    if (rx.ready() && rx.judge(open, exp, drop, out)) {
      seen.kind = rx.verdict().kind;
      seen.bad = rx.verdict().bad();
    }
    if (drop) rx.drop(out);
    seen.flags = out.flags;
    seen.mask = out.hr_mask;
    seen.sop = out.hr_sop;
    seen.eop = out.hr_eop;
    seen.vc = out.hr_vc;
    weft_link_in in{};
    if (flit != nullptr) {
      in.flags = WEFT_IN_LI | flags;
      in.li_data = flit->data() + beat * kSlotsPerBeat;
    }
    rx.sample(in);
    return seen;
  }
  static std::uint32_t border(unsigned beat, unsigned beats) {
    std::uint32_t flags = 0;
    if (beat == 0) flags |= WEFT_IN_LI_SOF;
    if (beat == beats - 1) flags |= WEFT_IN_LI_EOF;
    return flags;
  }
  /// A whole flit and the two edges after it; what was seen for each of its beats.
  std::vector<Seen> take(const Flit& flit, unsigned beats = kBeats, std::uint32_t spoil = 0) {
    std::vector<Seen> seen;
    for (unsigned i = 0; i < beats + 2; ++i) {
      const Seen now =
          i < beats ? edge(&flit, i % kBeats, border(i, beats) | (i == 1 ? spoil : 0)) : edge();
      if (i >= 2) seen.push_back(now);
    }
    return seen;
  }
  Kind verdict(const Flit& flit, unsigned beats = kBeats) { return take(flit, beats).back().kind; }
};

TEST_F(ReceiverTest, JudgesABeatTwoEdgesAfterItCame) {
  const Flit flit = data(0, 0, {header(1, 1)});
  EXPECT_EQ(edge(&flit, 0, WEFT_IN_LI_SOF).flags, 0u);
  EXPECT_EQ(edge(&flit, 1).flags, 0u);
  EXPECT_EQ(edge(&flit, 2).flags, std::uint32_t{WEFT_OUT_HR});
}

TEST_F(ReceiverTest, PushesTheExpectedFlitBeatByBeatAndCommitsWithTheLast) {
  const auto seen = take(data(0, 0, {header(2, 3), 5, 6, header(1, 28)}));
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0].mask, 0xFE);
  EXPECT_EQ(seen[0].sop, 0x12);
  EXPECT_EQ(seen[0].eop, 0x08);
  EXPECT_EQ(seen[1].mask, 0xFF);
  EXPECT_EQ(seen[1].vc, 1);
  EXPECT_EQ(seen[3].mask, 0x7F);
  EXPECT_EQ(seen[3].eop, 0);
  EXPECT_EQ(seen[3].flags, std::uint32_t{WEFT_OUT_HR} | WEFT_OUT_HR_COMMIT);
  EXPECT_EQ(seen[3].kind, Kind::kData);
  exp = 1;
  const auto next = take(data(1, 1, {7, header(3, 2), 8}));
  EXPECT_EQ(next[0].mask, 0x0E);
  EXPECT_EQ(next[0].sop, 0x04);
  EXPECT_EQ(next[0].eop, 0x0A);
  EXPECT_EQ(next[0].vc, 1);
  EXPECT_EQ(next[1].mask, 0);
}

TEST_F(ReceiverTest, PushesNothingOfAFlitThatIsNotExpected) {
  for (const Seen& seen : take(data(1, 0, {header(0, 1)}))) EXPECT_EQ(seen.flags, 0u);
  EXPECT_EQ(verdict(data(1)), Kind::kData) << "but it is a good one";
}

TEST_F(ReceiverTest, PushesNothingWhileDataDoesNotCount) {
  open = false;
  for (const Seen& seen : take(data(0, 0, {header(0, 1)}))) EXPECT_EQ(seen.flags, 0u);
}

TEST_F(ReceiverTest, AbortsAFlitThatTurnsOutBadAndExpectsTheSameFrameAgain) {
  Flit flit = data(0, 0, {header(1, 40)});
  flit[20] ^= 1;
  const auto seen = take(flit);
  EXPECT_EQ(seen[3].kind, Kind::kBad);
  EXPECT_TRUE(seen[3].flags & WEFT_OUT_HR_ABORT);
  EXPECT_FALSE(seen[3].flags & WEFT_OUT_HR_COMMIT);
  EXPECT_EQ(verdict(data(0, 0, {header(1, 40)})), Kind::kData);
  exp = 1;
  EXPECT_EQ(verdict(data(1, 10)), Kind::kData);
}

TEST_F(ReceiverTest, BelievesTheFlagOfThePhy) {
  const auto seen = take(data(0), kBeats, WEFT_IN_LI_BAD);
  EXPECT_EQ(seen[3].kind, Kind::kBad);
}

TEST_F(ReceiverTest, RefusesFlitsOfAnotherLength) {
  const Flit flit = data(0);
  for (unsigned beats : {1u, 2u, 3u, 5u, 8u}) EXPECT_EQ(verdict(flit, beats), Kind::kBad) << beats;
  EXPECT_EQ(verdict(boot(), 1), Kind::kBoot);
  EXPECT_EQ(verdict(boot(), 4), Kind::kBad);
}

TEST_F(ReceiverTest, ExpectsFirstToBeWhatIsMissingOfThePacket) {
  EXPECT_EQ(verdict(data(0, 1)), Kind::kBad);
  EXPECT_TRUE(rx.verdict().broke_frame);
  EXPECT_EQ(verdict(data(0, 0, {header(0, 60)})), Kind::kData);
  exp = 1;
  EXPECT_EQ(verdict(data(1, 30)), Kind::kBad) << "30 is written 255";
  EXPECT_EQ(verdict(data(1, 255)), Kind::kData);
}

TEST_F(ReceiverTest, DoesNotJudgeFirstInFlitsThatAreNotExpected) {
  EXPECT_EQ(verdict(data(5, 17)), Kind::kData);
}

TEST_F(ReceiverTest, RefusesAPacketWithoutSlotsOrOfAVcThatIsNotThere) {
  EXPECT_EQ(verdict(data(0, 0, {header(0, 0)})), Kind::kBad);
  EXPECT_TRUE(rx.verdict().broke_frame);
  EXPECT_EQ(verdict(data(0, 0, {header(4, 1)})), Kind::kBad);
}

TEST_F(ReceiverTest, CallsAFlitWithoutAnEndBadWhenTheNextOneBegins) {
  const Flit flit = data(0, 0, {header(1, 2), 9});
  edge(&flit, 0, WEFT_IN_LI_SOF);
  edge(&flit, 1);
  const auto seen = take(flit);
  EXPECT_TRUE(seen[0].bad);
  EXPECT_TRUE(seen[0].flags & WEFT_OUT_HR_ABORT);
  EXPECT_FALSE(seen[0].flags & WEFT_OUT_HR) << "nothing of the one that begins there";
  EXPECT_EQ(seen[3].kind, Kind::kBad) << "that one is bad as well";
  EXPECT_EQ(verdict(flit), Kind::kData);
}

TEST_F(ReceiverTest, TakesTheFlitAfterOneThatWasNotExpectedAndHadNoEnd) {
  const Flit other = data(3);
  edge(&other, 0, WEFT_IN_LI_SOF);
  const auto seen = take(data(0));
  EXPECT_TRUE(seen[0].bad);
  EXPECT_EQ(seen[3].kind, Kind::kData);
}

TEST_F(ReceiverTest, CallsBeatsWithoutABeginningABadFlit) {
  const Flit flit = data(0);
  edge(&flit, 2);
  edge(&flit, 3, WEFT_IN_LI_EOF);
  edge();
  EXPECT_EQ(edge().kind, Kind::kBad);
  EXPECT_EQ(verdict(flit), Kind::kData);
}

TEST_F(ReceiverTest, ForgetsAHalfReceivedFlitInARetrain) {
  const Flit flit = data(0, 0, {header(1, 2), 9});
  edge(&flit, 0, WEFT_IN_LI_SOF);
  edge(&flit, 1);
  edge(&flit, 2);
  drop = true;
  EXPECT_TRUE(edge(&flit, 3, WEFT_IN_LI_EOF).flags & WEFT_OUT_HR_ABORT);
  drop = false;
  edge();
  const Seen end = edge();
  EXPECT_EQ(end.kind, Kind::kBad);
  EXPECT_EQ(end.flags, 0u) << "the abort was told";
  EXPECT_EQ(verdict(flit), Kind::kData);
}

TEST_F(ReceiverTest, KeepsThePacketInProgressInARetrainAndForgetsItInARestart) {
  EXPECT_EQ(verdict(data(0, 0, {header(0, 40)})), Kind::kData);
  exp = 1;
  drop = true;
  edge();
  drop = false;
  EXPECT_EQ(verdict(data(1, 10)), Kind::kData);
  exp = 0;
  EXPECT_EQ(verdict(data(0, 0, {header(0, 40)})), Kind::kData);
  weft_link_out out{};
  rx.clear(out);
  EXPECT_EQ(verdict(data(0, 0)), Kind::kData);
}

TEST_F(ReceiverTest, TellsPoisonWithTheCommit) {
  Flit flit = data(0, 0, {header(0, 1)});
  flit[kFlitSlots - 1] = format.pack(Tail{0, 0, true});
  format.seal(flit.data(), kFlitSlots);
  EXPECT_TRUE(take(flit)[3].flags & WEFT_OUT_HR_POISON);
}

}  // namespace
}  // namespace weft
