// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/stream_nodes.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace weft::tb {
namespace {

using Counters = StreamHost::Counters;

void add_counters(const Counters& counters, MetricWriter<LinkMetric>& values) {
  values[LinkMetric::kLost] += counters.lost;
  values[LinkMetric::kDuplicated] += counters.duplicated;
  values[LinkMetric::kMisordered] += counters.misordered;
  values[LinkMetric::kCorrupted] += counters.corrupted;
}

}  // namespace

StreamNodes::StreamNodes(const Scenario& scenario, const std::vector<Link*>& links,
                         sc::LinkDomain& domain)
    : scenario_(scenario),
      stop_(scenario.workload.begin + scenario.workload.duration),
      hosts_(links.size()),
      by_node_(scenario.system.nodes.size()),
      place_(scenario.system.nodes.size()) {
  for (std::size_t i = 0; i < links.size(); ++i) {
    Link& link = *links[i];
    links_.push_back(&link);
    for (unsigned side : {0u, 1u}) {
      const std::size_t node = scenario.system.links[i].ends[side].node;
      hosts_[i][side] = std::make_unique<StreamHost>(
          config_of(i, side, link.clock()), link.port(side), link.clock(), scenario.sim.seed,
          scenario.system.nodes[node].name);
      by_node_[node] = hosts_[i][side].get();
      place_[node] = {i, side};
    }
    StreamHost::connect(*hosts_[i][0], *hosts_[i][1]);
    domain.links().add(link, *hosts_[i][0], *hosts_[i][1]);
  }
}

StreamConfig StreamNodes::config_of(std::size_t link, unsigned side, const Clock& clock) const {
  const GeneratorConfig& generator =
      scenario_.generators[scenario_.system.links[link].ends[side].node];
  const Workload& workload = scenario_.workload;
  StreamConfig config = StreamConfig::of(scenario_.protocol);
  // A full load is offered too: what is sent must not depend on how much the link takes.
  config.load = std::min(generator.load, std::nextafter(1.0, 0.0));
  config.packets = scenario_.packet_slots();
  config.vc_weights.assign(workload.vc_weights.begin(), workload.vc_weights.end());
  config.burst_flits = generator.burst;
  config.queue_slots = static_cast<unsigned>(generator.queue / scenario_.protocol.flit.slot);
  config.consume = generator.consume;
  config.start = clock.first_edge_at_or_after(workload.begin);
  config.stop = clock.first_edge_at_or_after(stop_);
  return config;
}

Time StreamNodes::next_stop(Time now) const { return now < stop_ ? stop_ : Time::never(); }

Time StreamNodes::load_length(Time now) const {
  const Time begin = scenario_.workload.begin;
  return now > begin ? now - begin : Time{};
}

std::uint64_t StreamNodes::outstanding(std::size_t link) const {
  return hosts_[link][0]->in_flight() + hosts_[link][1]->in_flight();
}

std::uint64_t StreamNodes::outstanding() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < hosts_.size(); ++i) sum += outstanding(i);
  return sum;
}

Nodes::Watch StreamNodes::watch(std::size_t link) const {
  return {
      hosts_[link][0]->counters().packets_received + hosts_[link][1]->counters().packets_received,
      outstanding(link) != 0};
}

std::string StreamNodes::hang_reason(std::size_t link, Time still) const {
  return "nothing arrived over " + scenario_.system.links[link].name + " for " + to_string(still) +
         ", and " + std::to_string(outstanding(link)) + " transactions are under way";
}

std::vector<std::string> StreamNodes::describe_hang(const std::vector<std::size_t>& still) const {
  std::vector<std::string> lines;
  for (const std::size_t link : still) {
    for (unsigned side : {0u, 1u}) {
      const std::size_t node = scenario_.system.links[link].ends[side].node;
      lines.push_back(scenario_.system.nodes[node].name + ": " +
                      std::to_string(hosts_[link][side]->in_flight()) +
                      " transactions under way over " + scenario_.system.links[link].name);
    }
  }
  return lines;
}

FaultScore StreamNodes::score(const Fault& fault, const FaultTarget&, bool) const {
  throw std::logic_error(fault.id + " breaks no generator");
}

void StreamNodes::measure(RunResult& result) const {
  for (std::size_t i = 0; i < hosts_.size(); ++i) measure_link(i, result);
  MetricWriter<RunMetric> run(result.run);
  for (std::size_t node = 0; node < by_node_.size(); ++node) {
    const StreamHost& host = host_of(node);
    MetricWriter<NodeMetric> values(result.nodes[node]);
    values[NodeMetric::kIssued] = host.counters().packets_sent;
    values[NodeMetric::kRetired] = host.counters().packets_received;
    values[NodeMetric::kMismatches] = host.counters().errors();
    values[NodeMetric::kOutstanding] = host.in_flight();
    run[RunMetric::kIssued] += host.counters().packets_sent;
    run[RunMetric::kRetired] += host.counters().packets_received;
  }
  const auto sum = [&](RunMetric to, LinkMetric from) {
    for (std::size_t i = 0; i < hosts_.size(); ++i) run[to] += result.value(i, from);
  };
  sum(RunMetric::kLost, LinkMetric::kLost);
  sum(RunMetric::kDuplicated, LinkMetric::kDuplicated);
  sum(RunMetric::kMisordered, LinkMetric::kMisordered);
  sum(RunMetric::kCorrupted, LinkMetric::kCorrupted);
}

void StreamNodes::measure_link(std::size_t link, RunResult& result) const {
  MetricWriter<LinkMetric> values(result.links[link]);
  LatencyHistogram latency;
  for (const auto& host : hosts_[link]) {
    add_counters(host->counters(), values);
    latency.merge(host->latency());
  }
  const auto time = [&](Cycle cycles) { return links_[link]->clock().edge(cycles).fs(); };
  values[LinkMetric::kLatencyP50] = time(latency.percentile(50, 100));
  values[LinkMetric::kLatencyP99] = time(latency.percentile(99, 100));
  values[LinkMetric::kLatencyP999] = time(latency.percentile(999, 1000));
  values[LinkMetric::kLatencyMax] = time(latency.max());
}

void StreamNodes::add_to(Digest& digest, std::size_t node) const { host_of(node).add_to(digest); }

void StreamNodes::add_counters_to(Digest& digest, std::size_t node) const {
  const Counters& c = host_of(node).counters();
  for (const std::uint64_t count :
       {c.packets_sent, c.slots_sent, c.packets_received, c.slots_received, c.lost, c.duplicated,
        c.misordered, c.corrupted, c.poisoned}) {
    digest.add(count);
  }
}

void StreamNodes::add_result_to(Digest& digest, std::size_t node) const {
  host_of(node).add_result_to(digest);
}

Nodes::Latency StreamNodes::latency(std::size_t node) const {
  const auto [link, side] = place_[node];
  const StreamHost::Counters& counters = host_of(node).counters();
  Latency latency;
  latency.histogram = &host_of(node).latency();
  latency.clock = &links_[link]->clock();
  latency.bytes = (counters.slots_received - counters.packets_received * header_slots()) *
                  scenario_.protocol.flit.slot;
  latency.peer = scenario_.system.links[link].ends[1 - side].node;
  return latency;
}

double StreamNodes::part_done(Time now) const {
  return std::min(1.0, static_cast<double>(now.fs()) / static_cast<double>(stop_.fs()));
}

std::string StreamNodes::oldest_outstanding() const {
  std::string text;
  Time oldest = Time::never();
  for (std::size_t node = 0; node < by_node_.size(); ++node) {
    const Cycle since = host_of(node).oldest_expected();
    if (since == kNever) continue;
    const auto [link, side] = place_[node];
    const Time at = links_[link]->clock().edge(since);
    if (at >= oldest) continue;
    oldest = at;
    const std::size_t peer = scenario_.system.links[link].ends[1 - side].node;
    text = scenario_.system.nodes[peer].name + " to " + scenario_.system.nodes[node].name +
           " since " + to_string(at);
  }
  return text;
}

std::size_t StreamNodes::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& pair : hosts_) bytes += pair[0]->memory_bytes() + pair[1]->memory_bytes();
  return bytes;
}

}  // namespace weft::tb
