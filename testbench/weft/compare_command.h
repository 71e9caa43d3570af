// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft compare A B [options]`: what differs between two run directories, or two scenarios, which
/// it runs. Returns the exit code: 0 whatever the difference, 1 when a run failed.
int compare_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
