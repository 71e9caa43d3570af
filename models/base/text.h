// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// Damerau-Levenshtein distance (insert, delete, replace, swap of neighbours), in bytes.
/// Gives up early and returns `limit + 1` once the distance must exceed `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// How many edits a word of this length may be away and still be taken for a slip of the pen:
/// 1 up to 4 letters, 2 up to 8, else 3.
std::size_t edit_limit(std::size_t length);

/// The candidate nearest to `word`, ignoring case, if it is near enough to be what was meant;
/// the first of several equally near ones. Nothing when `word` is among the candidates.
std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string_view> candidates);
std::optional<std::string> did_you_mean(std::string_view word,
                                        std::span<const std::string> candidates);

/// A hint for a name that is none of `candidates`: `did you mean "x"?` when one is near, else
/// `one of: a, b, c` (the first dozen).
std::string name_hint(std::string_view word, std::span<const std::string_view> candidates);

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters, also none.
/// Linear in practice; no other character is special.
bool glob_match(std::string_view pattern, std::string_view text);

/// Like glob_match, component by component of dotted keys: `*` never matches a dot and both keys
/// have the same number of components.
bool key_match(std::string_view pattern, std::string_view key);

/// "link12.phy" -> "link*.phy": every run of digits becomes one `*`.
std::string numbers_to_stars(std::string_view key);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);

/// `text` in double quotes for a message: control characters and bytes that are not UTF-8 are
/// escaped, and what is longer than `max_bytes` is cut with "...".
std::string quoted(std::string_view text, std::size_t max_bytes = 80);

/// Like quoted(), without the quotes.
std::string printable(std::string_view text, std::size_t max_bytes = 160);

/// `text` as a JSON or TOML basic string, with its quotes; nothing is cut.
std::string json_string(std::string_view text);

/// Shortest decimal text that reads back as the same double. Always has a point or an exponent
/// ("1.0", "1.5e-15"), or is "inf", "-inf" or "nan", as TOML writes floats.
std::string format_double(double value);

/// Byte offset of the first byte that is not part of valid UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace weft
