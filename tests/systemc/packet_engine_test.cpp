// SPDX-License-Identifier: Apache-2.0
/// Links and switches at packet level in windows: what arrives, when, and that neither windows nor
/// threads show.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "models/fabric/packet_link.h"
#include "models/switch/packet_switch.h"
#include "systemc/link/link_windows.h"
#include "tests/support/packet_star.h"
#include "tests/support/rtl_objects.h"

namespace weft {
namespace {

using test::PacketStar;

const Protocol& protocol() {
  static const Protocol result = test::ofl();
  return result;
}

sc::LinkWindowsConfig windows_config(Cycle burst, unsigned threads = 1) {
  sc::LinkWindowsConfig config;
  config.burst = burst;
  config.threads = threads;
  return config;
}

std::unique_ptr<PacketStar> run_star(const PacketStar::Config& config, Cycle cycles, Cycle burst,
                                     unsigned threads = 1) {
  auto star = std::make_unique<PacketStar>(protocol(), config);
  sc::LinkWindows windows(windows_config(burst, threads));
  star->add_to(windows);
  PacketStar::run(windows, {}, star->clock().edge(cycles));
  return star;
}

TEST(PacketEngine, DeliversEveryPacketOnceAndComesToRest) {
  for (Crossbar crossbar : {Crossbar::kSpeedup, Crossbar::kIslip}) {
    PacketStar::Config config;
    config.nodes = 16;
    config.stop = 30'000;
    config.center.crossbar = crossbar;
    const auto star = run_star(config, 1'000'000, 156);
    const auto counters = star->counters();
    EXPECT_GT(counters.sent, 5'000u);
    EXPECT_EQ(counters.received, counters.sent);
    EXPECT_EQ(counters.acked, counters.sent);
    EXPECT_EQ(counters.errors, 0u);
    EXPECT_EQ(star->center().core().packets(), 2 * counters.sent);
    EXPECT_EQ(star->center().next_work(), kNever);
    for (unsigned input = 0; input < 16; ++input) {
      for (unsigned vc : {0u, 1u}) EXPECT_EQ(star->center().core().held(input, vc), 0u);
    }
  }
}

/// With few credits outputs are blocked most of the time, and wake by credits told out of order.
TEST(PacketEngine, GivesTheSameDigestOnAnyThreadsAndWindowsWithFewCreditsAndMany) {
  for (Crossbar crossbar : {Crossbar::kSpeedup, Crossbar::kIslip}) {
    for (unsigned credits : {4u, 8u, 32u}) {
      PacketStar::Config config;
      config.nodes = 16;
      config.credits = credits;
      config.center.crossbar = crossbar;
      const auto one = run_star(config, 30'000, 156);
      EXPECT_EQ(one->counters().errors, 0u);
      EXPECT_GT(one->counters().received, 1'000u);
      EXPECT_EQ(run_star(config, 30'000, 156, 2)->digest(), one->digest()) << credits;
      EXPECT_EQ(run_star(config, 30'000, 37)->digest(), one->digest()) << credits;
      EXPECT_EQ(run_star(config, 30'000, 11, 3)->digest(), one->digest()) << credits;
    }
  }
}

TEST(PacketEngine, DigestShowsASeed) {
  PacketStar::Config config;
  config.nodes = 8;
  const Hash128 first = run_star(config, 10'000, 156)->digest();
  config.seed = 2;
  EXPECT_NE(run_star(config, 10'000, 156)->digest(), first);
}

/// One end of a packet link that keeps what comes.
struct Probe final : PortHost {
  void advance(Cycle, Cycle) override {
    inbox.read([this](const PacketArrival& arrival) { arrivals.push_back(arrival); },
               [this](const CreditReturn& credit) { credits.push_back(credit); });
    for (; sends != 0; --sends) end->send(at, sends, slots, 1, 0);
  }
  Cycle next_work() const override { return kNever; }

  PacketInbox inbox;
  PacketEnd* end = nullptr;
  Cycle at = 0;
  unsigned sends = 0;
  std::uint32_t slots = 515;
  std::vector<PacketArrival> arrivals;
  std::vector<CreditReturn> credits;
};

struct Pair {
  Pair(const SwitchConfig& config, Cycle latency)
      : first(Pace::of_line(protocol()), latency), second(Pace::of_line(protocol()), latency) {
    const std::vector<std::uint32_t> buffers{8192, 8192};
    const std::vector<std::uint16_t> table{0, 1};
    center = std::make_unique<PacketSwitch>("sw0", config, protocol(), 16,
                                            std::vector{&first.ends[1], &second.ends[0]}, buffers,
                                            table);
    a.end = &first.ends[0];
    b.end = &second.ends[1];
    const Clock clock(640'000, 1);
    const auto at_a = windows.add_actor(a, clock, &a.inbox);
    const auto in_the_middle = windows.add_actor(*center, clock, &center->inbox());
    const auto at_b = windows.add_actor(b, clock, &b.inbox);
    windows.join(first, at_a, 0, in_the_middle, 0);
    windows.join(second, in_the_middle, 1, at_b, 0);
    windows.set_end(Time::us(100));
  }
  void run() {
    for (Time now; !now.is_never();) now = windows.run(now);
  }

  PacketLink first, second;
  std::unique_ptr<PacketSwitch> center;
  Probe a, b;
  sc::LinkWindows windows{windows_config(1000)};
};

/// 515 slots at 30 a flit of 4 cycles take 68 2/3 cycles.
constexpr Cycle kFlight = 156, kPacketCycles = 69, kSwitch = 200 - 32;

TEST(PacketEngine, StoresAndForwardsInTheTimeThatArithmeticSays) {
  Pair pair({}, kFlight);
  pair.a.sends = 1;
  pair.run();
  ASSERT_EQ(pair.b.arrivals.size(), 1u);
  EXPECT_EQ(pair.b.arrivals[0].tail, 2 * (kPacketCycles + kFlight) + kSwitch);
  ASSERT_EQ(pair.a.credits.size(), 1u);
  EXPECT_EQ(pair.a.credits[0].slots, 520u);  // whole units
  EXPECT_EQ(pair.a.credits[0].cycle, 2 * kPacketCycles + kFlight + kSwitch + kFlight);
}

TEST(PacketEngine, CutsThroughInTheTimeThatArithmeticSays) {
  SwitchConfig config;
  config.forwarding = Forwarding::kCutThrough;
  Pair pair(config, kFlight);
  pair.a.sends = 1;
  pair.run();
  ASSERT_EQ(pair.b.arrivals.size(), 1u);
  // The first slot leaves in cycle 0, the last one 68 2/3 cycles after it left the switch.
  EXPECT_EQ(pair.b.arrivals[0].tail, 2 * kFlight + kSwitch + 1 + kPacketCycles);
}

TEST(PacketEngine, KeepsLinesFullThroughASwitch) {
  for (Forwarding forwarding : {Forwarding::kStoreAndForward, Forwarding::kCutThrough}) {
    SwitchConfig config;
    config.forwarding = forwarding;
    Pair pair(config, kFlight);
    pair.a.sends = 9;
    pair.run();
    ASSERT_EQ(pair.b.arrivals.size(), 9u);
    const Cycle took = pair.b.arrivals[8].tail - pair.b.arrivals[0].tail;
    EXPECT_NEAR(static_cast<double>(took), 8 * 515 * 4 / 30.0, 1.0);
  }
}

/// A sender that takes no notice of credits is seen.
TEST(PacketEngine, CountsPacketsSentWithoutCredit) {
  SwitchConfig config;
  config.buffer.bytes = 4 * 4160;
  Pair pair(config, kFlight);
  pair.a.sends = 4;
  pair.run();
  EXPECT_EQ(pair.center->core().faults(), 0u);
  Pair over(config, kFlight);
  over.a.slots = 64;  // leaves faster than the switch's latency lets any go
  over.a.sends = 70;
  over.run();
  EXPECT_GT(over.center->core().faults(), 0u);
  EXPECT_EQ(over.b.arrivals.size(), 70u);  // counted, but not lost
}

/// The checks of the nodes see what is planted.
TEST(PacketEngine, NodesSeePacketsThatAreNotTheirs) {
  PacketPool pool;
  PacketPool::Stock stock(pool);
  const test::GapTable gaps(0.01);
  PacketLink link(Pace::of_line(protocol()), kFlight);
  test::PacketNode::Config config;
  config.stop = 0;
  test::PacketNode node(config, gaps, link.ends[0], pool);
  Probe peer;
  sc::LinkWindows windows(windows_config(1000));
  const Clock clock(640'000, 1);
  const auto at_node = windows.add_actor(node, clock, &node.inbox());
  const auto at_peer = windows.add_actor(peer, clock, &peer.inbox);
  windows.join(link, at_node, 0, at_peer, 0);
  Time now = windows.run({});
  std::uint64_t sent = 0, errors = 0;
  const auto plant = [&](std::uint32_t number, std::uint64_t address, std::uint16_t dst) {
    const std::uint32_t handle = stock.take();
    PooledPacket& packet = pool.at(handle);
    packet.src = 1;
    packet.dst = dst;
    packet.number = number;
    packet.address = address;
    if (now.is_never()) now = windows.window() * (20 * ++sent);
    link.ends[1].send(clock.edges_before(now), handle, 515, dst, 0);
    windows.wake_actor(at_peer);
    for (int i = 0; i < 10 && !now.is_never(); ++i) now = windows.run(now);
    const std::uint64_t more = node.counters().errors - errors;
    errors = node.counters().errors;
    return more;
  };
  constexpr std::uint64_t kFirst = std::uint64_t{1} << 48, kStep = 4096;
  EXPECT_EQ(plant(0, kFirst, 0), 0u);
  EXPECT_EQ(plant(1, kFirst + kStep, 0), 0u);
  EXPECT_EQ(plant(1, kFirst + kStep, 0), 1u);      // a second time
  EXPECT_EQ(plant(3, kFirst + 4 * kStep, 0), 1u);  // the wrong address
  EXPECT_EQ(plant(4, kFirst + 4 * kStep, 1), 1u);  // someone else's
  EXPECT_EQ(plant(5, kFirst + 5 * kStep, 0), 0u);
  EXPECT_EQ(node.counters().received, 6u);
}

TEST(PacketEngine, CountsAndGivesBackWhatNoOutputLeadsTo) {
  const Pace pace = Pace::of_line(protocol());
  PacketLink link(pace, kFlight);
  PacketSwitch center("sw0", {}, protocol(), 16, {&link.ends[1]}, {8192}, {0});
  Probe a;
  a.end = &link.ends[0];
  a.sends = 3;
  sc::LinkWindows windows(windows_config(1000));
  const Clock clock(640'000, 1);
  const auto at_a = windows.add_actor(a, clock, &a.inbox);
  windows.join(link, at_a, 0, windows.add_actor(center, clock, &center.inbox()), 0);
  for (Time now; !now.is_never();) now = windows.run(now);
  EXPECT_EQ(center.unroutable(), 3u);
  EXPECT_EQ(a.credits.size(), 3u);
}

TEST(PacketEngine, WindowsAreNoLongerThanALinkAndEmptyOnesAreLeftOut) {
  Pair pair({}, kFlight);
  EXPECT_EQ(pair.windows.window(), Time::from_fs(640'000) * kFlight);
  pair.a.sends = 1;
  pair.run();
  EXPECT_LT(pair.windows.counters().windows, 10u);
}

TEST(PacketEngine, RefusesWhatDoesNotFitTogether) {
  sc::LinkWindows windows(windows_config(10));
  Probe a, b;
  PacketLink link(Pace::of_line(protocol()), 10);
  const auto with = windows.add_actor(a, Clock(640'000, 1), &a.inbox);
  const auto without = windows.add_actor(b, Clock(640'000, 1));
  const auto slower = windows.add_actor(b, Clock(1'280'000, 1), &b.inbox);
  EXPECT_THROW(windows.join(link, with, 0, without, 0), std::logic_error);
  EXPECT_THROW(windows.join(link, with, 0, slower, 0), std::logic_error);
}

}  // namespace
}  // namespace weft
