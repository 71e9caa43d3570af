// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "models/system/system.h"

namespace weft {

/// The first two npus, as indexes into the nodes, without a path between them; nothing when all
/// have one. A path goes through switches alone.
std::optional<std::pair<std::size_t, std::size_t>> npus_without_path(const System& system);

}  // namespace weft
