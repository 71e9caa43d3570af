// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/link_pairs.h"

namespace weft::test {

/// Names of the conformance cases that are quick, or of those that are not.
inline std::vector<std::string> conform_case_names(bool quick) {
  std::vector<std::string> names;
  for (const tb::ConformCase& one : tb::conform_cases()) {
    if (one.quick == quick) names.push_back(one.name);
  }
  return names;
}

/// One case of the conformance suite on one pair of ends.
class ConformSuite : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void run_case() {
    const auto& [case_name, pair_name] = GetParam();
    const Protocol protocol = ofl();
    const tb::ConformCase* picked = nullptr;
    for (const tb::ConformCase& one : tb::conform_cases()) {
      if (one.name == case_name) picked = &one;
    }
    ASSERT_NE(picked, nullptr);
    for (const tb::LinkPair& pair : link_pairs(protocol)) {
      if (pair.name == pair_name) run_pair(protocol, *picked, pair);
    }
  }

 private:
  /// The RTL is run in full, the others with a tenth of the flits. WEFT_CONFORM_FLITS sets the
  /// number for a longer or shorter run.
  static std::uint64_t flits_of(const tb::ConformCase& picked, const tb::LinkPair& pair) {
    if (picked.quick) return picked.flits;
    if (const char* text = std::getenv("WEFT_CONFORM_FLITS"))
      return std::strtoull(text, nullptr, 10);
    return pair.name == "rtl_rtl" ? picked.flits : picked.flits / 10;
  }

  void run_pair(const Protocol& protocol, const tb::ConformCase& picked, const tb::LinkPair& pair) {
    std::uint64_t runs = 0, failed = 0, flits = 0, faults = 0, packets = 0;
    for (const tb::ConformRun& run : picked.runs(protocol, flits_of(picked, pair))) {
      const tb::ConformResult result = tb::run_conform(protocol, pair.first, pair.second, run);
      ++runs;
      flits += result.counts.sent_flits;
      packets += result.counts.packets_delivered;
      for (const auto& direction : result.directions) faults += direction.wire.faults();
      if (!result.ok() && ++failed <= 5) ADD_FAILURE() << result.text();
    }
    EXPECT_EQ(failed, 0u) << "of " << runs << " runs";
    EXPECT_GT(packets, 0u);
    EXPECT_GE(faults, picked.least_faults) << "the case broke less than it should";
    RecordProperty("flits", std::to_string(flits));
    RecordProperty("faults", std::to_string(faults));
  }
};

inline std::string conform_test_name(const testing::TestParamInfo<ConformSuite::ParamType>& info) {
  return std::get<0>(info.param) + "_" + std::get<1>(info.param);
}

}  // namespace weft::test
