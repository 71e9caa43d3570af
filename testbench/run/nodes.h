// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/clock.h"
#include "models/base/digest.h"
#include "models/base/time.h"
#include "models/link/cycle.h"
#include "testbench/drive/latency_histogram.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// What is behind the links of a platform: who sends, who checks, and when it is over. Everything
/// here is called between windows.
class Nodes {
 public:
  /// Someone who must not stand still.
  struct Watch {
    std::uint64_t progress = 0;  ///< changes whenever it gets on
    bool waits = false;          ///< it has something to wait for
  };

  /// How long a node's transactions took, each from the request to its response; or, where the node
  /// only receives, from push to delivery.
  struct Latency {
    const LatencyHistogram* histogram = nullptr;  ///< null: the node has none
    const Clock* clock = nullptr;                 ///< it counts cycles of this; null: it counts fs
    std::uint64_t bytes = 0;                      ///< payload of all that it counted
    std::size_t peer = 0;                         ///< node at the other end
    bool round_trip = false;                      ///< to the peer and back, not from it

    Time time(std::uint64_t value) const {
      return clock != nullptr ? clock->edge(value) : Time::from_fs(value);
    }
  };

  virtual ~Nodes() = default;

  /// What the world outside does at time `now`. Called when the run begins, and wherever it stops.
  virtual void act(Time /*now*/) {}
  /// The next time after `now` at which the run has to stop for it; Time::never() for none.
  virtual Time next_stop(Time now) const = 0;
  /// All that is to be begun has been.
  virtual bool loaded(Time now) const = 0;
  /// How long the load took, once loaded() or the run has ended at `now`.
  virtual Time load_length(Time now) const = 0;
  /// When loaded() will be true; Time::never() when nobody knows.
  virtual Time load_end() const = 0;
  /// Transactions issued and neither arrived nor known to be lost.
  virtual std::uint64_t outstanding() const = 0;
  /// Those that belong to a link alone.
  virtual std::uint64_t outstanding(std::size_t /*link*/) const { return 0; }
  /// What no run gets over, one sentence; empty when there is nothing.
  virtual std::string failure() const { return {}; }

  virtual std::size_t watches() const = 0;
  virtual Watch watch(std::size_t i) const = 0;
  /// "nothing arrived over link3 for 100us, and 5 transactions are under way"
  virtual std::string hang_reason(std::size_t watch, Time still) const = 0;
  /// Who waits for what, of those that stand still. The registers of all links have been taken.
  virtual std::vector<std::string> describe_hang(const std::vector<std::size_t>& still) const = 0;

  /// The run is over: last chance to look at what came of it. Once, before measure().
  virtual void finish() {}
  /// Slots of a packet's header.
  virtual unsigned header_slots() const = 0;
  /// What became of a fault whose target is a node. The run is over; `done`: as it should.
  virtual FaultScore score(const Fault& fault, const FaultTarget& target, bool done) const = 0;
  /// Fills in the metrics of nodes, and those of links and of the run that nodes know: what was
  /// retired, lost, duplicated, misordered, corrupted, and latencies.
  virtual void measure(RunResult& result) const = 0;
  /// Adds what node `node` of the system did, with times; and its counters.
  virtual void add_to(Digest& digest, std::size_t node) const = 0;
  virtual void add_counters_to(Digest& digest, std::size_t node) const = 0;
  /// Adds what came of it, without times.
  virtual void add_result_to(Digest& digest, std::size_t node) const = 0;

  virtual Latency latency(std::size_t node) const = 0;
  /// How long requests, or responses, waited in switch `node` to leave by `port`, beyond the
  /// switch's latency: mean of those that left.
  virtual Time switch_wait(std::size_t /*node*/, unsigned /*port*/, bool /*response*/) const {
    return {};
  }
  /// Part of the load that is behind it, 0 to 1; below 0 when nobody knows.
  virtual double part_done(Time now) const = 0;
  /// The oldest transaction under way: "npu3 to npu4 since 12.3us"; empty when there is none.
  virtual std::string oldest_outstanding() const = 0;
  /// Lines that nodes wrote since the last call, each with its time and the node's name.
  struct Line {
    Time at;
    std::string text;
  };
  virtual std::vector<Line> take_lines() { return {}; }

  virtual std::size_t memory_bytes() const = 0;
};

}  // namespace weft::tb
