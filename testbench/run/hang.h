// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "testbench/run/platform.h"

namespace weft::tb {

/// Who waits for what: one line for each end of the given links. The registers have been taken.
std::vector<std::string> describe_hang(const Platform& platform,
                                       const std::vector<std::size_t>& links);

}  // namespace weft::tb
