// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/metric.h"

#include "models/base/units.h"

namespace weft {
namespace {

constexpr std::array<MetricInfo, static_cast<std::size_t>(RunMetric::kCount)> kRun{{
    {"complete", MetricKind::kFlag, "flag", "every transaction issued came to its end"},
    {"issued", MetricKind::kCount, "transactions", "transactions that nodes issued"},
    {"retired", MetricKind::kCount, "transactions", "transactions that arrived and were checked"},
    {"lost", MetricKind::kCount, "transactions", "transactions that never arrived"},
    {"duplicated", MetricKind::kCount, "transactions", "transactions that arrived twice"},
    {"misordered", MetricKind::kCount, "transactions",
     "transactions that arrived after a later one of their VC"},
    {"corrupted", MetricKind::kCount, "transactions",
     "transactions that arrived with other content than was sent, unnoticed by the link"},
    {"credits_leaked", MetricKind::kCount, "units",
     "receive buffer that no sender can use any more once all is at rest"},
    {"replays", MetricKind::kCount, "replays", "times a link end began to repeat flits"},
}};

constexpr std::array<MetricInfo, static_cast<std::size_t>(LinkMetric::kCount)> kLink{{
    {"up", MetricKind::kFlag, "flag", "both ends are in state ACTIVE when the run ends"},
    {"retired", MetricKind::kCount, "transactions", "transactions that arrived over the link"},
    {"flits", MetricKind::kCount, "flits", "DATA flits sent for the first time"},
    {"bad", MetricKind::kCount, "flits", "flits that arrived damaged"},
    {"replayed", MetricKind::kCount, "flits", "DATA flits sent again"},
    {"replays", MetricKind::kCount, "replays", "times an end began to repeat flits"},
    {"retrains", MetricKind::kCount, "retrains", "times an end went to RETRAIN"},
    {"codewords_failed", MetricKind::kCount, "codewords", "codewords that the FEC did not repair"},
    {"stall", MetricKind::kTime, "ns", "time that packets waited for nothing but credit, all VCs"},
    {"lost", MetricKind::kCount, "transactions", "transactions that never arrived"},
    {"duplicated", MetricKind::kCount, "transactions", "transactions that arrived twice"},
    {"misordered", MetricKind::kCount, "transactions",
     "transactions that arrived after a later one of their VC"},
    {"corrupted", MetricKind::kCount, "transactions",
     "transactions that arrived with other content than was sent, unnoticed by the link"},
    {"credits_leaked", MetricKind::kCount, "units",
     "receive buffer that the sender cannot use any more once the link is at rest"},
    {"rule_breaks", MetricKind::kCount, "events",
     "what an end or its port saw that the protocol does not allow"},
    {"latency_p50", MetricKind::kTime, "ns", "median time from node to node"},
    {"latency_p99", MetricKind::kTime, "ns", "time from node to node that 1 % exceed"},
    {"latency_p999", MetricKind::kTime, "ns", "time from node to node that 0.1 % exceed"},
    {"latency_max", MetricKind::kTime, "ns", "longest time from node to node"},
    {"throughput_ab", MetricKind::kRate, "Gb/s", "payload per second that arrived from a at b"},
    {"throughput_ba", MetricKind::kRate, "Gb/s", "payload per second that arrived from b at a"},
}};

constexpr std::array<MetricInfo, static_cast<std::size_t>(NodeMetric::kCount)> kNode{{
    {"issued", MetricKind::kCount, "transactions", "transactions that the node issued"},
    {"retired", MetricKind::kCount, "transactions",
     "transactions that arrived at the node and were checked"},
    {"mismatches", MetricKind::kCount, "transactions",
     "of those to the node: lost, duplicated, misordered, corrupted or poisoned"},
    {"outstanding", MetricKind::kCount, "transactions",
     "transactions of the node still under way when the run ended"},
    {"failed", MetricKind::kCount, "transactions", "transactions that ended with an error"},
    {"completions", MetricKind::kCount, "completions", "descriptors that the DMA engine completed"},
    {"instructions", MetricKind::kCount, "instructions", "instructions that the core executed"},
    {"traps", MetricKind::kCount, "traps",
     "exceptions that firmware did not handle: it has come to its end"},
    {"forwarded", MetricKind::kCount, "packets", "packets that the switch sent on"},
    {"peak_queue", MetricKind::kCount, "packets",
     "most packets that waited for one output at a time"},
    {"faults", MetricKind::kCount, "packets",
     "packets that came without credit or for a node to which no way leads"},
}};

/// A metric that means something else for an npu than for a generator.
constexpr std::optional<std::string_view> npu_sentence(NodeMetric metric) {
  switch (metric) {
    case NodeMetric::kRetired:
      return "transactions of the npu that were answered without an error";
    case NodeMetric::kMismatches:
      return "elements of the result that are not what they must be";
    default:
      return std::nullopt;
  }
}

constexpr NodeKind kind_of(NodeMetric metric) {
  if (metric < NodeMetric::kFailed) return NodeKind::kGenerator;
  return metric < NodeMetric::kForwarded ? NodeKind::kNpu : NodeKind::kSwitch;
}

}  // namespace

std::span<const MetricInfo> metrics(MetricScope scope) {
  switch (scope) {
    case MetricScope::kRun:
      return kRun;
    case MetricScope::kLink:
      return kLink;
    case MetricScope::kNode:
      break;
  }
  return kNode;
}

std::optional<std::string_view> node_metric_sentence(NodeKind kind, NodeMetric metric) {
  const NodeKind own = kind_of(metric);
  const bool shared = kind == NodeKind::kNpu && own == NodeKind::kGenerator;
  if (kind != own && !shared) return std::nullopt;
  const auto of_npu = shared ? npu_sentence(metric) : std::nullopt;
  return of_npu ? of_npu : kNode[static_cast<std::size_t>(metric)].sentence;
}

std::optional<std::size_t> find_metric(MetricScope scope, std::string_view name) {
  const std::span<const MetricInfo> all = metrics(scope);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return i;
  }
  return std::nullopt;
}

std::string metric_text(MetricKind kind, std::uint64_t value) {
  switch (kind) {
    case MetricKind::kFlag:
      return value != 0 ? "true" : "false";
    case MetricKind::kTime:
      return format_time(Time::from_fs(value));
    case MetricKind::kRate:
      return format_rate(value);
    case MetricKind::kCount:
      break;
  }
  return std::to_string(value);
}

}  // namespace weft
