// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/system/system.h"

namespace weft {

/// What a metric is a metric of.
enum class MetricScope { kRun, kLink, kNode };

/// How a metric is counted and written: a flag is 0 or 1, a time in fs, a rate in bit/s.
enum class MetricKind { kFlag, kCount, kTime, kRate };

struct MetricInfo {
  std::string_view name;  ///< as scenarios write it
  MetricKind kind;
  std::string_view unit;
  std::string_view sentence;
};

/// What a run is judged by. Each is a whole number in its base unit.
enum class RunMetric : std::size_t {
  kComplete,
  kIssued,
  kRetired,
  kLost,
  kDuplicated,
  kMisordered,
  kCorrupted,
  kCreditsLeaked,
  kReplays,
  kCount
};

/// Both directions of a link taken together, but for the two throughputs.
enum class LinkMetric : std::size_t {
  kUp,
  kRetired,
  kFlits,
  kBad,
  kReplayed,
  kReplays,
  kRetrains,
  kCodewordsFailed,
  kStall,
  kLost,
  kDuplicated,
  kMisordered,
  kCorrupted,
  kCreditsLeaked,
  kRuleBreaks,
  kLatencyP50,
  kLatencyP99,
  kLatencyP999,
  kLatencyMax,
  kThroughputAb,
  kThroughputBa,
  kCount
};

/// A node has those of its kind; the others are 0.
enum class NodeMetric : std::size_t {
  kIssued,
  kRetired,
  kMismatches,
  kOutstanding,
  // Of npus.
  kFailed,
  kCompletions,
  kInstructions,
  kTraps,
  // Of switches.
  kForwarded,
  kPeakQueue,
  kFaults,
  kCount
};

template <class M>
using MetricValues = std::array<std::uint64_t, static_cast<std::size_t>(M::kCount)>;

/// All metrics of a scope, in the order of their enum.
std::span<const MetricInfo> metrics(MetricScope scope);
/// What a node of this kind says of a metric of scope kNode; nothing when it has no such metric.
std::optional<std::string_view> node_metric_sentence(NodeKind kind, NodeMetric metric);
/// Index of a metric by name.
std::optional<std::size_t> find_metric(MetricScope scope, std::string_view name);

/// "12", "true", "98.56ns", "312Gb/s".
std::string metric_text(MetricKind kind, std::uint64_t value);

}  // namespace weft
