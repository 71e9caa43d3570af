// SPDX-License-Identifier: Apache-2.0
#include "models/switch/switch_actor.h"

#include <gtest/gtest.h>

#include "models/link/link_model.h"
#include "tests/support/rtl_objects.h"
#include "tests/support/switch_star.h"

namespace weft {
namespace {

using test::FabricHost;
using test::SwitchStar;

const Protocol& protocol() {
  static const Protocol result = test::ofl();
  return result;
}

std::unique_ptr<SwitchStar> star(const SwitchConfig& config, const FabricHost::Traffic& traffic,
                                 unsigned nodes = 4) {
  const auto model = [](const weft_link_straps& straps) {
    return std::make_unique<LinkModel>(protocol(), straps);
  };
  return std::make_unique<SwitchStar>(protocol(), nodes, model, config, traffic);
}

sc::LinkWindowsConfig windows_config(Cycle burst, unsigned threads = 1) {
  sc::LinkWindowsConfig config;
  config.burst = burst;
  config.threads = threads;
  return config;
}

void run(SwitchStar& star, Cycle burst = 32, unsigned threads = 1, Time end = Time::ms(1)) {
  sc::LinkWindows windows(windows_config(burst, threads));
  star.add_to(windows);
  SwitchStar::run(windows, end);
}

TEST(SwitchActor, ForwardsEveryPacketOnceInOrderAndIntact) {
  for (Crossbar crossbar : {Crossbar::kSpeedup, Crossbar::kIslip}) {
    SwitchConfig config;
    config.crossbar = crossbar;
    const auto fabric = star(config, {});
    run(*fabric);
    EXPECT_EQ(fabric->sent(), 800u);
    EXPECT_EQ(fabric->received(), 800u);
    EXPECT_EQ(fabric->errors(), 0u);
    EXPECT_EQ(fabric->center().inside(), 0u);
    EXPECT_EQ(fabric->center().core().next_work(), kNever);
  }
}

TEST(SwitchActor, ForwardsAllWhenOneOutputIsOverloaded) {
  FabricHost::Traffic traffic;
  traffic.mean_gap = 5;
  traffic.to_one = true;
  traffic.consume = 300;
  SwitchConfig config;
  config.egress.bytes = 4160;
  const auto fabric = star(config, traffic);
  run(*fabric);
  EXPECT_EQ(fabric->received(), 800u);
  EXPECT_EQ(fabric->errors(), 0u);
  EXPECT_GT(fabric->center().core().counters(0).blocked, 200u);
}

TEST(SwitchActor, GivesTheSameDigestWhateverTheWindowAndTheThreads) {
  FabricHost::Traffic traffic;
  traffic.mean_gap = 20;
  traffic.packets = 100;
  const auto reference = star({}, traffic);
  run(*reference, 1);
  EXPECT_EQ(reference->received(), 400u);
  for (auto [burst, threads] : {std::pair{7u, 1u}, {16u, 1u}, {16u, 2u}, {5u, 3u}}) {
    const auto fabric = star({}, traffic);
    run(*fabric, burst, threads);
    EXPECT_EQ(fabric->digest(), reference->digest()) << burst << ' ' << threads;
  }
}

/// Latency counts from the packet received to the first beat that may leave, pipelines included.
TEST(SwitchActor, AddsItsLatency) {
  FabricHost::Traffic traffic;
  traffic.packets = 1;
  std::vector<Cycle> last;
  for (std::uint64_t latency : {200u, 1200u}) {
    SwitchConfig config;
    config.latency.cycles = latency;
    const auto fabric = star(config, traffic, 2);
    sc::LinkWindows windows(windows_config(32));
    fabric->add_to(windows);
    windows.set_end(Time::us(20));
    Time done;
    for (Time now; fabric->received() < 2; now = windows.run(now)) done = now;
    last.push_back(fabric->clock().edges_before(done));
  }
  EXPECT_NEAR(static_cast<double>(last[1] - last[0]), 1000, 16);  // a window
}

TEST(SwitchActor, SaysWhoWaitsForWhat) {
  FabricHost::Traffic traffic;
  traffic.to_one = true;
  traffic.mean_gap = 1;
  traffic.packets = 1000;
  traffic.consume = 1u << 30;  // node 0 never gives its buffer back
  const auto fabric = star({}, traffic);
  run(*fabric, 32, 1, Time::us(100));
  EXPECT_LT(fabric->received(), 4000u);
  const std::vector<std::string> waiting = fabric->center().waiting();
  ASSERT_FALSE(waiting.empty());
  EXPECT_NE(waiting[0].find("waits for port 0"), std::string::npos) << waiting[0];
  EXPECT_EQ(fabric->errors(), 0u);
}

TEST(SwitchActor, ThrowsAwayAndCountsWhatNoOutputLeadsTo) {
  const auto model = std::make_unique<LinkModel>(protocol(), weft_link_straps{1, 1});
  LinkConfig config = LinkConfig::of(protocol(), Clock::for_beat(512, 800'000'000'000), 16);
  Link link(config, std::make_unique<LinkModel>(protocol(), weft_link_straps{1, 1}),
            std::make_unique<LinkModel>(protocol(), weft_link_straps{2, 1}), Wire(60), Wire(60));
  FlitNodePort port(link.port(0), 2048);
  FabricHost host(protocol(), port, 0, 9, {}, 7);
  SwitchActor one("sw0", {}, protocol(), {&link.port(1)}, {Routes::kNoRoute});
  sc::LinkWindows windows(windows_config(16));
  windows.join(link, windows.add_actor(host, link.clock()), windows.add_actor(one, link.clock()));
  SwitchStar::run(windows, Time::ms(1));
  EXPECT_EQ(host.sent(), 200u);  // more than fits the buffer at a time: credit came back
  EXPECT_EQ(one.counters().unroutable, 200u);
  EXPECT_EQ(one.inside(), 0u);
}

TEST(SwitchActor, RefusesByNameWhatItCannotDo) {
  const auto message = [](const SwitchConfig& config) -> std::string {
    try {
      star(config, {});
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({}), "");
  SwitchConfig config;
  config.latency.cycles = 31;
  EXPECT_NE(message(config).find("latency"), std::string::npos);
  config = {};
  config.forwarding = Forwarding::kCutThrough;
  EXPECT_NE(message(config).find("cut_through"), std::string::npos);
  config = {};
  config.buffer.bytes = 4096;
  EXPECT_NE(message(config).find("buffer"), std::string::npos);
  config = {};
  config.egress.bytes = 4000;
  EXPECT_NE(message(config).find("egress"), std::string::npos);
}

}  // namespace
}  // namespace weft
