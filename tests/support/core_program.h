// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "models/elf/elf.h"

namespace weft::test {

/// An executable of these instructions, which start at `base` and nothing else: one segment, no
/// symbols.
inline ElfImage core_program(std::uint64_t base, std::initializer_list<std::uint32_t> words) {
  constexpr std::uint64_t kFileHeader = 64, kProgramHeader = 56;
  std::vector<std::uint8_t> file;
  const auto put = [&file](std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) file.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  put(0x0101'02'46'4C'45'7F, 8);  // magic, 64 bits, little endian, version 1
  put(0, 8);
  put(2, 2);            // executable
  put(243, 2);          // RISC-V
  put(1, 4);            // version
  put(base, 8);         // entry
  put(kFileHeader, 8);  // program headers
  put(0, 8);            // no sections
  put(1, 4);            // flags: compressed instructions, no floating point in calls
  put(kFileHeader, 2);
  put(kProgramHeader, 2);
  put(1, 2);
  put(64, 2);
  put(0, 2);
  put(0, 2);
  put(1, 4);  // loaded
  put(7, 4);  // read, write, execute
  put(kFileHeader + kProgramHeader, 8);
  put(base, 8);
  put(base, 8);
  put(4 * words.size(), 8);
  put(4 * words.size(), 8);
  put(4, 8);
  for (const std::uint32_t word : words) put(word, 4);
  return ElfImage::parse(file, "program of a test");
}

}  // namespace weft::test
