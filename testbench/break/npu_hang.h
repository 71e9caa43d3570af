// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/base/clock.h"
#include "models/fabric/node_port.h"
#include "models/fault/fault.h"
#include "models/npu/txn_watch.h"
#include "systemc/npu/npu_node.h"
#include "testbench/break/fault_score.h"
#include "testbench/break/held_port.h"

namespace weft::tb {

/// The faults of kind npu_hang of one npu, and whether it gets on afterwards.
///
/// Core: it executes no instruction that begins in [at, until). Device: packets that arrive in
/// these link cycles are taken off the port when they are over, so their buffer is not freed and
/// their senders come to a stand; it still sends. It has got on when its first transaction after
/// that was issued, performed or retired.
class NpuHang final : public TxnWatch {
 public:
  /// Faults and watch live longer. `clock` is that of the npu's port.
  NpuHang(std::vector<const Fault*> faults, const Clock& clock, TxnWatch& watch);

  /// The port as the npu sees it.
  std::unique_ptr<NodePort> hold(std::unique_ptr<NodePort> port);
  /// Before the first window. Throws std::invalid_argument when the core is to hang twice.
  void arm(sc::NpuNode& node);

  void issued(Time at, const TxnHeader& request, std::uint64_t hash) override;
  void performed(Time at, const TxnHeader& request, TxnStatus status, std::uint64_t hash) override;
  void retired(Time at, const TxnHeader& response, Time issued, std::uint64_t hash) override;

  /// `done`: all transactions came to their end.
  FaultScore score(const Fault& fault, const std::string& name, bool done) const;

 private:
  struct Entry {
    const Fault* fault;
    Time back = Time::never();
  };

  void got_on(Time at);
  Time held_since(const Fault& fault) const;

  Clock clock_;
  TxnWatch& watch_;
  std::vector<Entry> entries_;
  const HeldPort* port_ = nullptr;
  const sc::NpuNode* node_ = nullptr;
};

}  // namespace weft::tb
