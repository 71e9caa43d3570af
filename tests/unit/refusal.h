// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/base/error.h"

namespace weft {

/// What an InputError thrown by `action` says; "accepted" when it throws none.
template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace weft
