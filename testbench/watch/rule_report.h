// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::tb {

/// One broken rule.
struct RuleViolation {
  std::string clause;       ///< "OFL-6.4", or "HOST" for the faces to the hosts
  std::uint64_t cycle = 0;  ///< when it was noticed
  unsigned end = 0;         ///< 0 or 1: who broke it
  std::string seen;
  std::string expected;

  /// "OFL-6.4 cycle 812 end 1: saw ..., expected ..."
  std::string text() const;
};

/// Collects violations: keeps the first ones whole and counts them all.
class RuleReport {
 public:
  explicit RuleReport(std::size_t keep) : keep_(keep) {}

  void add(std::string_view clause, std::uint64_t cycle, unsigned end, std::string seen,
           std::string expected);

  /// From now on violations are counted apart: the link was handed an error nobody can detect.
  void excuse() { excusing_ = true; }

  const std::vector<RuleViolation>& violations() const { return kept_; }
  std::uint64_t count() const { return count_; }
  std::uint64_t excused() const { return excused_; }

 private:
  std::size_t keep_;
  std::vector<RuleViolation> kept_;
  std::uint64_t count_ = 0;
  std::uint64_t excused_ = 0;
  bool excusing_ = false;
};

}  // namespace weft::tb
