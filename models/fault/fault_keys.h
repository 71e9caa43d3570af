// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/base/params.h"
#include "models/fault/fault.h"

namespace weft {

/// A key of [[fault]] and the kinds that have it.
struct FaultKey {
  std::string_view name;
  std::uint32_t kinds;                                      ///< bit i: kind i of FaultKind has it
  std::uint32_t needed;                                     ///< of those: it must be given
  std::string_view type, unit, otherwise, range, sentence;  ///< as in ParamInfo

  bool of(FaultKind kind) const { return (kinds >> static_cast<unsigned>(kind) & 1) != 0; }
  bool needed_by(FaultKind kind) const { return (needed >> static_cast<unsigned>(kind) & 1) != 0; }
};

std::span<const FaultKey> fault_keys();
/// Their lines of `weft keys`: "fault[].kind".
std::vector<ParamInfo> fault_key_infos();

}  // namespace weft
