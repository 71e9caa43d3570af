// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/fabric/packet_link.h"
#include "models/link/port_host.h"
#include "models/protocol/protocol.h"
#include "models/switch/switch_config.h"
#include "models/switch/switch_core.h"

namespace weft {

/// A switch behind links at packet level: a SwitchCore between its inbox and its ends of links.
///
/// A packet is sent when its output's line is free and the far end's buffer has room; its own
/// buffer is given back when its last slot has left. Cut-through (all ports of a switch have one
/// rate) starts with the first slot.
class PacketSwitch final : public PortHost {
 public:
  /// Ends live longer, one per port; `buffers` is the buffer per VC of who is behind each port, in
  /// slots, which this switch starts with as credit. A `config.buffer` of 0B is the protocol's;
  /// `egress` plays no part, for packets wait at the inputs. Latency is between the ends: port
  /// pipelines are in the links' latency, so two of `pipeline` are left out here. Throws
  /// std::invalid_argument for a latency below that.
  PacketSwitch(std::string name, const SwitchConfig& config, const Protocol& protocol,
               Cycle pipeline, std::vector<PacketEnd*> ends,
               const std::vector<std::uint32_t>& buffers, std::vector<std::uint16_t> table);

  PacketInbox& inbox() { return inbox_; }

  void advance(Cycle from, Cycle until) override;
  Cycle next_work() const override { return core_.next_work(); }

  const std::string& name() const { return name_; }
  const SwitchCore& core() const { return core_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t unroutable() const { return unroutable_; }
  /// Who waits for what; see SwitchActor::waiting().
  std::vector<std::string> waiting() const { return core_.waiting(name_); }
  std::size_t memory_bytes() const;

 private:
  void arrive(const PacketArrival& arrival);

  std::string name_;
  std::vector<PacketEnd*> ends_;
  std::vector<std::uint16_t> table_;
  Pace pace_;
  SwitchCore core_;
  PacketInbox inbox_;
  std::vector<SwitchCore::Sent> sent_;
  std::uint64_t received_ = 0;
  std::uint64_t unroutable_ = 0;
};

}  // namespace weft
