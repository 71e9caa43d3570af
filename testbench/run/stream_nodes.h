// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "models/scenario/scenario.h"
#include "systemc/link/link_domain.h"
#include "testbench/drive/stream_host.h"
#include "testbench/run/nodes.h"

namespace weft::tb {

/// Workload "stream": a generator and checker at each end of every link.
class StreamNodes final : public Nodes {
 public:
  /// The scenario and the links live longer. Adds links and hosts to `domain`.
  StreamNodes(const Scenario& scenario, const std::vector<Link*>& links, sc::LinkDomain& domain);

  Time next_stop(Time now) const override;
  bool loaded(Time now) const override { return now >= stop_; }
  Time load_length(Time now) const override;
  Time load_end() const override { return stop_; }
  std::uint64_t outstanding() const override;
  std::uint64_t outstanding(std::size_t link) const override;

  std::size_t watches() const override { return hosts_.size(); }
  Watch watch(std::size_t link) const override;
  std::string hang_reason(std::size_t link, Time still) const override;
  std::vector<std::string> describe_hang(const std::vector<std::size_t>& still) const override;

  FaultScore score(const Fault& fault, const FaultTarget& target, bool done) const override;
  unsigned header_slots() const override { return 1; }
  void measure(RunResult& result) const override;
  void add_to(Digest& digest, std::size_t node) const override;
  void add_counters_to(Digest& digest, std::size_t node) const override;
  void add_result_to(Digest& digest, std::size_t node) const override;
  Latency latency(std::size_t node) const override;
  double part_done(Time now) const override;
  std::string oldest_outstanding() const override;
  std::size_t memory_bytes() const override;

 private:
  StreamConfig config_of(std::size_t link, unsigned side, const Clock& clock) const;
  void measure_link(std::size_t link, RunResult& result) const;
  const StreamHost& host_of(std::size_t node) const { return *by_node_[node]; }

  const Scenario& scenario_;
  Time stop_;
  std::vector<const Link*> links_;
  std::vector<std::array<std::unique_ptr<StreamHost>, 2>> hosts_;  // by link and side
  std::vector<const StreamHost*> by_node_;
  std::vector<std::pair<std::size_t, unsigned>> place_;  // by node: link and side
};

}  // namespace weft::tb
