// SPDX-License-Identifier: Apache-2.0
// Entering and leaving ACTIVE (chapter 7, OFL-6.14).
#include <algorithm>
#include <string>

#include "testbench/watch/end_rules.h"

namespace weft::tb {

using wire::Flit;
using wire::Type;

void EndRules::enter_active(const Flit& flit) {
  const bool data = flit.head.type() == Type::kData;
  const bool waiting = phase_ == Phase::kCinit || phase_ == Phase::kResync ||
                       (phase_ == Phase::kParam && held_) || (phase_ == Phase::kRetrain && taken_);
  if (!waiting || active_ok_ > flit.start) {
    const char* clause = data                        ? "OFL-6.14"
                         : phase_ == Phase::kRetrain ? "OFL-7.7"
                         : phase_ == Phase::kResync  ? "OFL-7.8"
                         : phase_ == Phase::kCinit   ? "OFL-7.5"
                                                     : "OFL-7.1";
    blame(clause, flit.start, data ? "DATA outside of ACTIVE" : "a CTRL outside of ACTIVE",
          "BOOT flits only in phase " + std::to_string(static_cast<unsigned>(phase_)));
    return;
  }
  phase_ = Phase::kActive;
  for (const Duty duty : {kRepeat, kGo, kNews, kAck, kCredit, kStall, kTimer, kState}) {
    duty_[duty] = kNever;
  }
  news_last_ = active_ok_;
  set_duty(kNews, due_from(flit.start));
  for (std::uint64_t& due : credit_due_) {
    if (due != kNever) due = std::max(due, due_from(flit.start));
  }
  retrain_cause_ = retrain_may_ = active_ok_ = kNever;
  taken_ = false;
  last_op_ = 0;
  seen_may_.fill(kNever);
  seen_must_.fill(kNever);
  set_timer(base_ == top_ ? kNever : flit.start);
}

// The first RETRAIN flit: the running parts of the receive state are gone.
void EndRules::leave_active(std::uint64_t cycle) {
  ++retrains_in_row_;
  duty_.fill(kNever);
  soonest_ = kNever;
  disc_ = 0;
  if (last_ep_at_ + 2 * config_.lag.head >= cycle) last_ep_ = kAnyEp;  // it may not count
  poll_owed_ = kNever;
  poll_cause_ = kNever;
  stall_since_ = stall_may_since_ = kNever;
  duplicate_at_ = kNever;
  taken_ = peer_runs_ = false;
  active_ok_ = kNever;
  retrain_cause_ = kNever;
  retrain_since_ = cycle;
  given_slots_ = 0;
  given_sop_ = given_eop_ = 0;
  seen_must_.fill(kNever);
  seen_may_[4] = kNever;
  push_view(cycle);
}

}  // namespace weft::tb
