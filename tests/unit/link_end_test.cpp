// SPDX-License-Identifier: Apache-2.0
#include "models/link/link.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "models/base/digest.h"
#include "tests/support/echo_core.h"
#include "tests/support/echo_link.h"

namespace weft {
namespace {

using test::echo_traffic;
using test::EchoCore;
using test::EchoLink;
using test::EvalCountingCore;

constexpr Cycle kLatency = 60;

/// What the clocks of an end show, the idle ones left out.
class Trace final : public PinWatch {
 public:
  void clocked(const weft_link_in& in, const weft_link_out& out) override {
    evaluated.push_back(in.now);
    const std::uint32_t inputs = in.flags & ~(WEFT_IN_PHY_LOCK | WEFT_IN_TX_SLOT);
    const std::uint32_t outputs = out.flags & ~(WEFT_OUT_QUIESCENT | WEFT_OUT_UP);
    if (inputs == 0 && outputs == 0) return;
    seen.push_back(in.now);
    seen.push_back(std::uint64_t{inputs} << 32 | outputs);
    if (inputs & WEFT_IN_LI) seen.insert(seen.end(), in.li_data, in.li_data + 8);
    if (outputs & WEFT_OUT_LO) seen.insert(seen.end(), out.lo_data, out.lo_data + 8);
  }

  std::vector<Cycle> evaluated;
  std::vector<std::uint64_t> seen;
};

tb::StreamConfig mixed(double load = 0.3) {
  tb::StreamConfig traffic = echo_traffic();
  traffic.load = load;
  traffic.burst_flits = 8;
  return traffic;
}

LinkConfig long_pipeline(bool idle_skip) {
  LinkConfig config = EchoCore::config(Clock(640'000, 1), 60);
  config.idle_skip = idle_skip;
  return config;
}

TEST(Link, ShowsTheSamePinsWhateverTheBurstAndIdleSkipping) {
  const auto pins = [](Cycle burst, bool skip) {
    const auto pair = EchoLink::make(long_pipeline(skip), kLatency, mixed());
    Trace trace;
    pair->link.end(1).set_watch(&trace);
    pair->run(0, 6000, burst);
    return trace.seen;
  };
  const auto expected = pins(1, false);
  EXPECT_GT(expected.size(), 5000u);
  for (Cycle burst : {1u, 7u, 10u, 38u, 50u}) {
    for (bool skip : {false, true}) EXPECT_EQ(pins(burst, skip), expected) << burst << skip;
  }
}

TEST(Link, HasTheSameDigestWhateverTheBurstIdleSkippingAndOrder) {
  const auto digest = [](Cycle burst, bool skip, bool hosts_first) {
    const auto pair = EchoLink::make(long_pipeline(skip), kLatency, mixed());
    pair->run(0, 20000, burst, hosts_first);
    EXPECT_EQ(pair->a.counters().errors() + pair->b.counters().errors(), 0u);
    EXPECT_GT(pair->link.end(0).counters().flits_repeated, 10u);
    return pair->digest();
  };
  const Hash128 expected = digest(1, false, true);
  for (Cycle burst : {1u, 7u, 10u, 38u, 50u}) {
    for (bool skip : {false, true}) {
      for (bool hosts_first : {true, false}) {
        EXPECT_EQ(digest(burst, skip, hosts_first), expected) << burst << skip << hosts_first;
      }
    }
  }
}

TEST(Link, HasAnotherDigestWhenACoreCountsItsEvaluations) {
  const auto digest = [](bool skip) {
    const auto pair = EchoLink::make<EvalCountingCore>(long_pipeline(skip), kLatency, mixed());
    pair->run(0, 20000, 10);
    return pair->digest();
  };
  EXPECT_NE(digest(false), digest(true));
}

TEST(Link, HasAnotherDigestWhenTheTrafficOrTheClockDiffers) {
  const auto digest = [](double load, Clock clock) {
    const auto pair = EchoLink::make(EchoCore::config(clock), kLatency, mixed(load));
    pair->run(0, 20000, 10);
    return pair->digest();
  };
  const Hash128 expected = digest(0.3, Clock(640'000, 1));
  EXPECT_NE(digest(0.31, Clock(640'000, 1)), expected);
  EXPECT_NE(digest(0.3, Clock(640'001, 1)), expected);
}

TEST(Link, HashesTheTimeAndOrdinalOfEachFlitAccepted) {
  const Clock clock(1'000'003, 7);
  tb::StreamConfig traffic = echo_traffic();
  traffic.load = 0.1;
  const auto pair = EchoLink::make(EchoCore::config(clock), kLatency, traffic);
  struct Commits final : PinWatch {
    void clocked(const weft_link_in& in, const weft_link_out& out) override {
      if (out.flags & WEFT_OUT_HR_COMMIT) cycles.push_back(in.now);
    }
    std::vector<Cycle> cycles;
  } commits;
  pair->link.end(1).set_watch(&commits);
  pair->run(0, 5000, 16);
  Digest digest;
  for (std::uint64_t i = 0; i < commits.cycles.size(); ++i) {
    digest.add(commits.cycles[i] * 1'000'003 / 7);
    digest.add(i);
  }
  EXPECT_GT(commits.cycles.size(), 50u);
  EXPECT_EQ(pair->link.end(1).accepted(), digest.value());
  EXPECT_EQ(pair->link.end(1).counters().flits_accepted, commits.cycles.size());
}

TEST(LinkEnd, IsNotEvaluatedWhileItSleeps) {
  tb::StreamConfig traffic = echo_traffic();
  traffic.packets = {7};
  traffic.load = 0.0005;
  traffic.vc_weights = {1};
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
  pair->run(0, 100000, 16);
  const std::uint64_t packets = pair->a.counters().packets_sent + pair->b.counters().packets_sent;
  const std::uint64_t evals =
      pair->link.end(0).counters().evals + pair->link.end(1).counters().evals;
  EXPECT_GT(packets, 50u);
  // Per packet: sent, received, freed, credit sent and received, each with an idle clock after it.
  EXPECT_LT(evals, packets * 11);
}

TEST(LinkEnd, IsEvaluatedInEveryCycleWithoutIdleSkipping) {
  LinkConfig config = EchoCore::config();
  config.idle_skip = false;
  const auto pair = EchoLink::make(config, kLatency, mixed());
  pair->run(0, 5000, 16);
  EXPECT_EQ(pair->link.end(0).counters().evals, 5000u);
}

/// Sends a beat in given cycles, sleeps otherwise.
class ScriptedCore final : public LinkCore {
 public:
  explicit ScriptedCore(std::vector<Cycle> sends) : sends_(std::move(sends)) {}

  void step(const weft_link_in& in, weft_link_out& out) override {
    out = weft_link_out{};
    out.flags = WEFT_OUT_QUIESCENT;
    clocks.push_back({in.now, in.flags});
    if (next_ < sends_.size() && sends_[next_] == in.now) {
      ++next_;
      beat_[1] = in.now;
      out.flags = WEFT_OUT_LO | WEFT_OUT_LO_SOF;
      out.lo_data = beat_;
    }
  }
  std::uint64_t wake_at() const override { return next_ < sends_.size() ? sends_[next_] : kNever; }

  std::vector<std::pair<Cycle, std::uint32_t>> clocks;

 private:
  std::vector<Cycle> sends_;
  std::size_t next_ = 0;
  std::uint64_t beat_[8] = {};
};

struct ScriptedLink {
  explicit ScriptedLink(std::vector<Cycle> sends, unsigned beats = 4) {
    LinkConfig config = EchoCore::config();
    config.beats = beats;
    auto a = std::make_unique<ScriptedCore>(std::move(sends));
    auto b = std::make_unique<ScriptedCore>(std::vector<Cycle>{});
    core_a = a.get();
    core_b = b.get();
    link = std::make_unique<Link>(config, std::move(a), std::move(b), Wire(30), Wire(30));
  }
  std::unique_ptr<Link> link;
  ScriptedCore* core_a;
  ScriptedCore* core_b;
};

using Clocks = std::vector<std::pair<Cycle, std::uint32_t>>;

TEST(LinkEnd, HandsOnABeatAfterTheLatencyOfTheWire) {
  ScriptedLink scripted({10, 11, 50});
  for (Cycle until = 16; until <= 160; until += 16) scripted.link->run(until);
  constexpr std::uint32_t kBeat = WEFT_IN_PHY_LOCK | WEFT_IN_LI | WEFT_IN_LI_SOF;
  EXPECT_EQ(scripted.core_b->clocks, (Clocks{{0, WEFT_IN_PHY_LOCK | WEFT_IN_TX_SLOT},
                                             {40, kBeat | WEFT_IN_TX_SLOT},
                                             {41, kBeat},
                                             {80, kBeat | WEFT_IN_TX_SLOT}}));
}

TEST(LinkEnd, WakesTheCoreWhenItAskedToBeWoken) {
  ScriptedLink scripted({10, 11, 50});
  scripted.link->run(60);
  std::vector<Cycle> cycles;
  for (const auto& [cycle, flags] : scripted.core_a->clocks) cycles.push_back(cycle);
  // After a clock that was not quiescent comes the next.
  EXPECT_EQ(cycles, (std::vector<Cycle>{0, 10, 11, 12, 50, 51}));
}

TEST(LinkEnd, GivesTheSlotStrobeInTheSameCyclesHoweverLongItSlept) {
  for (unsigned beats : {1u, 4u, 10u}) {
    ScriptedLink scripted({7, 13, 20, 23, 24, 39, 40, 41, 58}, beats);
    for (Cycle until = 5; until <= 60; until += 5) scripted.link->run(until);
    for (const auto& [cycle, flags] : scripted.core_a->clocks) {
      EXPECT_EQ((flags & WEFT_IN_TX_SLOT) != 0, cycle % beats == 0) << cycle << " of " << beats;
    }
  }
}

TEST(LinkEnd, LosesBeatsWhileThePhyHasNoLock) {
  ScriptedLink scripted({10, 20, 30});
  scripted.link->end(1).set_phy_lock(45, false);
  scripted.link->end(1).set_phy_lock(55, true);
  scripted.link->run(100);
  EXPECT_EQ(scripted.core_b->clocks,
            (Clocks{{0, WEFT_IN_PHY_LOCK | WEFT_IN_TX_SLOT},
                    {40, WEFT_IN_PHY_LOCK | WEFT_IN_TX_SLOT | WEFT_IN_LI | WEFT_IN_LI_SOF},
                    {45, 0},
                    {50, 0},
                    {55, WEFT_IN_PHY_LOCK},
                    {60, WEFT_IN_PHY_LOCK | WEFT_IN_TX_SLOT | WEFT_IN_LI | WEFT_IN_LI_SOF}}));
  EXPECT_THROW(scripted.link->end(1).set_phy_lock(99, true), std::invalid_argument);
}

TEST(LinkEnd, CarriesRegisterAccesses) {
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, mixed(0));
  LinkPort& port = pair->link.port(0);
  port.csr_write(0, 0x10, 1000);
  port.csr_read(20, 0x18);
  pair->run(0, 64, 16);
  ASSERT_NE(port.csr_reply(), nullptr);
  EXPECT_EQ(port.csr_reply()->data, 1000u + 0x18);
  EXPECT_EQ(port.csr_reply()->visible, 20u + 16 + 16);
}

TEST(Link, AllowsWindowsAsLongAsItsShortestDelay) {
  const auto limit = [](Cycle latency, Cycle pipeline) {
    const LinkConfig config = EchoCore::config(Clock(640'000, 1), pipeline);
    return Link(config, std::make_unique<EchoCore>(), std::make_unique<EchoCore>(), Wire(latency),
                Wire(latency + 1))
        .window_limit();
  };
  EXPECT_EQ(limit(40, 16), 16u);
  EXPECT_EQ(limit(5, 16), 5u);
}

TEST(Link, TellsWhenItHasWorkNext) {
  ScriptedLink scripted({10, 300});
  EXPECT_EQ(scripted.link->next_work(), 0u);
  scripted.link->run(16);
  EXPECT_EQ(scripted.link->next_work(), 40u);
  scripted.link->run(48);
  EXPECT_EQ(scripted.link->next_work(), 300u);
  scripted.link->run(400);
  EXPECT_EQ(scripted.link->next_work(), kNever);
  scripted.link->port(1).free(500, 0, 1);
  EXPECT_EQ(scripted.link->next_work(), 400u) << "something waits for an exchange";
  scripted.link->exchange();
  EXPECT_EQ(scripted.link->next_work(), 516u);
}

TEST(Wire, TakesAtLeastOneCycle) { EXPECT_THROW(Wire(0), std::invalid_argument); }

TEST(Wire, DamagesBeatsAsThePhyDoes) {
  PhyConfig phy;
  phy.pre_fec_ber = 3e-3;
  phy.mark_bad = true;
  const Clock clock = phy.beat_clock();
  Wire wire(std::make_unique<PhyDirection>(phy, clock, 5, "link0.ab"));
  PhyDirection same(phy, clock, 5, "link0.ab");
  EXPECT_EQ(wire.latency(), same.latency_cycles());
  unsigned marked = 0, changed = 0;
  for (Cycle c = 0; c < 4000; c += 2) {
    std::uint64_t slots[8] = {c, 2, 3, 4, 5, 6, 7, 8};
    weft_link_out out{};
    out.flags = WEFT_OUT_LO | WEFT_OUT_LO_EOF;
    out.lo_data = slots;
    wire.send(c, out);
    const bool bad = same.transmit(c, slots).marked;
    ASSERT_EQ(wire.next_arrival(), c + wire.latency());
    const WireBeat& beat = wire.front();
    EXPECT_EQ(beat.flags, WEFT_IN_LI | WEFT_IN_LI_EOF | (bad ? std::uint32_t{WEFT_IN_LI_BAD} : 0u));
    EXPECT_TRUE(std::equal(slots, slots + 8, beat.slots)) << c;
    marked += bad;
    changed += slots[0] != c || slots[7] != 8;
    wire.pop();
  }
  EXPECT_EQ(wire.next_arrival(), kNever);
  EXPECT_GT(marked, 0u);
  EXPECT_GT(changed, 0u);
}

}  // namespace
}  // namespace weft
