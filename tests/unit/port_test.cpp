// SPDX-License-Identifier: Apache-2.0
#include "models/link/port.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "tests/unit/port_config.h"

namespace weft {
namespace {

using test::header;
using test::kPipeline;
using test::small_config;

/// A port with both of its sides in the test's hands.
class PortTest : public testing::Test {
 protected:
  /// Slots are header, mark + 1, mark + 2, ...
  void push(Cycle h, unsigned vc, unsigned slots, std::uint64_t mark = 0) {
    const auto packet = port.push(h, vc, slots);
    packet[0] = header(vc, slots);
    for (unsigned i = 1; i < slots; ++i) packet[i] = mark + i;
  }
  weft_link_in drive(Cycle c) {
    weft_link_in in{};
    in.now = c;
    port.drive(c, in);
    return in;
  }
  /// A beat for the host: `slots` from slot `first` on.
  void receive(Cycle c, std::vector<std::uint64_t> slots, unsigned sop, unsigned eop,
               std::uint32_t flags, unsigned first = 0) {
    std::array<std::uint64_t, 8> beat{};
    weft_link_out out{};
    for (unsigned i = 0; i < slots.size(); ++i) {
      beat[first + i] = slots[i];
      out.hr_mask |= 1u << (first + i);
    }
    out.hr_sop = static_cast<std::uint8_t>(sop);
    out.hr_eop = static_cast<std::uint8_t>(eop);
    out.hr_data = beat.data();
    out.flags = WEFT_OUT_HR | flags;
    port.collect(c, out);
  }
  void give_space(Cycle c, unsigned vc, unsigned slots) {
    for (; slots != 0; slots -= std::min(slots, 15u)) {
      weft_link_out out{};
      out.ht_space = std::uint64_t{std::min(slots, 15u)} << (4 * vc);
      port.collect(c, out);
    }
  }
  std::vector<std::uint64_t> slots_of_next() {
    const auto slots = port.slots(*port.delivery());
    return {slots.begin(), slots.end()};
  }

  LinkPort port{small_config()};
};

TEST_F(PortTest, ShowsAPacketInTheBeatOfTheCycleInWhichItIsReady) {
  push(5, 2, 3, 100);
  port.exchange();
  EXPECT_EQ(port.next_work(0), 5 + kPipeline);
  EXPECT_EQ(drive(5 + kPipeline - 1).flags, 0u);
  const weft_link_in in = drive(5 + kPipeline);
  ASSERT_EQ(in.flags, WEFT_IN_HT);
  EXPECT_EQ(in.ht_vc, 2);
  EXPECT_EQ(in.ht_slots, 3);
  EXPECT_EQ(in.ht_sop, 1);
  EXPECT_EQ(in.ht_data[0], header(2, 3));
  EXPECT_EQ(in.ht_data[2], 102u);
  EXPECT_EQ(drive(5 + kPipeline + 1).flags, 0u);
  EXPECT_EQ(port.next_work(5 + kPipeline + 2), kNever);
}

TEST_F(PortTest, FillsABeatWithPacketsOfOneVcWithoutGaps) {
  push(0, 1, 3, 100);
  push(0, 1, 4, 200);
  push(0, 1, 11, 300);
  push(0, 0, 2, 400);
  port.exchange();
  weft_link_in in = drive(16);
  EXPECT_EQ(in.ht_vc, 0);
  EXPECT_EQ(in.ht_slots, 2);
  in = drive(17);
  EXPECT_EQ(in.ht_vc, 1);
  EXPECT_EQ(in.ht_slots, 8);
  EXPECT_EQ(in.ht_sop, 0b10001001);
  EXPECT_EQ(in.ht_data[2], 102u);
  EXPECT_EQ(in.ht_data[6], 203u);
  EXPECT_EQ(in.ht_data[7], header(1, 11));
  in = drive(18);
  EXPECT_EQ(in.ht_slots, 8);
  EXPECT_EQ(in.ht_sop, 0);
  EXPECT_EQ(in.ht_data[0], 301u);
  EXPECT_EQ(in.ht_data[7], 308u);
  in = drive(19);
  EXPECT_EQ(in.ht_slots, 2);
  EXPECT_EQ(in.ht_data[1], 310u);
}

TEST_F(PortTest, DoesNotFillABeatWithAPacketThatIsNotReady) {
  push(0, 1, 3, 100);
  push(1, 1, 4, 200);
  port.exchange();
  EXPECT_EQ(drive(16).ht_slots, 3);
  EXPECT_EQ(drive(17).ht_slots, 4);
}

TEST_F(PortTest, GivesEachVcATurn) {
  for (unsigned vc : {0u, 1u, 3u}) push(0, vc, 40);
  port.exchange();
  std::vector<unsigned> order;
  for (Cycle c = 16; c < 22; ++c) order.push_back(drive(c).ht_vc);
  EXPECT_EQ(order, (std::vector<unsigned>{0, 1, 3, 0, 1, 3}));
}

TEST_F(PortTest, ServesTheVcTheLinkTakesFromFirstWhileItsSkidIsLow) {
  for (unsigned vc : {0u, 1u, 3u}) push(0, vc, 100);
  port.exchange();
  for (Cycle c = 16; c < 22; ++c) drive(c);  // 16 slots of each
  give_space(21, 1, 8);
  std::vector<unsigned> order;
  for (Cycle c = 22; c < 32; ++c) order.push_back(drive(c).ht_vc);
  // VC 1 holds 8 of 64 slots: it goes first until 16 are free, then all take turns.
  EXPECT_EQ(order, (std::vector<unsigned>{1, 1, 1, 1, 1, 0, 1, 3, 0, 1}));
}

TEST_F(PortTest, SendsABeatOnlyWhenTheSkidHasRoomForAllOfIt) {
  push(0, 1, 100);
  port.exchange();
  for (Cycle c = 16; c < 24; ++c) EXPECT_EQ(drive(c).ht_slots, 8) << c;
  EXPECT_EQ(drive(24).flags, 0u);
  give_space(24, 1, 7);
  EXPECT_EQ(port.next_work(25), kNever);
  EXPECT_EQ(drive(25).flags, 0u);
  give_space(25, 1, 1);
  EXPECT_EQ(port.next_work(26), 26u);
  EXPECT_EQ(drive(26).ht_slots, 8);
  EXPECT_EQ(drive(27).flags, 0u);
}

TEST_F(PortTest, LetsOtherVcsPassOneWhoseSkidIsFull) {
  push(0, 0, 200);
  port.exchange();
  for (Cycle c = 16; c < 24; ++c) drive(c);
  push(10, 1, 5);
  port.exchange();
  EXPECT_EQ(drive(26).ht_vc, 1);
}

TEST_F(PortTest, ReleasesAPacketAPipelineAfterItsLastBeat) {
  push(0, 3, 17);
  port.exchange();
  for (Cycle c = 16; c < 19; ++c) drive(c);
  EXPECT_EQ(port.release(), nullptr);
  port.exchange();
  ASSERT_NE(port.release(), nullptr);
  EXPECT_EQ(port.release()->visible, 18 + kPipeline);
  EXPECT_EQ(port.release()->slots, 17);
  EXPECT_EQ(port.release()->vc, 3);
  port.take_release();
  EXPECT_EQ(port.release(), nullptr);
}

TEST_F(PortTest, ShowsNothingToTheOtherSideBeforeAnExchange) {
  push(0, 0, 3);
  port.free(0, 0, 1);
  EXPECT_EQ(port.next_work(0), kNever);
  EXPECT_EQ(drive(100).flags, 0u);
  receive(100, {header(0, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);
  EXPECT_EQ(port.delivery(), nullptr);
  EXPECT_TRUE(port.dirty());
  port.exchange();
  EXPECT_FALSE(port.dirty());
  EXPECT_NE(port.delivery(), nullptr);
  EXPECT_EQ(drive(101).flags, WEFT_IN_HT | WEFT_IN_FREE);
}

TEST_F(PortTest, ShowsAPacketReceivedAPipelineAfterItsCommit) {
  receive(50, {header(2, 3), 7, 8}, 0b10, 0b1000, 0, 1);
  port.exchange();
  EXPECT_EQ(port.delivery(), nullptr);
  receive(51, {}, 0, 0, WEFT_OUT_HR_COMMIT);
  port.exchange();
  ASSERT_NE(port.delivery(), nullptr);
  EXPECT_EQ(port.delivery()->visible, 51 + kPipeline);
  EXPECT_EQ(port.delivery()->vc, 2);
  EXPECT_FALSE(port.delivery()->poisoned);
  EXPECT_EQ(slots_of_next(), (std::vector<std::uint64_t>{header(2, 3), 7, 8}));
  port.take_delivery();
  EXPECT_EQ(port.delivery(), nullptr);
}

TEST_F(PortTest, PutsAPacketTogetherAcrossFlits) {
  receive(0, {header(1, 10), 1, 2, 3}, 1, 0, WEFT_OUT_HR_COMMIT);
  receive(1, {4, 5, 6}, 0, 0, 0);
  receive(2, {7, 8, 9, header(0, 1)}, 0b1000, 0b1100, WEFT_OUT_HR_COMMIT);
  port.exchange();
  EXPECT_EQ(slots_of_next(),
            (std::vector<std::uint64_t>{header(1, 10), 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  port.take_delivery();
  EXPECT_EQ(slots_of_next(), (std::vector<std::uint64_t>{header(0, 1)}));
  EXPECT_EQ(port.faults().framing, 0u);
}

TEST_F(PortTest, TakesBackWhatAnAbortedFlitBrought) {
  receive(0, {header(1, 10), 1, 2, 3}, 1, 0, WEFT_OUT_HR_COMMIT);
  receive(1, {66, 66, 66}, 0, 0, 0);
  receive(2, {66, 66, 66, header(3, 700)}, 0b1000, 0b0100, WEFT_OUT_HR_ABORT);
  receive(5, {4, 5, 6}, 0, 0, 0);
  receive(6, {7, 8, 9}, 0, 0b100, WEFT_OUT_HR_COMMIT);
  port.exchange();
  EXPECT_EQ(slots_of_next(),
            (std::vector<std::uint64_t>{header(1, 10), 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(port.delivery()->visible, 6 + kPipeline);
  port.take_delivery();
  EXPECT_EQ(port.delivery(), nullptr);
}

TEST_F(PortTest, MarksThePacketThatAPoisonedFlitContinued) {
  receive(0, {header(1, 4), 1, 2}, 1, 0, WEFT_OUT_HR_COMMIT);
  receive(1, {3, header(1, 2), 4}, 0b10, 0b101, WEFT_OUT_HR_COMMIT | WEFT_OUT_HR_POISON);
  receive(2, {header(2, 9), 1, 2}, 1, 0, WEFT_OUT_HR_COMMIT);
  receive(3, {3, 4, 5}, 0, 0, WEFT_OUT_HR_COMMIT | WEFT_OUT_HR_POISON);
  receive(4, {6, 7, 8}, 0, 0b100, WEFT_OUT_HR_COMMIT);
  port.exchange();
  std::vector<bool> poisoned;
  for (; port.delivery() != nullptr; port.take_delivery()) {
    poisoned.push_back(port.delivery()->poisoned);
  }
  EXPECT_EQ(poisoned, (std::vector<bool>{true, false, true}));
}

TEST_F(PortTest, BringsFreedCreditToThePinsOneVcACycleAllUnitsAtOnce) {
  port.free(3, 1, 5);
  port.free(3, 0, 2);
  port.free(4, 1, 7);
  port.free(9, 0, 1);
  port.exchange();
  EXPECT_EQ(port.next_work(0), 3 + kPipeline);
  EXPECT_EQ(drive(18).flags, 0u);
  weft_link_in in = drive(19);
  EXPECT_EQ(in.flags, WEFT_IN_FREE);
  EXPECT_EQ(in.free_vc, 0);
  EXPECT_EQ(in.free_units, 2);
  in = drive(20);
  EXPECT_EQ(in.free_vc, 1);
  EXPECT_EQ(in.free_units, 12);
  EXPECT_EQ(drive(21).flags, 0u);
  EXPECT_EQ(port.next_work(22), 25u);
  EXPECT_EQ(drive(25).free_units, 1);
  EXPECT_EQ(port.next_work(26), kNever);
}

TEST_F(PortTest, CarriesRegisterAccessesOneACycle) {
  port.csr_write(0, 0x40, 77);
  port.csr_read(0, 0x48);
  port.exchange();
  weft_link_in in = drive(16);
  EXPECT_EQ(in.flags, WEFT_IN_CSR | WEFT_IN_CSR_WE);
  EXPECT_EQ(in.csr_addr, 0x40);
  EXPECT_EQ(in.csr_wdata, 77u);
  in = drive(17);
  EXPECT_EQ(in.flags, WEFT_IN_CSR);
  EXPECT_EQ(in.csr_addr, 0x48);
  weft_link_out out{};
  out.flags = WEFT_OUT_CSR;
  out.csr_rdata = 99;
  port.collect(18, out);
  port.exchange();
  ASSERT_NE(port.csr_reply(), nullptr);
  EXPECT_EQ(port.csr_reply()->visible, 18 + kPipeline);
  EXPECT_EQ(port.csr_reply()->data, 99u);
  port.take_csr_reply();
  EXPECT_EQ(port.csr_reply(), nullptr);
}

TEST_F(PortTest, DropsTheRestOfAPacketWhenTheLinkRestarts) {
  push(0, 1, 100, 1000);
  push(0, 1, 3, 2000);
  port.exchange();
  for (Cycle c = 16; c < 20; ++c) drive(c);
  receive(19, {header(2, 9), 1, 2}, 1, 0, WEFT_OUT_HR_COMMIT);
  weft_link_out out{};
  out.flags = WEFT_OUT_FLUSH;
  port.collect(19, out);
  const weft_link_in in = drive(20);
  EXPECT_EQ(in.ht_slots, 3);
  EXPECT_EQ(in.ht_sop, 1);
  EXPECT_EQ(in.ht_data[1], 2001u);
  receive(21, {header(3, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);
  port.exchange();
  ASSERT_NE(port.release(), nullptr);
  EXPECT_EQ(port.release()->slots, 100);
  EXPECT_EQ(port.release()->visible, 19 + kPipeline);
  EXPECT_EQ(slots_of_next(), (std::vector<std::uint64_t>{header(3, 1)}));
  EXPECT_EQ(port.faults().framing, 0u);
}

TEST_F(PortTest, KeepsTheRoomOfPacketsReceivedBeforeARestart) {
  receive(0, {header(1, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);
  receive(1, {header(1, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);
  port.free(0, 1, 1);
  port.exchange();
  EXPECT_EQ(drive(16).free_units, 1);  // and the link restarts in this very clock
  weft_link_out out{};
  out.flags = WEFT_OUT_FLUSH;
  port.collect(16, out);
  port.free(1, 1, 1);  // the other packet
  port.free(2, 1, 4);  // of packets received later
  port.exchange();
  EXPECT_EQ(drive(17).flags, 0u);
  EXPECT_EQ(drive(18).free_units, 3) << "the link counted the first unit after it restarted";
}

TEST_F(PortTest, CountsWhatABrokenLinkEndDoes) {
  receive(0, {5, 6}, 0, 0, WEFT_OUT_HR_COMMIT);  // no packet is open
  EXPECT_EQ(port.faults().framing, 1u);
  receive(1, {header(1, 3), 1}, 1, 0b10, WEFT_OUT_HR_COMMIT);  // too short
  EXPECT_EQ(port.faults().framing, 2u);
  receive(2, {header(1, 2), 1, 2}, 1, 0b100, WEFT_OUT_HR_COMMIT);  // too long
  EXPECT_EQ(port.faults().framing, 3u);
  receive(3, {header(9, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);  // no such VC
  EXPECT_EQ(port.faults().framing, 4u);
  EXPECT_EQ(port.faults().overruns, 0u);
  for (Cycle c = 4; c < 4 + small_config().rx_units; ++c) {
    receive(c, {header(0, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);
  }
  EXPECT_EQ(port.faults().overruns, 0u);
  receive(200, {header(0, 1)}, 1, 1, WEFT_OUT_HR_COMMIT);
  EXPECT_EQ(port.faults().overruns, 1u);
  give_space(201, 2, 1);
  EXPECT_EQ(port.faults().space, 1u);
}

TEST_F(PortTest, RefusesMisuse) {
  EXPECT_THROW(port.push(0, 4, 1), std::invalid_argument);
  EXPECT_THROW(port.push(0, 0, 0), std::invalid_argument);
  EXPECT_THROW(port.push(0, 0, 516), std::invalid_argument);
  push(5, 0, 1);
  EXPECT_THROW(port.push(4, 0, 1), std::invalid_argument);
  EXPECT_THROW(port.free(0, 4, 1), std::invalid_argument);
  EXPECT_THROW(port.free(0, 0, 0), std::invalid_argument);
  EXPECT_THROW(port.csr_read(0, 4), std::invalid_argument);
  PortConfig config = small_config();
  config.pipeline = 0;
  EXPECT_THROW(LinkPort{config}, std::invalid_argument);
  config = small_config();
  config.header_len.width = 9;
  EXPECT_THROW(LinkPort{config}, std::invalid_argument);
}

}  // namespace
}  // namespace weft
