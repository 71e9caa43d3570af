// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft {

/// Type of the elements of a collective, 4 bytes each, little-endian. The numbers are those of
/// descriptors.
enum class ElementType : std::uint8_t { kFp32 = 0, kInt32 = 1 };

}  // namespace weft
