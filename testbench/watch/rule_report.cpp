// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/rule_report.h"

#include <utility>

namespace weft::tb {

std::string RuleViolation::text() const {
  return clause + " cycle " + std::to_string(cycle) + " end " + std::to_string(end) + ": saw " +
         seen + ", expected " + expected;
}

void RuleReport::add(std::string_view clause, std::uint64_t cycle, unsigned end, std::string seen,
                     std::string expected) {
  if (excusing_) {
    ++excused_;
    return;
  }
  ++count_;
  if (kept_.size() < keep_) {
    kept_.push_back({std::string(clause), cycle, end, std::move(seen), std::move(expected)});
  }
}

}  // namespace weft::tb
