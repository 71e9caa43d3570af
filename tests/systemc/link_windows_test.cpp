// SPDX-License-Identifier: Apache-2.0
#include "systemc/link/link_windows.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "models/base/digest.h"
#include "tests/support/echo_link.h"

namespace weft::sc {
namespace {

using test::echo_traffic;
using test::EchoCore;
using test::EchoLink;
using test::EvalCountingCore;

constexpr Time kEnd = Time::us(10);

struct Fabric {
  std::vector<std::unique_ptr<EchoLink>> links;

  /// Links of three rates and several latencies under bursty and steady load; the last one is idle.
  template <typename Core = EchoCore>
  static Fabric mixed(unsigned count, bool idle_skip = true) {
    const Clock clocks[] = {Clock(640'000, 1), Clock(1'280'000, 1),
                            Clock::for_beat(512, 398'437'500'000)};
    Fabric fabric;
    for (unsigned i = 0; i < count; ++i) {
      LinkConfig config = EchoCore::config(clocks[i % 3], 50);
      config.idle_skip = idle_skip;
      tb::StreamConfig traffic = echo_traffic();
      traffic.load = i + 1 == count ? 0 : i % 4 == 3 ? 1 : 0.03 * i;
      traffic.burst_flits = i % 2 == 0 ? 16 : 0;
      fabric.links.push_back(
          EchoLink::make<Core>(config, 50 + i % 5, traffic, "link" + std::to_string(i)));
    }
    return fabric;
  }

  void add_to(LinkWindows& windows) {
    for (auto& link : links) windows.add(link->link, link->a, link->b);
  }
  Hash128 digest() const {
    Digest digest;
    for (const auto& link : links) {
      digest.add(link->digest());
      errors += link->a.counters().errors() + link->b.counters().errors();
      packets += link->a.counters().packets_received + link->b.counters().packets_received;
    }
    return digest.value();
  }
  mutable std::uint64_t errors = 0, packets = 0;
};

LinkWindowsConfig windows_config(Cycle burst, unsigned threads = 1, bool apart = false) {
  LinkWindowsConfig config;
  config.burst = burst;
  config.threads = threads;
  config.hosts_apart = apart;
  return config;
}

void run(LinkWindows& windows, Time end) {
  windows.set_end(end);
  for (Time now; !now.is_never();) now = windows.run(now);
}

template <typename Core = EchoCore>
Hash128 digest_of(const LinkWindowsConfig& config, bool idle_skip = true) {
  Fabric fabric = Fabric::mixed<Core>(9, idle_skip);
  LinkWindows windows(config);
  fabric.add_to(windows);
  run(windows, kEnd);
  const Hash128 digest = fabric.digest();
  EXPECT_EQ(fabric.errors, 0u);
  EXPECT_GT(fabric.packets, 10000u);
  return digest;
}

TEST(LinkWindows, GivesTheSameDigestWhateverTheBurst) {
  const Hash128 expected = digest_of(windows_config(1), false);
  for (Cycle burst : {1u, 7u, 10u, 38u, 50u, 1000u}) {
    EXPECT_EQ(digest_of(windows_config(burst)), expected) << burst;
  }
  EXPECT_EQ(digest_of(windows_config(50), false), expected);
}

TEST(LinkWindows, GivesTheSameDigestOnAnyNumberOfThreads) {
  const Hash128 expected = digest_of(windows_config(10));
  for (unsigned threads : {2u, 3u, 20u}) {
    EXPECT_EQ(digest_of(windows_config(10, threads)), expected) << threads;
  }
}

TEST(LinkWindows, GivesTheSameDigestWithTheHostsOnAnotherThread) {
  const Hash128 expected = digest_of(windows_config(10));
  for (unsigned threads : {1u, 2u, 3u}) {
    for (Cycle burst : {10u, 50u}) {
      EXPECT_EQ(digest_of(windows_config(burst, threads, true)), expected) << threads << burst;
    }
  }
}

TEST(LinkWindows, ShowsACoreThatCountsItsEvaluations) {
  const auto config = windows_config(10);
  Fabric with = Fabric::mixed<EvalCountingCore>(3, true);
  Fabric without = Fabric::mixed<EvalCountingCore>(3, false);
  for (Fabric* fabric : {&with, &without}) {
    LinkWindows windows(config);
    fabric->add_to(windows);
    run(windows, kEnd);
  }
  EXPECT_NE(with.digest(), without.digest());
}

TEST(LinkWindows, IsAsLongAsTheShortestDelayOfAnyLink) {
  LinkWindows windows(windows_config(32));
  EXPECT_TRUE(windows.window().is_never());
  EXPECT_TRUE(windows.run(Time()).is_never());
  const auto slow = EchoLink::make(EchoCore::config(Clock(1'280'000, 1), 40), 100, echo_traffic());
  const auto fast = EchoLink::make(EchoCore::config(Clock(640'000, 1), 16), 100, echo_traffic());
  const auto near = EchoLink::make(EchoCore::config(Clock(640'000, 1), 16), 9, echo_traffic());
  LinkWindows all(windows_config(32));
  all.add(slow->link, slow->a, slow->b);
  EXPECT_EQ(all.window(), Time::from_fs(32 * 1'280'000));
  all.add(fast->link, fast->a, fast->b);
  EXPECT_EQ(all.window(), Time::from_fs(16 * 640'000));
  all.add(near->link, near->a, near->b);
  EXPECT_EQ(all.window(), Time::from_fs(9 * 640'000));
}

TEST(LinkWindows, LeavesOutWindowsInWhichNobodyHasAnythingToDo) {
  tb::StreamConfig traffic = echo_traffic();
  traffic.load = 0.0005;
  traffic.vc_weights = {1};
  traffic.packets = {7};
  const auto pair = EchoLink::make(EchoCore::config(), 40, traffic);
  LinkWindows windows(windows_config(16));
  windows.add(pair->link, pair->a, pair->b);
  run(windows, Time::from_fs(640'000) * 1'000'000);
  const std::uint64_t packets = pair->a.counters().packets_sent + pair->b.counters().packets_sent;
  EXPECT_GT(packets, 500u);
  EXPECT_EQ(pair->a.in_flight() + pair->b.in_flight(), 0u);
  EXPECT_LT(windows.counters().windows, packets * 10);
}

TEST(LinkWindows, DoesNotVisitLinksThatSleep) {
  tb::StreamConfig idle = echo_traffic();
  idle.load = 0;
  std::vector<std::unique_ptr<EchoLink>> links;
  LinkWindows windows(windows_config(16));
  for (unsigned i = 0; i < 200; ++i) {
    links.push_back(EchoLink::make(EchoCore::config(), 40, i == 0 ? echo_traffic() : idle));
    windows.add(links.back()->link, links.back()->a, links.back()->b);
  }
  run(windows, Time::from_fs(640'000) * 16'000);
  EXPECT_EQ(windows.counters().windows, 1000u);
  EXPECT_EQ(windows.counters().visits, 1000u + 199u);
}

TEST(LinkWindows, RunsNothingAtOrAfterItsEnd) {
  for (Cycle burst : {1u, 7u, 16u}) {
    LinkConfig config = EchoCore::config();
    config.idle_skip = false;
    const auto pair = EchoLink::make(config, 40, echo_traffic());
    LinkWindows windows(windows_config(burst));
    windows.add(pair->link, pair->a, pair->b);
    run(windows, Time::from_fs(640'000 * 100 + 1));
    EXPECT_EQ(pair->link.end(0).cycle(), 101u) << burst;
    EXPECT_EQ(pair->link.end(0).counters().evals, 101u);
  }
}

TEST(LinkWindows, VisitsALinkThatIsWoken) {
  tb::StreamConfig idle = echo_traffic();
  idle.load = 0;
  const auto pair = EchoLink::make(EchoCore::config(), 40, idle);
  LinkWindows windows(windows_config(16));
  const std::size_t index = windows.add(pair->link, pair->a, pair->b);
  EXPECT_TRUE(windows.run(Time()).is_never());
  const Clock& clock = pair->link.clock();
  pair->link.port(0).csr_read(16, 0x20);
  windows.wake(index);
  for (Time now = clock.edge(16); !now.is_never();) now = windows.run(now);
  ASSERT_NE(pair->link.port(0).csr_reply(), nullptr);
  EXPECT_EQ(pair->link.port(0).csr_reply()->data, 0x20u);
}

TEST(LinkWindows, RefusesToGoBack) {
  const auto pair = EchoLink::make(EchoCore::config(), 40, echo_traffic());
  LinkWindows windows(windows_config(16));
  windows.add(pair->link, pair->a, pair->b);
  windows.run(Time());
  EXPECT_THROW(windows.run(Time()), std::logic_error);
  EXPECT_THROW(windows.add(pair->link, pair->a, pair->b), std::logic_error);
  EXPECT_THROW(LinkWindows{windows_config(0)}, std::invalid_argument);
  EXPECT_THROW(LinkWindows{windows_config(1, 0)}, std::invalid_argument);
}

class ThrowingHost final : public PortHost {
 public:
  void advance(Cycle, Cycle until) override {
    if (until > 100) throw std::runtime_error("the host gives up");
  }
  Cycle next_work() const override { return 0; }
};

TEST(LinkWindows, PassesOnWhatAHostThrowsOnAnyThread) {
  for (bool apart : {false, true}) {
    Fabric fabric = Fabric::mixed(2);
    ThrowingHost thrower;
    LinkWindows windows(windows_config(16, 2, apart));
    windows.add(fabric.links[0]->link, fabric.links[0]->a, fabric.links[0]->b);
    windows.add(fabric.links[1]->link, thrower, thrower);
    EXPECT_THROW(run(windows, kEnd), std::runtime_error);
  }
}

TEST(WindowBarrier, PassesNobodyBeforeAllHaveArrived) {
  constexpr unsigned kParties = 3, kRounds = 2000;
  WindowBarrier barrier(kParties);
  std::atomic<unsigned> arrived{0};
  std::atomic<bool> early{false};
  const auto party = [&] {
    for (unsigned round = 1; round <= kRounds; ++round) {
      ++arrived;
      barrier.arrive_and_wait();
      if (arrived < round * kParties) early = true;
      barrier.arrive_and_wait();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < kParties; ++i) threads.emplace_back(party);
  party();
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(early);
}

TEST(WindowBarrier, SleepsUntilALatePartyComes) {
  WindowBarrier barrier(2);
  std::thread late([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    barrier.arrive_and_wait();
  });
  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  barrier.arrive_and_wait();
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  late.join();
  const auto used_ns =
      (after.tv_sec - before.tv_sec) * 1'000'000'000 + after.tv_nsec - before.tv_nsec;
  EXPECT_LT(used_ns, 25'000'000);
}

}  // namespace
}  // namespace weft::sc
