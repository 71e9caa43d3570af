// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry: whatever the bytes, reading a program ends in an ElfImage or in an InputError,
// and an image that was accepted can be loaded and asked.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined ...
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "models/base/error.h"
#include "models/elf/elf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::vector<std::uint8_t> memory(1 << 16);
  try {
    const weft::ElfImage image = weft::ElfImage::parse({data, size}, "fuzz.elf");
    if (image.segments().empty()) std::abort();
    for (const weft::ElfImage::Symbol& symbol : image.symbols()) image.symbol_at(symbol.address);
    image.symbol_at(image.entry());
    image.load_into(memory, 0x8000'0000);
  } catch (const weft::InputError&) {
  }
  return 0;
}
