// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/base/params.h"

namespace weft {

/// Keys that belong together, and where they are written.
struct KeyGroup {
  std::string title;
  std::vector<ParamInfo> keys;  ///< names in full: "link*.phy.fibre"
};

/// Every key of a scenario and of the files it refers to, in the order of the files. Names of parts
/// are written as patterns. The metrics of [expect] are the last group.
std::vector<KeyGroup> scenario_keys();

}  // namespace weft
