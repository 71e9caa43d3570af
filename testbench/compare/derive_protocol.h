// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::tb {

/// A protocol file to derive another one from.
struct BaseProtocol {
  std::string name;  ///< for the comment that says where the new one comes from
  std::string file;  ///< for messages
  std::string text;
};

/// First words of that comment.
inline constexpr const char* kDerivedFrom = "# Derived from ";

/// The text of `base` with other values: each assignment is "KEY=VALUE" with a key that is there.
/// Comments and order stay, `name` is the new protocol's unless an assignment gives one. Throws
/// InputError for what makes no protocol.
std::string derive_protocol(const BaseProtocol& base, const std::vector<std::string>& assignments,
                            const std::string& name);

}  // namespace weft::tb
