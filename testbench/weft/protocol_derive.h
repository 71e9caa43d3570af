// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft protocol derive FILE --set KEY=VALUE --out FILE`: `words` are those after "derive".
/// Returns the exit code.
int protocol_derive(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
