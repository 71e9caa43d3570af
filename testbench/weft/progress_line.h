// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <iosfwd>

#include "testbench/run/platform.h"

namespace weft::tb {

/// A line on a terminal that tells how far a run is, twice a second: simulated time, how fast it
/// passes, what is left, what has been under way for longest. Gone when the run is.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream& err) : err_(err) {}
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Between windows, as often as you like.
  void operator()(const Platform& platform);

 private:
  using Wall = std::chrono::steady_clock;

  std::ostream& err_;
  Wall::time_point begin_ = Wall::now();
  Wall::time_point last_ = begin_;
  bool shown_ = false;
};

}  // namespace weft::tb
