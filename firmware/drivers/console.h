// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// The NPU's console, one register write for each character.
void console_text(const char* text);
void console_number(uint64_t value);  ///< decimal
void console_hex(uint64_t value);     ///< 0x and as few digits as it takes
