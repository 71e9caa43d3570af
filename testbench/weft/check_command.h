// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft check SCENARIO`: reads all that `weft run` would, firmware included, and prints what it
/// would run. Runs nothing and leaves nothing. Returns the exit code.
int check_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
