// SPDX-License-Identifier: Apache-2.0
/// 64 nodes around one switch at packet level: how many data packets cross a link per CPU-second.
#include <sys/resource.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/switch/switch_core.h"
#include "systemc/link/link_windows.h"
#include "tests/bench/bench.h"
#include "tests/support/packet_star.h"
#include "tests/support/rtl_objects.h"

namespace weft::bench {
namespace {

using test::PacketStar;

constexpr Cycle kWarm = 50'000;

struct Options {
  PacketStar::Config star;
  unsigned threads = 1;
  unsigned repeats = 5;
  Cycle cycles = 400'000;  // of a repeat

  static Options from(std::span<const std::string_view> words) {
    Options options;
    for (std::size_t i = 0; i < words.size(); i += 2) {
      if (i + 1 == words.size()) throw std::invalid_argument(std::string(words[i]) + ": no value");
      const std::string_view name = words[i], value = words[i + 1];
      if (name == "--crossbar" && (value == "speedup" || value == "islip")) {
        options.star.center.crossbar = value == "islip" ? Crossbar::kIslip : Crossbar::kSpeedup;
        continue;
      }
      unsigned number = 0;
      const auto end = value.data() + value.size();
      if (std::from_chars(value.data(), end, number).ptr != end || number == 0) {
        throw std::invalid_argument(std::string(name) + ": not a value it has");
      }
      if (name == "--threads") {
        options.threads = number;
      } else if (name == "--credits") {
        options.star.credits = number;
      } else if (name == "--nodes") {
        options.star.nodes = number;
      } else if (name == "--repeats") {
        options.repeats = number;
      } else {
        throw std::invalid_argument(std::string(name) +
                                    ": options are --threads N, --crossbar speedup|islip, "
                                    "--credits N, --nodes N, --repeats N");
      }
    }
    return options;
  }
};

std::string text(const PacketStar& star) {
  const auto counters = star.counters();
  const tb::LatencyHistogram latency = star.latency();
  char line[256];
  std::snprintf(line, sizeof line,
                "%llu data packets and %llu answers arrived, %llu errors; latency p50 %llu, p99 "
                "%llu, max %llu cycles; digest %s",
                static_cast<unsigned long long>(counters.received),
                static_cast<unsigned long long>(counters.acked),
                static_cast<unsigned long long>(counters.errors),
                static_cast<unsigned long long>(latency.percentile(1, 2)),
                static_cast<unsigned long long>(latency.percentile(99, 100)),
                static_cast<unsigned long long>(latency.max()), star.digest().hex().c_str());
  return line;
}

/// Arbitration alone: decisions per second of a SwitchCore whose packets come from nowhere and go
/// nowhere, as fast as its outputs take them.
double bare_decisions(const Protocol& protocol, const PacketStar::Config& star) {
  SwitchCoreConfig config;
  config.ports = star.nodes;
  config.vcs = protocol.vcs;
  config.crossbar = star.center.crossbar;
  config.pace = Pace::of_line(protocol);
  SwitchCore core(config);
  for (unsigned o = 0; o < star.nodes; ++o) core.room(o, 0, 0, ~std::uint32_t{0} >> 1);
  const Random random(1, "bare", "outputs");
  std::vector<SwitchCore::Sent> sent;
  SwitchCore::Arrival arrival;
  arrival.slots = protocol.max_packet_slots();
  const Cycle length = 78;  // of a packet, at load 0.9 or so
  std::uint64_t draws = 0, decided = 0;
  const double before = thread_cpu_seconds();
  for (Cycle now = 0; now < 5'000 * length; now += length) {
    for (unsigned input = 0; input < star.nodes; ++input) {
      arrival.head = arrival.tail = now + input;
      arrival.output = static_cast<std::uint16_t>(random.draw(draws++) % star.nodes);
      core.arrive(input, arrival);
    }
    sent.clear();
    core.run(now + length, sent);
    decided += sent.size();
    for (const auto& one : sent) core.room(one.output, 0, one.done, one.slots);
  }
  return static_cast<double>(decided) / (thread_cpu_seconds() - before);
}

}  // namespace

void run_packet_switch(Reporter& reporter, std::span<const std::string_view> words) {
  const Options options = Options::from(words);
  const Protocol protocol = test::ofl();
  PacketStar star(protocol, options.star);
  sc::LinkWindowsConfig config;
  config.burst = options.star.latency;
  config.threads = options.threads;
  sc::LinkWindows windows(config);
  star.add_to(windows);
  reporter.say(std::to_string(options.star.nodes) + " nodes, one switch, crossbar " +
               (options.star.center.crossbar == Crossbar::kIslip ? "islip" : "speedup") +
               ", 4 KiB packets at load 0.9, one 64 B answer each, " +
               std::to_string(options.star.credits) + " packets of buffer per port and VC, " +
               std::to_string(options.threads) + " threads, windows of " +
               to_string(windows.window()));
  reporter.say("a packet-hop is a data packet over one link: two from node to node");

  Time now = PacketStar::run(windows, {}, star.clock().edge(kWarm));
  std::vector<double> rates, bare;
  Cycle until = kWarm;
  for (unsigned repeat = 0; repeat < options.repeats; ++repeat) {
    bare.push_back(bare_decisions(protocol, options.star));
    const auto hops = [&] {
      const auto counters = star.counters();
      return static_cast<double>(counters.sent + counters.received);
    };
    const double first = hops();
    until += options.cycles;
    // Of more than one thread: wall time, as processor time adds them up.
    const auto clock = options.threads == 1 ? thread_cpu_seconds : wall_seconds;
    const double before = clock();
    now = PacketStar::run(windows, now, star.clock().edge(until));
    rates.push_back((hops() - first) / (clock() - before));
  }
  reporter.say(text(star));
  const auto counters = star.counters();
  if (counters.errors != 0) reporter.fail("a packet or its buffer is wrong");
  if (counters.received == 0) reporter.fail("nothing arrived");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const Baseline baseline{"decisions of the arbiter alone", median(bare)};
  reporter.metric("latency_p99", static_cast<double>(star.latency().percentile(99, 100)), "cycles");
  reporter.metric("peak_rss_mib", static_cast<double>(usage.ru_maxrss) / 1024, "MiB");
  reporter.metric("packet_hops_per_s", median(rates), "packet-hops/s", baseline);
}

}  // namespace weft::bench
