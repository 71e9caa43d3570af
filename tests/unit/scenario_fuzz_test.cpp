// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/base/random.h"
#include "tests/unit/scenario_support.h"

namespace weft {
namespace {

std::string shipped(const std::string& name) {
  std::ifstream file(WEFT_SOURCE_DIR + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// `text` with a few bytes, lines or numbers changed, by the draws of one counter.
std::string damaged(std::string text, const Random& random, std::uint64_t counter) {
  static const std::string kPieces[] = {
      "0", "-1", "1e308",  "nan",  "\"", "[",    "]", "99999999999999999999", "= ", ".",
      "*", "\n", "\"0m\"", "true", "{",  "\"\"", "#", "18446744073709551615"};
  std::uint64_t sub = 0;
  const auto below = [&](std::uint64_t n) { return random.block(counter, sub++)[0] % n; };
  for (std::uint64_t edits = 1 + below(3); edits > 0; --edits) {
    const std::size_t at = below(text.size() + 1);
    switch (below(5)) {
      case 0:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 3: {  // a line twice
        const std::size_t begin = text.rfind('\n', at) + 1, end = text.find('\n', begin);
        text.insert(begin, text.substr(begin, end - begin) + "\n");
        break;
      }
      default: {  // the value of a line is another
        const std::size_t equals = text.find("= ", at);
        if (equals == std::string::npos) break;
        const std::size_t end = text.find_first_of("\n,}", equals);
        text.replace(equals + 2, end - equals - 2, kPieces[below(std::size(kPieces))]);
      }
    }
  }
  return text;
}

/// Only InputError comes out, whatever goes in.
template <class Read>
void expect_refusals_only(const std::string& text, const char* stream, unsigned tries, Read read) {
  const Random random(1, "scenario_fuzz", stream);
  unsigned refused = 0;
  for (unsigned i = 0; i < tries; ++i) {
    const std::string input = damaged(text, random, i);
    try {
      read(input);
    } catch (const InputError& error) {
      ++refused;
      EXPECT_FALSE(error.message.empty());
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << "\n" << input;
    }
  }
  EXPECT_GT(refused, tries / 4);
  EXPECT_LT(refused, tries);
}

TEST(ScenarioFuzz, RefusesDamagedScenariosAndNothingWorse) {
  expect_refusals_only(shipped("/testbench/scenarios/links8.toml"), "scenario", 300,
                       [](const std::string& text) { read_scenario(text); });
}

TEST(ScenarioFuzz, RefusesDamagedSystemsAndNothingWorse) {
  expect_refusals_only(shipped("/models/system/links8.toml"), "system", 3000,
                       [](const std::string& text) { System::parse(text, "s.toml"); });
}

TEST(ScenarioFuzz, RefusesDamagedFabricsAndNothingWorse) {
  expect_refusals_only(shipped("/models/system/star8.toml"), "fabric", 3000,
                       [](const std::string& text) { System::parse(text, "s.toml"); });
  const std::string scenario = kAllReduce + R"(
[npu3]
hbm_size = "1GiB"
core.clock = "2GHz"
[sw0]
latency = "250cycles"
egress = "8KiB"
)";
  expect_refusals_only(scenario, "fabric_scenario", 300,
                       [](const std::string& text) { read_scenario(text); });
}

TEST(ScenarioFuzz, RefusesDamagedPhyModulesAndNothingWorse) {
  expect_refusals_only(shipped("/models/phy/lpo800.toml"), "phy", 300, [](const std::string& text) {
    TestFiles files;
    files.texts["lpo800"] = text;
    read_scenario(kSmallest, files);
  });
}

}  // namespace
}  // namespace weft
