// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::tb {

/// A CSV file of RFC 4180 (LF or CRLF) with a header.
struct CsvTable {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< each as long as columns
  std::size_t dropped = 0;                     ///< rows with too few or too many cells

  /// Index of a column, or kNone.
  std::size_t column(std::string_view name) const;
  /// Empty where there is no such column.
  const std::string& text(std::size_t row, std::size_t column) const;
  /// Nothing where there is no such column, or no finite number in it.
  std::optional<double> number(std::size_t row, std::size_t column) const;
};

/// Reads a table. A last row without its line end is what a killed writer left: it is dropped.
CsvTable parse_csv(std::string_view text);

/// A finite decimal number that is all of `text`, or nothing.
std::optional<double> parse_number(std::string_view text);

}  // namespace weft::tb
