// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/console_tables.h"

#include <ostream>
#include <utility>
#include <vector>

#include "testbench/run/text_table.h"

namespace weft::tb {
namespace {

constexpr std::size_t kMostLines = 16;  // of firmware

std::string ns(std::uint64_t fs, int digits) {
  return fixed(static_cast<double>(fs) / 1e6, digits);
}

std::string gbps(std::uint64_t bits_per_s) {
  return fixed(static_cast<double>(bits_per_s) / 1e9, 1);
}

std::string level_text(const Scenario& scenario, std::size_t link) {
  return scenario.links[link].level == LinkLevel::kRtl ? "rtl" : "model";
}

/// "10%" or "10%/20%" of the nodes at a and b.
std::string load_text(const Scenario& scenario, std::size_t link) {
  const auto load = [&](unsigned side) {
    return percent_text(scenario.generators[scenario.system.links[link].ends[side].node].load);
  };
  return load(0) == load(1) ? load(0) : load(0) + "/" + load(1);
}

void print_stream_links(std::ostream& out, const Scenario& scenario, const RunResult& result) {
  TextTable table({"link", "level", "load", "packets", "flits", "bad", "replays", "resent",
                   "stall ns", "p50 ns", "p99 ns", "p99.9 ns", "a>b Gb/s", "b>a Gb/s"});
  for (std::size_t i = 0; i < result.links.size(); ++i) {
    const auto number = [&](LinkMetric metric) { return std::to_string(result.value(i, metric)); };
    const auto time = [&](LinkMetric metric) {
      return result.value(i, LinkMetric::kRetired) == 0 ? "-" : ns(result.value(i, metric), 1);
    };
    table.add({scenario.system.links[i].name, level_text(scenario, i), load_text(scenario, i),
               number(LinkMetric::kRetired), number(LinkMetric::kFlits), number(LinkMetric::kBad),
               number(LinkMetric::kReplays), number(LinkMetric::kReplayed),
               ns(result.value(i, LinkMetric::kStall), 0), time(LinkMetric::kLatencyP50),
               time(LinkMetric::kLatencyP99), time(LinkMetric::kLatencyP999),
               gbps(result.value(i, LinkMetric::kThroughputAb)),
               gbps(result.value(i, LinkMetric::kThroughputBa))});
  }
  table.print(out);
}

void print_fabric_links(std::ostream& out, const Scenario& scenario, const RunResult& result) {
  TextTable table({"link", "level", "packets", "flits", "bad", "replays", "resent", "stall ns",
                   "a>b Gb/s", "b>a Gb/s"});
  for (std::size_t i = 0; i < result.links.size(); ++i) {
    const auto number = [&](LinkMetric metric) { return std::to_string(result.value(i, metric)); };
    table.add({scenario.system.links[i].name, level_text(scenario, i), number(LinkMetric::kRetired),
               number(LinkMetric::kFlits), number(LinkMetric::kBad), number(LinkMetric::kReplays),
               number(LinkMetric::kReplayed), ns(result.value(i, LinkMetric::kStall), 0),
               gbps(result.value(i, LinkMetric::kThroughputAb)),
               gbps(result.value(i, LinkMetric::kThroughputBa))});
  }
  table.print(out);
}

void print_faults(std::ostream& out, const RunResult& result) {
  out << "\n";
  TextTable table({"fault", "kind", "where", "from ns", "hits", "expected", "seen", "replays",
                   "retrains", "took ns"});
  for (const FaultScore& fault : result.faults) {
    const auto when_seen = [&](const std::string& text) { return fault.happened ? text : "-"; };
    table.add({fault.id, std::string(name_of(fault.kind)), fault.where,
               when_seen(ns(fault.begin.fs(), 1)), std::to_string(fault.hits),
               std::string(name_of(fault.expected)), when_seen(std::string(name_of(fault.seen))),
               std::to_string(fault.replays), std::to_string(fault.retrains),
               when_seen(fault.recovered ? ns(fault.took.fs(), 1) : "-")});
  }
  table.print(out);
}

std::uint64_t mismatches(const RunResult& result) {
  std::uint64_t sum = 0;
  for (const auto& node : result.nodes) {
    sum += node[static_cast<std::size_t>(NodeMetric::kMismatches)];
  }
  return sum;
}

/// As nccl-tests prints it: algbw is bytes by time, busbw what a link of the ring carries for it.
void print_collective(std::ostream& out, const Scenario& scenario, const RunResult& result) {
  const AllReduceKeys& keys = scenario.workload.all_reduce;
  const double us = static_cast<double>(result.load_time.fs()) / 1e9;
  const double algbw = us > 0 ? static_cast<double>(keys.bytes.bytes) / us / 1e3 : 0;
  const auto n = static_cast<double>(scenario.system.endpoints.size());
  const bool done = result.ending == Ending::kDone;
  TextTable table(
      {"size B", "count", "type", "redop", "time us", "algbw GB/s", "busbw GB/s", "#wrong"});
  table.add({std::to_string(keys.bytes.bytes), std::to_string(keys.elements()),
             keys.type == ElementType::kFp32 ? "float" : "int32", "sum", done ? fixed(us, 2) : "-",
             done ? fixed(algbw, 2) : "-", done ? fixed(algbw * 2 * (n - 1) / n, 2) : "-",
             std::to_string(mismatches(result))});
  table.print(out);
}

}  // namespace

std::string percent_text(double part) {
  const double value = 100 * part;
  return fixed(value, value == static_cast<int>(value) ? 0 : 1) + "%";
}

void print_tables(std::ostream& out, const Scenario& scenario, const RunResult& result) {
  if (scenario.workload.kind == WorkloadKind::kAllReduce) {
    print_collective(out, scenario, result);
    out << "\n";
    print_fabric_links(out, scenario, result);
  } else {
    print_stream_links(out, scenario, result);
  }
  if (!result.faults.empty()) print_faults(out, result);
  for (const std::string& text : result.down) out << text << "\n";
  if (!result.console.empty()) out << "\n";
  for (std::size_t i = 0; i < result.console.size() && i < kMostLines; ++i) {
    out << result.console[i] << "\n";
  }
  if (result.console.size() > kMostLines) {
    out << "and " << result.console.size() - kMostLines << " more lines of firmware\n";
  }
}

}  // namespace weft::tb
