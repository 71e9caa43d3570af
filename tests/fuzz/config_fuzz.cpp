// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry: whatever the bytes, reading a configuration ends in a Config or in an
// InputError.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined ...
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/config.h"

namespace {

void use(const weft::Config& config) {
  for (const std::string& key : config.keys_under("")) {
    const weft::ConfigValue* value = config.find(key);
    if (value == nullptr) std::abort();  // a key is found under its own name
    value->to_toml();
    value->to_json();
    if (value->kind() == weft::ConfigValue::Kind::kTables) {
      for (const weft::Config& entry : value->as_tables()) use(entry);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  weft::Config config;
  try {
    config = weft::Config::parse(text, "fuzz.toml");
    use(config);
    config.check_all_used();  // all were read
  } catch (const weft::InputError&) {
    return 0;
  }
  // What is written reads back as the same.
  const std::string once = effective_toml(config);
  const weft::Config again = weft::Config::parse(once, "again.toml");
  use(again);
  if (effective_toml(again) != once) std::abort();

  try {
    config.set(text.substr(0, text.find('\n')));
    to_json(config);
  } catch (const weft::InputError&) {
  }
  return 0;
}
