// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/link/port.h"
#include "models/link/port_host.h"
#include "models/protocol/protocol.h"
#include "models/switch/slot_pool.h"
#include "models/switch/switch_config.h"
#include "models/switch/switch_core.h"

namespace weft {

/// A switch behind link ends whose flits are simulated.
///
/// A packet that was received whole is copied into a pool and told to the SwitchCore; when that
/// sends it, it is pushed into its output's port, whose transmit queue holds `egress` bytes per
/// VC, and its receive buffer is given back once its last slot has crossed the crossbar (a beat a
/// cycle). A packet received poisoned goes on with its header's poison bit set.
class SwitchActor final : public PortHost {
 public:
  struct Counters {
    std::uint64_t received = 0;    ///< packets taken from the ports
    std::uint64_t forwarded = 0;   ///< packets pushed
    std::uint64_t slots = 0;       ///< of those forwarded
    std::uint64_t poisoned = 0;    ///< of those received
    std::uint64_t unroutable = 0;  ///< received for nodes no output leads to, and thrown away
    std::uint64_t faults = 0;      ///< packets received beyond the credit given: the link is broken
  };

  /// Ports all have one configuration and live longer; `table` is the output by destination node
  /// (see Routes). Throws std::invalid_argument for a latency of less than two port pipelines, an
  /// egress queue shorter than a packet, cut_through (a link end delivers whole packets) or a
  /// buffer other than the protocol's.
  SwitchActor(std::string name, const SwitchConfig& config, const Protocol& protocol,
              std::vector<LinkPort*> ports, std::vector<std::uint16_t> table);

  void advance(Cycle from, Cycle until) override;
  Cycle next_work() const override;

  const std::string& name() const { return name_; }
  Counters counters() const;
  const SwitchCore& core() const { return core_; }
  /// Port `output` begins to send no packet in the cycles [from, until). Before the first window.
  void stall(unsigned output, Cycle from, Cycle until) { core_.stall(output, from, until); }
  /// Packets received and not forwarded yet.
  std::uint64_t inside() const {
    return counters_.received - counters_.forwarded - counters_.unroutable;
  }
  /// Who waits for what, a line each: "sw0: port 3 vc 0 waits for port 7: 515 slots, room for 12,
  /// since cycle 4711".
  std::vector<std::string> waiting() const { return core_.waiting(name_); }
  std::size_t memory_bytes() const;

 private:
  struct Freed {
    Cycle cycle;
    std::uint32_t slots;
    std::uint16_t input;
    std::uint8_t vc;
  };

  void receive(unsigned input);
  void forward(const SwitchCore::Sent& sent);
  void give_back(Cycle until);

  std::string name_;
  BitField dst_, dpoison_, hck_;
  std::vector<LinkPort*> ports_;
  std::vector<std::uint16_t> table_;
  SwitchCore core_;
  SlotPool pool_;
  std::vector<SwitchCore::Sent> sent_;
  std::vector<Freed> freed_;  // to come, the earliest last
  Counters counters_;
};

}  // namespace weft
