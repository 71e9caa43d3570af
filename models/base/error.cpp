// SPDX-License-Identifier: Apache-2.0
#include "models/base/error.h"

#include <utility>

namespace weft {
namespace {

std::string compose(const SourcePos& pos, const std::string& key, const std::string& message,
                    const std::string& hint) {
  std::string text = pos.to_string();
  if (!text.empty()) text += ": ";
  if (!key.empty()) text += key + ": ";
  text += message;
  if (!hint.empty()) text += "\n  hint: " + hint;
  return text;
}

}  // namespace

std::string SourcePos::to_string() const {
  std::string text = file;
  if (line != 0) {
    if (!text.empty()) text += ':';
    text += std::to_string(line);
    if (column != 0) text += ':' + std::to_string(column);
  }
  return text;
}

InputError::InputError(SourcePos pos_in, std::string key_in, std::string message_in,
                       std::string hint_in)
    : std::runtime_error(compose(pos_in, key_in, message_in, hint_in)),
      pos(std::move(pos_in)),
      key(std::move(key_in)),
      message(std::move(message_in)),
      hint(std::move(hint_in)) {}

}  // namespace weft
