// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/csv.h"

namespace weft::tb {
namespace {

constexpr std::uint64_t kFsPerNs = 1'000'000;

std::string padded(std::uint64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

void add_cell(std::string& row, std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    row += cell;
    return;
  }
  row += '"';
  for (const char c : cell) row += c == '"' ? "\"\"" : std::string(1, c);
  row += '"';
}

}  // namespace

std::string csv_row(std::initializer_list<std::string_view> cells) {
  std::string row;
  bool first = true;
  for (const std::string_view cell : cells) {
    if (!first) row += ',';
    first = false;
    add_cell(row, cell);
  }
  return row + '\n';
}

std::string ns_text(std::uint64_t fs) {
  std::string text = std::to_string(fs / kFsPerNs);
  if (fs % kFsPerNs == 0) return text;
  text += '.' + padded(fs % kFsPerNs, 6);
  return text.substr(0, text.find_last_not_of('0') + 1);
}

std::string percent_cell(std::uint64_t part, std::uint64_t whole) {
  __extension__ using Wide = unsigned __int128;
  if (whole == 0) return "0.00";
  const auto hundredths = static_cast<std::uint64_t>((Wide{part} * 10'000 + whole / 2) / whole);
  return std::to_string(hundredths / 100) + '.' + padded(hundredths % 100, 2);
}

}  // namespace weft::tb
