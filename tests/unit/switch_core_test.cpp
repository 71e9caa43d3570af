// SPDX-License-Identifier: Apache-2.0
#include "models/switch/switch_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

namespace weft {
namespace {

using Sent = SwitchCore::Sent;

constexpr std::uint32_t kPacket = 8;  // slots: one cycle at the pace below
constexpr std::uint32_t kPlenty = 1u << 30;

SwitchCoreConfig config(unsigned ports, unsigned vcs = 1) {
  SwitchCoreConfig config;
  config.ports = ports;
  config.vcs = vcs;
  return config;
}

SwitchCore::Arrival packet(Cycle tail, unsigned output, unsigned vc = 0,
                           std::uint32_t slots = kPacket, std::uint32_t handle = 0) {
  SwitchCore::Arrival arrival;
  arrival.head = arrival.tail = tail;
  arrival.output = static_cast<std::uint16_t>(output);
  arrival.vc = static_cast<std::uint8_t>(vc);
  arrival.slots = slots;
  arrival.handle = handle;
  return arrival;
}

void give_room(SwitchCore& core, std::uint32_t slots = kPlenty) {
  for (unsigned o = 0; o < core.config().ports; ++o) {
    for (unsigned vc = 0; vc < core.config().vcs; ++vc) core.room(o, vc, 0, slots);
  }
}

std::vector<Sent> run(SwitchCore& core, Cycle until) {
  std::vector<Sent> sent;
  core.run(until, sent);
  return sent;
}

TEST(SwitchCore, SendsAPacketLatencyAfterItsTail) {
  SwitchCoreConfig with = config(2);
  with.latency = 100;
  SwitchCore core(with);
  give_room(core);
  core.arrive(0, packet(50, 1, 0, 20));
  EXPECT_EQ(core.next_work(), 150u);
  EXPECT_TRUE(run(core, 150).empty());
  const std::vector<Sent> sent = run(core, 151);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].cycle, 150u);
  EXPECT_EQ(sent[0].done, 153u);  // 20 slots at 8 a cycle
  EXPECT_EQ(sent[0].output, 1u);
  EXPECT_EQ(core.next_work(), kNever);
}

TEST(SwitchCore, CountsWaitBeyondItsLatency) {
  for (const Crossbar crossbar : {Crossbar::kSpeedup, Crossbar::kIslip}) {
    SwitchCoreConfig with = config(3, 2);
    with.latency = 100;
    with.crossbar = crossbar;
    SwitchCore core(with);
    core.room(2, 0, 0, kPlenty);
    core.room(2, 1, 400, kPlenty);
    core.arrive(0, packet(50, 2, 0, 40));  // the line is its own: 150 to 155
    core.arrive(1, packet(51, 2, 0));      // may go at 151, goes at 155
    core.arrive(1, packet(60, 2, 1));      // may go at 160, has room at 400
    EXPECT_EQ(run(core, 400).size(), 2u);
    EXPECT_EQ(core.wait(2, 0).packets, 2u);
    EXPECT_EQ(core.wait(2, 0).cycles, 4u);
    EXPECT_EQ(core.wait(2, 1).packets, 0u);  // what still waits is not counted
    EXPECT_EQ(run(core, 1000).size(), 1u);
    EXPECT_EQ(core.wait(2, 1).packets, 1u);
    EXPECT_EQ(core.wait(2, 1).cycles, 240u);
    EXPECT_EQ(core.wait(1, 0).packets, 0u);
  }
}

TEST(SwitchCore, CutsThroughFromTheHead) {
  SwitchCoreConfig with = config(2);
  with.latency = 100;
  with.forwarding = Forwarding::kCutThrough;
  SwitchCore core(with);
  give_room(core);
  SwitchCore::Arrival arrival = packet(90, 1);
  arrival.head = 50;
  core.arrive(0, arrival);
  EXPECT_EQ(run(core, 1000).at(0).cycle, 150u);
}

TEST(SwitchCore, KeepsTheLineBusyToTheGrain) {
  SwitchCoreConfig with = config(3);
  with.pace = {4, 30};
  SwitchCore core(with);
  give_room(core);
  for (unsigned i = 0; i < 300; ++i) core.arrive(i % 2, packet(0, 2, 0, 7));
  const std::vector<Sent> sent = run(core, kNever);
  ASSERT_EQ(sent.size(), 300u);
  for (unsigned i = 0; i < 300; ++i) EXPECT_EQ(sent[i].cycle, i * 28 / 30) << i;
  EXPECT_EQ(sent.back().done, 280u);
}

TEST(SwitchCore, ServesInputsInTurn) {
  constexpr unsigned kPorts = 70;  // two words of inputs
  SwitchCore core(config(kPorts));
  give_room(core);
  for (unsigned i = 0; i < 10 * kPorts; ++i) core.arrive(i % kPorts, packet(0, 3));
  const std::vector<Sent> sent = run(core, kNever);
  ASSERT_EQ(sent.size(), 10u * kPorts);
  for (unsigned i = 0; i < sent.size(); ++i) EXPECT_EQ(sent[i].input, i % kPorts) << i;
}

TEST(SwitchCore, ServesVcsInTurnWhateverTheirNumberOfInputs) {
  SwitchCore core(config(4, 2));
  give_room(core);
  for (unsigned i = 0; i < 90; ++i) core.arrive(i % 3, packet(0, 0, 0));
  for (unsigned i = 0; i < 30; ++i) core.arrive(3, packet(0, 0, 1));
  const std::vector<Sent> sent = run(core, 60);
  ASSERT_EQ(sent.size(), 60u);
  for (unsigned i = 0; i < 60; ++i) EXPECT_EQ(sent[i].vc, i % 2);
}

TEST(SwitchCore, KeepsOrderOfAnInputOutputAndVc) {
  SwitchCore core(config(4, 2));
  give_room(core);
  for (std::uint32_t i = 0; i < 400; ++i) {
    core.arrive(i % 4, packet(i / 8, (i / 4) % 4, i % 2, 1 + i % 19, i));
  }
  std::map<std::vector<unsigned>, std::uint32_t> last;
  for (const Sent& sent : run(core, kNever)) {
    std::uint32_t& before = last[{sent.input, sent.output, sent.vc}];
    EXPECT_GE(sent.handle, before);
    before = sent.handle;
  }
  EXPECT_EQ(core.packets(), 400u);
}

TEST(SwitchCore, ABlockedOutputDoesNotHoldOthersOfItsInputs) {
  SwitchCore core(config(2));
  core.room(1, 0, 0, kPlenty);  // output 0 has none
  for (unsigned i = 0; i < 10; ++i) {
    core.arrive(0, packet(0, 0));
    core.arrive(0, packet(0, 1));
  }
  const std::vector<Sent> sent = run(core, 1000);
  EXPECT_EQ(sent.size(), 10u);
  for (const Sent& one : sent) EXPECT_EQ(one.output, 1u);
  const std::vector<SwitchCore::Blocked> blocked = core.blocked();
  ASSERT_EQ(blocked.size(), 1u);
  EXPECT_EQ(blocked[0].output, 0u);
  EXPECT_EQ(blocked[0].slots, kPacket);
  EXPECT_EQ(blocked[0].room, 0u);
  EXPECT_EQ(core.next_work(), kNever);
}

TEST(SwitchCore, ABlockedVcLetsOthersPass) {
  SwitchCore core(config(2, 2));
  core.room(1, 1, 0, kPlenty);
  core.arrive(0, packet(0, 1, 0));
  core.arrive(0, packet(0, 1, 1));
  const std::vector<Sent> sent = run(core, 1000);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].vc, 1u);
}

TEST(SwitchCore, WakesAtTheEarliestRoomThoughToldOfALaterOneFirst) {
  SwitchCore core(config(2));
  core.arrive(0, packet(0, 1));
  EXPECT_TRUE(run(core, 10).empty());
  core.room(1, 0, 90, kPacket);
  core.room(1, 0, 40, kPacket);
  core.room(1, 0, 60, kPacket);
  EXPECT_EQ(run(core, 1000).at(0).cycle, 40u);
  EXPECT_EQ(core.counters(1).blocked, 40u);
}

TEST(SwitchCore, NeverSendsWithoutRoomForTheWholePacket) {
  SwitchCoreConfig with = config(8, 2);
  with.room_in_units = true;
  SwitchCore core(with);
  give_room(core, 64);
  struct Return {
    Cycle cycle;
    std::uint32_t slots;
  };
  std::vector<std::uint64_t> room(16, 64);
  std::vector<std::vector<Return>> returns(16);
  std::uint64_t packets = 0;
  bool used_up = false;
  for (Cycle now = 0; now < 3000; now += 10) {
    for (unsigned input = 0; input < 8; ++input) {
      core.arrive(input, packet(now, (input + now / 10) % 8, now / 10 % 2,
                                1 + static_cast<std::uint32_t>(now * 7 + input) % 60));
    }
    for (const Sent& sent : run(core, now + 10)) {
      const unsigned q = sent.output * 2 + sent.vc;
      for (Return& back : returns[q]) {
        if (back.cycle > sent.cycle) continue;
        room[q] += back.slots;
        back.slots = 0;
      }
      const std::uint32_t charge = (sent.slots + 7) / 8 * 8;
      ASSERT_GE(room[q], charge);
      room[q] -= charge;
      used_up |= room[q] == 0;
      ++packets;
      core.room(sent.output, sent.vc, sent.cycle + 35, charge);
      returns[q].push_back({sent.cycle + 35, charge});
    }
  }
  EXPECT_GT(packets, 500u);
  EXPECT_TRUE(used_up);
}

TEST(SwitchCore, CountsPacketsBeyondTheBufferOfTheirInput) {
  SwitchCoreConfig with = config(2);
  with.buffer_units = 4;
  SwitchCore core(with);
  give_room(core);
  for (unsigned i = 0; i < 4; ++i) core.arrive(0, packet(0, 1));
  EXPECT_EQ(core.held(0, 0), 4u);
  EXPECT_EQ(core.faults(), 0u);
  core.arrive(0, packet(0, 1));  // a sender without credit
  EXPECT_EQ(core.faults(), 1u);
  run(core, kNever);
  EXPECT_EQ(core.held(0, 0), 0u);
}

TEST(SwitchCore, CountsWhatLeavesByOutput) {
  SwitchCore core(config(3));
  give_room(core);
  for (unsigned i = 0; i < 5; ++i) core.arrive(0, packet(7, 2, 0, 3));
  core.arrive(1, packet(0, 0));
  run(core, kNever);
  EXPECT_EQ(core.counters(2).packets, 5u);
  EXPECT_EQ(core.counters(2).slots, 15u);
  EXPECT_EQ(core.counters(2).peak_queued, 5u);
  EXPECT_EQ(core.counters(2).queued, 0u);
  EXPECT_EQ(core.counters(0).packets, 1u);
}

TEST(SwitchCoreIslip, AnInputSendsOnePacketAtATime) {
  SwitchCoreConfig with = config(4);
  with.crossbar = Crossbar::kIslip;
  with.pace = {1, 1};
  SwitchCore core(with);
  give_room(core);
  for (unsigned i = 0; i < 40; ++i) core.arrive(i % 2, packet(0, (i / 2) % 4));
  std::vector<Cycle> free(4);
  std::vector<Sent> sent = run(core, kNever);
  std::stable_sort(sent.begin(), sent.end(),
                   [](const Sent& a, const Sent& b) { return a.cycle < b.cycle; });
  ASSERT_EQ(sent.size(), 40u);
  for (const Sent& one : sent) {
    EXPECT_GE(one.cycle, free[one.input]);
    free[one.input] = one.done;
  }
  // Two inputs send 20 packets of 8 cycles each, and lose no cycle.
  EXPECT_EQ(sent.back().done, 160u);

  SwitchCoreConfig speedup = config(4);
  speedup.pace = {1, 1};
  SwitchCore fast(speedup);
  give_room(fast);
  for (unsigned i = 0; i < 40; ++i) fast.arrive(i % 2, packet(0, (i / 2) % 4));
  Cycle last = 0;
  for (const Sent& one : run(fast, kNever)) last = std::max(last, one.done);
  EXPECT_EQ(last, 80u);
}

/// Every input always has a packet for every output: all lines are kept busy.
TEST(SwitchCoreIslip, MatchesAllPortsOfASaturatedSwitch) {
  for (unsigned ports : {2u, 4u, 8u, 16u, 64u}) {
    SwitchCoreConfig with = config(ports);
    with.crossbar = Crossbar::kIslip;
    with.islip_iterations = 1;
    with.pace = {1, 1};
    SwitchCore core(with);
    give_room(core);
    constexpr unsigned kRounds = 60;
    for (unsigned i = 0; i < ports; ++i) {
      for (unsigned o = 0; o < ports * kRounds; ++o) core.arrive(i, packet(0, o % ports));
    }
    const Cycle cycles = Cycle{kPacket} * ports * (kRounds / 2);
    const double most = static_cast<double>(ports) * static_cast<double>(cycles) / kPacket;
    EXPECT_GT(static_cast<double>(run(core, cycles).size()), 0.97 * most) << ports;
  }
}

TEST(SwitchCore, RefusesWhatItCannotBe) {
  EXPECT_THROW(SwitchCore(config(0)), std::invalid_argument);
  EXPECT_THROW(SwitchCore(config(2000)), std::invalid_argument);
  EXPECT_THROW(SwitchCore(config(2, 17)), std::invalid_argument);
}

}  // namespace
}  // namespace weft
