// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/latency_tables.h"

#include "testbench/record/csv.h"

namespace weft::tb {

Time mean_latency(const Nodes::Latency& latency) {
  const std::uint64_t count = latency.histogram->count();
  return count == 0 ? Time{} : latency.time(latency.histogram->sum()) / count;
}

std::string latency_csv(const Platform& platform) {
  std::string text = csv_row({"node", "latency_ns", "count", "cumulative"});
  const System& system = platform.scenario().system;
  for (std::size_t node = 0; node < system.nodes.size(); ++node) {
    const Nodes::Latency latency = platform.nodes().latency(node);
    if (latency.histogram == nullptr) continue;
    std::uint64_t cumulative = 0;
    latency.histogram->each([&](std::uint64_t lowest, std::uint64_t count) {
      cumulative += count;
      text += csv_row({system.nodes[node].name, ns_text(latency.time(lowest).fs()),
                       std::to_string(count), std::to_string(cumulative)});
    });
  }
  return text;
}

std::string breakdown_csv(const Platform& platform) {
  std::string text = csv_row({"node", "part", "mean_ns"});
  const System& system = platform.scenario().system;
  const LatencyModel model(platform);
  for (std::size_t node = 0; node < system.nodes.size(); ++node) {
    const Nodes::Latency latency = platform.nodes().latency(node);
    if (latency.histogram == nullptr || latency.histogram->count() == 0) continue;
    const LatencyParts parts = split_latency(mean_latency(latency), model.of(node));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      text += csv_row({system.nodes[node].name, kLatencyPartNames[i].name, ns_text(parts[i].fs())});
    }
  }
  return text;
}

}  // namespace weft::tb
