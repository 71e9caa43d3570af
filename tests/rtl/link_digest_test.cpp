// SPDX-License-Identifier: Apache-2.0
// How link ends are run must not show in what they do: burst, idle skipping, threads and waves
// change speed alone. First on the trivial end, whose boundary is all it has, then on the link with
// errors on the fibre.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/link/link.h"
#include "models/phy/phy_config.h"
#include "models/phy/phy_direction.h"
#include "systemc/link/link_windows.h"
#include "testbench/drive/stream_host.h"
#include "tests/support/rtl_objects.h"

namespace weft {
namespace {

struct How {
  Cycle burst = 16;
  bool skip = true;
  unsigned threads = 1;
  bool waves = false;
  bool hosts_apart = false;

  std::string text() const {
    return "burst " + std::to_string(burst) + (skip ? ", skip" : ", no skip") + ", threads " +
           std::to_string(threads) + (waves ? ", waves" : "") +
           (hosts_apart ? ", hosts apart" : "");
  }
};

struct Outcome {
  Hash128 digest;
  std::uint64_t packets = 0, errors = 0, repeated = 0, evals = 0;
};

constexpr unsigned kLinks = 3;
constexpr Cycle kStop = 8'000, kEnd = 20'000;
constexpr Cycle kPipeline = 50;

/// Three links with loads from nearly idle to full, until all have drained.
Outcome run(const std::string& name, const How& how, double ber) {
  const Protocol protocol = test::ofl();
  const auto object = test::link_object(how.waves ? name + "-trace" : name);
  const Clock clock(640'000, 1);
  const bool echo = name == "ofl-echo";
  const auto waves =
      std::filesystem::temp_directory_path() / ("weft-digest-" + std::to_string(getpid()) + ".fst");

  PhyConfig phy;
  phy.pre_fec_ber = ber;
  LinkConfig config = LinkConfig::of(protocol, clock, kPipeline);
  config.idle_skip = how.skip;
  if (echo) {
    config.beats = 2;
    config.port.rx_units = 1u << 14;
  }
  sc::LinkWindows windows(
      {.burst = how.burst, .threads = how.threads, .hosts_apart = how.hosts_apart});
  std::vector<std::unique_ptr<Link>> links;
  std::vector<std::unique_ptr<tb::StreamHost>> hosts;
  for (unsigned i = 0; i < kLinks; ++i) {
    const std::string path = "link" + std::to_string(i);
    auto core = [&](unsigned side) {
      return sc::load_rtl_core(object, {.session = 1000 * i + side + 1, .start_up = i == 2});
    };
    auto wire = [&](const char* way) {
      return echo ? Wire(60) : Wire(std::make_unique<PhyDirection>(phy, clock, 7, path + way));
    };
    links.push_back(std::make_unique<Link>(config, core(0), core(1), wire("/ab"), wire("/ba")));
    if (how.waves && i == 1) {
      dynamic_cast<sc::RtlCore&>(links.back()->end(0).core()).open_waves(waves.string(), clock);
    }
    for (unsigned side = 0; side < 2; ++side) {
      tb::StreamConfig stream = tb::StreamConfig::of(protocol);
      stream.load = i == 0 ? 0.02 : i == 1 ? 0.15 : 1.0;
      stream.packets = {1, 3, 10, 34, 200};
      if (!echo) stream.vc_weights = {3, 1, 1, 1};
      stream.stop = kStop;
      hosts.push_back(std::make_unique<tb::StreamHost>(stream, links.back()->port(side), clock, 7,
                                                       path + (side == 0 ? "/a" : "/b")));
    }
    tb::StreamHost::connect(*hosts[2 * i], *hosts[2 * i + 1]);
    windows.add(*links.back(), *hosts[2 * i], *hosts[2 * i + 1]);
  }
  windows.set_end(clock.edge(kEnd));
  for (Time now = Time::from_fs(0); now < clock.edge(kEnd);) {
    const Time next = windows.run(now);
    if (next == Time::never()) break;
    now = next;
  }

  Outcome outcome;
  Digest digest;
  for (unsigned i = 0; i < kLinks; ++i) {
    links[i]->add_to(digest);
    for (unsigned side = 0; side < 2; ++side) {
      const tb::StreamHost& host = *hosts[2 * i + side];
      host.add_to(digest);
      outcome.packets += host.counters().packets_received;
      outcome.errors += host.counters().errors();
      outcome.repeated += links[i]->end(side).counters().flits_repeated;
      outcome.evals += links[i]->end(side).counters().evals;
      EXPECT_EQ(host.counters().packets_sent,
                hosts[2 * i + (1 - side)]->counters().packets_received)
          << how.text() << ": link" << i << " side " << side << " lost packets";
    }
  }
  outcome.digest = digest.value();
  if (how.waves) {
    links.clear();
    EXPECT_GT(std::filesystem::file_size(waves), 1000u);
    std::filesystem::remove(waves);
  }
  return outcome;
}

void expect_one_digest(const std::string& name, double ber, const std::vector<How>& ways) {
  const Outcome first = run(name, How{}, ber);
  EXPECT_GT(first.packets, 500u);
  EXPECT_EQ(first.errors, 0u);
  if (ber > 0) {
    EXPECT_GT(first.repeated, 0u) << "no error happened, so nothing was shown";
  }
  std::printf("%-10s %-40s %s  %llu evals, %llu repeated\n", name.c_str(), How{}.text().c_str(),
              first.digest.hex().c_str(), static_cast<unsigned long long>(first.evals),
              static_cast<unsigned long long>(first.repeated));
  for (const How& how : ways) {
    const Outcome outcome = run(name, how, ber);
    std::printf("%-10s %-40s %s  %llu evals\n", name.c_str(), how.text().c_str(),
                outcome.digest.hex().c_str(), static_cast<unsigned long long>(outcome.evals));
    EXPECT_EQ(outcome.digest, first.digest) << how.text();
    if (how.skip) {
      EXPECT_EQ(outcome.evals, first.evals) << how.text();
    } else {
      EXPECT_GT(outcome.evals, first.evals) << how.text();
    }
  }
}

TEST(RtlEchoDigest, IsTheSameForEveryBurstSkippingAndThreads) {
  expect_one_digest("ofl-echo", 0,
                    {{.burst = 1},
                     {.burst = 7},
                     {.burst = 10},
                     {.burst = 38},
                     {.burst = 50},
                     {.skip = false},
                     {.burst = 1, .skip = false},
                     {.threads = 2},
                     {.skip = false, .threads = 2, .hosts_apart = true}});
}

TEST(RtlLinkDigest, IsTheSameForEveryBurstSkippingThreadsAndWavesWithErrors) {
  expect_one_digest("ofl", 1.5e-3,
                    {{.burst = 1},
                     {.burst = 7},
                     {.burst = 10},
                     {.burst = 38},
                     {.burst = 50},
                     {.skip = false},
                     {.burst = 1, .skip = false},
                     {.burst = 50, .skip = false},
                     {.threads = 2},
                     {.burst = 50, .skip = false, .threads = 2},
                     {.threads = 2, .hosts_apart = true},
                     {.waves = true},
                     {.burst = 50, .skip = false, .waves = true}});
}

TEST(RtlLinkDigest, ChangesWithTheErrorRate) {
  EXPECT_NE(run("ofl", {}, 1.5e-3).digest, run("ofl", {}, 0).digest);
}

}  // namespace
}  // namespace weft
