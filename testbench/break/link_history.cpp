// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/link_history.h"

#include <algorithm>
#include <utility>

namespace weft::tb {
namespace {

/// Of cycles in ascending order, those in [from, to].
std::uint64_t count_in(const std::vector<Cycle>& cycles, Cycle from, Cycle to) {
  const auto begin = std::lower_bound(cycles.begin(), cycles.end(), from);
  return static_cast<std::uint64_t>(std::upper_bound(begin, cycles.end(), to) - begin);
}

}  // namespace

LinkHistory::LinkHistory(Link& link, Accepted accepted)
    : config_(link.config()), accepted_(std::move(accepted)) {
  for (unsigned side : {0u, 1u}) {
    ends_[side].history = this;
    ends_[side].side = side;
    link.end(side).set_watch(&ends_[side]);
  }
}

void LinkHistory::End::clocked(const weft_link_in& in, const weft_link_out& out) {
  const bool is_up = (out.flags & WEFT_OUT_UP) != 0;
  if (is_up != up) changes.push_back({in.now, is_up});
  up = is_up;
  if ((out.flags & WEFT_OUT_FLUSH) != 0) restarts.push_back(in.now);
  if ((out.flags & WEFT_OUT_LO_SOF) != 0) sent(in.now, out.lo_data[0]);
  if ((out.flags & WEFT_OUT_HR_COMMIT) != 0) history->accepted_(side, accepted++, in.now);
}

void LinkHistory::End::sent(Cycle cycle, std::uint64_t head) {
  const LinkConfig& config = history->config_;
  if (config.head_type.get(head) != config.data) return;
  const bool again = config.head_rtx.get(head) != 0;
  const std::uint64_t seq = config.head_seq.get(head);
  if (again && (!repeats || seq != next_seq)) replays.push_back(cycle);
  repeats = again;
  next_seq = (seq + 1) & config.head_seq.max();
}

Cycle LinkHistory::up_from(Cycle cycle) const {
  for (;;) {  // until neither end puts it off any more
    const Cycle before = cycle;
    for (const End& end : ends_) {
      const auto later = [&](const Change& change) { return change.cycle > cycle; };
      auto next = std::find_if(end.changes.begin(), end.changes.end(), later);
      if (next != end.changes.begin() && (next - 1)->up) continue;
      while (next != end.changes.end() && !next->up) ++next;
      if (next == end.changes.end()) return kNever;
      cycle = next->cycle;
    }
    if (cycle == before) return cycle;
  }
}

Cycle LinkHistory::lost_in(Cycle from, Cycle to) const {
  Cycle first = kNever;
  for (const End& end : ends_) {
    for (const Change& change : end.changes) {
      if (!change.up && change.cycle >= from && change.cycle <= to) {
        first = std::min(first, change.cycle);
      }
    }
  }
  return first;
}

bool LinkHistory::down_for_good(Cycle from, Cycle to) const {
  return std::any_of(ends_.begin(), ends_.end(), [&](const End& end) {
    return !end.changes.empty() && !end.changes.back().up && end.changes.back().cycle >= from &&
           end.changes.back().cycle <= to;
  });
}

bool LinkHistory::restarted_in(Cycle from, Cycle to) const {
  return std::any_of(ends_.begin(), ends_.end(),
                     [&](const End& end) { return count_in(end.restarts, from, to) != 0; });
}

std::uint64_t LinkHistory::retrains_in(Cycle from, Cycle to) const {
  std::uint64_t most = 0;
  for (const End& end : ends_) {
    const auto lost = std::count_if(end.changes.begin(), end.changes.end(), [&](const Change& one) {
      return !one.up && one.cycle >= from && one.cycle <= to;
    });
    most = std::max(most, static_cast<std::uint64_t>(lost));
  }
  return most;
}

std::uint64_t LinkHistory::replays_in(Cycle from, Cycle to) const {
  return count_in(ends_[0].replays, from, to) + count_in(ends_[1].replays, from, to);
}

}  // namespace weft::tb
