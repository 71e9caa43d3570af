// SPDX-License-Identifier: Apache-2.0
// What an end sends: framing, heads, tails, sequence numbers, rewinds (chapters 1 to 3 and 6).
#include <algorithm>
#include <string>

#include "testbench/watch/end_rules.h"
#include "testbench/watch/end_rules_views.h"

namespace weft::tb {

using wire::Flit;
using wire::Type;

namespace {
std::string num(std::uint64_t value) { return std::to_string(value); }
}  // namespace

void EndRules::flit_starts(std::uint64_t cycle, std::uint64_t head_slot) {
  advance(cycle);
  if (started_ && (cycle - last_start_) % wire::kBeats != 0) {
    blame("OFL-1.3", cycle, "a flit that starts " + num(cycle - last_start_) + " cycles after one",
          "a start at a slot strobe, every " + num(wire::kBeats) + " cycles");
  }
  const std::uint64_t next_strobe = cycle + wire::kBeats;
  const Type type = wire::decode_head(head_slot).type();
  if (type == Type::kCtrl && phase_ == Phase::kActive) {
    if (duty_[kRepeat] <= cycle) {
      blame("OFL-6.9", cycle, "a CTRL while flits are to be repeated", "the next repeated flit");
    } else if (duty_[kGo] <= cycle) {
      blame("OFL-6.10", cycle, "a CTRL at a strobe at which DATA could go", "DATA");
    }
  }
  started_ = true;
  last_start_ = cycle;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) limit_at_head_[vc] = limit_.now(vc);
  // Until the flit is complete and judged, duties that it may have done are open one strobe longer.
  for (const Duty duty : {kRepeat, kGo, kNews}) at_least(duty, next_strobe);
  // The next flit is decided before the tail of this one tells what is due.
  for (const Duty duty : {kAck, kCredit}) at_least(duty, next_strobe + wire::kBeats);
  for (const Duty duty : {kStall, kTimer, kState}) at_least(duty, next_strobe - 1);
}

void EndRules::check_form(const Flit& flit) {
  const wire::Head& head = flit.head;
  if (!head.reserved_clear) {
    blame("OFL-2.3", flit.start, "head " + hex(flit.slots[0]) + " with reserved bits", "zeros");
  }
  const std::uint16_t hcs = wire::head_check(flit.slots[0]);
  if (head.hcs != hcs) blame("OFL-2.2", flit.start, "hcs " + hex(head.hcs), hex(hcs));
  const std::uint32_t crc = wire::flit_crc(flit.slots.data(), flit.slot_count());
  if (flit.tail.crc != crc) {
    blame(head.type() == Type::kBoot ? "OFL-3.2" : "OFL-3.1", flit.last,
          "crc " + hex(flit.tail.crc), hex(crc));
  }
}

void EndRules::flit_sent(const Flit& flit) {
  ++counts_.sent_flits;
  const wire::Head& head = flit.head;
  const Type type = head.type();
  if (type == Type::kNone) {
    blame("OFL-2.1", flit.start, "type " + num(head.type_bits), "1, 2 or 4");
    return;
  }
  if (flit.beats != (type == Type::kBoot ? 1 : wire::kBeats)) {
    blame("OFL-1.2", flit.last, num(flit.beats) + " beats of type " + num(head.type_bits),
          "4 beats of DATA and CTRL, 1 of BOOT");
    return;
  }
  const bool leftover = flush_until_ != 0 && flit.start <= flush_until_ && type != Type::kBoot;
  if (!flit.good && !leftover) check_form(flit);
  if (type == Type::kBoot) {
    ++counts_.sent_boot;
    boot_sent(flit);
    return;
  }
  ++(type == Type::kData ? counts_.sent_data : counts_.sent_ctrl);
  if (leftover) return;  // it was under way when the end forgot everything
  if (head.seq > mask_) {
    blame("OFL-2.3", flit.start, "seq " + num(head.seq), "less than " + num(mask_ + 1));
  }
  if (head.rec != wire::kNoRecord && head.rec >= config_.vcs) {
    blame("OFL-2.4", flit.start, "rec " + num(head.rec),
          "a VC below " + num(config_.vcs) + " or 31");
  }
  if (phase_ != Phase::kActive) enter_active(flit);
  if (retrain_cause_ != kNever && retrain_cause_ + config_.lag.head + wire::kBeats < flit.start) {
    blame("OFL-7.7", flit.start,
          "DATA or CTRL after the cause for a retrain at cycle " + num(retrain_cause_),
          "RETRAIN flits");
    retrain_cause_ = kNever;
  }
  check_nak(flit);
  check_poll(flit);
  std::uint64_t* next = find_next(flit);
  check_sequence(flit, *next);
  if (flit.tail.psn) blame("OFL-3.3", flit.last, "psn set", "0 in version 1");
  const bool telling = telling_is_due(flit.last);
  if (type == Type::kCtrl) ctrl_sent(flit);
  check_tail(flit);
  if (telling) told_at_ = flit.last;
  if (type == Type::kData) check_record(flit);
  // What is still to be done after this flit.
  if (repeating() && phase_ == Phase::kActive) {
    if (next == &next_) set_duty(kRepeat, flit.start + wire::kBeats);
  } else {
    duty_[kRepeat] = kNever;
  }
  duty_[kGo] = kNever;
  update_go(flit.last);
  update_stall(flit.last, false);
}

void EndRules::check_nak(const Flit& flit) {
  bool matches = false;
  std::string states;
  views(flit.start, config_.lag.head, [&](const View& view) {
    matches = matches || view.disc == 2 ||
              (flit.head.nak
                   ? view.disc == 1 && (view.nak_ep == flit.head.nak_ep || view.nak_ep == kAnyEp)
                   : view.disc == 0);
  });
  if (!matches) {
    const View& last = views_[(view_count_ - 1) % views_.size()];
    blame("OFL-6.6", flit.start,
          flit.head.nak ? "nak with nak_ep " + num(flit.head.nak_ep) : "nak clear",
          last.disc == 0 ? "nak clear" : "nak with nak_ep " + num(last.nak_ep));
  } else if (!flit.head.nak && flit.head.nak_ep != 0) {
    blame("OFL-6.6", flit.start, "nak_ep " + num(flit.head.nak_ep) + " without nak", "0");
  }
}

void EndRules::check_poll(const Flit& flit) {
  const unsigned lag = config_.lag.head;
  if (flit.head.poll) {
    const bool bad_flit = poll_cause_ != kNever && poll_cause_ + lag >= poll_sent_;
    const auto stalled = [&](std::uint64_t since) {
      return since != kNever && flit.start + lag >= since + config_.stall_t;
    };
    const bool stall =
        stalled(stall_may_since_) || (stall_ended_ + lag >= flit.start && stalled(stall_before_));
    if (!bad_flit && !stall) {
      blame("OFL-6.3", flit.start, "a poll", "none without a bad flit or a stall for credit");
    }
    poll_sent_ = flit.start;
    if (poll_owed_ != kNever) {
      poll_owed_ = poll_cause_ + config_.lag.least > flit.start ? poll_cause_ : kNever;
    }
    if (stall && !bad_flit) news(flit.start - config_.lag.least);
    if (stall_since_ != kNever) stall_since_ = flit.start;
    if (stall_may_since_ != kNever)
      stall_may_since_ = flit.start - std::min<std::uint64_t>(flit.start, 2 * lag);
    duty_[kStall] = kNever;
  } else if (poll_owed_ != kNever && poll_owed_ + lag <= flit.start) {
    blame("OFL-6.3", flit.start, "no poll after the bad flit of cycle " + num(poll_owed_),
          "a poll");
    poll_owed_ = kNever;
  }
}

bool EndRules::timer_may_fire(std::uint64_t cycle) const {
  const auto fires = [&](std::uint64_t from) {
    return from != kNever && cycle + config_.lag.least >= from + config_.replay_t;
  };
  // It may have fired before the progress that set it back.
  const bool just_set_back = timer_moved_ != kNever && timer_moved_ + config_.lag.head >= cycle;
  return fires(timer_from_) || (just_set_back && fires(timer_before_));
}

void EndRules::set_timer(std::uint64_t from) {
  timer_before_ = timer_from_;
  timer_moved_ = from == kNever ? timer_moved_ : from;
  timer_from_ = from;
  set_duty(kTimer,
           from == kNever ? kNever : strobe(from + config_.replay_t + 2 * config_.lag.head));
}

// The sequence state under which the head of `flit` was decided: its epoch tells.
std::uint64_t* EndRules::find_next(const Flit& flit) {
  const std::uint8_t ep = flit.head.ep;
  const unsigned lag = config_.lag.head;
  if (ep_unsure_) {  // after a retrain a rewind may have been lost or added
    const unsigned ahead = (ep - ep_) & 3;
    if (ahead == 2) {
      blame("OFL-7.8", flit.start, "epoch " + num(ep), "epoch " + num(ep_) + " or one beside it");
    }
    ep_ = ep;
    old_valid_ = ep_unsure_ = false;
  }
  if (ep == ep_) {
    const bool early = old_valid_ && rewound_at_ + config_.lag.least > flit.start &&
                       rewound_at_ <= flit.last && !timer_may_fire(flit.start) &&
                       (idle_nak_at_ == kNever || flit.start > idle_nak_at_ + 2 * lag);
    if (early) {
      blame("OFL-6.8", flit.start, "a replay before the nak of cycle " + num(rewound_at_),
            "none yet");
    }
    return &next_;
  }
  if (old_valid_ && ep == old_ep_) {
    if (rewound_at_ + lag < flit.start) {
      blame("OFL-6.8", flit.start,
            "epoch " + num(ep) + " after the nak of cycle " + num(rewound_at_),
            "a replay under epoch " + num(ep_));
      ep_ = old_ep_;
      next_ = std::max(old_next_, base_);
      old_valid_ = false;
      duty_[kRepeat] = kNever;
      return &next_;
    }
    return &old_next_;
  }
  if (ep == ((ep_ + 1) & 3)) {
    const bool nak = idle_nak_at_ != kNever && flit.start <= idle_nak_at_ + 2 * lag;
    const bool timer = timer_may_fire(flit.start);
    if (!nak && !timer) {
      blame("OFL-6.8", flit.start, "a replay (epoch " + num(ep) + ") without a cause",
            "epoch " + num(ep_) + ": no nak of this epoch, no timer");
    }
    idle_nak_at_ = kNever;
    rewind(flit.start, timer);
    next_ = base_range(flit.start, lag).low;
    return &next_;
  }
  blame("OFL-6.8", flit.start, "epoch " + num(ep), "epoch " + num(ep_));
  ep_ = ep;
  old_valid_ = false;
  return &next_;
}

void EndRules::rewind(std::uint64_t cycle, bool by_timer) {
  ++counts_.replays;
  old_valid_ = true;
  old_ep_ = ep_;
  old_next_ = next_;
  rewound_at_ = cycle;
  ep_ = (ep_ + 1) & 3;
  next_ = base_;
  set_timer(cycle);
  if (++rewinds_in_row_ >= config_.replay_num && config_.replay_num != 0) {
    blame("OFL-6.13", cycle,
          num(rewinds_in_row_) + " replays in a row without progress" +
              (by_timer ? ", the last by the timer" : ""),
          "RETRAIN instead of number " + num(config_.replay_num));
  }
  news(cycle);
  duty_[kGo] = kNever;
  if (repeating()) set_duty(kRepeat, due_from(cycle));
}

void EndRules::check_sequence(const Flit& flit, std::uint64_t& next) {
  const bool data = flit.head.type() == Type::kData;
  const Range base = base_range(flit.start, config_.lag.head);
  // An ack that passes `next` carries it along.
  const std::uint64_t low = std::max(next, base.low);
  const std::uint64_t high = std::max(next, base.high);
  const std::uint64_t seq = low + ((flit.head.seq - low) & mask_);
  const bool right = seq == low || seq == high || (seq > low && seq < high);
  std::uint64_t number = seq;
  if (!right) {
    const std::uint64_t back = (low - flit.head.seq) & mask_;
    const bool ahead = back > mask_ / 2 || back > low;
    number = ahead ? seq : low - back;
    const bool new_flit = low >= top_;
    const bool just_rewound = old_valid_ && &next == &next_ && next == base_ && next < top_;
    const char* clause = !data          ? "OFL-6.5"
                         : just_rewound ? "OFL-6.8"
                         : !new_flit    ? "OFL-6.9"
                         : ahead        ? "OFL-6.1"
                                        : "OFL-6.8";
    blame(clause, flit.start, "seq " + num(flit.head.seq) + " (flit " + num(number) + ")",
          low == high ? "flit " + num(low) : "flit " + num(low) + " to " + num(high));
  }
  if (&next == &next_ && old_valid_ && rewound_at_ + config_.lag.head < flit.start) {
    old_valid_ = false;
  }
  if (!data) {
    if (number < top_ && right) {
      blame("OFL-6.10", flit.start, "a CTRL in the middle of a replay, at flit " + num(number),
            "DATA until flit " + num(top_));
    }
    if (flit.head.rtx) blame("OFL-6.9", flit.start, "rtx in a CTRL", "0");
    next = std::max(next, std::min(number, top_));
    return;
  }
  const bool repeated = number < top_;
  if (flit.head.rtx != repeated) {
    blame("OFL-6.9", flit.start, std::string("rtx ") + (flit.head.rtx ? "1" : "0"),
          repeated ? "1: it was sent before" : "0: it was not sent before");
  }
  if (!repeated && number + 1 - base.high > config_.window) {
    blame("OFL-6.1", flit.start,
          num(number + 1 - base.high) + " flits not acknowledged (base " + num(base.high) + ")",
          "at most " + num(config_.window));
  }
  next = number + 1;
  data_sent(flit, number);
}

void EndRules::ctrl_sent(const Flit& flit) {
  const unsigned lag = config_.lag.head;
  if (flit.head.first != 0) blame("OFL-2.3", flit.start, "first in a CTRL", "0");
  if (flit.head.rec != wire::kNoRecord) {
    blame("OFL-2.4", flit.start, "rec " + num(flit.head.rec) + " in a CTRL", "31");
  }
  // A CTRL has a reason, or had one when the flit before was not complete.
  const bool news = news_last_ != kNever && news_last_ + lag >= news_from_ctrl_;
  if (!news && !telling_is_due(flit.last)) {
    if (told_at_ == kNever || told_at_ + lag < flit.start) {
      blame("OFL-6.10", flit.start, "a CTRL", "none: nothing to tell, no ack and no credit is due");
    } else {
      ++counts_.sent_again;
    }
  }
  news_from_ctrl_ = flit.start;
  if (news_last_ == kNever || news_last_ + config_.lag.least <= flit.start) {
    duty_[kNews] = kNever;
  } else {
    set_duty(kNews, due_from(news_last_));
  }
  check_limits(flit, 1, "OFL-5.5");
  expect_zero(flit, 5, wire::kFlitSlots - 1, "OFL-5.5");
}

// An ack or credit update is due, or may be.
bool EndRules::telling_is_due(std::uint64_t cycle) const {
  const unsigned lag = config_.lag.head;
  if (duplicate_at_ != kNever) return true;
  if (ack_since_ != kNever &&
      (cycle + lag >= ack_since_ + config_.ack_t || exp_ - ack_told_ >= config_.ack_n)) {
    return true;
  }
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    if (untold_since_[vc] != kNever && (granted_.now(vc) - told_[vc] >= config_.ret_n ||
                                        cycle + lag >= untold_since_[vc] + config_.ret_t)) {
      return true;
    }
  }
  return false;
}

void EndRules::check_tail(const Flit& flit) {
  const Range exp = exp_range(flit.last, config_.lag.tail);
  const std::uint64_t ack = exp.low + ((flit.tail.ack - exp.low) & mask_);
  if (ack > exp.high) {
    const bool stale = ((exp.low - flit.tail.ack) & mask_) <= config_.window;
    blame(!stale          ? "OFL-6.4"
          : flit.head.rtx ? "OFL-3.3"
                          : "OFL-2.5",
          flit.last, "ack " + num(flit.tail.ack),
          exp.low == exp.high ? num(exp.low & mask_)
                              : num(exp.low & mask_) + " to " + num(exp.high & mask_));
  } else {
    ack_told_ = ack;
  }
  const std::uint64_t late = flit.last - std::min<std::uint64_t>(flit.last, config_.lag.tail);
  if (duplicate_at_ != kNever && duplicate_at_ <= late) duplicate_at_ = kNever;
  duty_[kAck] = kNever;
  ack_since_ = kNever;
  if (ack_told_ != exp_) {
    ack_since_ = late;
    set_duty(kAck, tell_from(flit.last + (exp_ - ack_told_ >= config_.ack_n ? 0 : config_.ack_t)));
  }
  if (duplicate_at_ != kNever && duplicate_at_ > flit.last) at_most(kAck, tell_from(flit.last));

  const unsigned vc = flit.head.rec;
  if (vc == wire::kNoRecord) {
    if (flit.tail.cnt != 0) blame("OFL-3.1", flit.last, "cnt without a record", "0");
    return;
  }
  if (vc >= config_.vcs) return;
  const std::uint64_t high = granted_.at(vc, flit.last);
  const std::uint64_t low = granted_.at(vc, late);
  const std::uint64_t limit = low + ((flit.tail.cnt - low) & wire::kCreditMask);
  if (limit > high) {
    const std::uint64_t behind = (low - flit.tail.cnt) & wire::kCreditMask;
    const bool stale = behind < wire::kCreditMask / 2 && low - behind >= told_[vc];
    blame(!stale          ? "OFL-5.2"
          : flit.head.rtx ? "OFL-3.3"
                          : "OFL-2.5",
          flit.last, "limit " + num(flit.tail.cnt) + " of VC " + num(vc),
          num(low & wire::kCreditMask) + " to " + num(high & wire::kCreditMask));
    return;
  }
  limit_told(vc, limit, flit);
  update_credit_duty();
}

void EndRules::check_limits(const Flit& flit, unsigned first_slot, std::string_view clause) {
  const std::uint64_t late = flit.start - std::min<std::uint64_t>(flit.start, config_.lag.head);
  for (unsigned vc = 0; vc < wire::kMaxVcs; ++vc) {
    const std::uint64_t field = flit.slots[first_slot + vc / 4] >> 16 * (vc % 4) & 0xFFFF;
    if (vc >= config_.vcs) {
      if (field != 0)
        blame(clause, flit.start, "a limit of VC " + num(vc), "0, there is no such VC");
      continue;
    }
    const std::uint64_t high = granted_.at(vc, flit.last);
    const std::uint64_t low = granted_.at(vc, late);
    const std::uint64_t limit = low + ((field - low) & wire::kCreditMask);
    if (limit > high || field > wire::kCreditMask) {
      const std::uint64_t behind = (low - field) & wire::kCreditMask;
      const bool stale = behind < wire::kCreditMask / 2 && low - behind >= told_[vc];
      blame(stale ? "OFL-2.5" : "OFL-5.2", flit.start, "limit " + num(field) + " of VC " + num(vc),
            num(low & wire::kCreditMask) + " to " + num(high & wire::kCreditMask));
      continue;
    }
    limit_told(vc, limit, flit);
  }
  update_credit_duty();
}

void EndRules::expect_zero(const Flit& flit, unsigned from, unsigned to, std::string_view clause) {
  for (unsigned i = from; i < to; ++i) {
    if (flit.slots[i] != 0) {
      blame(clause, flit.start, "slot " + num(i) + " = " + hex(flit.slots[i]), "0");
      return;
    }
  }
}

}  // namespace weft::tb
