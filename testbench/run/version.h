// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weft::tb {

/// "weft 0.1.0 (3f2a9c01d2e4+dirty)"
std::string version_text();
/// "Release, GNU 12.2.0"
std::string build_text();

}  // namespace weft::tb
