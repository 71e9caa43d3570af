// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "models/base/error.h"

namespace weft {

/// Line and column (in code points, both from 1) of a byte in a text.
SourcePos position_of(std::string_view text, std::size_t offset, const std::string& file_name);

/// Refuses, in linear time and without recursion, what a TOML parser should not be handed: text
/// over Config::kMaxTextBytes, bytes that are not UTF-8, control characters, keys of more than
/// Config::kMaxKeyParts parts, lists and inline tables nested deeper than Config::kMaxNesting,
/// and section headers without a name. Throws InputError at the place.
void scan_toml(std::string_view text, const std::string& file_name);

}  // namespace weft
