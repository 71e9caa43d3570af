// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/progress_line.h"

#include <ostream>

#include "testbench/run/text_table.h"

namespace weft::tb {
namespace {

constexpr double kLeastPart = 0.01;  // of the load, below which nobody can say how long it takes

/// "3 min", "12 s"
std::string wall_text(double seconds) {
  if (seconds >= 90) return fixed(seconds / 60, 0) + " min";
  return fixed(seconds, 0) + " s";
}

}  // namespace

ProgressLine::~ProgressLine() {
  if (shown_) err_ << "\r\033[K" << std::flush;
}

void ProgressLine::operator()(const Platform& platform) {
  const Wall::time_point now = Wall::now();
  if (now - last_ < std::chrono::milliseconds(500)) return;
  last_ = now;
  shown_ = true;
  const double wall = std::chrono::duration<double>(now - begin_).count();
  const Nodes& nodes = platform.nodes();
  err_ << "\r\033[K" << to_string(platform.now()) << " simulated, "
       << fixed(static_cast<double>(platform.now().fs()) / 1e9 / wall, 1) << " us/s";
  if (const double part = nodes.part_done(platform.now()); part >= kLeastPart) {
    err_ << "; " << fixed(100 * part, 0) << "%, " << wall_text(wall * (1 - part) / part) << " left";
  }
  err_ << "; " << nodes.outstanding() << " transactions under way";
  if (const std::string oldest = nodes.oldest_outstanding(); !oldest.empty()) {
    err_ << ", oldest " << oldest;
  }
  err_ << std::flush;
}

}  // namespace weft::tb
