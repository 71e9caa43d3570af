// SPDX-License-Identifier: Apache-2.0
#include "models/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace weft {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

template <class String>
std::optional<std::string> nearest(std::string_view word, std::span<const String> candidates) {
  const std::string wanted = lower(word);
  const std::size_t limit = edit_limit(word.size());
  std::size_t best = limit + 1;
  std::optional<std::string> result;
  for (const String& candidate : candidates) {
    if (std::string_view(candidate) == word) return std::nullopt;
    // A word that shares no letter with the candidate is not a slip of it.
    const std::size_t most = std::min(limit, std::max<std::size_t>(candidate.size(), 1) - 1);
    const std::size_t distance = edit_distance(wanted, lower(candidate), most);
    if (distance <= most && distance < best) {
      best = distance;
      result = std::string(candidate);
    }
  }
  return result;
}

void append_hex(std::string& out, unsigned value, int digits) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kDigits[(value >> shift) & 15u];
}

/// Length of the UTF-8 sequence at the start of `text`, or 0 when it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned lo = 0x80, hi = 0xbf;  // of the second byte
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first == 0xe0) lo = 0xa0;  // overlong
    if (first == 0xed) hi = 0x9f;  // surrogates
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first == 0xf0) lo = 0x90;
    if (first == 0xf4) hi = 0x8f;  // beyond U+10FFFF
  }
  if (length == 0 || text.size() < length || byte(1) < lo || byte(1) > hi) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0u) != 0x80u) return 0;
  }
  return length;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit) return limit + 1;
  // Optimal string alignment: three rows of the table.
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    // A swap reaches back two rows, so one row over the limit does not settle it.
    if (least > limit + 1) return limit + 1;
    std::swap(before, above);
    std::swap(above, row);
  }
  return std::min(above[b.size()], limit + 1);
}

std::size_t edit_limit(std::size_t length) { return length <= 4 ? 1 : length <= 8 ? 2 : 3; }

std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  return nearest(word, candidates);
}

std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string> candidates) {
  return nearest(word, candidates);
}

std::string name_hint(std::string_view word, std::span<const std::string_view> candidates) {
  if (const auto near = did_you_mean(word, candidates))
    return "did you mean " + quoted(*near) + "?";
  if (candidates.empty()) return {};
  std::string hint = "one of: ";
  constexpr std::size_t kMost = 12;
  for (std::size_t i = 0; i < candidates.size() && i < kMost; ++i) {
    if (i != 0) hint += ", ";
    hint += printable(candidates[i]);
  }
  if (candidates.size() > kMost) {
    hint += ", and " + std::to_string(candidates.size() - kMost) + " more";
  }
  return hint;
}

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool key_match(std::string_view pattern, std::string_view key) {
  while (true) {
    const std::size_t p = pattern.find('.');
    const std::size_t k = key.find('.');
    if ((p == std::string_view::npos) != (k == std::string_view::npos)) return false;
    if (!glob_match(pattern.substr(0, p), key.substr(0, k))) return false;
    if (p == std::string_view::npos) return true;
    pattern.remove_prefix(p + 1);
    key.remove_prefix(k + 1);
  }
}

std::string numbers_to_stars(std::string_view key) {
  std::string result;
  for (char c : key) {
    if (c < '0' || c > '9') {
      result += c;
    } else if (result.empty() || result.back() != '*') {
      result += '*';
    }
  }
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) result += separator;
    result += parts[i];
  }
  return result;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string quoted(std::string_view text, std::size_t max_bytes) {
  return '"' + printable(text, max_bytes) + '"';
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (result.size() + std::max<std::size_t>(length, 1) > max_bytes) return result + "...";
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      result += "\\x";
      append_hex(result, byte, 2);
      text.remove_prefix(1);
    } else {
      result += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return result;
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      result += "\\u";
      append_hex(result, byte, 4);
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string format_double(double value) {
  if (value != value) return "nan";
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";  // "n": inf
  return text;
}

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace weft
