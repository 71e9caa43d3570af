// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft keys [PATTERN]`: the keys of a scenario and of the files it refers to, with unit, default,
/// range and sentence. Returns the exit code.
int keys_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
