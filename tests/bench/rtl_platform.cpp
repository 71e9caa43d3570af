// SPDX-License-Identifier: Apache-2.0
/// The time that switch, NPUs and firmware add to RTL links: a ring all-reduce that keeps the links
/// full, over the same links at the same load between generators, slice by slice in turn.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "models/scenario/scenario.h"
#include "testbench/run/library.h"
#include "testbench/run/link_objects.h"
#include "testbench/run/platform.h"
#include "tests/bench/bench.h"
#include "tests/bench/rtl_fabric.h"

namespace weft::bench {

namespace {

constexpr Time kBegin = Time::us(3);
constexpr Time kSlice = Time::us(20);
constexpr Time kStep = Time::us(1);

const char* const kScenario = R"(
schema = 1
system = "star8"
[workload]
kind = "all_reduce"
bytes = "16MiB"
pieces = 16
begin = "3us"
["link*"]
level = "rtl"
start = "train"
[expect]
complete = true
)";

std::uint64_t flits_sent(tb::Platform& platform) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < platform.links(); ++i) {
    for (const unsigned side : {0u, 1u}) sum += platform.link(i).end(side).counters().flits_sent;
  }
  return sum;
}

void run_platform(tb::Platform& platform, Time until) {
  while (platform.now() < until) {
    platform.run_until(std::min(until, platform.now() + kStep));
    platform.nodes().act(platform.now());
  }
}

/// Everything that was begun comes to its end; the elements that are wrong then.
std::uint64_t finish(tb::Platform& platform, tb::RunResult& result) {
  tb::Nodes& nodes = platform.nodes();
  while ((!nodes.loaded(platform.now()) || nodes.outstanding() != 0) &&
         platform.now() < Time::ms(5)) {
    run_platform(platform, platform.now() + kStep);
  }
  nodes.finish();
  result.links.assign(platform.links(), {});
  result.nodes.assign(platform.scenario().system.nodes.size(), {});
  nodes.measure(result);
  std::uint64_t wrong = nodes.loaded(platform.now()) ? 0 : 1;
  for (const auto& node : result.nodes) {
    wrong += node[static_cast<std::size_t>(NodeMetric::kMismatches)];
  }
  return wrong;
}

}  // namespace

void run_rtl_platform(Reporter& reporter, std::span<const std::string_view> options) {
  const RtlSetup setup = RtlSetup::from(options);
  tb::Library library = tb::Library::standard();
  const Scenario scenario = Scenario::read(Config::parse(kScenario, "rtl_platform"), library);
  tb::LinkObjects objects(std::string(WEFT_BUILD_DIR) + "/links", scenario.protocol,
                          scenario.protocol_file);
  tb::Platform platform(scenario, objects, {});

  // Warm, and how full the links are.
  run_platform(platform, kBegin + kSlice);
  const std::uint64_t before = flits_sent(platform);
  run_platform(platform, platform.now() + kSlice);
  const Clock clock = scenario.link_clock(0);
  const double cycles = static_cast<double>(clock.edges_before(kSlice));
  const auto ends = static_cast<double>(2 * platform.links());
  const double load = static_cast<double>(flits_sent(platform) - before) *
                      scenario.protocol.flit.beats / (cycles * ends);

  RtlFabric::Traffic traffic;
  traffic.load = std::min(load, 1.0);
  traffic.packet_slots = scenario.protocol.max_packet_slots();
  RtlFabric links(setup, static_cast<unsigned>(platform.links()), traffic);
  sc::LinkWindowsConfig config;
  config.burst = scenario.window(0);
  sc::LinkWindows windows(config);
  links.add_to(windows);
  Time now;
  RtlFabric::run(windows, now, kSlice);

  std::vector<double> costs;
  double alone = 0;
  const unsigned slices = 4 * setup.repeats;
  for (unsigned i = 0; i < slices; ++i) {
    double start = thread_cpu_seconds();
    RtlFabric::run(windows, now, now + kSlice);
    const double links_s = thread_cpu_seconds() - start;
    start = thread_cpu_seconds();
    run_platform(platform, platform.now() + kSlice);
    costs.push_back((thread_cpu_seconds() - start) / links_s);
    alone += links_s;
  }
  if (platform.nodes().loaded(platform.now())) reporter.fail("the all-reduce is over too soon");

  tb::RunResult result;
  const std::uint64_t wrong = finish(platform, result);
  const RtlFabric::Work work = links.work();
  reporter.say(std::to_string(platform.links()) + " links, " + setup.what + ", " +
               std::to_string(static_cast<int>(100 * load)) + " % full; windows of " +
               std::to_string(config.burst) + " cycles; all-reduce of 16 MiB: " +
               std::to_string(result.value(RunMetric::kRetired)) + " transactions, " +
               std::to_string(wrong) + " wrong elements; links alone: " + work.text());
  if (wrong != 0) reporter.fail("the all-reduce is wrong or not done");
  if (work.errors != 0 || work.packets == 0) reporter.fail("a packet is wrong, or none was sent");
  const double rate =
      cycles * slices * static_cast<double>(platform.links()) / (alone > 0 ? alone : 1);
  reporter.metric("load", load, "1");
  reporter.metric("cost", median(costs), "1", {"links alone, link-cycles per CPU second", rate});
}

}  // namespace weft::bench
