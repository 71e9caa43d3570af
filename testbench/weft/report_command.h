// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft report DIR`: makes report.html of a run directory anew, also of a run that was killed.
int report_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
