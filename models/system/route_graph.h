// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/switch/routes.h"
#include "models/system/system.h"

namespace weft {

/// A system as routing sees it: nodes and links in the order of the system.
RouteGraph route_graph(const System& system);

}  // namespace weft
