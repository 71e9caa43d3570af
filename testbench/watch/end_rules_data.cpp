// SPDX-License-Identifier: Apache-2.0
// What an end sends: packets in flits, credit, and what it may not leave undone (chapters 4 and 5).
#include <algorithm>
#include <cstring>
#include <string>

#include "testbench/watch/end_rules.h"
#include "testbench/watch/end_rules_views.h"

namespace weft::tb {

using wire::Flit;
using wire::kPayloadSlots;

namespace {
std::string num(std::uint64_t value) { return std::to_string(value); }
}  // namespace

void EndRules::data_sent(const Flit& flit, std::uint64_t seq) {
  auto& stored = store_[seq & (store_.size() - 1)];
  std::uint8_t& stored_first = store_first_[seq & (store_.size() - 1)];
  if (seq < top_) {
    if (std::memcmp(stored.data(), flit.payload(), sizeof stored) != 0) {
      unsigned slot = 0;
      while (stored[slot] == flit.payload()[slot]) ++slot;
      blame("OFL-3.3", flit.start,
            "repeated flit " + num(seq) + " with slot " + num(slot + 1) + " = " +
                hex(flit.payload()[slot]),
            hex(stored[slot]) + " as when it was sent first");
    } else if (flit.head.first != stored_first) {
      blame("OFL-3.3", flit.start,
            "repeated flit " + num(seq) + " with first " + num(flit.head.first),
            num(stored_first) + " as when it was sent first");
    }
    return;
  }
  ++counts_.sent_first;
  std::memcpy(stored.data(), flit.payload(), sizeof stored);
  stored_first = flit.head.first;
  if (timer_from_ == kNever) set_timer(flit.start);
  top_ = seq + 1;
  if (next_ == seq) next_ = top_;
  check_packing(flit);
}

void EndRules::check_packing(const Flit& flit) {
  const std::uint64_t* slots = flit.payload();
  const unsigned first = wire::first_field(tx_rem_);
  if (flit.head.first != first) {
    blame("OFL-4.4", flit.start, "first " + num(flit.head.first), num(first));
  }
  unsigned at = 0;
  if (tx_rem_ != 0) {
    at = static_cast<unsigned>(std::min<std::uint64_t>(tx_rem_, kPayloadSlots));
    OfferedStream::Lane& lane = own_.lane(tx_vc_);
    if (!lane.same(lane.sent, at, slots)) {
      blame("OFL-4.2", flit.start, "slots that are not the rest of the packet of VC " + num(tx_vc_),
            num(at) + " slots as the host offered them");
    }
    lane.sent += at;
    tx_rem_ -= at;
  }
  if (at == 0 && (slots[0] & 7) == 0) {
    blame("OFL-4.7", flit.start, "DATA without a packet slot", "at least one");
  }
  while (at < kPayloadSlots) {
    const wire::PacketHead header(slots[at]);
    if (header.kind == 0) {
      for (unsigned i = at; i < kPayloadSlots; ++i) {
        if (slots[i] == 0) continue;
        blame("OFL-4.3", flit.start,
              (i == at ? "a NOP slot " : "after a NOP slot, slot ") + hex(slots[i]),
              "all zero to the end of the flit");
        break;
      }
      return;
    }
    if (header.vc >= config_.vcs || header.len == 0 || header.len > config_.max_packet_slots) {
      blame("OFL-4.5", flit.start,
            "a packet of " + num(header.len) + " slots on VC " + num(header.vc),
            "1 to " + num(config_.max_packet_slots) + " slots on a VC that exists");
      return;
    }
    const unsigned here = std::min(header.len, kPayloadSlots - at);
    OfferedStream::Lane& lane = own_.lane(header.vc);
    if (!lane.same(lane.sent, 1, &slots[at])) {
      blame("OFL-4.5", flit.start, "packet header " + hex(slots[at]) + " on VC " + num(header.vc),
            lane.sent < lane.offered ? hex(lane.at(lane.sent)) + ", the next the host offered"
                                     : "none: the host offered nothing more");
    } else if (!lane.same(lane.sent, here, &slots[at])) {
      blame("OFL-4.6", flit.start, "slots of VC " + num(header.vc) + " that the host did not offer",
            num(here) + " slots of the packet without a gap");
    }
    lane.sent += here;
    used_[header.vc] += unit_count(header.len);
    if (used_[header.vc] > limit_at_head_[header.vc]) {
      blame("OFL-5.3", flit.start, num(used_[header.vc]) + " units used of VC " + num(header.vc),
            "at most the limit " + num(limit_at_head_[header.vc]));
    }
    tx_rem_ = header.len - here;
    tx_vc_ = header.vc;
    at += here;
  }
}

void EndRules::check_record(const Flit& flit) {
  // The record was chosen at the head and is clean already if its limit is told.
  const unsigned taken = flit.head.rec;
  if (taken < config_.vcs) passed_over_[taken] = 0;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    if (vc == taken || dirty_since_[vc] == kNever) continue;
    if (dirty_since_[vc] + config_.lag.head > flit.start) continue;
    if (taken == wire::kNoRecord) {
      blame("OFL-5.6", flit.start, "no record",
            "that of VC " + num(vc) + ", dirty since cycle " + num(dirty_since_[vc]));
      return;
    }
    if (++passed_over_[vc] > config_.vcs) {
      blame("OFL-5.6", flit.start, "rec " + num(taken),
            num(vc) + ", passed over " + num(passed_over_[vc]) + " times");
      passed_over_[vc] = 0;
    }
  }
}

void EndRules::limit_told(unsigned vc, std::uint64_t value, const Flit& flit) {
  const std::uint64_t cycle = flit.last;
  // A CTRL's limits may be a little older than those of the tail right before it.
  if (value < told_[vc]) return;
  told_[vc] = value;
  told_by_[vc] = flit.number;
  dirty_since_[vc] = untold_since_[vc] = credit_due_[vc] = kNever;
  // One timer for all VCs, begun again when some of it is told, is early enough.
  const std::uint64_t again = tell_from(cycle + config_.ret_t);
  for (unsigned other = 0; other < config_.vcs; ++other) {
    if (credit_due_[other] == kNever || granted_.now(other) - told_[other] >= config_.ret_n)
      continue;
    credit_due_[other] = std::max(credit_due_[other], again);
  }
  const std::uint64_t untold = granted_.now(vc) - value;
  if (untold == 0) return;
  dirty_since_[vc] = cycle;
  untold_since_[vc] = cycle - std::min<std::uint64_t>(cycle, config_.lag.head);
  credit_due_[vc] = tell_from(cycle + (untold >= config_.ret_n ? 0 : config_.ret_t));
}

void EndRules::update_credit_duty() {
  std::uint64_t due = kNever;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) due = std::min(due, credit_due_[vc]);
  set_duty(kCredit, due == kNever ? kNever : std::max(due, tell_from(0)));
}

void EndRules::everything_dirty(std::uint64_t cycle) {
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    if (dirty_since_[vc] == kNever) {
      dirty_since_[vc] = cycle;
      passed_over_[vc] = 0;
    }
  }
}

void EndRules::news(std::uint64_t cycle) {
  news_last_ = cycle;
  if (phase_ == Phase::kActive && duty_[kNews] == kNever) set_duty(kNews, due_from(cycle));
}

// Whether a new DATA flit may go, as an end knows it that is told of everything up to `known_at`.
bool EndRules::may_go(std::uint64_t known_at) const {
  std::uint64_t base = base_;
  if (views_[(view_count_ - 1) % views_.size()].cycle > known_at)
    base = base_range(known_at, 0).low;
  if (top_ - std::min(base, top_) >= config_.window) return false;
  const auto here = [&](unsigned vc) { return offered_.at(vc, known_at) - own_.lane(vc).sent; };
  if (tx_rem_ != 0) {
    const std::uint64_t enough = std::min<std::uint64_t>(tx_rem_, kPayloadSlots);
    return static_cast<std::int64_t>(here(tx_vc_) - enough) >= 0;
  }
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const OfferedStream::Lane& lane = own_.lane(vc);
    if (lane.offered == lane.sent) continue;
    const unsigned len = wire::PacketHead(lane.at(lane.sent)).len;
    if (static_cast<std::int64_t>(here(vc) - std::min(len, kPayloadSlots)) < 0) continue;
    if (used_[vc] + unit_count(len) <= limit_.at(vc, known_at)) return true;
  }
  return false;
}

void EndRules::update_go(std::uint64_t cycle) {
  if (phase_ != Phase::kActive || repeating() || duty_[kGo] != kNever) return;
  const std::uint64_t next = started_ ? std::max(last_start_ + wire::kBeats, cycle) : cycle;
  const std::uint64_t first = strobe(next);
  if (may_go(first - std::min<std::uint64_t>(first, config_.lag.head))) {
    set_duty(kGo, first);
  } else if (may_go(kNever)) {
    set_duty(kGo, due_from(cycle));
  }
}

void EndRules::update_stall(std::uint64_t cycle, bool limit_moved) {
  const bool window_open = top_ - base_ < config_.window;
  bool alone = false;  // some packet waits for credit and for nothing else
  bool maybe = false;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const OfferedStream::Lane& lane = own_.lane(vc);
    if (lane.offered == lane.sent || (tx_rem_ != 0 && vc == tx_vc_)) continue;
    const unsigned len = wire::PacketHead(lane.at(lane.sent)).len;
    if (used_[vc] + unit_count(len) <= limit_.now(vc)) continue;
    maybe = true;
    alone = alone || lane.offered - lane.sent >= std::min(len, kPayloadSlots);
  }
  alone = alone && tx_rem_ == 0 && window_open && !repeating() && phase_ == Phase::kActive;
  if (!maybe) {
    if (stall_may_since_ != kNever) {
      stall_before_ = stall_may_since_;
      stall_ended_ = cycle;
    }
    stall_may_since_ = kNever;
  } else if (stall_may_since_ == kNever) {
    stall_may_since_ = cycle;
  }
  if (!alone) {
    stall_since_ = kNever;
    duty_[kStall] = kNever;
  } else if (stall_since_ == kNever || limit_moved) {
    stall_since_ = cycle;
    set_duty(kStall, due_from(cycle + config_.stall_t + 2 * wire::kBeats));
  } else if (duty_[kStall] == kNever) {
    set_duty(kStall, due_from(stall_since_ + config_.stall_t + 2 * wire::kBeats));
  }
}

}  // namespace weft::tb
