// SPDX-License-Identifier: Apache-2.0
#include "models/system/entry_ranges.h"

#include <charconv>
#include <string_view>

#include "models/base/text.h"

namespace weft {
namespace {

/// Takes a number without leading zeros, below ten million, from the front of `text`.
bool take_number(std::string_view& text, std::size_t& value) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const auto digits = static_cast<std::size_t>(rest - text.data());
  if (error != std::errc() || digits > 7 || (text[0] == '0' && digits > 1)) return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

}  // namespace

EntryRanges::EntryRanges(const Config& entry, std::initializer_list<const char*> keys) {
  for (const char* key : keys) texts_.push_back(read(entry, key));
}

EntryRanges::Text EntryRanges::read(const Config& entry, const char* key) {
  const std::string all = entry.get_string(key);
  std::string_view rest = all;
  Text text;
  for (std::size_t open = rest.find('['); open != std::string_view::npos; open = rest.find('[')) {
    Piece piece{std::string(rest.substr(0, open)), 0};
    rest.remove_prefix(open + 1);
    std::size_t last = 0;
    if (!take_number(rest, piece.first) || !take(rest, "..") || !take_number(rest, last) ||
        !take(rest, "]") || last < piece.first) {
      entry.fail(key, quoted(all) + " has no range between its brackets", "for example \"[0..7]\"");
    }
    agree(entry, key, last - piece.first + 1);
    text.pieces.push_back(std::move(piece));
  }
  text.after = rest;
  return text;
}

void EntryRanges::agree(const Config& entry, const char* key, std::size_t copies) {
  if (copies > kMostCopies) entry.fail(key, "a range of more than a million");
  if (!counted_in_.empty() && copies != copies_) {
    entry.fail(key,
               "a range of " + std::to_string(copies) + ", and one of " + std::to_string(copies_) +
                   " in " + counted_in_,
               "all ranges of an entry count in step");
  }
  copies_ = copies;
  if (counted_in_.empty()) counted_in_ = key;
}

std::string EntryRanges::text(std::size_t key, std::size_t i) const {
  std::string out;
  for (const Piece& piece : texts_[key].pieces) {
    out += piece.before + std::to_string(piece.first + i);
  }
  return out + texts_[key].after;
}

}  // namespace weft
