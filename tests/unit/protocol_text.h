// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace weft {

/// Text of the shipped protocol.
inline std::string ofl_text() {
  std::ifstream file(WEFT_SOURCE_DIR "/models/protocol/ofl.toml");
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("models/protocol/ofl.toml cannot be read");
  return text.str();
}

/// `text` with the value of `key` in [section] replaced ("" for keys before the first section).
/// The key must be there: a test that changes nothing tests nothing.
inline std::string with(std::string text, const std::string& section, const std::string& key,
                        const std::string& value) {
  std::size_t at = section.empty() ? 0 : text.find("\n[" + section + "]");
  if (at == std::string::npos) throw std::runtime_error("no section " + section);
  const std::size_t end = text.find("\n[", at + 1);
  for (at = text.find('\n', at); at < end; at = text.find('\n', at + 1)) {
    const std::size_t start = at + 1;
    const std::size_t equals = text.find('=', start);
    const std::size_t name_end = text.find_first_of(" =", start);
    if (text.compare(start, name_end - start, key) != 0) continue;
    const std::size_t comment = text.find('#', equals);
    const std::size_t line_end = text.find('\n', equals);
    text.replace(equals, std::min(comment, line_end) - equals, "= " + value + " ");
    return text;
  }
  throw std::runtime_error("no key " + key + " in " + section);
}

inline std::string ofl_with(const std::string& section, const std::string& key,
                            const std::string& value) {
  return with(ofl_text(), section, key, value);
}

}  // namespace weft
