// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/fault_score.h"

namespace weft::tb {

bool FaultScore::passed() const {
  if (!happened || seen != expected) return false;
  if (expected == Recovery::kHang) return true;
  const bool there = expected == Recovery::kLinkDown || recovered;
  return there && took <= within;
}

std::string FaultScore::wanted_text() const {
  std::string text(name_of(expected));
  if (!within.is_never()) text += " within " + to_string(within);
  return text;
}

std::string FaultScore::seen_text() const {
  if (!happened) return "never happened";
  const std::string text(name_of(seen));
  if (seen == Recovery::kHang) return text;
  if (seen == Recovery::kLinkDown) return text + " after " + to_string(took);
  return recovered ? text + " in " + to_string(took) : text + ", not recovered";
}

}  // namespace weft::tb
