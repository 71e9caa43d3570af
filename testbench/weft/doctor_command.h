// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft doctor`: whether packages, link objects and firmware are there, and how to get what is
/// missing. Returns the exit code.
int doctor_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
