// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/end_rules.h"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "testbench/watch/end_rules_views.h"

namespace weft::tb {

namespace {

struct DutyText {
  std::string_view clause, missing, wanted;
};

constexpr std::array<DutyText, 9> kDutyTexts{{
    {"OFL-6.9", "a strobe without a repeated flit",
     "flits from base to top repeated at each strobe"},
    {"OFL-4.7", "a strobe without a flit", "a flit: a packet may go"},
    {"OFL-6.10", "a strobe without a CTRL", "a CTRL: sdirty is set"},
    {"OFL-6.10", "an acknowledgement that is due and not sent", "a CTRL or DATA with it"},
    {"OFL-5.6", "a credit update that is due and not sent", "a CTRL or DATA with it"},
    {"OFL-6.4", "an accepted flit the host did not get", "a commit"},
    {"OFL-5.7", "a packet waiting for credit alone for STALL_T", "a poll"},
    {"OFL-6.12", "no replay REPLAY_T after the last progress", "a replay"},
    {"OFL-7.1", "silence", "the flits of the state the end is in"},
}};

}  // namespace

std::string hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

EndRules::EndRules(const LinkRulesConfig& config, unsigned end, RuleReport& report,
                   OfferedStream& own, OfferedStream& peer, LinkRules::Counts& counts)
    : config_(config),
      end_(end),
      mask_((std::uint64_t{1} << config.seq_bits) - 1),
      unit_slots_(config.credit_unit_bytes / 8),
      report_(report),
      own_(own),
      peer_(peer),
      counts_(counts),
      store_(std::bit_ceil(std::uint64_t{config.window})),
      store_first_(store_.size()),
      param_hash_(config.param_hash) {
  reborn();
  if (config.start_up) {
    phase_ = Phase::kActive;
    held_ = true;
    std::array<std::uint64_t, wire::kMaxVcs> limits{};
    std::copy(config.buffer_units.begin(), config.buffer_units.end(), limits.begin());
    limit_.reset(limits);
  }
}

void EndRules::blame(std::string_view clause, std::uint64_t cycle, std::string seen,
                     std::string expected) {
  report_.add(clause, cycle, end_, std::move(seen), std::move(expected));
}

void EndRules::framing(std::string_view clause, std::uint64_t cycle, std::string seen,
                       std::string expected) {
  blame(clause, cycle, std::move(seen), std::move(expected));
}

void EndRules::overdue(std::uint64_t cycle) {
  soonest_ = kNever;
  for (unsigned i = 0; i < kDuties; ++i) {
    if (duty_[i] < cycle) {
      blame(kDutyTexts[i].clause, cycle,
            std::string(kDutyTexts[i].missing) + " by cycle " + std::to_string(duty_[i]),
            std::string(kDutyTexts[i].wanted));
      duty_[i] = kNever;
      if (i == kCredit) credit_due_.fill(kNever);
      if (i == kStall) stall_since_ = kNever;
      if (i == kTimer) timer_from_ = kNever;
    }
    soonest_ = std::min(soonest_, duty_[i]);
  }
}

void EndRules::set_duty(Duty duty, std::uint64_t cycle) {
  duty_[duty] = cycle;
  soonest_ = std::min(soonest_, cycle);
}

void EndRules::at_most(Duty duty, std::uint64_t cycle) {
  if (cycle < duty_[duty]) set_duty(duty, cycle);
}

void EndRules::at_least(Duty duty, std::uint64_t cycle) {
  if (duty_[duty] < cycle) set_duty(duty, cycle);
}

std::uint64_t EndRules::strobe(std::uint64_t cycle) const {
  if (!started_) return cycle + wire::kBeats;
  const std::uint64_t phase = last_start_ % wire::kBeats;
  return cycle + (phase + wire::kBeats - cycle % wire::kBeats) % wire::kBeats;
}

std::uint64_t EndRules::due_from(std::uint64_t cycle) const {
  const std::uint64_t earliest = started_ ? last_start_ + wire::kBeats : 0;
  return strobe(std::max(earliest, cycle + config_.lag.head));
}

std::uint64_t EndRules::tell_from(std::uint64_t cycle) const {
  const std::uint64_t earliest = started_ ? last_start_ + 2 * wire::kBeats : 0;
  return strobe(std::max(earliest, cycle + config_.lag.head));
}

void EndRules::push_view(std::uint64_t cycle) {
  const View view{cycle, exp_, base_, disc_, nak_ep_};
  if (view_count_ != 0 && views_[(view_count_ - 1) % views_.size()].cycle == cycle) {
    views_[(view_count_ - 1) % views_.size()] = view;
  } else {
    views_[view_count_++ % views_.size()] = view;
  }
}

EndRules::Range EndRules::exp_range(std::uint64_t cycle, unsigned lag) const {
  Range range{kNever, 0};
  views(cycle, lag, [&](const View& view) {
    range = {std::min(range.low, view.exp), std::max(range.high, view.exp)};
  });
  return range;
}

EndRules::Range EndRules::base_range(std::uint64_t cycle, unsigned lag) const {
  Range range{kNever, 0};
  views(cycle, lag, [&](const View& view) {
    range = {std::min(range.low, view.base), std::max(range.high, view.base)};
  });
  return range;
}

bool EndRules::processing() const {
  switch (phase_) {
    case Phase::kActive:
      return true;
    case Phase::kParam:
    case Phase::kCinit:
      return held_;
    case Phase::kRetrain:
    case Phase::kResync:
      return taken_;
    default:
      return false;
  }
}

void EndRules::offered(std::uint64_t cycle, unsigned vc, unsigned slots, unsigned sop,
                       const std::uint64_t* data) {
  advance(cycle);
  if (vc >= config_.vcs || slots == 0 || slots > wire::kSlotsPerBeat) {
    blame("HOST", cycle, "offer of " + std::to_string(slots) + " slots of VC " + std::to_string(vc),
          "1 to 8 slots of a VC that exists");
    return;
  }
  for (unsigned i = 0; i < slots; ++i) {
    const bool header = offered_rem_[vc] == 0;
    if (header != ((sop >> i & 1) != 0)) {
      blame("HOST", cycle, "ht_sop " + hex(sop), "a mark on each packet header and nowhere else");
    }
    if (header) offered_rem_[vc] = std::max(1u, wire::PacketHead(data[i]).len);
    --offered_rem_[vc];
  }
  own_.lane(vc).push(data, slots);
  offered_.add(vc, slots, cycle);
  if (duty_[kGo] == kNever) update_go(cycle);
  if (stall_may_since_ == kNever) update_stall(cycle, false);
}

void EndRules::space(std::uint64_t cycle, std::uint64_t per_vc) {
  advance(cycle);
  for (unsigned vc = 0; per_vc != 0; ++vc, per_vc >>= 4) {
    space_[vc] += per_vc & 15;
    if (space_[vc] > own_.lane(vc).offered) {
      blame("HOST", cycle,
            "space for " + std::to_string(space_[vc]) + " slots of VC " + std::to_string(vc),
            "no more than the " + std::to_string(own_.lane(vc).offered) + " offered");
    }
  }
}

void EndRules::freed(std::uint64_t cycle, unsigned vc, unsigned units) {
  advance(cycle);
  if (vc >= config_.vcs || units == 0) return;
  granted_.add(vc, units, cycle);
  if (dirty_since_[vc] == kNever) {
    dirty_since_[vc] = cycle;
    passed_over_[vc] = 0;
  }
  const std::uint64_t untold = granted_.now(vc) - told_[vc];
  if (untold_since_[vc] == kNever) {
    untold_since_[vc] = cycle;
    credit_due_[vc] = tell_from(cycle + config_.ret_t);
  }
  if (untold >= config_.ret_n) credit_due_[vc] = std::min(credit_due_[vc], tell_from(cycle));
  if (phase_ == Phase::kActive) at_most(kCredit, std::max(credit_due_[vc], tell_from(0)));
}

void EndRules::asked(std::uint64_t cycle, LinkAsk what) {
  advance(cycle);
  if (what == LinkAsk::kHotReset) {
    hrst_cause_ = cycle;
    return;
  }
  retrain_may_ = cycle;
  if (phase_ == Phase::kActive) {
    retrain_cause_ = std::min(retrain_cause_, cycle);
    set_duty(kState, due_from(cycle + wire::kBeats));
  } else if (what == LinkAsk::kPhyUnlock) {
    unlock_may_ = true;
    duty_[kState] = kNever;
  }
}

void EndRules::check_told(std::uint64_t cycle, bool last_lost) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  if (pending_head_ != pending_tail_) {
    blame("OFL-6.4", cycle,
          number(pending_tail_ - pending_head_) + " accepted flits never committed",
          "a commit for each");
  }
  if (disc_ == 1 && !last_lost) {
    blame("OFL-6.8", cycle, "the receiver still misses flit " + number(exp_), "nothing missing");
  }
  if (ack_told_ != exp_) {
    blame("OFL-6.10", cycle, "ack " + number(ack_told_) + " told last", "ack " + number(exp_));
  }
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const std::string name = " of VC " + number(vc);
    if (told_[vc] != granted_.now(vc)) {
      blame("OFL-5.6", cycle, "limit " + number(told_[vc]) + name + " told last",
            "limit " + number(granted_.now(vc)));
    }
    if (space_[vc] != own_.lane(vc).offered) {
      blame(
          "HOST", cycle,
          number(own_.lane(vc).offered - space_[vc]) + " slots of space" + name + " not given back",
          "none");
    }
  }
}

void EndRules::check_drained(std::uint64_t cycle, unsigned lost_limits) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  if (base_ != top_) {
    blame("OFL-6.12", cycle, "flits " + number(base_) + " to " + number(top_) + " not acknowledged",
          "all acknowledged, or repeated until they are");
  }
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const std::string name = " of VC " + number(vc);
    const OfferedStream::Lane& lane = own_.lane(vc);
    if (lane.sent != lane.offered) {
      blame("OFL-4.7", cycle,
            number(lane.offered - lane.sent) + " slots" + name + " offered and never sent", "none");
    }
    if (lane.delivered != lane.sent) {
      blame("OFL-6.4", cycle,
            number(lane.sent - lane.delivered) + " slots" + name + " sent and never delivered",
            "none");
    }
    const std::uint64_t left = limit_.now(vc) - used_[vc];
    if (left != config_.buffer_units[vc] && (lost_limits >> vc & 1) == 0) {
      blame("OFL-5.3", cycle, "limit - used = " + number(left) + name,
            number(config_.buffer_units[vc]) + ", the buffer");
    }
  }
}

bool EndRules::at_rest(bool last_lost) const {
  if (phase_ != Phase::kActive || base_ != top_ || ack_told_ != exp_) return false;
  if (disc_ == 1 && !last_lost) return false;
  if (pending_head_ != pending_tail_ || duty_[kNews] != kNever || duty_[kAck] != kNever)
    return false;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const OfferedStream::Lane& lane = own_.lane(vc);
    if (lane.sent != lane.offered || lane.delivered != lane.sent) return false;
    if (told_[vc] != granted_.now(vc)) return false;
  }
  return true;
}

unsigned EndRules::credit_out() const {
  unsigned vcs = 0;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    if (limit_.now(vc) - used_[vc] != config_.buffer_units[vc]) vcs |= 1u << vc;
  }
  return vcs;
}

std::string EndRules::owed() const {
  std::string text;
  const auto add = [&](bool open, const std::string& what) {
    if (open) text += (text.empty() ? "" : "; ") + what;
  };
  add(phase_ != Phase::kActive,
      "not ACTIVE (phase " + std::to_string(static_cast<int>(phase_)) + ")");
  add(base_ != top_,
      "flits " + std::to_string(base_) + " to " + std::to_string(top_) + " not acknowledged");
  add(repeating(), "replay at " + std::to_string(std::max(next_, base_)));
  add(disc_ == 1, "misses flit " + std::to_string(exp_));
  add(ack_told_ != exp_, "ack " + std::to_string(exp_) + " not told");
  add(duty_[kNews] != kNever, "a CTRL");
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const OfferedStream::Lane& lane = own_.lane(vc);
    const std::string name = " of VC " + std::to_string(vc);
    add(lane.sent != lane.offered,
        std::to_string(lane.offered - lane.sent) + " slots" + name +
            " not sent (limit - used = " + std::to_string(limit_.now(vc) - used_[vc]) + ")");
    add(lane.delivered != lane.sent,
        std::to_string(lane.sent - lane.delivered) + " slots" + name + " not delivered");
    add(told_[vc] != granted_.now(vc), "credit" + name + " not told");
    add(limit_.now(vc) - used_[vc] != config_.buffer_units[vc],
        "limit - used" + name + " is " + std::to_string(limit_.now(vc) - used_[vc]));
  }
  return text;
}

}  // namespace weft::tb
