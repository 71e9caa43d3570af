// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/base/digest.h"
#include "models/elf/elf.h"
#include "models/fabric/flit_node_port.h"
#include "models/workload/all_reduce_agent.h"
#include "models/workload/job_host.h"
#include "systemc/npu/npu_node.h"
#include "testbench/break/npu_hang.h"

namespace weft::tb {

/// An NPU of a fabric with its part of an all-reduce: the node, its port, and who drives it.
class FabricNpu {
 public:
  struct Setup {
    sc::NpuNodeConfig config;
    NpuIdentity identity;
    AllReduceJob job;
    const ElfImage* firmware = nullptr;  ///< nullptr: an agent drives it
    std::vector<const Fault*> hangs;     ///< of kind npu_hang
  };

  /// Format, port and watch live longer.
  FabricNpu(const Setup& setup, const TxnFormat& format, LinkPort& port, const Clock& clock,
            TxnWatch& watch);

  const std::string& name() const { return name_; }
  unsigned rank() const { return job_.rank; }
  sc::NpuNode& node() { return *node_; }
  const sc::NpuNode& node() const { return *node_; }

  /// Has begun what it was told to, and not ended it, as of `now`.
  bool busy(Time now) const { return now >= job_.begin && !done(); }
  /// Takes data of others; has been told that all do.
  bool armed() const { return agent_ ? agent_->armed() : host_->armed(); }
  void go(Time at) { agent_ ? agent_->go(at) : host_->go(at); }
  bool done() const { return agent_ ? agent_->done() : host_->done(); }
  Time done_at() const { return agent_ ? agent_->done_at() : host_->done_at(); }
  /// Code of the status its job ended with.
  unsigned status() const { return agent_ ? agent_->status() : host_->status(); }
  /// Grows whenever it gets on.
  std::uint64_t progress() const;
  /// "waits for firmware to finish its job; core in wfi at 0x80000012 (main)"
  std::string state_text() const;
  /// nullptr when nothing makes it hang.
  const NpuHang* hang() const { return hang_.get(); }

  /// Writes its share of the input into the buffer; reads and judges the output. Words count from
  /// the first of the buffer.
  void write(std::uint64_t first, std::span<const std::uint32_t> words);
  void compare(std::uint64_t first, std::span<const std::uint32_t> expected);
  std::uint64_t mismatches() const { return mismatches_; }
  /// Of all that compare() read.
  Hash128 memory_hash() const { return memory_.value(); }

  /// Adds what the firmware wrote to its console since the last call, and returns it.
  std::vector<ConsoleLine> take_console();
  const std::vector<std::string>& console() const { return console_; }

 private:
  std::string name_;
  AllReduceJob job_;
  std::unique_ptr<NpuHang> hang_;
  std::unique_ptr<NodePort> port_;
  std::unique_ptr<sc::NpuNode> node_;
  std::unique_ptr<AllReduceAgent> agent_;  // drives it; or
  std::unique_ptr<JobHost> host_;          // tells firmware what to do
  std::vector<std::uint32_t> words_;       // as read
  std::uint64_t mismatches_ = 0;
  Digest memory_;
  std::vector<std::string> console_;
};

}  // namespace weft::tb
