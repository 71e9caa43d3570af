// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/markup.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "models/base/text.h"

namespace weft::tb {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

std::string fixed_text(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, digits);
  return error == std::errc{} ? std::string(buffer.data(), end) : "0";
}

/// Digits, and perhaps a point and more digits.
bool is_plain_number(const std::string& text) {
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto point = std::find(text.begin(), text.end(), '.');
  return point != text.begin() && std::all_of(text.begin(), point, is_digit) &&
         (point == text.end() || std::all_of(point + 1, text.end(), is_digit));
}

void escape_one(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
  if (control) {
    out += kReplacement;
  } else {
    out += c;
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bad = find_invalid_utf8(text);
    for (const char c : text.substr(0, bad)) escape_one(out, c);
    if (bad == std::string_view::npos) break;
    out += kReplacement;
    text.remove_prefix(bad + 1);
  }
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string decimal(double value, int digits) {
  std::string text = fixed_text(value, digits);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string grouped(double value, int digits) {
  std::string text = fixed_text(value, digits);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  std::size_t at = std::min(text.find('.'), text.size());
  while (at > first + 3) text.insert(at -= 3, ",");
  return text;
}

std::string time_text(double ns) {
  constexpr std::array<const char*, 4> kUnits{"ns", "us", "ms", "s"};
  std::size_t unit = 0;
  for (; unit + 1 < kUnits.size() && std::fabs(ns) >= 1000; ++unit) ns /= 1000;
  const int digits = std::fabs(ns) >= 100 ? 1 : 2;
  return decimal(ns, digits) + " " + kUnits[unit];
}

std::string readable(const std::string& cell) {
  if (!is_plain_number(cell)) return cell;
  std::string text = cell;
  for (std::size_t at = std::min(text.find('.'), text.size()); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string heading(std::string_view column) {
  struct Unit {
    std::string_view suffix, text;
  };
  constexpr std::array kUnits{Unit{"_ns", ", ns"},      Unit{"_us", ", us"}, Unit{"_pct", ", %"},
                              Unit{"_gbps", ", Gb/s"},  Unit{"_fs", ", fs"}, Unit{"_s", ", s"},
                              Unit{"_bytes", ", bytes"}};
  std::string text(column), unit;
  for (const Unit& one : kUnits) {
    if (column.size() > one.suffix.size() && column.ends_with(one.suffix)) {
      text = column.substr(0, column.size() - one.suffix.size());
      unit = one.text;
      break;
    }
  }
  std::replace(text.begin(), text.end(), '_', ' ');
  return text + unit;
}

}  // namespace weft::tb
