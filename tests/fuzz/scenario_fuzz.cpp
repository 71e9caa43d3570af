// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry: whatever the bytes, reading a scenario ends in a Scenario whose parts fit its
// system, or in an InputError. Files that come with Weft are there; firmware is not looked at.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined ...
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "tests/unit/scenario_support.h"

namespace {

/// TestFiles, each read once.
class Files final : public weft::ScenarioFiles {
 public:
  Text read(Kind kind, const std::string& name, const weft::Config& config,
            const std::string& key) override {
    const auto known = texts_.find({kind, name});
    if (known != texts_.end()) return known->second;
    Text text = files_.read(kind, name, config, key);
    return texts_.emplace(std::pair{kind, name}, std::move(text)).first->second;
  }

 private:
  weft::TestFiles files_;
  std::map<std::pair<Kind, std::string>, Text> texts_;
};

void require(bool holds) {
  if (!holds) std::abort();
}

void use(const weft::Scenario& scenario) {
  require(scenario.links.size() == scenario.system.links.size());
  require(!scenario.expectations.empty());
  for (std::size_t i = 0; i < scenario.links.size(); ++i) require(scenario.window(i) >= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Files files;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    use(weft::Scenario::read(weft::Config::parse(text, "fuzz.toml"), files));
  } catch (const weft::InputError&) {
  }
  return 0;
}
