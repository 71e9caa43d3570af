// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "testbench/regress/run_record.h"

namespace weft::tb {

/// A message without what differs from run to run: each number, and each word of eight or more hex
/// digits, becomes one `*`. "link3.replays = 8" -> "link*.replays = *".
std::string normalised_message(std::string_view message);

/// Failures that look alike.
struct FailureBucket {
  std::string text;               ///< kind and normalised message
  std::vector<std::size_t> runs;  ///< indices of records, in their order
};

/// Buckets of the runs that failed, the fullest first, else in the order of their first run.
std::vector<FailureBucket> failure_buckets(const std::vector<RunRecord>& records);

}  // namespace weft::tb
