// SPDX-License-Identifier: Apache-2.0
/// Links with hosts of their own beside links between actors, in the same windows.
#include <gtest/gtest.h>

#include <memory>

#include "models/link/link_model.h"
#include "tests/support/echo_link.h"
#include "tests/support/rtl_objects.h"
#include "tests/support/switch_star.h"

namespace weft {
namespace {

using test::EchoCore;
using test::EchoLink;
using test::FabricHost;
using test::SwitchStar;

const Protocol& protocol() {
  static const Protocol result = test::ofl();
  return result;
}

std::unique_ptr<SwitchStar> make_star(const FabricHost::Traffic& traffic) {
  const auto model = [](const weft_link_straps& straps) {
    return std::make_unique<LinkModel>(protocol(), straps);
  };
  return std::make_unique<SwitchStar>(protocol(), 3, model, SwitchConfig{}, traffic);
}

sc::LinkWindowsConfig windows_config(unsigned threads = 1, bool apart = false) {
  sc::LinkWindowsConfig config;
  config.burst = 16;
  config.threads = threads;
  config.hosts_apart = apart;
  return config;
}

Hash128 mixed(const sc::LinkWindowsConfig& config) {
  const auto star = make_star({});
  const auto alone = EchoLink::make(EchoCore::config(), 40, test::echo_traffic());
  sc::LinkWindows windows(config);
  windows.add(alone->link, alone->a, alone->b);
  star->add_to(windows);
  SwitchStar::run(windows, Time::us(40));
  EXPECT_EQ(star->received(), 600u);
  EXPECT_EQ(star->errors(), 0u);
  EXPECT_EQ(alone->a.counters().errors() + alone->b.counters().errors(), 0u);
  EXPECT_GT(alone->a.counters().packets_received, 100u);
  EXPECT_GT(windows.counters().actor_visits, 100u);
  EXPECT_GT(windows.memory_bytes(), 1000u);
  Digest digest;
  digest.add(star->digest());
  digest.add(alone->digest());
  return digest.value();
}

TEST(ActorLanes, RunBesideLinksWithHostsOfTheirOwn) {
  const Hash128 expected = mixed(windows_config());
  EXPECT_EQ(mixed(windows_config(2)), expected);
  EXPECT_EQ(mixed(windows_config(3)), expected);
  EXPECT_EQ(mixed(windows_config(1, true)), expected);
  EXPECT_EQ(mixed(windows_config(2, true)), expected);
}

TEST(ActorLanes, SleepWhenNothingIsToBeDone) {
  FabricHost::Traffic traffic;
  traffic.packets = 5;
  traffic.mean_gap = 20'000;
  const auto star = make_star(traffic);
  sc::LinkWindows windows(windows_config());
  star->add_to(windows);
  SwitchStar::run(windows, Time::ms(10));  // about a million windows
  EXPECT_EQ(star->received(), 15u);
  EXPECT_LT(windows.counters().windows, 3'000u);
  EXPECT_LT(windows.counters().actor_visits, 3'000u);
}

/// An actor that does nothing by itself.
struct Sleeper final : PortHost {
  void advance(Cycle, Cycle) override { ++calls; }
  Cycle next_work() const override { return kNever; }
  int calls = 0;
};

TEST(ActorLanes, AreWokenFromOutside) {
  Sleeper sleeper;
  sc::LinkWindows windows(windows_config());
  const auto id = windows.add_actor(sleeper, Clock(640'000, 1));
  const auto link = EchoLink::make(EchoCore::config(), 40, test::echo_traffic());
  windows.add(link->link, link->a, link->b);
  windows.set_end(Time::us(1));
  Time now = windows.run({});
  EXPECT_EQ(sleeper.calls, 1);  // once, to be asked for its first work
  now = windows.run(now);
  EXPECT_EQ(sleeper.calls, 1);
  windows.wake_actor(id);
  windows.run(now);
  EXPECT_EQ(sleeper.calls, 2);
}

TEST(ActorLanes, JoinBeforeTheFirstWindowAndWithOneClock) {
  Sleeper fast, slow;
  sc::LinkWindows windows(windows_config());
  const auto link = EchoLink::make(EchoCore::config(), 40, test::echo_traffic());
  const auto at_link = windows.add_actor(fast, link->link.clock());
  const auto elsewhere = windows.add_actor(slow, Clock(999'983, 7));
  EXPECT_THROW(windows.join(link->link, at_link, elsewhere), std::logic_error);
  windows.set_end(Time::us(1));
  windows.run({});
  EXPECT_THROW(windows.add_actor(fast, link->link.clock()), std::logic_error);
}

}  // namespace
}  // namespace weft
