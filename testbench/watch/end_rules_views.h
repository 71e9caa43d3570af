// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "testbench/watch/end_rules.h"

namespace weft::tb {

/// Calls `fn` with each state the end may have been in at some moment of [cycle - lag, cycle].
template <typename Fn>
void EndRules::views(std::uint64_t cycle, unsigned lag, Fn&& fn) const {
  const std::uint64_t from = cycle > lag ? cycle - lag : 0;
  for (std::uint64_t i = view_count_; i > 0 && view_count_ - i < views_.size(); --i) {
    const View& view = views_[(i - 1) % views_.size()];
    if (view.cycle > cycle) continue;
    fn(view);
    if (view.cycle <= from) return;
  }
}

}  // namespace weft::tb
