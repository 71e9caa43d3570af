// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/fabric/flit_node_port.h"
#include "models/link/link.h"
#include "models/switch/routes.h"
#include "models/switch/switch_actor.h"
#include "systemc/link/link_windows.h"
#include "tests/support/fabric_host.h"

namespace weft::test {

/// Nodes around one switch, each on a link of its own whose flits are simulated.
class SwitchStar {
 public:
  using CoreFactory = std::function<std::unique_ptr<LinkCore>(const weft_link_straps&)>;

  SwitchStar(const Protocol& protocol, unsigned nodes, const CoreFactory& core,
             const SwitchConfig& config, const FabricHost::Traffic& traffic, Cycle pipeline = 16,
             Cycle flight = 60)
      : clock_(Clock::for_beat(512, 800'000'000'000)) {
    std::vector<LinkPort*> ports;
    std::vector<std::uint16_t> table;
    for (unsigned i = 0; i < nodes; ++i) {
      links_.push_back(std::make_unique<Link>(LinkConfig::of(protocol, clock_, pipeline),
                                              core({2 * i + 1, 1}), core({2 * i + 2, 1}),
                                              Wire(flight), Wire(flight)));
      ports.push_back(&links_[i]->port(1));
      table.push_back(static_cast<std::uint16_t>(i));
      node_ports_.push_back(std::make_unique<FlitNodePort>(links_[i]->port(0), 2048));
      hosts_.push_back(
          std::make_unique<FabricHost>(protocol, *node_ports_[i], i, nodes, traffic, 7));
    }
    switch_ = std::make_unique<SwitchActor>("sw0", config, protocol, ports, table);
  }

  void add_to(sc::LinkWindows& windows) {
    const auto center = windows.add_actor(*switch_, clock_);
    for (std::size_t i = 0; i < links_.size(); ++i) {
      windows.join(*links_[i], windows.add_actor(*hosts_[i], clock_), center);
    }
  }
  /// Runs to the end of everything, or to `end`.
  static void run(sc::LinkWindows& windows, Time end) {
    windows.set_end(end);
    for (Time now; !now.is_never();) now = windows.run(now);
  }

  const SwitchActor& center() const { return *switch_; }
  const FabricHost& host(std::size_t i) const { return *hosts_[i]; }
  Link& link(std::size_t i) { return *links_[i]; }
  const Clock& clock() const { return clock_; }

  std::uint64_t sent() const {
    std::uint64_t sum = 0;
    for (const auto& host : hosts_) sum += host->sent();
    return sum;
  }
  std::uint64_t received() const {
    std::uint64_t sum = 0;
    for (const auto& host : hosts_) sum += host->received();
    return sum;
  }
  /// What anybody found wrong.
  std::uint64_t errors() {
    std::uint64_t sum = switch_->counters().faults + switch_->counters().unroutable;
    for (const auto& host : hosts_) sum += host->errors();
    for (const auto& link : links_) {
      for (unsigned side : {0u, 1u}) {
        const LinkPort::Faults& faults = link->port(side).faults();
        sum += faults.framing + faults.overruns + faults.space;
      }
    }
    return sum;
  }
  Hash128 digest() const {
    Digest digest;
    for (const auto& link : links_) link->add_to(digest);
    for (const auto& host : hosts_) host->add_to(digest);
    digest.add(switch_->counters().forwarded);
    return digest.value();
  }

 private:
  Clock clock_;
  std::vector<std::unique_ptr<Link>> links_;
  std::vector<std::unique_ptr<FlitNodePort>> node_ports_;
  std::vector<std::unique_ptr<FabricHost>> hosts_;
  std::unique_ptr<SwitchActor> switch_;
};

}  // namespace weft::test
