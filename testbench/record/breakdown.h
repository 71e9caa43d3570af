// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "models/base/config.h"
#include "models/base/time.h"
#include "models/switch/routes.h"
#include "testbench/run/platform.h"

namespace weft::tb {

/// Where a latency goes.
enum class LatencyPart : std::size_t {
  kQueue,      ///< waiting in each switch, measured: beyond its latency, until the packet is sent
  kSerialise,  ///< whole flits at the rate of each link on the way
  kFlightFec,  ///< modules, fibre, arrival of a codeword, FEC: PhyConfig::latency() of each link
  kReplay,     ///< share of flits sent again by the round trip of the link, of each link
  kSwitch,     ///< the configured latency of each switch
  kMemory,     ///< latency and data rate of the HBM at the owner
  kOther,      ///< what the other parts leave: waiting elsewhere, ports and link ends
};
inline constexpr std::array kLatencyPartNames{
    EnumName<LatencyPart>{LatencyPart::kQueue, "queue"},
    EnumName<LatencyPart>{LatencyPart::kSerialise, "serialise"},
    EnumName<LatencyPart>{LatencyPart::kFlightFec, "flight_fec"},
    EnumName<LatencyPart>{LatencyPart::kReplay, "replay"},
    EnumName<LatencyPart>{LatencyPart::kSwitch, "switch"},
    EnumName<LatencyPart>{LatencyPart::kMemory, "memory"},
    EnumName<LatencyPart>{LatencyPart::kOther, "other"},
};
using LatencyParts = std::array<Time, kLatencyPartNames.size()>;

/// The parts of a mean: `known`, and the rest added to kOther. Where `known` says more than there
/// is, what is estimated gives way: first replay, then memory, then the others, kQueue last. The
/// sum is the mean.
LatencyParts split_latency(Time mean, LatencyParts known);

/// What can be said of the latency of transactions from the configuration and from counters: for a
/// transaction of mean size on an otherwise idle way, and how long packets waited in switches on
/// that way. Of kOther only the port pipelines of the nodes at both ends.
class LatencyModel {
 public:
  /// The platform lives longer, and its run is over.
  explicit LatencyModel(const Platform& platform);

  /// Of a node with a histogram that counted something.
  LatencyParts of(std::size_t node) const;

 private:
  /// A link on a way, and the end that sends.
  struct Hop {
    std::size_t link;
    unsigned side;
  };

  std::vector<Hop> way(std::size_t from, std::size_t to) const;
  void add_way(const std::vector<Hop>& way, std::uint64_t slots, LatencyParts& parts) const;
  void add_wait(const std::vector<Hop>& way, bool response, LatencyParts& parts) const;
  Time replay(const Hop& hop) const;
  Time memory(std::size_t owner, std::uint64_t bytes) const;

  const Platform& platform_;
  const System& system_;
  Routes routes_;
};

}  // namespace weft::tb
