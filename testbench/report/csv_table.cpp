// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/csv_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace weft::tb {
namespace {

/// Cuts a text into rows of cells.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// The next whole row, or nothing at the end and for a row without its line end.
  std::optional<std::vector<std::string>> row() {
    std::vector<std::string> cells;
    while (at_ < text_.size()) {
      cells.push_back(cell());
      if (at_ >= text_.size()) break;
      const char end = text_[at_++];
      if (end == ',') continue;
      if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      return cells;
    }
    return std::nullopt;
  }

 private:
  std::string cell() {
    std::string value;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        const bool doubled = quoted && at_ + 1 < text_.size() && text_[at_ + 1] == '"';
        if (doubled) value += text_[at_++];
        if (!doubled) quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\n' || c == '\r')) {
        break;
      } else {
        value += c;
      }
    }
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  return found == columns.end() ? kNone : static_cast<std::size_t>(found - columns.begin());
}

const std::string& CsvTable::text(std::size_t row, std::size_t column) const {
  static const std::string empty;
  return column < columns.size() ? rows[row][column] : empty;
}

std::optional<double> CsvTable::number(std::size_t row, std::size_t column) const {
  return parse_number(text(row, column));
}

CsvTable parse_csv(std::string_view text) {
  CsvReader reader(text);
  CsvTable table;
  if (auto header = reader.row()) table.columns = std::move(*header);
  while (auto row = reader.row()) {
    if (row->size() == table.columns.size()) {
      table.rows.push_back(std::move(*row));
    } else {
      ++table.dropped;
    }
  }
  return table;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace weft::tb
