// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weft::tb {

/// Text as it may stand in HTML and SVG, also between the quotes of an attribute. Bytes that are
/// not UTF-8, and control characters, become the replacement character.
std::string escaped(std::string_view text);

/// ` name="value"`, the value escaped.
std::string attribute(std::string_view name, std::string_view value);

/// Decimal with at most that many digits behind the point and no needless zeros: "0.5", "12".
/// For coordinates; the same on every machine.
std::string decimal(double value, int digits = 1);

/// For reading: "12,345.67", with exactly that many digits behind the point.
std::string grouped(double value, int digits = 0);

/// "98.56 ns", "38.75 us", "1.20 ms": three significant digits and the unit that suits.
std::string time_text(double ns);

/// A cell as text: the digits of plain decimals grouped, everything else as it stands.
std::string readable(const std::string& cell);

/// "flits_resent" -> "flits resent", "stall_ns" -> "stall, ns": what a column's name says.
std::string heading(std::string_view column);

}  // namespace weft::tb
