// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/derive_protocol.h"

#include <algorithm>

#include "models/base/config.h"
#include "models/base/text.h"
#include "models/protocol/protocol.h"

namespace weft::tb {
namespace {

constexpr const char* kName = "name";

struct Change {
  std::string key, value;  // TOML
  bool told = true;        // in the comment
};

Change read_change(const Config& base, const std::string& assignment) {
  Config one;
  one.set(assignment);
  const std::vector<std::string> given = one.keys_under("");
  const std::string& key = given.front();
  const std::vector<std::string> known = base.keys_under("");
  if (std::find(known.begin(), known.end(), key) == known.end()) {
    const std::vector<std::string_view> views(known.begin(), known.end());
    throw InputError({"--set", 0, 0}, key, "is no key of the protocol", name_hint(key, views));
  }
  return {key, one.require(key).to_toml()};
}

/// Offset of a place of the text; columns count code points.
std::size_t offset_of(const std::string& text, const SourcePos& pos) {
  std::size_t at = 0;
  for (unsigned line = 1; line < pos.line; ++line) at = text.find('\n', at) + 1;
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  for (unsigned column = 1; column < pos.column; ++column) {
    do {
      ++at;
    } while (at < text.size() && continues(at));
  }
  return at;
}

/// End of the number, word or one-line string that begins at `begin`.
std::size_t end_of_value(const std::string& text, std::size_t begin) {
  const char first = text[begin];
  if (first != '"' && first != '\'') return text.find_first_of(" \t\r\n,#]}", begin);
  std::size_t at = begin + 1;
  while (at < text.size() && text[at] != first) at += first == '"' && text[at] == '\\' ? 2 : 1;
  return at + 1;
}

std::string with_value(const std::string& text, const Config& config, const Change& change) {
  const std::size_t begin = offset_of(text, config.pos(change.key));
  const std::size_t end = std::min(end_of_value(text, begin), text.size());
  return text.substr(0, begin) + change.value + text.substr(end);
}

/// Whether `text` is the base with these changes and no other: a value may be written in ways that
/// with_value() does not know.
void check_changes(const Config& before, const std::string& text, const std::string& file,
                   const std::vector<Change>& changes) {
  const Config after = Config::parse(text, file);
  for (const std::string& key : before.keys_under("")) {
    std::string wanted = before.require(key).to_toml();
    for (const Change& change : changes) {
      if (change.key == key) wanted = change.value;
    }
    if (after.require(key).to_toml() == wanted) continue;
    throw InputError(before.pos(key), key, "is written in a way that cannot be replaced",
                     "write it as KEY = VALUE on a line of its own");
  }
}

std::string with_comment(const std::string& text, const BaseProtocol& base,
                         const std::vector<Change>& changes) {
  std::string comment = kDerivedFrom + base.name + ":";
  const char* before = " ";
  for (const Change& change : changes) {
    if (!change.told) continue;
    comment += before + change.key + " = " + change.value;
    before = ", ";
  }
  const std::size_t at = text.starts_with("# SPDX") ? text.find('\n') + 1 : 0;
  return text.substr(0, at) + comment + ".\n" + text.substr(at);
}

}  // namespace

std::string derive_protocol(const BaseProtocol& base, const std::vector<std::string>& assignments,
                            const std::string& name) {
  const Config before = Config::parse(base.text, base.file);
  std::vector<Change> changes{{kName, json_string(name), false}};
  for (const std::string& assignment : assignments) {
    Change change = read_change(before, assignment);
    const auto same = std::find_if(changes.begin(), changes.end(),
                                   [&](const Change& one) { return one.key == change.key; });
    if (same == changes.end()) {
      changes.push_back(std::move(change));
    } else {
      *same = std::move(change);
    }
  }
  std::string text = base.text;
  for (const Change& change : changes) {
    text = with_value(text, Config::parse(text, base.file), change);
  }
  check_changes(before, text, base.file, changes);
  try {
    Protocol::parse(text, base.file);
  } catch (const InputError& error) {
    throw InputError({base.file + " with --set", 0, 0}, error.key, error.message, error.hint);
  }
  return with_comment(text, base, changes);
}

}  // namespace weft::tb
