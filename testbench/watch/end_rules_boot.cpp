// SPDX-License-Identifier: Apache-2.0
// Bring-up, retraining and reset (chapter 7).
#include <algorithm>
#include <string>

#include "testbench/watch/end_rules.h"
#include "testbench/watch/end_rules_views.h"

namespace weft::tb {

using wire::Boot;
using wire::Flit;

namespace {

std::string num(std::uint64_t value) { return std::to_string(value); }

constexpr std::array<std::string_view, 6> kContentClause{"OFL-7.1", "OFL-7.3", "OFL-7.5",
                                                         "OFL-7.7", "OFL-7.8", "OFL-7.10"};

}  // namespace

void EndRules::reborn() {
  duty_.fill(kNever);
  soonest_ = kNever;
  base_ = top_ = next_ = old_next_ = exp_ = ack_told_ = 0;
  ep_ = old_ep_ = disc_ = nak_ep_ = last_ep_ = 0;
  old_valid_ = ep_unsure_ = false;
  idle_nak_at_ = timer_from_ = timer_before_ = timer_moved_ = news_last_ = told_at_ = kNever;
  stall_since_ = stall_may_since_ = poll_owed_ = poll_cause_ = kNever;
  rewinds_in_row_ = retrains_in_row_ = 0;
  tx_rem_ = rx_rem_ = 0;
  used_.fill(0);
  limit_.reset({});
  offered_rem_.fill(0);
  verdict_ = Verdict::kNone;
  ack_since_ = duplicate_at_ = kNever;
  pending_head_ = pending_tail_ = 0;
  given_slots_ = 0;
  given_sop_ = given_eop_ = 0;
  std::array<std::uint64_t, wire::kMaxVcs> grants{};
  std::copy(config_.buffer_units.begin(), config_.buffer_units.end(), grants.begin());
  granted_.reset(grants);
  told_ = grants;
  told_by_.fill(kNever);
  untold_since_.fill(kNever);
  dirty_since_.fill(kNever);
  credit_due_.fill(kNever);
  passed_over_.fill(0);
  phase_ = Phase::kDown;
  session_known_ = held_ = taken_ = peer_runs_ = false;
  cinit_ok_ = active_ok_ = kNever;
  retrain_cause_ = retrain_may_ = down_cause_ = hrst_cause_ = refused_at_ = kNever;
  refuse_reason_ = 0;
  seen_may_.fill(kNever);
  seen_must_.fill(kNever);
  last_op_ = 0;
  view_count_ = 0;
  push_view(0);
}

void EndRules::flushed(std::uint64_t cycle) {
  advance(cycle);
  bool fresh = !started_;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) fresh = fresh && own_.lane(vc).offered == 0;
  if (fresh) return;  // the reset before the first clock
  const bool lost_lock = unlock_may_ && (phase_ == Phase::kParam || phase_ == Phase::kCinit);
  const bool gave_up = config_.retrain_num != 0 && retrains_in_row_ >= config_.retrain_num;
  const std::uint64_t hrst = hrst_cause_;
  if (down_cause_ == kNever && hrst == kNever && !lost_lock && !gave_up && phase_ != Phase::kHrst &&
      phase_ != Phase::kDown) {
    blame("OFL-7.1", cycle, "the end forgot everything", "no reset without a cause");
  }
  for (unsigned vc = 0; vc < config_.vcs; ++vc) space_[vc] = own_.lane(vc).offered;
  own_.sender_flushed();
  peer_.receiver_flushed();
  const Phase before = phase_;
  reborn();
  if (before != Phase::kHrst) hrst_cause_ = hrst;
  flush_until_ = cycle + config_.lag.head;
}

std::uint64_t EndRules::own_param_slot2() const {
  return wire::kBeats | std::uint64_t{config_.seq_bits} << 8 | std::uint64_t{1} << 16 |
         std::uint64_t{config_.vcs} << 24 | std::uint64_t{config_.credit_unit_bytes} << 32 |
         std::uint64_t{8} << 48 | std::uint64_t{1} << 56;
}

std::uint64_t EndRules::own_param_slot3() const {
  return std::uint64_t{config_.fec_id} | std::uint64_t{config_.timer_class} << 8 |
         std::uint64_t{config_.version} << 16;
}

void EndRules::boot_sent(const Flit& flit) {
  const wire::Head& head = flit.head;
  if ((head.seq >> 5) != 0 || head.first != 0 || head.ep != 0 || head.nak_ep != 0 ||
      head.rec != 0 || head.nak || head.poll || head.rtx) {
    blame("OFL-2.3", flit.start, "BOOT head " + hex(flit.slots[0]),
          "zeros but for operation, seen, type and hcs");
  }
  if (head.boot_op() < 1 || head.boot_op() > 5) {
    blame("OFL-7.1", flit.start, "BOOT operation " + num(head.boot_op()), "1 to 5");
    return;
  }
  const Boot op = static_cast<Boot>(head.boot_op());
  const std::string_view clause = kContentClause[head.boot_op()];
  boot_order(flit, op);
  if (last_op_ == head.boot_op() && flit.start - last_boot_ < config_.boot_t) {
    blame("OFL-7.1", flit.start, "BOOT " + num(flit.start - last_boot_) + " cycles after the same",
          "at least BOOT_T = " + num(config_.boot_t));
  }
  last_op_ = head.boot_op();
  last_boot_ = flit.start;
  set_duty(kState, op == Boot::kHrst || phase_ == Phase::kRefused
                       ? kNever
                       : strobe(flit.start + config_.boot_t + wire::kBeats));
  if (op == Boot::kParam) {
    param_content(flit);
  } else {
    const std::uint64_t session = op == Boot::kHrst ? 0 : config_.sessions[end_];
    const std::uint64_t exp = op == Boot::kResync ? flit.slots[1] >> 32 & 0xFFFF : 0;
    if (flit.slots[1] != (session | exp << 32)) {
      blame(clause, flit.start, "slot 1 = " + hex(flit.slots[1]),
            hex(session) + " and exp of a RESYNC");
    }
    if (op == Boot::kResync) reconcile(flit, static_cast<std::uint16_t>(exp));
    if (op == Boot::kCinit || op == Boot::kResync) {
      check_limits(flit, 2, clause);
    } else {
      expect_zero(flit, 2, 6, clause);
    }
  }
  expect_zero(flit, 6, 7, clause);
  if (static_cast<std::uint32_t>(flit.slots[7]) != 0) {
    blame(clause, flit.start, "slot 7 = " + hex(flit.slots[7]), "0 but for the CRC");
  }
  check_seen(flit, op);
}

void EndRules::boot_order(const Flit& flit, Boot op) {
  const std::uint64_t cycle = flit.start;
  const auto from = [&](Phase phase) { return phase_ == phase; };
  const auto wrong = [&](std::string_view clause, std::string expected) {
    blame(clause, cycle,
          "BOOT operation " + num(flit.head.boot_op()) + " in phase " +
              num(static_cast<unsigned>(phase_)),
          std::move(expected));
  };
  Phase to = phase_;
  switch (op) {
    case Boot::kParam:
      if (!from(Phase::kDown) && !from(Phase::kParam) && !from(Phase::kRefused)) {
        wrong("OFL-7.1", "PARAM only after DOWN and TRAIN");
      }
      to = (flit.slots[3] >> 48) != 0 ? Phase::kRefused : Phase::kParam;
      break;
    case Boot::kCinit:
      if (from(Phase::kParam) ? cinit_ok_ > cycle : !from(Phase::kCinit)) {
        wrong("OFL-7.3", "CINIT after a matching PARAM with seen, or after a CINIT");
      }
      to = Phase::kCinit;
      break;
    case Boot::kRetrain: {
      const bool active = from(Phase::kActive) || active_ok_ <= cycle;
      const bool gave_up = rewinds_in_row_ + 1 >= config_.replay_num && timer_may_fire(cycle);
      if (!from(Phase::kRetrain) && !active) {
        wrong("OFL-7.1", "RETRAIN only from ACTIVE");
      } else if (!from(Phase::kRetrain) && retrain_may_ > cycle && !gave_up) {
        wrong("OFL-7.7", "a cause for a retrain");
      }
      to = Phase::kRetrain;
      break;
    }
    case Boot::kResync:
      if (from(Phase::kRetrain)) {
        if (cycle + config_.lag.head + wire::kBeats < retrain_since_ + config_.retrain_t) {
          wrong("OFL-7.7", "RETRAIN for RETRAIN_T cycles");
        }
      } else if (!from(Phase::kResync)) {
        wrong("OFL-7.1", "RESYNC only after RETRAIN");
      }
      to = Phase::kResync;
      break;
    case Boot::kHrst:
      if (!from(Phase::kHrst) && hrst_cause_ > cycle) wrong("OFL-7.10", "a hot reset asked for");
      hrst_cause_ = kNever;
      to = Phase::kHrst;
      break;
  }
  if (to == phase_) return;
  if (to == Phase::kRetrain) leave_active(cycle);
  phase_ = to;
  if (to == Phase::kParam || to == Phase::kRefused) {
    retrain_may_ = down_cause_ = kNever;
    unlock_may_ = false;
  }
}

void EndRules::check_seen(const Flit& flit, Boot op) {
  if (op == Boot::kHrst || phase_ == Phase::kRefused) return;
  const unsigned index = static_cast<unsigned>(op);
  const bool seen = flit.head.boot_seen();
  const bool may = seen_may_[index] <= flit.start;
  const bool must =
      seen_must_[index] != kNever && seen_must_[index] + config_.lag.head <= flit.start;
  if (seen ? !may : must) {
    blame(kContentClause[index], flit.start, seen ? "seen" : "seen clear",
          seen ? "seen clear: no good flit of this phase arrived"
               : "seen: a good flit of this phase arrived in cycle " + num(seen_must_[index]));
  }
}

void EndRules::param_content(const Flit& flit) {
  if (param_hash_ == 0) param_hash_ = flit.slots[1];
  if (flit.slots[1] != param_hash_) {
    blame("OFL-7.3", flit.start, "hash " + hex(flit.slots[1]), hex(param_hash_));
  }
  if (flit.slots[2] != own_param_slot2()) {
    blame("OFL-7.3", flit.start, "slot 2 = " + hex(flit.slots[2]), hex(own_param_slot2()));
  }
  const std::uint64_t wanted = own_param_slot3() | std::uint64_t{config_.window} << 32;
  const std::uint64_t slot3 = flit.slots[3] & 0xFFFFFFFFFFFF;
  if (slot3 != wanted) blame("OFL-7.3", flit.start, "slot 3 = " + hex(slot3), hex(wanted));
  const unsigned reason = flit.slots[3] >> 48;
  const bool may = refused_at_ <= flit.start;
  const bool must = refused_at_ != kNever && refused_at_ + config_.lag.head <= flit.start;
  if (reason != 0 ? !may || reason != refuse_reason_ : must) {
    blame("OFL-7.4", flit.start, "reason " + num(reason),
          num(refused_at_ == kNever ? 0 : refuse_reason_));
  }
  if (flit.slots[4] != config_.sessions[end_]) {
    blame("OFL-7.3", flit.start, "slot 4 = " + hex(flit.slots[4]), hex(config_.sessions[end_]));
  }
  expect_zero(flit, 5, 6, "OFL-7.3");
}

// OFL-7.8: exp of a RESYNC says which flits the end took before it left ACTIVE.
void EndRules::reconcile(const Flit& flit, std::uint16_t exp) {
  const std::uint64_t back = (exp_ - exp) & mask_;
  if (back > pending_tail_ - pending_head_) {
    blame("OFL-7.8", flit.start, "exp " + num(exp), num(exp_ & mask_));
    return;
  }
  if (back != 0) {
    const Accepted& first = pending_[(pending_tail_ - back) % pending_.size()];
    rx_rem_ = first.rem_before;
    rx_vc_ = first.vc_before;
    pending_tail_ -= back;
    exp_ -= back;
    counts_.accepted -= back;
    push_view(flit.start);
  }
  if (pending_head_ != pending_tail_) set_duty(kCommit, flit.start + config_.lag.commit);
}

void EndRules::boot_received(const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  const std::uint32_t session = static_cast<std::uint32_t>(flit.slots[1]);
  const bool same = session_known_ && session == peer_session_;
  if (flit.head.boot_op() < 1 || flit.head.boot_op() > 5) return;
  switch (static_cast<Boot>(flit.head.boot_op())) {
    case Boot::kParam:
      param_received(flit);
      break;
    case Boot::kCinit:
      cinit_received(flit);
      break;
    case Boot::kRetrain:
      seen_may_[3] = std::min(seen_may_[3], cycle);
      if (phase_ == Phase::kActive || active_ok_ != kNever || held_) retrain_may_ = cycle;
      if (phase_ == Phase::kActive) {
        retrain_cause_ = std::min(retrain_cause_, cycle);
        set_duty(kState, due_from(cycle + wire::kBeats));
      }
      break;
    case Boot::kResync:
      if (!session_known_ && phase_ >= Phase::kActive) {  // begun with the start-up strap
        session_known_ = true;
        peer_session_ = session;
      } else if (!same) {
        down_cause_ = cycle;
        break;
      }
      resync_received(flit);
      break;
    case Boot::kHrst:
      if (phase_ != Phase::kHrst) hrst_cause_ = cycle;
      break;
  }
}

void EndRules::param_received(const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  const std::uint32_t session = static_cast<std::uint32_t>(flit.slots[4]);
  if (phase_ != Phase::kDown && phase_ != Phase::kParam) {
    if (phase_ != Phase::kCinit || session != peer_session_ || !flit.head.boot_seen())
      down_cause_ = cycle;
    return;
  }
  if (phase_ == Phase::kParam && cinit_ok_ != kNever && session != peer_session_)
    down_cause_ = cycle;
  const std::uint64_t mine2 = own_param_slot2();
  const std::uint64_t mine3 = own_param_slot3();
  unsigned reason = 0;
  constexpr std::array<unsigned, 8> kFields2{0, 8, 16, 24, 32, 48, 56, 64};
  constexpr std::array<unsigned, 4> kFields3{0, 8, 16, 32};
  const std::uint64_t differ2 = flit.slots[2] ^ mine2;
  const std::uint64_t differ3 = (flit.slots[3] ^ mine3) & 0xFFFFFFFF;
  for (unsigned i = 0; i < 7 && reason == 0; ++i) {
    const unsigned bits = kFields2[i + 1] - kFields2[i];
    if ((differ2 >> kFields2[i] & ((std::uint64_t{1} << bits) - 1)) != 0) reason = 1 + i;
  }
  for (unsigned i = 0; i < 3 && reason == 0; ++i) {
    const unsigned bits = kFields3[i + 1] - kFields3[i];
    if ((differ3 >> kFields3[i] & ((std::uint64_t{1} << bits) - 1)) != 0) reason = 8 + i;
  }
  if (param_hash_ == 0) param_hash_ = flit.slots[1];
  if (reason == 0 && flit.slots[1] != param_hash_) reason = 11;
  if (reason != 0) {
    if (phase_ == Phase::kParam && refused_at_ == kNever) {
      refused_at_ = cycle;
      refuse_reason_ = reason;
    }
    return;
  }
  session_known_ = true;
  peer_session_ = session;
  seen_may_[1] = std::min(seen_may_[1], cycle);
  if (phase_ == Phase::kParam) seen_must_[1] = std::min(seen_must_[1], cycle);
  if (flit.head.boot_seen()) to_cinit(cycle);
}

void EndRules::to_cinit(std::uint64_t cycle) {
  if (cinit_ok_ != kNever || refused_at_ != kNever) return;
  cinit_ok_ = cycle;
  if (phase_ == Phase::kParam) set_duty(kState, due_from(cycle + wire::kBeats));
}

void EndRules::cinit_received(const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  const std::uint32_t session = static_cast<std::uint32_t>(flit.slots[1]);
  if (phase_ == Phase::kActive) {
    if (!session_known_) peer_session_ = session;
    session_known_ = true;
    if (session != peer_session_) {
      down_cause_ = cycle;
    } else {
      news(cycle);
    }
    return;
  }
  if (!session_known_ || session != peer_session_) return;
  if (phase_ != Phase::kDown && phase_ != Phase::kParam && phase_ != Phase::kCinit) return;
  seen_may_[1] = std::min(seen_may_[1], cycle);
  if (phase_ == Phase::kParam && cinit_ok_ == kNever) {
    seen_must_[1] = std::min(seen_must_[1], cycle);
    to_cinit(cycle);  // its limits are not taken
    return;
  }
  if (cinit_ok_ == kNever) return;
  held_ = true;
  take_limits(flit, 2);
  seen_may_[2] = std::min(seen_may_[2], cycle);
  if (phase_ == Phase::kCinit) {
    seen_must_[2] = std::min(seen_must_[2], cycle);
    if (flit.head.boot_seen() || peer_runs_) set_duty(kState, due_from(cycle + wire::kBeats));
  }
  if ((flit.head.boot_seen() || peer_runs_) && active_ok_ == kNever) active_ok_ = cycle;
}

void EndRules::resync_received(const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  if (phase_ == Phase::kActive) {
    if (flit.head.boot_seen()) {
      news(cycle);
    } else {
      retrain_cause_ = std::min(retrain_cause_, cycle);
      retrain_may_ = cycle;
      set_duty(kState, due_from(cycle + wire::kBeats));
    }
    return;
  }
  seen_may_[3] = std::min(seen_may_[3], cycle);
  if (phase_ == Phase::kCinit && held_) retrain_may_ = cycle;
  const bool late = cycle + config_.lag.head + wire::kBeats >= retrain_since_ + config_.retrain_t;
  if (phase_ != Phase::kResync && !(phase_ == Phase::kRetrain && late)) return;
  seen_may_[4] = std::min(seen_may_[4], cycle);
  if (phase_ == Phase::kResync) seen_must_[4] = std::min(seen_must_[4], cycle);
  if (!taken_) {
    taken_ = true;
    const std::uint64_t ahead = ((flit.slots[1] >> 32 & 0xFFFF) - base_) & mask_;
    if (ahead <= top_ - base_) base_ += ahead;
    rewinds_in_row_ = 0;
    if (base_ != top_) {
      ep_ = (ep_ + 1) & 3;
      next_ = base_;
    }
    ep_unsure_ = true;
    old_valid_ = false;
    push_view(cycle);
  }
  take_limits(flit, 2);
  if ((flit.head.boot_seen() || peer_runs_) && active_ok_ == kNever) {
    active_ok_ = cycle;
    if (phase_ == Phase::kResync) set_duty(kState, due_from(cycle + wire::kBeats));
  }
}

}  // namespace weft::tb
