// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weft::tb {

/// What `weft --version` prints: version, commit and build, then the libraries with theirs.
std::string program_version();

}  // namespace weft::tb
