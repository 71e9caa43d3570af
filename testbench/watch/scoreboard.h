// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/base/time.h"
#include "models/fabric/transaction.h"
#include "models/npu/txn_watch.h"
#include "testbench/drive/latency_histogram.h"

namespace weft::tb {

/// Sees every transaction leave its requester, arrive at its owner and come back, and holds the
/// three against each other: each request issued is performed once, with the content it left with,
/// in the order in which its source issued requests to that owner; each comes back once.
///
/// Every node writes into a log of its own, on whatever thread it runs; match() reads them all,
/// between windows.
class Scoreboard {
 public:
  /// What a node's transactions came to, by requester.
  struct Counts {
    std::uint64_t issued = 0;
    std::uint64_t performed = 0;   ///< as owner
    std::uint64_t retired = 0;     ///< responses, whatever their status
    std::uint64_t failed = 0;      ///< of those: with a status other than ok
    std::uint64_t duplicated = 0;  ///< performed again, or come back again
    std::uint64_t misordered = 0;  ///< performed after a later one of the same source and owner
    std::uint64_t corrupted = 0;   ///< performed with another content than it was issued with
    std::uint64_t unknown = 0;     ///< performed or come back though never issued
    std::uint64_t written = 0;     ///< bytes of requests performed as owner

    std::uint64_t errors() const { return duplicated + misordered + corrupted + unknown; }
  };

  /// Node ids 0 to nodes - 1.
  explicit Scoreboard(std::size_t nodes);
  ~Scoreboard();

  /// The log of a node, for its NPU.
  TxnWatch& log(std::size_t node);
  /// Judges everything logged since the last call.
  void match();

  const Counts& counts(std::size_t node) const { return counts_[node]; }
  /// Requests of `node` that have not come back.
  std::uint64_t outstanding(std::size_t node) const {
    return counts_[node].issued - counts_[node].retired;
  }
  std::uint64_t outstanding() const;
  /// Requests of `node` left out at their owner though later ones were performed; once everything
  /// has drained also those never performed at all.
  std::uint64_t lost(std::size_t node, bool drained) const;
  /// From the issue of a request to the return of its response, in fs.
  const LatencyHistogram& latency(std::size_t node) const { return latency_[node]; }

  /// A request that has not come back; `since` is never() when there is none.
  struct Oldest {
    Time since = Time::never();
    std::uint16_t from = 0;
    std::uint16_t to = 0;
  };
  Oldest oldest() const;

  std::size_t memory_bytes() const;

 private:
  struct Entry {
    TxnHeader header;
    Time time;
    std::uint64_t hash = 0;
  };
  class Log;
  /// Requests on their way from one node to another, in the order of issue.
  struct Flow {
    std::vector<Entry> entries;  // from `begin` on
    std::size_t begin = 0;
    std::vector<Entry> skipped;                         // later ones were performed before them
    std::vector<std::uint32_t> open;                    // by tag: requests not come back
    std::deque<std::pair<std::uint16_t, Time>> issued;  // tags; the first is open, or none is
  };

  void issue(std::size_t node, const Entry& entry);
  void perform(const Entry& entry);
  void perform_late(Flow& flow, const Entry& entry);
  void retire(std::size_t node, const Entry& entry);
  Flow& flow(std::uint16_t from, std::uint16_t to) {
    return flows_[std::uint32_t{from} << 16 | to];
  }

  std::vector<std::unique_ptr<Log>> logs_;
  std::vector<Counts> counts_;
  std::vector<LatencyHistogram> latency_;
  std::unordered_map<std::uint32_t, Flow> flows_;
};

}  // namespace weft::tb
