// SPDX-License-Identifier: Apache-2.0
// What an end makes of what it receives (chapter 6), and what it gives its host.
#include <algorithm>
#include <cstring>
#include <string>

#include "testbench/watch/end_rules.h"
#include "testbench/watch/end_rules_views.h"

namespace weft::tb {

using wire::Flit;
using wire::kPayloadSlots;
using wire::Type;

namespace {
std::string num(std::uint64_t value) { return std::to_string(value); }
}  // namespace

void EndRules::bad_received(std::uint64_t cycle) {
  advance(cycle);
  ++counts_.received_bad;
  verdict_ = Verdict::kBad;
  if (!processing()) return;
  const bool sure = phase_ == Phase::kActive ||
                    (phase_ == Phase::kCinit && seen_must_[2] != kNever) ||
                    (phase_ == Phase::kResync && seen_must_[4] != kNever);
  poll_cause_ = cycle;
  if (sure) {
    if (poll_owed_ == kNever) poll_owed_ = cycle;
    if (disc_ != 1) nak_ep_ = last_ep_;
    if (disc_ == 0) disc_ = 1;
    news(cycle);
    everything_dirty(cycle);
  } else {
    if (disc_ == 0) disc_ = 2;
    news_last_ = cycle;
  }
  push_view(cycle);
}

bool EndRules::expects(std::uint64_t head_slot) const {
  const wire::Head head = wire::decode_head(head_slot);
  return processing() && head.type() == Type::kData && head.hcs == wire::head_check(head_slot) &&
         head.reserved_clear && head.seq == (exp_ & mask_);
}

void EndRules::good_received(const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  advance(cycle);
  if (flit.head.type() == Type::kBoot) {
    ++counts_.received_good;
    boot_received(flit);
    return;
  }
  if (!processing()) {
    ++counts_.received_good;
    verdict_ = Verdict::kIgnored;
    return;
  }
  const bool data = flit.head.type() == Type::kData;
  if (data && ((flit.head.seq - exp_) & mask_) == 0 &&
      flit.head.first != wire::first_field(rx_rem_)) {
    bad_received(cycle);  // OFL-4.4
    return;
  }
  ++counts_.received_good;
  if (!peer_runs_) {
    peer_runs_ = true;
    if (phase_ != Phase::kActive && active_ok_ == kNever && (held_ || taken_)) {
      active_ok_ = cycle;
      set_duty(kState, due_from(cycle + wire::kBeats));
    }
  }
  take_ack(cycle, flit.tail.ack);
  if (flit.head.rec < config_.vcs) take_limit(cycle, flit.head.rec, flit.tail.cnt);
  if (!data) take_limits(flit, 1);
  if (flit.head.poll || flit.head.nak) {
    news(cycle);
    everything_dirty(cycle);
  }
  if (flit.head.nak) take_nak(flit);
  if (data) {
    judge_data(flit);
  } else {
    judge_ctrl(flit);
  }
  if (last_ep_ != flit.head.ep) last_ep_at_ = cycle;
  last_ep_ = flit.head.ep;
  push_view(cycle);
  update_go(cycle);
}

void EndRules::take_ack(std::uint64_t cycle, std::uint16_t ack) {
  const std::uint64_t ahead = (ack - base_) & mask_;
  if (ahead == 0 || ahead > top_ - base_) return;
  base_ += ahead;
  rewinds_in_row_ = retrains_in_row_ = 0;
  set_timer(base_ == top_ ? kNever : cycle);
  if (!repeating()) duty_[kRepeat] = kNever;
}

void EndRules::take_limit(std::uint64_t cycle, unsigned vc, std::uint32_t value) {
  const std::uint64_t ahead = (value - limit_.now(vc)) & wire::kCreditMask;
  if (ahead == 0 || ahead >= (wire::kCreditMask + 1) / 2) return;
  limit_.add(vc, ahead, cycle);
  update_stall(cycle, true);
}

void EndRules::take_limits(const Flit& flit, unsigned first_slot) {
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const std::uint64_t field = flit.slots[first_slot + vc / 4] >> 16 * (vc % 4) & 0xFFFF;
    take_limit(flit.last, vc, field & wire::kCreditMask);
  }
}

void EndRules::take_nak(const Flit& flit) {
  if (flit.head.nak_ep != ep_) return;
  if (base_ == top_) {
    idle_nak_at_ = flit.last;
    return;
  }
  if (phase_ != Phase::kActive) return;
  if (rewinds_in_row_ + 1 >= config_.replay_num && config_.replay_num != 0) {
    retrain_cause_ = retrain_may_ = flit.last;  // OFL-6.13
    return;
  }
  rewind(flit.last, false);
}

void EndRules::discontinuity(std::uint64_t cycle, unsigned ep) {
  if (disc_ != 1 || nak_ep_ != ep) news(cycle);
  disc_ = 1;
  nak_ep_ = static_cast<std::uint8_t>(ep);
}

void EndRules::judge_data(const Flit& flit) {
  const std::uint64_t ahead = (flit.head.seq - exp_) & mask_;
  if (ahead == 0) {
    disc_ = 0;
    accept(flit);
  } else if (ahead < config_.window) {
    verdict_ = Verdict::kGap;
    discontinuity(flit.last, flit.head.ep);
  } else {
    verdict_ = Verdict::kDuplicate;
    duplicate_at_ = flit.last;
    if (phase_ == Phase::kActive) at_most(kAck, tell_from(flit.last));
  }
}

void EndRules::judge_ctrl(const Flit& flit) {
  const std::uint64_t ahead = (flit.head.seq - exp_) & mask_;
  if (ahead == 0) {
    disc_ = 0;
  } else if (ahead <= config_.window) {
    discontinuity(flit.last, flit.head.ep);
  }
}

void EndRules::accept(const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  if (pending_tail_ - pending_head_ == pending_.size()) {
    blame("OFL-6.4", cycle, num(pending_.size()) + " accepted flits not committed", "commits");
    ++pending_head_;
  }
  Accepted& taken = pending_[pending_tail_++ % pending_.size()];
  taken.cycle = cycle;
  taken.seq = exp_;
  taken.rem_before = rx_rem_;
  taken.vc_before = rx_vc_;
  taken.piece_count = 0;
  taken.sop = taken.eop = 0;
  std::memcpy(taken.payload.data(), flit.payload(), sizeof taken.payload);
  unsigned at = 0;
  while (at < kPayloadSlots) {
    const bool starts = rx_rem_ == 0;
    if (starts) {
      const wire::PacketHead header(taken.payload[at]);
      if (header.kind == 0) break;
      rx_rem_ = std::max(1u, header.len);
      rx_vc_ = header.vc;
      taken.sop |= 1u << at;
    }
    const unsigned here =
        static_cast<unsigned>(std::min<std::uint64_t>(rx_rem_, kPayloadSlots - at));
    rx_rem_ -= here;
    taken.pieces[taken.piece_count++] = {at, here, rx_vc_, starts, rx_rem_ == 0};
    at += here;
    if (rx_rem_ == 0) taken.eop |= 1u << (at - 1);
  }
  taken.slots = at;
  ++exp_;
  ++counts_.accepted;
  if (duty_[kCommit] == kNever) set_duty(kCommit, cycle + config_.lag.commit);
  if (ack_since_ == kNever) {
    ack_since_ = cycle;
    at_most(kAck, tell_from(cycle + config_.ack_t));
  }
  if (exp_ - ack_told_ >= config_.ack_n) at_most(kAck, tell_from(cycle));
}

void EndRules::delivered(std::uint64_t cycle, unsigned mask, unsigned sop, unsigned eop,
                         unsigned vc, bool commit_it, bool abort, const std::uint64_t* data) {
  advance(cycle);
  if (((sop | eop) & ~mask) != 0) {
    blame("HOST", cycle, "hr_sop or hr_eop outside of hr_mask", "marks on slots of packets");
  }
  if (commit_it && abort) blame("HOST", cycle, "commit and abort at once", "one of them");
  for (unsigned slot = 0; mask != 0 && slot < wire::kSlotsPerBeat; ++slot) {
    if ((mask >> slot & 1) == 0) continue;
    if (given_slots_ == given_.size()) {
      blame("HOST", cycle, "more than a flit between commits",
            "commit or abort with its last beat");
      given_slots_ = 0;
      given_sop_ = given_eop_ = 0;
    }
    given_[given_slots_] = data[slot];
    given_vc_[given_slots_] = static_cast<std::uint8_t>(vc);
    given_sop_ |= std::uint64_t{sop >> slot & 1} << given_slots_;
    given_eop_ |= std::uint64_t{eop >> slot & 1} << given_slots_;
    ++given_slots_;
  }
  if (commit_it) commit(cycle);
  if (commit_it || abort) {
    given_slots_ = 0;
    given_sop_ = given_eop_ = 0;
  }
}

void EndRules::commit(std::uint64_t cycle) {
  ++counts_.committed;
  if (pending_head_ == pending_tail_) {
    switch (verdict_) {
      case Verdict::kBad:
        blame("OFL-6.3", cycle, "a bad flit delivered", "none of it used");
        break;
      case Verdict::kDuplicate:
        blame("OFL-6.4", cycle, "a duplicate delivered", "each flit once");
        break;
      case Verdict::kGap:
        blame("OFL-6.4", cycle, "a flit after a gap delivered", "flit " + num(exp_) + " first");
        break;
      default:
        blame("OFL-6.4", cycle, "a commit without an accepted flit", "none");
    }
    return;
  }
  const Accepted& taken = pending_[pending_head_++ % pending_.size()];
  set_duty(kCommit, pending_head_ == pending_tail_
                        ? kNever
                        : pending_[pending_head_ % pending_.size()].cycle + config_.lag.commit);
  if (given_slots_ != taken.slots ||
      std::memcmp(given_.data(), taken.payload.data(), taken.slots * 8) != 0) {
    blame("OFL-4.1", cycle,
          "flit " + num(taken.seq) + " delivered as " + num(given_slots_) + " other slots",
          "its " + num(taken.slots) + " packet slots as received");
  } else if (given_sop_ != taken.sop || given_eop_ != taken.eop) {
    blame("HOST", cycle, "sop " + hex(given_sop_) + " eop " + hex(given_eop_),
          "sop " + hex(taken.sop) + " eop " + hex(taken.eop));
  }
  peer_.receiver_runs();
  for (unsigned i = 0; i < taken.piece_count; ++i) {
    const Piece& piece = taken.pieces[i];
    counts_.slots_delivered += piece.slots;
    counts_.packets_delivered += piece.ends ? 1 : 0;
    if (piece.vc >= config_.vcs) continue;
    const bool continued = !piece.starts && given_slots_ > piece.from;
    if (continued && given_vc_[piece.from] != piece.vc) {
      blame("HOST", cycle, "hr_vc " + num(given_vc_[piece.from]), num(piece.vc));
    }
    OfferedStream::Lane& lane = peer_.lane(piece.vc);
    if (!lane.same(lane.delivered, piece.slots, &given_[piece.from])) {
      blame("OFL-4.5", cycle,
            num(piece.slots) + " slots of VC " + num(piece.vc) + " from position " +
                num(lane.delivered) + " that are not what the other host offered there",
            "everything offered, in order, exactly once");
    }
    lane.delivered += piece.slots;
  }
}

}  // namespace weft::tb
