// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

#include "models/base/params.h"

namespace weft {

enum class Crossbar : std::uint8_t { kSpeedup, kIslip };
inline constexpr std::array<EnumName<Crossbar>, 2> kCrossbarNames{
    {{Crossbar::kSpeedup, "speedup"}, {Crossbar::kIslip, "islip"}}};

enum class Forwarding : std::uint8_t { kStoreAndForward, kCutThrough };
inline constexpr std::array<EnumName<Forwarding>, 2> kForwardingNames{
    {{Forwarding::kStoreAndForward, "store_and_forward"},
     {Forwarding::kCutThrough, "cut_through"}}};

/// What a user may say of a switch.
struct SwitchConfig {
  Cycles latency{200};
  Crossbar crossbar = Crossbar::kSpeedup;
  std::uint32_t islip_iterations = 4;
  Forwarding forwarding = Forwarding::kStoreAndForward;
  Bytes buffer{0};
  Bytes egress{16 * 1024};

  static constexpr auto params = std::tuple{
      param("latency", &SwitchConfig::latency, "cycles", range(Cycles{2}, Cycles{1'000'000}),
            "from a packet received to the first beat of it that may leave, both port pipelines "
            "included"),
      param("crossbar", &SwitchConfig::crossbar, one_of(kCrossbarNames),
            "speedup: an input feeds any number of outputs at a time; islip: one"),
      param("islip_iterations", &SwitchConfig::islip_iterations, "iterations", range(1, 16),
            "rounds of a matching, with crossbar islip"),
      param("forwarding", &SwitchConfig::forwarding, one_of(kForwardingNames),
            "whether a packet leaves when it is there whole or when it begins to be"),
      param("buffer", &SwitchConfig::buffer, "B", range(Bytes{0}, Bytes{1ull << 30}),
            "receive buffer of an input for each VC; 0B: as the protocol's credits have it"),
      param("egress", &SwitchConfig::egress, "B", range(Bytes{0}, Bytes{1ull << 30}),
            "queue of an output for each VC, a longest packet or more"),
  };
};

}  // namespace weft
