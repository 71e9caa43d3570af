// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft topo draw|check SYSTEM|SCENARIO`: a picture of who is connected to whom, and what is wrong
/// with it. Returns the exit code.
int topo_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
