// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft regress`: returns the exit code.
int regress_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
