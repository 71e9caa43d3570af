// SPDX-License-Identifier: Apache-2.0
/// RTL links in the link domain inside SystemC, over the same objects in a plain C++ loop.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "systemc/link/kernel_time.h"
#include "systemc/link/link_domain.h"
#include "tests/bench/bench.h"
#include "tests/bench/rtl_fabric.h"

namespace weft::bench {

namespace {

constexpr std::array<Cycle, 3> kBursts{1, 10, 50};
// The variants take turns in slices: long enough that what one leaves in the caches does not count
// for the next, short enough that all see the same neighbours on the machine.
constexpr Cycle kSliceWork = 100'000;  // link-cycles ...
constexpr Cycle kSliceCycles = 1'500;  // ... but no fewer cycles
constexpr unsigned kSlices = 4;        // in one repeat

/// Link-cycles per CPU-second; plain data, for it comes from another process.
struct Rates {
  std::array<double, kBursts.size()> bare;  // by burst
  double domain;
  double ratio;  // median over repeats of domain over the best bare one
  bool agree;    // all digests
  char work[256];
};

Rates measure(const RtlSetup& setup, unsigned links) {
  sc::use_femtoseconds();
  std::vector<std::unique_ptr<RtlFabric>> fabrics;
  for (std::size_t i = 0; i <= kBursts.size(); ++i) {
    fabrics.push_back(std::make_unique<RtlFabric>(setup, links, RtlFabric::Traffic{}));
  }
  RtlFabric& inside = *fabrics.back();
  sc::LinkWindowsConfig config;
  config.burst = kBursts.back();
  sc::LinkDomain domain("links", config);
  inside.add_to(domain.links());

  const Cycle slice = std::max(kSliceCycles, kSliceWork / links / kBursts.back() * kBursts.back());
  const Cycle last = slice * (1 + setup.repeats * kSlices);
  domain.links().set_end(inside.clock().edge(last));
  Cycle now = 0;
  std::array<double, kBursts.size() + 1> seconds{};
  const auto run_slice = [&] {
    now += slice;
    for (std::size_t turn = 0; turn < fabrics.size(); ++turn) {
      const std::size_t i = (turn + now / slice) % fabrics.size();
      const double before = thread_cpu_seconds();
      if (i < kBursts.size()) {
        fabrics[i]->run_bare(now, kBursts[i]);
      } else {
        sc_core::sc_start(sc::to_sc(inside.clock().edge(now)) - sc_core::sc_time_stamp());
      }
      seconds[i] += thread_cpu_seconds() - before;
    }
  };
  run_slice();  // caches and rings grow warm

  std::vector<double> ratios, domains;
  std::array<std::vector<double>, kBursts.size()> bares;
  for (unsigned repeat = 0; repeat < setup.repeats; ++repeat) {
    seconds = {};
    for (unsigned i = 0; i < kSlices; ++i) run_slice();
    const double work = static_cast<double>(slice) * kSlices * links;
    ratios.push_back(*std::min_element(seconds.begin(), seconds.end() - 1) / seconds.back());
    domains.push_back(work / seconds.back());
    for (std::size_t i = 0; i < kBursts.size(); ++i) bares[i].push_back(work / seconds[i]);
  }
  Rates rates{};
  for (std::size_t i = 0; i < kBursts.size(); ++i) rates.bare[i] = median(bares[i]);
  rates.domain = median(domains);
  rates.ratio = median(ratios);
  const RtlFabric::Work work = inside.work();
  rates.agree = work.errors == 0 && work.packets != 0;
  for (const auto& fabric : fabrics) rates.agree &= fabric->work().digest == work.digest;
  std::snprintf(rates.work, sizeof rates.work, "%s", work.text().c_str());
  return rates;
}

/// The kernel starts once per process, so each number of links has a process of its own.
Rates measure_apart(const RtlSetup& setup, unsigned links) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    close(ends[0]);
    int status = 4;
    try {
      const Rates rates = measure(setup, links);
      if (write(ends[1], &rates, sizeof rates) == sizeof rates) status = 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%u links: %s\n", links, error.what());
    }
    _exit(status);
  }
  close(ends[1]);
  Rates rates{};
  const auto got = read(ends[0], &rates, sizeof rates);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (got != sizeof rates || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error("the measuring process failed");
  }
  return rates;
}

}  // namespace

void run_rtl_loop(Reporter& reporter, std::span<const std::string_view> options) {
  const RtlSetup setup = RtlSetup::from(options);
  reporter.say("full load both ways, packets of 34 slots on all VCs, " + setup.what);
  std::vector<Rates> all;
  for (unsigned links : {1u, 16u, 128u}) {
    const Rates rates = measure_apart(setup, links);
    const std::string n = std::to_string(links);
    reporter.say(n + " links: " + rates.work);
    if (!rates.agree) reporter.fail(n + " links: a packet is wrong or the digests differ");
    for (std::size_t i = 0; i < kBursts.size(); ++i) {
      reporter.metric("bare_k" + std::to_string(kBursts[i]) + "_" + n, rates.bare[i],
                      "link-cycles/s");
    }
    all.push_back(rates);
  }
  const char* names[] = {"ratio_to_bare_1", "ratio_to_bare_16", "ratio_to_bare_128"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double best = *std::max_element(all[i].bare.begin(), all[i].bare.end());
    reporter.metric(names[i], all[i].ratio, "1", {"bare loop, best burst", best});
    if (all[i].ratio > 1.05) reporter.fail("faster than the bare loop: the measurement is wrong");
  }
  reporter.metric("ratio_128_to_1", all[2].domain / all[0].domain, "1", {"1 link", all[0].domain});
  const double best = *std::max_element(all[2].bare.begin(), all[2].bare.end());
  reporter.metric("link_cycles_per_s", all[2].domain, "link-cycles/s", {"bare loop", best});
}

}  // namespace weft::bench
