// SPDX-License-Identifier: Apache-2.0
// What a fabric tells of itself while it runs.
#include <algorithm>
#include <utility>

#include "testbench/run/fabric_nodes.h"

namespace weft::tb {
namespace {

constexpr std::size_t kMostLines = 65'536;  // kept for take_lines()

}  // namespace

void FabricNodes::take_consoles() {
  for (const auto& npu : npus_) {
    for (const ConsoleLine& line : npu->take_console()) {
      if (lines_.size() >= kMostLines) break;
      lines_.push_back({line.at, npu->name() + " says: " + line.text});
    }
  }
}

std::vector<Nodes::Line> FabricNodes::take_lines() {
  std::stable_sort(lines_.begin(), lines_.end(),
                   [](const Line& a, const Line& b) { return a.at < b.at; });
  return std::exchange(lines_, {});
}

Nodes::Latency FabricNodes::latency(std::size_t node) const {
  Latency latency;
  if (npu_of_node_[node] == nullptr) return latency;
  const FabricNpu& npu = *npu_of_node_[node];
  const NpuCounters& counters = npu.node().npu().counters();
  latency.histogram = &board_.latency(npu.rank());
  latency.bytes = counters.bytes_written + counters.bytes_read;
  latency.peer = scenario_.system.endpoints[(npu.rank() + 1) % npus_.size()];  // of a ring
  latency.round_trip = true;
  return latency;
}

/// Each NPU sends every chunk but one in each of the two phases.
double FabricNodes::part_done(Time) const {
  std::uint64_t sent = 0;
  for (const auto& npu : npus_) sent += npu->node().npu().counters().bytes_written;
  const double all = 2.0 * ring_.steps() * 4.0 * static_cast<double>(ring_.elements());
  return all > 0 ? std::min(1.0, static_cast<double>(sent) / all) : 1;
}

std::string FabricNodes::oldest_outstanding() const {
  const Scoreboard::Oldest oldest = board_.oldest();
  if (oldest.since.is_never()) return {};
  const auto name = [&](std::size_t id) {
    return scenario_.system.nodes[scenario_.system.endpoints[id]].name;
  };
  return name(oldest.from) + " to " + name(oldest.to) + " since " + to_string(oldest.since);
}

}  // namespace weft::tb
