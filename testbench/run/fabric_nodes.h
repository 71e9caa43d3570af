// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/elf/elf.h"
#include "models/fabric/transaction.h"
#include "models/scenario/scenario.h"
#include "models/switch/switch_actor.h"
#include "models/workload/collective_data.h"
#include "models/workload/ring_all_reduce.h"
#include "systemc/link/link_domain.h"
#include "testbench/run/fabric_npu.h"
#include "testbench/run/nodes.h"
#include "testbench/watch/scoreboard.h"

namespace weft::tb {

/// Workload "all_reduce": NPUs and switches, each NPU driven by its firmware or by an agent in its
/// place, and a reference to hold the result against.
class FabricNodes final : public Nodes {
 public:
  /// The scenario and the links live longer. Adds links, NPUs and switches to `domain`. Throws
  /// InputError for firmware that is refused.
  FabricNodes(const Scenario& scenario, const std::vector<Link*>& links, sc::LinkDomain& domain);
  ~FabricNodes() override;

  void act(Time now) override;
  Time next_stop(Time now) const override;
  bool loaded(Time now) const override;
  Time load_length(Time now) const override;
  Time load_end() const override { return Time::never(); }
  std::uint64_t outstanding() const override { return board_.outstanding(); }
  std::string failure() const override;

  std::size_t watches() const override { return npus_.size(); }
  Watch watch(std::size_t i) const override;
  std::string hang_reason(std::size_t i, Time still) const override;
  std::vector<std::string> describe_hang(const std::vector<std::size_t>& still) const override;

  unsigned header_slots() const override { return TxnFormat::kHeaderSlots; }
  FaultScore score(const Fault& fault, const FaultTarget& target, bool done) const override;
  void finish() override;
  void measure(RunResult& result) const override;
  void add_to(Digest& digest, std::size_t node) const override;
  void add_counters_to(Digest& digest, std::size_t node) const override;
  void add_result_to(Digest& digest, std::size_t node) const override;
  Latency latency(std::size_t node) const override;
  Time switch_wait(std::size_t node, unsigned port, bool response) const override;
  double part_done(Time now) const override;
  std::string oldest_outstanding() const override;
  std::vector<Line> take_lines() override;
  std::size_t memory_bytes() const override;

 private:
  void add_npus(const std::vector<Link*>& links);
  std::vector<const Fault*> hangs_of(std::size_t node) const;
  void stall_ports(std::size_t node, const Clock& clock);
  void add_switches(const std::vector<Link*>& links);
  void join(const std::vector<Link*>& links);
  void start_when_armed();
  AllReduceJob job_of(unsigned rank) const;
  const ElfImage* firmware_of(std::size_t node);
  void fill();
  void take_consoles();
  void compare_block(std::uint64_t first, std::size_t count);
  void measure_npu(const FabricNpu& npu, RunResult& result) const;

  const Scenario& scenario_;
  TxnFormat format_;
  RingAllReduce ring_;
  CollectiveData data_;
  Scoreboard board_;
  std::vector<std::unique_ptr<ElfImage>> images_;  // by node; nullptr: none
  std::vector<std::unique_ptr<FabricNpu>> npus_;   // by rank
  std::vector<std::unique_ptr<SwitchActor>> switches_;
  std::vector<FabricNpu*> npu_of_node_;  // by node of the system; nullptr: none
  std::vector<SwitchActor*> switch_of_node_;
  std::vector<Clock> switch_clock_;  // of its ports
  sc::LinkDomain& domain_;
  std::vector<sc::ActorLanes::Id> actors_;  // by node
  std::vector<Line> lines_;                 // that nobody took
  Time now_;
  Time went_ = Time::never();  // when all NPUs were armed
};

}  // namespace weft::tb
