// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "testbench/run/platform.h"

namespace weft::tb {

/// Who waits for what: what the nodes say of the watches that stand still, and one line for each
/// link end that is not at rest. The registers have been taken.
std::vector<std::string> describe_hang(const Platform& platform,
                                       const std::vector<std::size_t>& still);

}  // namespace weft::tb
