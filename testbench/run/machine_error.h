// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace weft::tb {

/// The machine lacks something, or Weft itself failed: exit 4.
class MachineError : public std::runtime_error {
 public:
  explicit MachineError(const std::string& message, std::string advice = {})
      : std::runtime_error(message), hint(std::move(advice)) {}

  std::string hint;  ///< what to do about it; may be empty
};

}  // namespace weft::tb
