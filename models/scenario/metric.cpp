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
}};

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
