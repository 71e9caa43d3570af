// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace weft::tb {

/// `weft protocol emit|check|show|derive FILE`: argv[0] is "protocol", the rest are its words.
/// Returns the exit code: 0 done, 1 an emitted file is not current (--check), 2 the input is
/// refused, 4 a file could not be written.
int protocol_command(int argc, char** argv);

/// The same with the words after "protocol" and with streams of the caller's choice.
int protocol_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace weft::tb
