// SPDX-License-Identifier: Apache-2.0
/// The packet engine behind one SystemC process, over the same engine in a plain loop.
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "systemc/link/kernel_time.h"
#include "systemc/link/link_domain.h"
#include "tests/bench/bench.h"
#include "tests/support/packet_star.h"
#include "tests/support/rtl_objects.h"

namespace weft::bench {
namespace {

using test::PacketStar;

constexpr Cycle kSlice = 20'000;  // the two take turns in slices, to see the same neighbours
constexpr unsigned kSlices = 10;  // in one repeat
constexpr unsigned kRepeats = 7;

}  // namespace

void run_packet_kernel(Reporter& reporter, std::span<const std::string_view> options) {
  if (!options.empty()) throw std::invalid_argument("packet_kernel has no options");
  const Protocol protocol = test::ofl();
  sc::use_femtoseconds();
  const PacketStar::Config star;
  PacketStar bare(protocol, star), inside(protocol, star);
  sc::LinkWindowsConfig config;
  config.burst = star.latency;
  sc::LinkWindows windows(config);
  bare.add_to(windows);
  sc::LinkDomain domain("packets", config);
  inside.add_to(domain.links());
  domain.links().set_end(inside.clock().edge(kSlice * (1 + kSlices * kRepeats)));

  Time now;
  Cycle until = 0;
  double bare_seconds = 0, inside_seconds = 0;
  const auto run_bare = [&] {
    const double before = thread_cpu_seconds();
    now = PacketStar::run(windows, now, bare.clock().edge(until));
    bare_seconds += thread_cpu_seconds() - before;
  };
  const auto run_inside = [&] {
    const Time end = inside.clock().edge(until);
    const double before = thread_cpu_seconds();
    sc_core::sc_start(sc::to_sc(end) - sc_core::sc_time_stamp());
    inside_seconds += thread_cpu_seconds() - before;
  };
  const auto run_slice = [&] {
    until += kSlice;
    const bool bare_first = until / kSlice % 2 == 0;
    if (bare_first) run_bare();
    run_inside();
    if (!bare_first) run_bare();
  };
  run_slice();  // caches and rings grow warm
  std::vector<double> ratios, rates;
  for (unsigned repeat = 0; repeat < kRepeats; ++repeat) {
    bare_seconds = inside_seconds = 0;
    const std::uint64_t before = bare.counters().sent + bare.counters().received;
    for (unsigned i = 0; i < kSlices; ++i) run_slice();
    const std::uint64_t hops = bare.counters().sent + bare.counters().received - before;
    ratios.push_back(bare_seconds / inside_seconds);
    rates.push_back(static_cast<double>(hops) / bare_seconds);
  }
  reporter.say(std::to_string(star.nodes) + " nodes, one switch, load 0.9: " +
               std::to_string(inside.counters().received) + " data packets arrived in each, " +
               std::to_string(domain.links().counters().windows) + " windows, digest " +
               inside.digest().hex());
  if (!(inside.digest() == bare.digest())) reporter.fail("the digests differ");
  if (inside.counters().errors != 0 || inside.counters().received == 0) {
    reporter.fail("a packet is wrong, or none arrived");
  }
  reporter.metric("ratio", median(ratios), "1", {"bare loop, packet-hops/s", median(rates)});
}

}  // namespace weft::bench
