// SPDX-License-Identifier: Apache-2.0
/// The link domain's windows on two threads over one, the exchange between hosts and links
/// included.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "systemc/link/link_windows.h"
#include "tests/bench/bench.h"
#include "tests/bench/rtl_fabric.h"

namespace weft::bench {

namespace {

constexpr Cycle kSliceWork = 250'000;  // link-cycles
constexpr unsigned kSlices = 6;        // in one repeat

}  // namespace

void run_rtl_threads(Reporter& reporter, std::span<const std::string_view> options) {
  const RtlSetup setup = RtlSetup::from(options);
  struct Variant {
    const char* name;
    unsigned threads;
    bool apart;
  };
  // With the hosts apart every packet crosses from one thread to the other, in both directions: as
  // with a switch on another thread, only more so.
  constexpr std::array<Variant, 3> kVariants{
      {{"one", 1, false}, {"two_together", 2, false}, {"two_apart", 2, true}}};
  std::vector<std::unique_ptr<RtlFabric>> fabrics;
  std::vector<std::unique_ptr<sc::LinkWindows>> windows;
  for (const Variant& variant : kVariants) {
    fabrics.push_back(std::make_unique<RtlFabric>(setup, setup.links, RtlFabric::Traffic{}));
    sc::LinkWindowsConfig config;
    config.burst = RtlFabric::kLatency;
    config.threads = variant.threads;
    config.hosts_apart = variant.apart;
    windows.push_back(std::make_unique<sc::LinkWindows>(config));
    fabrics.back()->add_to(*windows.back());
  }

  const Cycle slice = std::max<Cycle>(RtlFabric::kLatency, kSliceWork / setup.links / 50 * 50);
  std::array<Time, kVariants.size()> now{};
  std::array<double, kVariants.size()> seconds{};
  Cycle until = 0;
  const auto run_slice = [&] {
    until += slice;
    for (std::size_t i = 0; i < kVariants.size(); ++i) {
      const double before = wall_seconds();
      RtlFabric::run(*windows[i], now[i], fabrics[i]->clock().edge(until));
      seconds[i] += wall_seconds() - before;
    }
  };
  run_slice();  // caches and rings grow warm
  std::vector<double> rates, together, apart;
  for (unsigned repeat = 0; repeat < setup.repeats; ++repeat) {
    seconds = {};
    for (unsigned i = 0; i < kSlices; ++i) run_slice();
    rates.push_back(static_cast<double>(slice) * kSlices * setup.links / seconds[0]);
    together.push_back(seconds[0] / seconds[1]);
    apart.push_back(seconds[0] / seconds[2]);
  }

  const RtlFabric::Work work = fabrics[0]->work();
  reporter.say(std::to_string(setup.links) + " links at full load, " + setup.what + ": " +
               work.text());
  if (work.errors != 0 || work.packets == 0) reporter.fail("a packet is wrong, or none was sent");
  for (const auto& fabric : fabrics) {
    if (!(fabric->work().digest == work.digest)) reporter.fail("threads change the digest");
  }
  const Baseline baseline{"one thread, link-cycles per wall second", median(rates)};
  reporter.metric("speedup_hosts_together", median(together), "1", baseline);
  reporter.metric("speedup", median(apart), "1", baseline);
}

}  // namespace weft::bench
