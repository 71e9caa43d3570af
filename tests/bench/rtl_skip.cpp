// SPDX-License-Identifier: Apache-2.0
/// What it gains not to evaluate quiescent link ends, and what a sleeping link costs.
#include <memory>
#include <string>
#include <vector>

#include "systemc/link/link_windows.h"
#include "tests/bench/bench.h"
#include "tests/bench/rtl_fabric.h"

namespace weft::bench {

namespace {

constexpr Cycle kRepeatCycles = 20'000;

/// A core that has nothing to do, or never admits it.
class IdleCore final : public LinkCore {
 public:
  explicit IdleCore(bool sleeps) : sleeps_(sleeps) {}
  void step(const weft_link_in&, weft_link_out& out) override {
    out = weft_link_out{};
    if (sleeps_) out.flags = WEFT_OUT_QUIESCENT;
  }
  std::uint64_t wake_at() const override { return kNever; }

 private:
  bool sleeps_;
};

class NoHost final : public PortHost {
 public:
  void advance(Cycle, Cycle) override {}
  Cycle next_work() const override { return kNever; }
};

/// Nanoseconds that a window spends on each of `sleeping` links beside one that is awake.
double ns_per_sleeping_link(const RtlSetup& setup, unsigned sleeping) {
  const LinkConfig config =
      LinkConfig::of(setup.protocol, Clock::for_beat(512, 800'000'000'000), 16);
  NoHost host;
  std::vector<std::unique_ptr<Link>> links;
  const auto windows = [&](unsigned count) {
    auto made = std::make_unique<sc::LinkWindows>(sc::LinkWindowsConfig{});
    for (unsigned i = 0; i <= count; ++i) {
      links.push_back(std::make_unique<Link>(config, std::make_unique<IdleCore>(i != 0),
                                             std::make_unique<IdleCore>(i != 0), Wire(50),
                                             Wire(50)));
      made->add(*links.back(), host, host);
    }
    return made;
  };
  const auto many = windows(sleeping), one = windows(0);
  const auto seconds = [&](sc::LinkWindows& set, Time& now, unsigned count) {
    const double before = thread_cpu_seconds();
    for (unsigned i = 0; i < count; ++i) now = set.run(now);
    return (thread_cpu_seconds() - before) / count;
  };
  Time now_many, now_one;
  seconds(*many, now_many, 10);
  std::vector<double> costs;
  for (unsigned repeat = 0; repeat < setup.repeats; ++repeat) {
    const double with = seconds(*many, now_many, 2000);
    const double without = seconds(*one, now_one, 2000);
    costs.push_back(1e9 * (with - without) / sleeping);
  }
  return median(costs);
}

}  // namespace

void run_rtl_skip(Reporter& reporter, std::span<const std::string_view> options) {
  const RtlSetup setup = RtlSetup::from(options);
  sc::LinkWindowsConfig config;
  config.burst = RtlFabric::kLatency;
  const auto gain = [&](double load, unsigned burst_flits, bool headline) {
    const RtlFabric::Traffic traffic{load, burst_flits};
    RtlFabric skipping(setup, setup.links, traffic, true),
        plain(setup, setup.links, traffic, false);
    sc::LinkWindows skip(config), every(config);
    skipping.add_to(skip);
    plain.add_to(every);
    Time now_skip, now_every;
    std::vector<double> gains, rates, plain_rates;
    const double work = static_cast<double>(kRepeatCycles) * setup.links;
    for (unsigned repeat = 1; repeat <= setup.repeats; ++repeat) {
      const Time until = plain.clock().edge(repeat * kRepeatCycles);
      double before = thread_cpu_seconds();
      RtlFabric::run(every, now_every, until);
      const double evaluated = thread_cpu_seconds() - before;
      before = thread_cpu_seconds();
      RtlFabric::run(skip, now_skip, until);
      const double skipped = thread_cpu_seconds() - before;
      gains.push_back(evaluated / skipped);
      rates.push_back(work / skipped);
      plain_rates.push_back(work / evaluated);
    }
    const RtlFabric::Work work_skip = skipping.work(), work_plain = plain.work();
    const double share =
        100.0 * static_cast<double>(work_skip.evals) / static_cast<double>(work_plain.evals);
    const int percent = static_cast<int>(load * 100 + 0.5);
    reporter.say(std::to_string(setup.links) + " links, load " + std::to_string(percent) +
                 " % in bursts of " + std::to_string(burst_flits) + " flits, " + setup.what + ": " +
                 work_skip.text() + ", " + std::to_string(share) + " % of the clocks evaluated");
    if (!(work_skip.digest == work_plain.digest)) reporter.fail("skipping changes the digest");
    if (work_skip.errors + work_plain.errors != 0) reporter.fail("a packet is wrong");
    if (work_skip.packets == 0) reporter.fail("nothing was sent");
    const Baseline baseline{"every clock evaluated, link-cycles/s", median(plain_rates)};
    const std::string suffix = headline ? "" : "_" + std::to_string(percent);
    reporter.metric("link_cycles_per_s" + suffix, median(rates), "link-cycles/s", baseline);
    reporter.metric("gain" + suffix, median(gains), "1", baseline);
  };
  reporter.metric("ns_per_sleeping_link", ns_per_sleeping_link(setup, 10'000), "ns");
  gain(0.10, 16, false);
  gain(0.01, 16, true);
}

}  // namespace weft::bench
