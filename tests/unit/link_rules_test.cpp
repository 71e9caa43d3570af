// SPDX-License-Identifier: Apache-2.0
// The link checker against traces made by hand: a good one, and the same with one thing wrong.
#include "testbench/watch/link_rules.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/link_trace.h"

namespace weft::tb {
namespace {

using Words = std::vector<std::uint64_t>;

Words part(const Words& words, std::size_t from, std::size_t count) {
  return {words.begin() + static_cast<std::ptrdiff_t>(from),
          words.begin() + static_cast<std::ptrdiff_t>(from + count)};
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

LinkRulesConfig small_config() {
  LinkRulesConfig config;
  config.seq_bits = 4;
  config.window = 8;
  config.vcs = 2;
  config.max_packet_slots = 64;
  config.buffer_units = {8, 8};
  config.ack_n = 2;
  config.ack_t = 50;
  config.ret_n = 4;
  config.ret_t = 50;
  config.stall_t = 200;
  config.replay_t = 300;
  config.replay_num = 4;
  config.retrain_num = 3;
  config.boot_t = 32;
  config.train_t = 20;
  config.retrain_t = 64;
  config.hrst_t = 40;
  config.sessions = {0x1234, 0x5678};
  config.start_up = true;
  return config;
}

/// End 0 sends four packets in five flits. The fourth flit is damaged, so the fifth finds a gap,
/// and both are repeated. End 1 only sends CTRL flits. All delays are those of an end with six
/// cycles from a received flit to a head.
LinkTrace good_trace() {
  LinkTrace trace;
  trace.config = small_config();
  const Words p0 = hand_packet(0, 40, 1);
  const Words p1 = hand_packet(0, 10, 2);
  const Words p2 = hand_packet(1, 5, 3);
  const Words p3 = hand_packet(0, 64, 4);
  trace.offer(0, 4, 0, {p0, p1});
  trace.offer(0, 11, 1, {p2});
  trace.flit("F0", 0, 20, HandFlit::data(0).payload(part(p0, 0, 30)));
  trace.flit("F1", 0, 24,
             HandFlit::data(1).first(10).payload(joined(joined(part(p0, 30, 10), p1), p2)));
  trace.deliver("D0", 1, 35, part(p0, 0, 30), 1, 0);
  trace.deliver("D1", 1, 39, joined(joined(part(p0, 30, 10), p1), p2), 1u << 10 | 1u << 20,
                1u << 9 | 1u << 19 | 1u << 24);
  trace.flit("C0", 1, 44, HandFlit::ctrl(0).ack(2).limits({8, 8}));
  trace.free(1, 45, 0, 5);
  trace.free(1, 46, 0, 2);
  trace.free(1, 47, 1, 1);
  trace.flit("C1", 1, 56, HandFlit::ctrl(0).ack(2).limits({15, 9}));
  trace.offer(0, 60, 0, {p3});
  trace.flit("F2", 0, 76, HandFlit::data(2).payload(part(p3, 0, 30)));
  trace.flit("F3", 0, 80, HandFlit::data(3).first(255).payload(part(p3, 30, 30))).flips = {700};
  trace.flit("F4", 0, 84, HandFlit::data(4).first(4).payload(part(p3, 60, 4)));
  trace.deliver("D2", 1, 91, part(p3, 0, 30), 1, 0);
  trace.flit("C2", 1, 100, HandFlit::ctrl(0).ack(3).nak(0).poll().limits({15, 9}));
  trace.flit("F3r", 0, 120, HandFlit::data(3).first(255).ep(1).rtx().payload(part(p3, 30, 30)));
  trace.flit("F4r", 0, 124, HandFlit::data(4).first(4).ep(1).rtx().payload(part(p3, 60, 4)));
  trace.flit("R0", 0, 128, HandFlit::ctrl(5).ep(1).limits({8, 8}));
  trace.deliver("D3", 1, 135, part(p3, 30, 30), 0, 0);
  trace.deliver("D4", 1, 139, part(p3, 60, 4), 0, 1u << 3);
  trace.flit("C3", 1, 144, HandFlit::ctrl(0).ack(5).limits({15, 9}));
  trace.free(1, 145, 0, 8);
  trace.flit("C4", 1, 152, HandFlit::ctrl(0).ack(5).limits({23, 9}));
  return trace;
}

/// Both ends train, then end 0 sends one packet.
LinkTrace good_bring_up() {
  LinkTrace trace;
  trace.config = small_config();
  trace.config.start_up = false;
  const auto param = [](bool seen, std::uint64_t session) {
    HandFlit flit = HandFlit::boot(1, seen);
    flit.slots[1] = 0xABCDEF;
    flit.slots[2] = 4 | 4 << 8 | 1 << 16 | 2 << 24 | std::uint64_t{64} << 32 |
                    std::uint64_t{8} << 48 | std::uint64_t{1} << 56;
    flit.slots[3] = 1 | 1 << 16 | std::uint64_t{8} << 32;
    flit.slots[4] = session;
    return flit;
  };
  const auto cinit = [](bool seen, std::uint64_t session) {
    HandFlit flit = HandFlit::boot(2, seen);
    flit.slots[1] = session;
    return flit.limits({8, 8}, 2);
  };
  trace.flit("P00", 0, 40, param(false, 0x1234));
  trace.flit("P10", 1, 44, param(false, 0x5678));
  trace.flit("P01", 0, 72, param(true, 0x1234));
  trace.flit("P11", 1, 76, param(true, 0x5678));
  trace.flit("I10", 1, 88, cinit(false, 0x5678));
  trace.flit("I00", 0, 92, cinit(false, 0x1234));
  trace.flit("I11", 1, 120, cinit(true, 0x5678));
  trace.flit("I01", 0, 124, cinit(true, 0x1234));
  trace.flit("A0", 0, 136, HandFlit::ctrl(0).limits({8, 8}));
  trace.flit("A1", 1, 140, HandFlit::ctrl(0).limits({8, 8}));
  const Words packet = hand_packet(0, 3, 7);
  trace.offer(0, 150, 0, {packet});
  trace.flit("F0", 0, 156, HandFlit::data(0).payload(packet));
  trace.deliver("D0", 1, 171, packet, 1, 4);
  trace.free(1, 171, 0, 1);
  trace.flit("C0", 1, 220, HandFlit::ctrl(0).ack(1).limits({9, 8}));
  return trace;
}

std::unique_ptr<LinkRules> judged(const LinkTrace& trace) {
  auto rules = std::make_unique<LinkRules>(trace.config);
  trace.play(*rules);
  return rules;
}

std::string all(const LinkRules& rules) {
  std::string text;
  for (const RuleViolation& violation : rules.violations()) text += violation.text() + "\n";
  return text;
}

/// The first complaint must name `clause` and blame `end`.
void expect_blame(const LinkTrace& trace, const std::string& clause, unsigned end) {
  const auto rules = judged(trace);
  ASSERT_FALSE(rules->violations().empty()) << "nothing found, " << clause << " was broken";
  EXPECT_EQ(rules->violations().front().clause, clause) << all(*rules);
  EXPECT_EQ(rules->violations().front().end, end) << all(*rules);
}

TEST(LinkRules, FindsNothingInAGoodTrace) {
  const auto rules = judged(good_trace());
  EXPECT_EQ(all(*rules), "");
  const LinkRules::Counts counts = rules->counts();
  EXPECT_EQ(counts.sent_first, 5u);
  EXPECT_EQ(counts.sent_data, 7u);
  EXPECT_EQ(counts.sent_ctrl, 6u);
  EXPECT_EQ(counts.received_bad, 1u);
  EXPECT_EQ(counts.accepted, 5u);
  EXPECT_EQ(counts.committed, 5u);
  EXPECT_EQ(counts.replays, 1u);
  EXPECT_EQ(counts.packets_delivered, 4u);
  EXPECT_EQ(counts.slots_delivered, 119u);
}

TEST(LinkRules, FindsNothingInAGoodBringUp) {
  const auto rules = judged(good_bring_up());
  EXPECT_EQ(all(*rules), "");
  EXPECT_EQ(rules->counts().sent_boot, 8u);
}

// Chapters 1 to 3

TEST(LinkRules, SeesAFlitOffTheStrobe) {
  LinkTrace trace = good_trace();
  trace["F2"].cycle = 75;
  expect_blame(trace, "OFL-1.3", 0);
}

TEST(LinkRules, SeesAnUnknownType) {
  LinkTrace trace = good_trace();
  trace["C1"].flit.field(45, 3, 3);
  expect_blame(trace, "OFL-2.1", 1);
}

TEST(LinkRules, SeesAWrongHeadCheck) {
  LinkTrace trace = good_trace();
  trace["C1"].flit.seal_hcs = false;
  expect_blame(trace, "OFL-2.2", 1);
}

TEST(LinkRules, SeesReservedBits) {
  LinkTrace trace = good_trace();
  trace["F1"].flit.field(44, 1, 1);
  expect_blame(trace, "OFL-2.3", 0);
}

TEST(LinkRules, SeesARecordOfAVcThatIsNotThere) {
  LinkTrace trace = good_trace();
  trace["F1"].flit.rec(2, 8);
  expect_blame(trace, "OFL-2.4", 0);
}

TEST(LinkRules, SeesAWrongCrc) {
  LinkTrace trace = good_trace();
  trace["F1"].flit.seal_crc = false;
  expect_blame(trace, "OFL-3.1", 0);
}

TEST(LinkRules, SeesAStaleAck) {
  LinkTrace trace = good_trace();
  trace["C3"].flit.ack(3);
  expect_blame(trace, "OFL-2.5", 1);
}

TEST(LinkRules, SeesAnAckOfWhatNeverArrived) {
  LinkTrace trace = good_trace();
  trace["C2"].flit.ack(4);
  expect_blame(trace, "OFL-6.4", 1);
}

TEST(LinkRules, SeesAPayloadThatChangedInAReplay) {
  LinkTrace trace = good_trace();
  trace["F3r"].flit.slots[9] ^= 0x10;
  expect_blame(trace, "OFL-3.3", 0);
}

// Chapter 4

TEST(LinkRules, SeesANopInTheMiddle) {
  LinkTrace trace = good_trace();
  Words words = trace["F1"].flit.slots;
  trace["F1"].flit.payload(part(words, 21, 5), 21).set(21, 0, 64, 0);
  expect_blame(trace, "OFL-4.3", 0);
}

TEST(LinkRules, SeesAWrongFirst) {
  LinkTrace trace = good_trace();
  trace["F1"].flit.first(9);
  expect_blame(trace, "OFL-4.4", 0);
}

TEST(LinkRules, SeesAPacketInterleavedWithAnother) {
  LinkTrace trace = good_trace();
  trace["F1"].flit.payload(hand_packet(1, 5, 3));
  expect_blame(trace, "OFL-4.2", 0);
}

TEST(LinkRules, SeesPacketsOutOfOrder) {
  LinkTrace trace = good_trace();
  trace["F1"].flit.payload(hand_packet(0, 10, 9), 10);
  expect_blame(trace, "OFL-4.5", 0);
}

TEST(LinkRules, SeesABodyThatIsNotWhatTheHostOffered) {
  LinkTrace trace = good_trace();
  trace["F0"].flit.slots[12] ^= 1;
  expect_blame(trace, "OFL-4.6", 0);
}

TEST(LinkRules, SeesAStrobeLeftUnused) {
  LinkTrace trace = good_trace();
  trace["F0"].cycle = 24;
  trace["F1"].cycle = 28;
  expect_blame(trace, "OFL-4.7", 0);
}

TEST(LinkRules, SeesADataFlitWithoutAPacket) {
  LinkTrace trace = good_trace();
  trace.flit("empty", 0, 88, HandFlit::data(5));
  expect_blame(trace, "OFL-4.7", 0);
}

// Chapter 5

TEST(LinkRules, SeesAPacketSentOverCredit) {
  LinkTrace trace = good_trace();
  trace.erase("F2");
  trace.erase("F3");
  trace.erase("F4");
  trace.flit("early", 0, 68, HandFlit::data(2).payload(part(hand_packet(0, 64, 4), 0, 30)));
  expect_blame(trace, "OFL-5.3", 0);
}

TEST(LinkRules, SeesALimitThatGoesBack) {
  LinkTrace trace = good_trace();
  trace["C2"].flit.limits({14, 9});
  expect_blame(trace, "OFL-5.2", 1);
}

TEST(LinkRules, SeesALimitForBufferThatWasNotFreed) {
  LinkTrace trace = good_trace();
  trace["C4"].flit.limits({24, 9});
  expect_blame(trace, "OFL-5.2", 1);
}

TEST(LinkRules, SeesAnOldLimitToldAgain) {
  LinkTrace trace = good_trace();
  trace["C4"].flit.limits({15, 9});
  trace["C4"].cycle = 160;
  expect_blame(trace, "OFL-2.5", 1);
}

TEST(LinkRules, SeesGarbageInACtrl) {
  LinkTrace trace = good_trace();
  trace["C1"].flit.set(6, 0, 8, 1);
  expect_blame(trace, "OFL-5.5", 1);
}

TEST(LinkRules, SeesACreditUpdateThatIsNotSent) {
  LinkTrace trace = good_trace();
  trace.erase("C1");
  for (const char* tag :
       {"F2", "F3", "F4", "D2", "C2", "F3r", "F4r", "R0", "D3", "D4", "C3", "C4"}) {
    trace.erase(tag);
  }
  expect_blame(trace, "OFL-5.6", 1);
}

TEST(LinkRules, SeesADirtyVcWithoutARecord) {
  LinkTrace trace = good_trace();
  trace.free(0, 100, 1, 1);  // end 0 has one unit more to tell long before it repeats
  expect_blame(trace, "OFL-5.6", 0);
}

TEST(LinkRules, SeesAStallWithoutAPoll) {
  LinkTrace trace = good_trace();
  trace.offer(0, 200, 1, {hand_packet(1, 64, 8), hand_packet(1, 8, 9)});
  // 8 units of VC 1 are free: the first packet goes, the second waits.
  Words words = hand_packet(1, 64, 8);
  trace.flit("G0", 0, 212, HandFlit::data(5).ep(1).payload(part(words, 0, 30)));
  trace.flit("G1", 0, 216, HandFlit::data(6).ep(1).first(255).payload(part(words, 30, 30)));
  trace.flit("G2", 0, 220, HandFlit::data(7).ep(1).first(4).payload(part(words, 60, 4)));
  trace.deliver("E0", 1, 227, part(words, 0, 30), 1, 0);
  trace.deliver("E1", 1, 231, part(words, 30, 30), 0, 0);
  trace.deliver("E2", 1, 235, part(words, 60, 4), 0, 8);
  for (auto* event : {&trace["E0"], &trace["E1"], &trace["E2"]}) event->vc = 1;
  trace.flit("G3", 1, 240, HandFlit::ctrl(0).ack(8).limits({23, 9}));
  trace.end_cycle = 500;
  expect_blame(trace, "OFL-5.7", 0);
}

// Chapter 6

TEST(LinkRules, SeesASkippedSequenceNumber) {
  LinkTrace trace = good_trace();
  trace["F2"].flit.seq(3);
  expect_blame(trace, "OFL-6.1", 0);
}

TEST(LinkRules, SeesAWindowExceeded) {
  LinkTrace trace;
  trace.config = small_config();
  trace.config.vcs = 1;
  trace.config.buffer_units = {100};
  std::vector<Words> packets;
  for (unsigned i = 0; i < 9; ++i) packets.push_back(hand_packet(0, 30, i + 1));
  trace.offer(0, 4, 0, packets);
  for (unsigned i = 0; i < 9; ++i) {
    trace.flit("F" + std::to_string(i), 0, 20 + 4 * i, HandFlit::data(i).payload(packets[i]))
        .arrives = false;
  }
  trace.drained = false;
  trace.end_cycle = 60;
  expect_blame(trace, "OFL-6.1", 0);
  const auto rules = judged(trace);
  EXPECT_EQ(rules->violations().front().cycle, 52u) << "only the ninth flit is one too many";
}

TEST(LinkRules, SeesABadFlitDelivered) {
  LinkTrace trace = good_trace();
  trace.deliver("wrong", 1, 95, part(hand_packet(0, 64, 4), 30, 30), 0, 0);
  expect_blame(trace, "OFL-6.3", 1);
}

TEST(LinkRules, SeesNoPollAfterABadFlit) {
  LinkTrace trace = good_trace();
  trace["C2"].flit.poll(false);
  trace["C2"].cycle = 108;
  expect_blame(trace, "OFL-6.3", 1);
}

TEST(LinkRules, SeesADuplicateDelivered) {
  LinkTrace trace = good_trace();
  trace["F1"].twice = true;
  const LinkTrace::Event again = trace["D1"];
  trace.events.push_back(again);
  trace.events.back().cycle = 43;
  trace.events.back().tag = "again";
  expect_blame(trace, "OFL-6.4", 1);
}

TEST(LinkRules, SeesAFlitAfterAGapDelivered) {
  LinkTrace trace = good_trace();
  trace.deliver("gap", 1, 99, part(hand_packet(0, 64, 4), 60, 4), 0, 8);
  expect_blame(trace, "OFL-6.4", 1);
}

TEST(LinkRules, SeesAFlitThatIsNotDelivered) {
  LinkTrace trace = good_trace();
  trace.erase("D4");
  expect_blame(trace, "OFL-6.4", 1);
}

TEST(LinkRules, SeesADeliveryThatDiffersFromTheWire) {
  LinkTrace trace = good_trace();
  trace["D2"].words[3] ^= 2;
  expect_blame(trace, "OFL-4.1", 1);
}

TEST(LinkRules, SeesACtrlThatCountsWrong) {
  LinkTrace trace = good_trace();
  trace["R0"].flit.seq(6);
  expect_blame(trace, "OFL-6.5", 0);
}

TEST(LinkRules, SeesANakDroppedWhileAFlitIsMissing) {
  LinkTrace trace = good_trace();
  trace.flit("C2b", 1, 108, HandFlit::ctrl(0).ack(3).limits({15, 9}));
  expect_blame(trace, "OFL-6.6", 1);
}

TEST(LinkRules, SeesANakWithTheWrongEpoch) {
  LinkTrace trace = good_trace();
  trace["C2"].flit.nak(2);
  expect_blame(trace, "OFL-6.6", 1);
}

TEST(LinkRules, SeesANakWithoutACause) {
  LinkTrace trace = good_trace();
  trace["C4"].flit.nak(1);
  expect_blame(trace, "OFL-6.6", 1);
}

TEST(LinkRules, SeesAReplayWithoutACause) {
  LinkTrace trace = good_trace();
  trace.flit("idle", 0, 152,
             HandFlit::data(3).first(255).ep(2).rtx().payload(part(hand_packet(0, 64, 4), 30, 30)));
  expect_blame(trace, "OFL-6.8", 0);
}

TEST(LinkRules, SeesANakThatIsNotObeyed) {
  LinkTrace trace = good_trace();
  trace.erase("F3r");
  trace.erase("F4r");
  trace["R0"].flit.ep(0);
  trace["R0"].cycle = 128;
  expect_blame(trace, "OFL-6.9", 0);
}

TEST(LinkRules, SeesANakObeyedTwice) {
  LinkTrace trace = good_trace();
  const Words words = part(hand_packet(0, 64, 4), 30, 30);
  trace.erase("F4r");
  trace.erase("D4");
  trace.flit("twice", 0, 124, HandFlit::data(3).first(255).ep(2).rtx().payload(words));
  expect_blame(trace, "OFL-6.8", 0);
}

TEST(LinkRules, SeesAReplayThatDoesNotBeginAtBase) {
  LinkTrace trace = good_trace();
  trace.erase("F3r");
  trace["F4r"].cycle = 120;
  expect_blame(trace, "OFL-6.8", 0);
}

TEST(LinkRules, SeesAReplayThatSkipsAFlit) {
  LinkTrace trace = good_trace();
  trace["F4r"].flit = HandFlit::data(5).ep(1).payload(hand_packet(0, 3, 6));
  expect_blame(trace, "OFL-6.9", 0);
}

TEST(LinkRules, SeesAPauseInAReplay) {
  LinkTrace trace = good_trace();
  trace["F4r"].cycle = 128;
  trace["F4r"].flit.rec(0, 8);
  trace["R0"].cycle = 132;
  trace["D4"].cycle = 143;
  expect_blame(trace, "OFL-6.9", 0);
}

TEST(LinkRules, SeesACtrlInTheMiddleOfAReplay) {
  LinkTrace trace = good_trace();
  trace["R0"].cycle = 124;
  trace["R0"].flit.seq(4);
  trace["F4r"].cycle = 128;
  trace["D4"].cycle = 143;
  expect_blame(trace, "OFL-6.9", 0);
}

TEST(LinkRules, SeesACtrlForNoReason) {
  LinkTrace trace = good_trace();
  trace.flit("chatter", 1, 200, HandFlit::ctrl(0).ack(5).limits({23, 9}));
  expect_blame(trace, "OFL-6.10", 1);
}

TEST(LinkRules, SeesAReplayWithoutItsCtrl) {
  LinkTrace trace = good_trace();
  trace.erase("R0");
  expect_blame(trace, "OFL-6.10", 0);
}

TEST(LinkRules, SeesAnAckThatIsNotSent) {
  LinkTrace trace = good_trace();
  trace.erase("C0");
  expect_blame(trace, "OFL-6.10", 1);
}

/// One flit that gets lost without a trace, as the last of all.
LinkTrace lost_at_the_end() {
  LinkTrace trace;
  trace.config = small_config();
  const Words packet = hand_packet(1, 4, 5);
  trace.offer(0, 4, 1, {packet});
  trace.flit("F0", 0, 16, HandFlit::data(0).payload(packet)).arrives = false;
  return trace;
}

TEST(LinkRules, SeesAReplayTimerThatDoesNotFire) {
  LinkTrace trace = lost_at_the_end();
  trace.end_cycle = 400;
  trace.drained = false;
  expect_blame(trace, "OFL-6.12", 0);
}

TEST(LinkRules, SeesAPacketLostAtTheEnd) {
  LinkTrace trace = lost_at_the_end();
  trace.end_cycle = 100;  // long before the timer
  expect_blame(trace, "OFL-6.12", 0);
}

TEST(LinkRules, SeesAReplayTimerThatFiresTooEarly) {
  LinkTrace trace = lost_at_the_end();
  trace.flit("F0r", 0, 200, HandFlit::data(0).ep(1).rtx().payload(hand_packet(1, 4, 5)));
  trace.drained = false;
  expect_blame(trace, "OFL-6.8", 0);
}

TEST(LinkRules, SeesOneReplayTooMany) {
  LinkTrace trace = lost_at_the_end();
  for (unsigned i = 1; i <= 4; ++i) {
    trace
        .flit("F0." + std::to_string(i), 0, 16 + 308 * i,
              HandFlit::data(0).ep(i & 3).rtx().payload(hand_packet(1, 4, 5)))
        .arrives = false;
    trace.flit("C" + std::to_string(i), 0, 20 + 308 * i, HandFlit::ctrl(1).ep(i & 3).limits({8, 8}))
        .arrives = false;
  }
  trace.drained = false;
  trace.end_cycle = 1260;
  expect_blame(trace, "OFL-6.13", 0);
}

// Chapter 7

TEST(LinkRules, SeesDataBeforeActive) {
  LinkTrace trace = good_bring_up();
  trace["F0"].cycle = 128;
  expect_blame(trace, "OFL-6.14", 0);
}

TEST(LinkRules, SeesACtrlBeforeActive) {
  LinkTrace trace = good_bring_up();
  trace["A0"].cycle = 112;
  expect_blame(trace, "OFL-7.5", 0);
}

TEST(LinkRules, SeesCinitBeforeAMatch) {
  LinkTrace trace = good_bring_up();
  trace["I00"].cycle = 84;
  expect_blame(trace, "OFL-7.3", 0);
}

TEST(LinkRules, SeesAWrongParameter) {
  LinkTrace trace = good_bring_up();
  trace["P01"].flit.set(2, 8, 8, 5);
  expect_blame(trace, "OFL-7.3", 0);
}

TEST(LinkRules, SeesSeenTooEarly) {
  LinkTrace trace = good_bring_up();
  trace["P00"].flit.field(4, 1, 1);
  expect_blame(trace, "OFL-7.3", 0);
}

TEST(LinkRules, SeesSeenTooLate) {
  LinkTrace trace = good_bring_up();
  trace["I11"].flit.field(4, 1, 0);
  expect_blame(trace, "OFL-7.5", 1);
}

TEST(LinkRules, SeesBootFlitsTooOften) {
  LinkTrace trace = good_bring_up();
  trace["P01"].cycle = 68;
  expect_blame(trace, "OFL-7.1", 0);
}

TEST(LinkRules, SeesBootFlitsThatStop) {
  LinkTrace trace = good_bring_up();
  trace.erase("P11");
  trace.erase("I10");
  expect_blame(trace, "OFL-7.1", 1);
}

TEST(LinkRules, SeesARetrainWithoutACause) {
  LinkTrace trace = good_bring_up();
  HandFlit flit = HandFlit::boot(3, false);
  flit.slots[1] = 0x1234;
  trace.flit("retrain", 0, 240, flit);
  trace.drained = false;
  expect_blame(trace, "OFL-7.7", 0);
}

TEST(LinkRules, SeesDataAfterARetrainWasAskedFor) {
  LinkTrace trace = good_bring_up();
  HandFlit flit = HandFlit::boot(3, false);
  flit.slots[1] = 0x5678;
  LinkRules rules(trace.config);
  trace.events.resize(trace.events.size() - 5);
  trace.drained = false;
  trace.end_cycle = 150;
  trace.play(rules);
  EXPECT_EQ(all(rules), "");
  rules.asked(0, 155, LinkAsk::kRetrain);
  rules.finish(200, false);
  ASSERT_FALSE(rules.violations().empty());
  EXPECT_EQ(rules.violations().front().clause, "OFL-7.1") << "no RETRAIN flit came";
}

// Errors nobody can see

TEST(LinkRules, ExpectsErrorsThatTheCrcCannotSee) {
  LinkTrace trace = good_trace();
  // The generator polynomial itself is a codeword: 33 coefficients, anywhere in the flit. A shift
  // of it by k bits is the pattern of x^k G(x).
  const std::uint64_t generator = 0x11EDC6F41;
  std::vector<unsigned> flips;
  for (unsigned i = 0; i <= 32; ++i) {
    if ((generator >> (32 - i) & 1) != 0) flips.push_back(640 + i);
  }
  trace["F0"].flips = flips;
  std::vector<std::uint64_t> seen = trace["F0"].flit.sealed();
  for (const unsigned bit : flips) seen[bit / 64] ^= std::uint64_t{1} << bit % 64;
  trace["D0"].words = part(seen, 1, 30);
  const auto rules = judged(trace);
  EXPECT_EQ(rules->counts().crc_escape_expected, 1u);
  EXPECT_EQ(rules->violation_count(), 0u) << all(*rules);
  EXPECT_GT(rules->excused_count(), 0u) << "the host got other words than were offered";
}

TEST(LinkRules, BlamesAnErrorThatTheCrcCanSee) {
  LinkTrace trace = good_trace();
  trace["F0"].flips = {640, 641};
  const auto rules = judged(trace);
  EXPECT_EQ(rules->counts().crc_escape_expected, 0u);
  ASSERT_FALSE(rules->violations().empty());
  EXPECT_EQ(rules->violations().front().clause, "OFL-6.3") << all(*rules);
}

}  // namespace
}  // namespace weft::tb
