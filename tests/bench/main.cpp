// SPDX-License-Identifier: Apache-2.0
/// weft_bench: runs one benchmark. Metrics go to stdout as JSON lines, sentences to stderr.
#include <iostream>
#include <string_view>
#include <vector>

#include "tests/bench/bench.h"

/// libsystemc has a main of its own, unused here, that refers to this.
extern "C" int sc_main(int, char**) { return 0; }

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  return weft::bench::bench_main(words, weft::bench::all_benches(), std::cout, std::cerr);
}
