// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry: whatever the bytes, reading a protocol ends in a Protocol or in an InputError,
// and a Protocol that was accepted can be emitted.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined ...
// A good corpus is models/protocol/*.toml.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/protocol/emit_sv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    weft::Protocol::parse_any(text, "fuzz.toml");
  } catch (const weft::InputError&) {
    return 0;
  }
  // What can be imagined can also be "not built yet".
  try {
    const weft::Protocol protocol = weft::Protocol::parse(text, "fuzz.toml");
    if (emit_sv(protocol).size() != 4 || emit_page(protocol).text.empty()) std::abort();
    check_against_round_trip(protocol, round_trip_cycles(protocol, 100));
  } catch (const weft::InputError&) {
  }
  return 0;
}
