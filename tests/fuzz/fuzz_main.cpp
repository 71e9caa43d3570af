// SPDX-License-Identifier: Apache-2.0
// Drives a libFuzzer entry without libFuzzer: the same damaged inputs on every machine. usage:
// PROGRAM COUNT SEED_FILE... With clang: clang++ -fsanitize=fuzzer,address instead of this file,
// for as long as you like.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Damages `text` in one to eight places: bytes changed, cut, doubled, moved, or replaced by tokens
/// parsers dislike.
void damage(std::string& text, const std::vector<std::string>& seeds, std::mt19937_64& random) {
  static const char* const tokens[] = {
      "[",  "[[", "]",    "\"",  "\"\"\"", "=",  ".",       "{",  "}",
      "\n", "#",  "'''",  "[*]", "inf",    "-0", "1e999",   "0x", "\xff",
      ",",  "\\", "\\u0", "nan", "true",   "_",  "1979-05", "\t", "99999999999999999999"};
  const auto below = [&](std::size_t n) {
    return n == 0 ? 0 : static_cast<std::size_t>(random() % n);
  };
  for (std::size_t times = 1 + below(8); times > 0; --times) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, below(64));
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), below(256)));
        break;
      case 3: {
        const std::string& other = seeds[below(seeds.size())];
        text.insert(at, other.substr(below(other.size() + 1), below(128)));
        break;
      }
      case 4:
        text.insert(at, tokens[below(std::size(tokens))]);
        break;
      default:
        if (below(16) == 0) text.resize(at);
        break;
    }
    if (text.size() > 65'536) text.resize(65'536);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s COUNT SEED_FILE...\n", argv[0]);
    return 2;
  }
  std::vector<std::string> seeds;
  for (int i = 2; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (seeds.back().empty()) {
      std::fprintf(stderr, "%s: missing or empty\n", argv[i]);
      return 2;
    }
  }
  std::mt19937_64 random(1);
  const long count = std::strtol(argv[1], nullptr, 10);
  std::size_t bytes = 0;
  for (long i = 0; i < count; ++i) {
    std::string text = seeds[random() % seeds.size()];
    damage(text, seeds, random);
    bytes += text.size();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
  std::printf("%ld damaged inputs, %zu bytes, each ended in a value or in a refusal\n", count,
              bytes);
  return count > 0 ? 0 : 1;
}
