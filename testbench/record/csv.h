// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weft::tb {

/// Cells as a row of RFC 4180 with LF: quoted where one holds a comma, a quote or a line break.
std::string csv_row(std::initializer_list<std::string_view> cells);

/// Exact decimal of a time in fs as ns: "98.56".
std::string ns_text(std::uint64_t fs);
/// `part` of `whole` in percent with two digits, by integers; "0.00" of nothing.
std::string percent_cell(std::uint64_t part, std::uint64_t whole);

}  // namespace weft::tb
