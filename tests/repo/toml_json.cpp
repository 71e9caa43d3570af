// SPDX-License-Identifier: Apache-2.0
/// weft_toml_json FILE.toml...: what Weft reads in each file, as one line of JSON per file.
///
/// For the test repo/toml, which compares it with another reader of TOML. A file that is refused
/// becomes {"refused": message}.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/base/config.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
      std::cerr << argv[i] << ": cannot be read\n";
      return 4;
    }
    try {
      const std::string json = weft::to_json(weft::Config::parse(text.str(), argv[i]));
      std::cout << nlohmann::json{{"read", nlohmann::json::parse(json)}} << '\n';
    } catch (const weft::InputError& e) {
      std::cout << nlohmann::json{{"refused", e.what()}} << '\n';
    }
  }
  return 0;
}
