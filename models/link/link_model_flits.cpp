// SPDX-License-Identifier: Apache-2.0
// The transmit and receive edges of the link model: decisions, tails, verdicts.
#include <algorithm>

#include "models/link/link_model.h"

namespace weft {

void LinkModel::gather(const Transmitter::Flit& flit, unsigned beat, weft_link_out& out) {
  std::uint64_t* slots = flit.slots + beat * kSlotsPerBeat;
  if (flit.lost) [[unlikely]] {
    std::fill_n(slots, kSlotsPerBeat, std::uint64_t{0});
  } else {
    out.ht_space = packer_.gather(beat, slots);
  }
}

Head LinkModel::head(std::uint32_t type, std::uint8_t rec) const {
  return {.type = type,
          .seq = replay_.next(),
          .first = 0,
          .ep = replay_.epoch(),
          .nak_ep = accept_.nak_ep(),
          .rec = rec,
          .nak = accept_.missing(),
          .poll = poll_,
          .rtx = false};
}

bool LinkModel::ack_due(std::uint64_t now) const {
  if (tell_dup_) return true;
  const std::uint32_t untold = (accept_.exp() - told_exp_) & seq_mask_;
  return untold != 0 && (untold >= set_.ack_n || ack_since_.elapsed(now, set_.ack_t));
}

void LinkModel::decide(Edge& e) {
  if (lsm_.boot_due(e.now, set_.times)) {
    const BootOp op = lsm_.boot_op();
    const std::uint32_t codes[] = {0,
                                   format_.op_param,
                                   format_.op_cinit,
                                   format_.op_retrain,
                                   format_.op_resync,
                                   format_.op_hrst};
    tx_.send_boot(e.now, op, codes[static_cast<unsigned>(op)], lsm_.boot_seen());
    lsm_.boot_sent(e.now);
    regs_.tx_boot.add();
    return;
  }
  if (!e.active) {
    e.found_none = true;
    return;
  }
  if (decide_data(e)) {
    poll_ = false;
    regs_.tx_data.add();
    return;
  }
  // An ack or credit that a flit on its way will tell is not due.
  const bool held_back = tx_.tail_to_come(e.now);
  const bool due = !held_back && (ack_due(e.now) || grants_.due(e.now, set_.ret_n, set_.ret_t));
  if (!sdirty_ && !due) {
    e.found_none = !held_back;
    return;
  }
  tx_.send_ctrl(e.now, head(format_.type_ctrl, format_.rec_none));
  poll_ = false;
  if (!replay_.replaying()) sdirty_ = false;
  regs_.tx_ctrl.add();
}

bool LinkModel::decide_data(Edge& e) {
  const Packer::Offer offer = packer_.offer(held_.all());
  judge_stall(e, offer.blocked);
  if (replay_.replaying()) {
    Head again = head(format_.type_data, grants_.pick());
    again.rtx = true;
    tx_.send_again(e.now, again, (replay_.top() - replay_.next()) & seq_mask_);
    replay_.send();
    regs_.tx_replay_flits.add();
    return true;
  }
  if (!offer.any || replay_.unacked() >= set_.window) return false;
  Head fresh = head(format_.type_data, grants_.pick());
  fresh.first = offer.first;
  packer_.launch(held_.all());
  tx_.send_new(e.now, fresh);
  if (replay_.unacked() == 0) replay_since_.start(e.now);
  replay_.send();
  return true;
}

/// Packets that wait for credit alone, as this decision found them (OFL-5.7).
void LinkModel::judge_stall(Edge& e, std::uint32_t blocked) {
  if (blocked == blocked_) return;
  for (unsigned v = 0; v < vcs_; ++v) {
    const std::uint32_t bit = 1u << v;
    if ((blocked & ~blocked_ & bit) != 0) blocked_since_[v].start(e.now);
    if ((blocked_ & ~blocked & bit) != 0) {
      regs_.stall_cycles[v].add(e.now - blocked_since_[v].t0);
    }
  }
  e.stall_restart = blocked_ == 0;
  blocked_ = blocked;
}

/// The edge after a decision: the flits that are made, not gathered.
void LinkModel::make(const Transmitter::Flit& flit) {
  if (flit.kind == Transmitter::Kind::kBoot) fill_boot(flit);
  if (flit.kind == Transmitter::Kind::kCtrl) {
    format_.put_ctrl_limits(flit.slots, {grants_.all().data(), vcs_});
    grants_.tell_all();
  }
}

void LinkModel::finish(Edge& e, const Transmitter::Flit& flit, weft_link_out& out) {
  if (flit.kind == Transmitter::Kind::kBoot) {
    tx_.put_last_out(flit, {}, out);
    return;
  }
  const Tail tail{accept_.exp(), grants_.limit_of(flit.rec), false};
  tx_.put_last_out(flit, tail, out);
  told_exp_ = accept_.exp();
  tell_dup_ = false;
  grants_.tell(flit.rec, e.now);
  e.told = true;
}

void LinkModel::fill_boot(const Transmitter::Flit& flit) {
  switch (flit.op) {
    case BootOp::kParam: {
      BootParam param = format_.own_param();
      param.window = set_.window;
      param.reason = lsm_.reason();
      param.session = straps_.session;
      format_.put(flit.slots, param);
      break;
    }
    case BootOp::kCinit:
    case BootOp::kResync:
      format_.boot_session.put_into(flit.slots, straps_.session);
      if (flit.op == BootOp::kResync) format_.boot_exp.put_into(flit.slots, accept_.exp());
      format_.put_boot_limits(flit.slots, {grants_.all().data(), vcs_});
      grants_.tell_all();
      break;
    case BootOp::kRetrain:
      format_.boot_session.put_into(flit.slots, straps_.session);
      break;
    case BootOp::kHrst:
    case BootOp::kNone:
      break;
  }
}

void LinkModel::receive(Edge& e, weft_link_out& out) {
  if (!rx_.judge(e.open, accept_.exp(), lsm_.drops(), out)) return;
  receive_flit(e, rx_.verdict());
}

void LinkModel::receive_flit(Edge& e, const Receiver::Verdict& verdict) {
  e.event = true;
  if (verdict.bad()) {
    regs_.rx_bad.add();
    if (e.open) receive_bad();
  }
  if (verdict.broke_frame) {
    regs_.proto_err.add();
    raise(regs_.irq_stat_proto_err);
  }
  switch (verdict.kind) {
    case Receiver::Kind::kData:
      if (!lsm_.drops()) regs_.rx_data.add();
      break;
    case Receiver::Kind::kCtrl:
      if (!lsm_.drops()) regs_.rx_ctrl.add();
      break;
    case Receiver::Kind::kBoot:
      regs_.rx_boot.add();
      e.boot = verdict.flit;
      return;
    case Receiver::Kind::kNone:
    case Receiver::Kind::kBad:
      return;
  }
  if (e.open) receive_good(e, verdict);
}

void LinkModel::receive_bad() {
  poll_ = true;
  sdirty_ = true;
  grants_.force_all();
  accept_.bad();
}

void LinkModel::receive_good(Edge& e, const Receiver::Verdict& verdict) {
  const bool data = verdict.kind == Receiver::Kind::kData;
  const auto seq = static_cast<std::uint32_t>(format_.seq.get(verdict.head));
  const auto ep = static_cast<std::uint8_t>(format_.ep.get(verdict.head));
  const Accept::Outcome outcome = data ? accept_.data(seq, ep) : accept_.ctrl(seq, ep);
  if (outcome.nak_again) sdirty_ = true;
  if (outcome.verdict == Accept::Verdict::kAccepted) e.accepted = true;
  if (outcome.verdict == Accept::Verdict::kGap && data) regs_.rx_gap.add();
  if (outcome.verdict == Accept::Verdict::kDuplicate) {
    regs_.rx_dup.add();
    tell_dup_ = true;
  }

  const auto ack = static_cast<std::uint32_t>(format_.ack.get(verdict.tail)) & seq_mask_;
  const Replay::Ack acked = replay_.acknowledge(ack, e.before);
  if (acked == Replay::Ack::kAdvanced) e.advance = true;
  if (acked == Replay::Ack::kStale) regs_.ack_stale.add();

  const bool nak = format_.nak.get(verdict.head) != 0;
  if (nak || format_.poll.get(verdict.head) != 0) {
    sdirty_ = true;
    grants_.force_all();
  }
  if (nak) {
    regs_.nak_rx.add();
    const auto answer = replay_.nak(static_cast<std::uint8_t>(format_.nak_ep.get(verdict.head)));
    if (answer == Replay::Nak::kStale) regs_.nak_stale.add();
    if (answer == Replay::Nak::kObeyed) e.start_replay = true;
  }
  take_limits(e, verdict, data);
  e.good = true;
}

void LinkModel::take_limits(Edge& e, const Receiver::Verdict& verdict, bool data) {
  bool backwards = false;
  const auto take = [&](unsigned v, std::uint16_t limit) {
    const HeldLimits::News news = held_.take(v, limit);
    if (news == HeldLimits::News::kAdvanced) e.limit_advance = true;
    if (news == HeldLimits::News::kBackwards) backwards = true;
  };
  if (data) {
    const auto rec = static_cast<unsigned>(format_.rec.get(verdict.head));
    if (rec != format_.rec_none) {
      take(rec, static_cast<std::uint16_t>(format_.cnt.get(verdict.tail)));
    }
  } else {
    for (unsigned v = 0; v < vcs_; ++v) take(v, format_.ctrl_limit(verdict.flit, v));
  }
  if (backwards) regs_.limit_backwards.add();
}

void LinkModel::take_boot_limits(Edge& e, const std::uint64_t* flit, bool first) {
  bool backwards = false;
  for (unsigned v = 0; v < vcs_; ++v) {
    const std::uint16_t limit = format_.boot_limit(flit, v);
    if (first) {
      if (held_.set(v, limit)) e.limit_advance = true;
      continue;
    }
    const HeldLimits::News news = held_.take(v, limit);
    if (news == HeldLimits::News::kAdvanced) e.limit_advance = true;
    if (news == HeldLimits::News::kBackwards) backwards = true;
  }
  if (backwards) regs_.limit_backwards.add();
}

BootFlit LinkModel::boot_flit(const std::uint64_t* flit) const {
  BootFlit boot;
  const auto code = static_cast<std::uint32_t>(format_.boot_op.get(flit[0]));
  boot.seen = format_.boot_seen.get(flit[0]) != 0;
  if (code == format_.op_param) {
    const BootParam param = format_.boot_param(flit);
    boot.op = BootOp::kParam;
    boot.session = param.session;
    boot.mismatch = format_.mismatch(param);
    return boot;
  }
  boot.session = static_cast<std::uint32_t>(format_.boot_session.get_from(flit));
  if (code == format_.op_cinit) boot.op = BootOp::kCinit;
  if (code == format_.op_retrain) boot.op = BootOp::kRetrain;
  if (code == format_.op_hrst) boot.op = BootOp::kHrst;
  if (code == format_.op_resync) {
    boot.op = BootOp::kResync;
    const auto exp = static_cast<std::uint32_t>(format_.boot_exp.get_from(flit));
    boot.exp_possible = replay_.may_resync(exp & seq_mask_);
  }
  return boot;
}

}  // namespace weft
