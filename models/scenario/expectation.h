// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/config.h"
#include "models/scenario/metric.h"
#include "models/system/system.h"

namespace weft {

/// One line of [expect], for one part: a metric and where it must lie.
struct Expectation {
  MetricScope scope = MetricScope::kRun;
  std::size_t part = 0;  ///< index into the links or nodes of the system
  std::size_t metric = 0;
  std::uint64_t least = 0;
  std::uint64_t most = ~std::uint64_t{0};
  std::string key;      ///< "link3.replays"
  std::string pattern;  ///< as written: "link*.replays"
  std::string wanted;   ///< as written: "5..100"
  SourcePos pos;

  bool met(std::uint64_t value) const { return least <= value && value <= most; }
};

/// Reads [expect]. Throws InputError when there is none, for a part or metric that does not exist,
/// and for a value that is no number or range of the metric's kind: 0, true, "5..100", "..2us",
/// "100Gb/s..".
std::vector<Expectation> read_expectations(const Config& config, const System& system);

}  // namespace weft
