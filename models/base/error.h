// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace weft {

/// Where a value was written. Line and column count from 1; 0 means unknown.
struct SourcePos {
  std::string file;  ///< as the user named it; "--set" for the command line
  unsigned line = 0;
  unsigned column = 0;  ///< in code points

  /// "file:line:column"; parts that are unknown are left out.
  std::string to_string() const;
};

/// The user's input is wrong: the run is refused before it starts (exit 2).
///
/// what() is "file:line:col: key: message\n  hint: ..."; parts that are empty are left out.
class InputError : public std::runtime_error {
 public:
  InputError(SourcePos pos, std::string key, std::string message, std::string hint = {});

  SourcePos pos;
  std::string key;      ///< full key, for example "link3.phy.latency"; may be empty
  std::string message;  ///< what is wrong, one sentence without a full stop
  std::string hint;     ///< what to do about it; may be empty
};

}  // namespace weft
