// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft run SCENARIO [options]`: builds, runs and judges a scenario; `words` are those after
/// "run". Returns the exit code (see Exit). Once per process: the kernel starts once.
int run_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
