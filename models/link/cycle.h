// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/link/pins.h"

namespace weft {

/// A cycle of a link's clock, counted from 0; both ends of a link and their hosts count the same.
using Cycle = std::uint64_t;

/// Cycle that never comes.
inline constexpr Cycle kNever = WEFT_LINK_NEVER;

}  // namespace weft
