// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/link/port.h"

namespace weft::test {

inline constexpr Cycle kPipeline = 16;

/// A port of four VCs whose packet headers are laid out as OFL has them.
inline PortConfig small_config() {
  PortConfig config;
  config.pipeline = kPipeline;
  config.vcs = 4;
  config.skid = 64;
  config.max_packet = 515;
  config.unit_slots = 8;
  config.rx_units = 128;
  config.header_vc = {0, 3, 4};
  config.header_len = {0, 7, 10};
  return config;
}

/// The header of a packet for such a port.
inline std::uint64_t header(unsigned vc, unsigned slots) {
  return 1u | std::uint64_t{vc} << 3 | std::uint64_t{slots} << 7;
}

}  // namespace weft::test
