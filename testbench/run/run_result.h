// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/digest.h"
#include "models/base/time.h"
#include "models/scenario/metric.h"
#include "testbench/break/fault_score.h"
#include "testbench/drive/latency_histogram.h"

namespace weft::tb {

/// Why a run ended.
enum class Ending {
  kDone,         ///< all that was issued came to its end
  kUntil,        ///< the time it may take was over
  kHung,         ///< something is under way and nothing moves
  kInterrupted,  ///< the user stopped it
  kRtlFault,     ///< an assertion of the RTL failed
  kFirmware,     ///< firmware came to an end that it does not handle
};

/// Writes values by metric.
template <class M>
class MetricWriter {
 public:
  explicit MetricWriter(MetricValues<M>& values) : values_(values) {}
  std::uint64_t& operator[](M metric) { return values_[static_cast<std::size_t>(metric)]; }

 private:
  MetricValues<M>& values_;
};

/// What a run did, in numbers. Metrics are indexed by RunMetric, LinkMetric and NodeMetric.
struct RunResult {
  Ending ending = Ending::kDone;
  std::string reason;                ///< of an ending other than kDone, one sentence
  std::vector<std::string> waiting;  ///< of kHung: who waits for what
  bool registers_read = false;
  std::vector<std::string> down;  ///< links that are not up, one sentence each
  bool settled = false;  ///< everything had time to come to rest: what credit is missing is leaked
  std::vector<std::string> console;  ///< lines that firmware wrote, with the node's name
  Time sim_time;
  Time load_time;  ///< that the workload took
  double wall_s = 0;
  std::uint64_t evaluated = 0;  ///< clocks of link ends
  std::uint64_t clocks = 0;     ///< that there were, evaluated or left out
  std::size_t memory_bytes = 0;
  MetricValues<RunMetric> run{};
  std::vector<MetricValues<LinkMetric>> links;
  std::vector<MetricValues<NodeMetric>> nodes;
  std::vector<FaultScore> faults;  ///< by fault of the scenario and its targets
  Hash128 digest;                  ///< of everything that happened, with times
  Hash128 result_hash;             ///< of what arrived, without times

  std::uint64_t value(RunMetric metric) const { return run[static_cast<std::size_t>(metric)]; }
  std::uint64_t value(std::size_t link, LinkMetric metric) const {
    return links[link][static_cast<std::size_t>(metric)];
  }
};

}  // namespace weft::tb
