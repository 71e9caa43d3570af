// SPDX-License-Identifier: Apache-2.0
#include "models/link/link_model.h"

#include <algorithm>

namespace weft {

LinkModel::LinkModel(const Protocol& protocol, const weft_link_straps& straps)
    : format_(protocol),
      straps_(straps),
      seq_mask_(protocol.seq_mask()),
      vcs_(protocol.vcs),
      packer_(protocol, format_),
      tx_(format_, protocol.sequence.window),
      rx_(format_),
      replay_(seq_mask_, static_cast<std::uint8_t>(protocol.epoch_mask())),
      accept_(seq_mask_, protocol.sequence.window),
      held_(static_cast<std::uint16_t>(protocol.credit_mask())),
      grants_(static_cast<std::uint16_t>(protocol.credit_mask()), vcs_, format_.rec_none),
      lsm_(straps.start_up != 0),
      regs_(LinkRegsNumbers::from(
          [&protocol](std::string_view name) { return constant(protocol, name); })) {
  if (vcs_ > regs_.rx_buf_units.size()) {
    throw InputError({}, "vcs.count", "that many virtual channels are not built");
  }
  set_ = settings();
}

LinkModel::Settings LinkModel::settings() const {
  const auto word = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  Settings s;
  s.ack_n = word(regs_.ack_n_flits);
  s.ack_t = word(regs_.ack_t_cycles);
  s.ret_n = word(regs_.ret_n_units);
  s.ret_t = word(regs_.ret_t_cycles);
  s.stall_t = word(regs_.stall_t_cycles);
  s.replay_t = word(regs_.replay_t_cycles);
  s.replay_num = word(regs_.replay_num_replays);
  s.window = word(regs_.window_flits);
  s.enable = regs_.ctrl_enable;
  s.times = {.boot = word(regs_.boot_t_cycles),
             .train = word(regs_.train_t_cycles),
             .retrain = word(regs_.retrain_t_cycles),
             .hrst = word(regs_.hrst_t_cycles),
             .retrain_num = word(regs_.retrain_num_retrains)};
  for (unsigned v = 0; v < vcs_; ++v)
    s.rx_buf[v] = static_cast<std::uint16_t>(regs_.rx_buf_units[v]);
  return s;
}

/// One rising edge. In the order of the calls, what comes later does not see what came before
/// but where TIMING.md says so: all of them act on the state after the edge before.
void LinkModel::edge(const weft_link_in& in, weft_link_out& out) {
  out.flags = 0;
  out.ht_space = 0;
  Edge e{.now = now_,
         .before = replay_.point(),
         .base = replay_.base(),
         .active = lsm_.active(),
         .open = lsm_.open(),
         .event = stirred_ || (registered_.flags & (WEFT_IN_CSR | WEFT_IN_FREE)) != 0};
  if (e.active) {
    out.flags |= WEFT_OUT_UP;
    e.replay_fires = replay_.unacked() != 0 && replay_since_.elapsed(now_, set_.replay_t);
    e.stall_fires = blocked_ != 0 && stall_since_.elapsed(now_, set_.stall_t);
  }
  const bool acked_all = accept_.exp() == told_exp_;
  if ((registered_.flags & WEFT_IN_CSR) != 0) [[unlikely]]
    access(e, out);

  const bool decides = (registered_.flags & WEFT_IN_TX_SLOT) != 0;
  if (tx_.busy(e.now)) {
    const Transmitter::Flit& young = tx_.young();
    const std::uint64_t beat = e.now - young.decided - Transmitter::kFirstGather;
    if (young.kind == Transmitter::Kind::kNew && beat < kBeats) {
      gather(young, static_cast<unsigned>(beat), out);
    }
    if (decides) decide(e);
    transmit(e, out);
  } else if (decides) {
    decide(e);
  }

  const bool drop = lsm_.drops();
  if (rx_.ready()) receive(e, out);
  if (drop) [[unlikely]]
    rx_.drop(out);
  if ((e.told || e.accepted) && accept_.exp() != told_exp_ && (acked_all || e.told)) {
    ack_since_.start(e.now);
  }
  if (e.replay_fires || e.start_replay || e.advance || e.stall_fires || e.limit_advance ||
      e.stall_restart) {
    fire_timers(e);
  }
  if (drop) [[unlikely]] {
    accept_.drop();
    poll_ = false;
  }

  if ((registered_.flags & WEFT_IN_FREE) != 0) {
    grants_.free(registered_.free_vc, registered_.free_units, e.now);
  }
  if ((in.flags & WEFT_IN_HT) != 0) packer_.write(in.ht_vc, in.ht_data, in.ht_slots);
  if (e.boot != nullptr || e.give_up || e.retrain || e.hot_reset ||
      lsm_.restless(lock(), set_.enable)) [[unlikely]] {
    change_state(e, out);
  } else if (e.advance) {
    lsm_.progressed();
  }
  if (e.written) [[unlikely]]
    set_ = settings();
  if (irq_) [[unlikely]]
    out.flags |= WEFT_OUT_IRQ;
  register_inputs(in);
  sleep(e, out);
}

inline void LinkModel::transmit(Edge& e, weft_link_out& out) {
  const Transmitter::Flit& young = tx_.young();
  if (e.now - young.decided == Transmitter::kFirstGather) make(young);
  const Transmitter::Flit& flit = tx_.leaving(e.now);
  const std::uint64_t age = e.now - flit.decided;
  if (age - Transmitter::kFirstOut >= kBeats) return;
  if (age < flit.last) {
    Transmitter::put_out(flit, static_cast<unsigned>(age) - Transmitter::kFirstOut, out);
  } else if (age == flit.last) {
    finish(e, flit, out);
  }
}

/// A register access: reads see the state after the edge before, writes are seen by the next edge.
void LinkModel::access(Edge& e, weft_link_out& out) {
  if ((registered_.flags & WEFT_IN_CSR_WE) == 0) {
    show_status();
    out.flags |= WEFT_OUT_CSR;
    out.csr_rdata = regs_.read(registered_.csr_addr);
    return;
  }
  e.written = true;
  regs_.write(registered_.csr_addr, registered_.csr_data);
  e.retrain = regs_.ctrl_retrain_p;
  e.hot_reset = regs_.ctrl_hot_reset_p;
  irq_ = regs_.irq_stat_irq();
  if (regs_.ctrl_clear_p) {
    for (unsigned v = 0; v < vcs_; ++v) started_cleared_[v] = packer_.started(v);
  }
  regs_.ctrl_retrain_p = regs_.ctrl_hot_reset_p = regs_.ctrl_clear_p = false;
}

void LinkModel::show_status() {
  regs_.status_state = static_cast<std::uint64_t>(lsm_.state());
  regs_.status_refuse_reason = lsm_.reason();
  regs_.status_disc = accept_.missing();
  regs_.status_stalled = blocked_;
  for (unsigned v = 0; v < vcs_; ++v) {
    regs_.limit_units[v] = held_.all()[v];
    regs_.used_units[v] = packer_.used(v);
    regs_.pkts_tx[v] = {};
    regs_.pkts_tx[v].add(packer_.started(v) - started_cleared_[v]);
  }
  regs_.epoch_epoch = replay_.epoch();
  regs_.exp_seq = accept_.exp();
  regs_.base_seq = replay_.base();
  regs_.next_seq = replay_.next();
  regs_.top_seq = replay_.top();
}

void LinkModel::fire_timers(Edge& e) {
  if (e.replay_fires && !e.start_replay && !e.advance && replay_.unacked() != 0) {
    regs_.timer_replay.add();
    e.start_replay = true;
    e.event = true;
  }
  if (e.start_replay) begin_replay(e);
  if (e.advance) replay_since_.start(e.now);
  if (e.stall_fires) {
    poll_ = true;
    sdirty_ = true;
    e.event = true;
  }
  if (e.stall_fires || e.limit_advance || e.stall_restart) stall_since_.start(e.now);
}

void LinkModel::begin_replay(Edge& e) {
  replay_.start();
  sdirty_ = true;
  replay_since_.start(e.now);
  regs_.tx_replay_events.add();
  if (replay_.in_a_row() < set_.replay_num) return;
  e.give_up = true;
  raise(regs_.irq_stat_replay_thr);
}

void LinkModel::change_state(Edge& e, weft_link_out& out) {
  LinkStateMachine::In in{.now = e.now,
                          .lock = lock(),
                          .enable = set_.enable,
                          .retrain = e.retrain,
                          .hot_reset = e.hot_reset,
                          .good = e.good,
                          .give_up = e.give_up,
                          .progress = e.advance,
                          .boot = {}};
  if (e.boot != nullptr) in.boot = boot_flit(e.boot);
  const LinkState was = lsm_.state();
  const LinkStateMachine::Out act = lsm_.edge(in, set_.times);
  if (act.take_first || act.resync) take_boot_limits(e, e.boot, act.take_first);
  if (act.resync) {
    if (replay_.resync(static_cast<std::uint32_t>(format_.boot_exp.get_from(e.boot)) & seq_mask_)) {
      sdirty_ = true;
      replay_since_.start(e.now);
      regs_.tx_replay_events.add();
    }
    if (replay_.base() != e.base) {
      replay_since_.start(e.now);
      lsm_.progressed();
    }
  }
  if (e.limit_advance) stall_since_.start(e.now);
  if (act.tell) sdirty_ = true;
  if (act.down) raise(regs_.irq_stat_down);
  if (act.refused) raise(regs_.irq_stat_refuse);
  if (act.retrain) {
    raise(regs_.irq_stat_retrain);
    regs_.retrains.add();
  }
  if (act.change) e.event = true;
  if (act.load) grants_.restart(set_.rx_buf);
  if (act.clear) restart(e, out, was == LinkState::kReset && straps_.start_up != 0);
}

void LinkModel::restart(const Edge& e, weft_link_out& out, bool start_up) {
  out.flags |= WEFT_OUT_FLUSH;
  out.ht_space = 0;  // the skid has its full size again
  regs_.lost_flits.add((e.before.top - e.base) & seq_mask_);
  packer_.clear();
  tx_.lose();
  rx_.clear(out);
  replay_.clear();
  accept_.clear();
  told_exp_ = 0;
  tell_dup_ = sdirty_ = poll_ = false;
  blocked_ = 0;
  grants_.restart(set_.rx_buf);
  for (unsigned v = 0; v < vcs_; ++v) held_.set(v, start_up ? set_.rx_buf[v] : std::uint16_t{0});
}

inline void LinkModel::register_inputs(const weft_link_in& in) {
  rx_.sample(in);
  stirred_ =
      (in.flags & WEFT_IN_HT) != 0 || ((in.flags ^ registered_.flags) & WEFT_IN_PHY_LOCK) != 0;
  pass(in);
  if ((in.flags & WEFT_IN_FREE) != 0) {
    registered_.free_vc = in.free_vc;
    registered_.free_units = in.free_units;
  }
  if ((in.flags & WEFT_IN_CSR) != 0) [[unlikely]] {
    registered_.csr_addr = in.csr_addr;
    registered_.csr_data = in.csr_wdata;
  }
}

void LinkModel::sleep(const Edge& e, weft_link_out& out) {
  poked_ = e.event || (poked_ && !e.found_none);
  asleep_ = false;
  constexpr std::uint32_t kBusy =
      WEFT_OUT_LO | WEFT_OUT_HR | WEFT_OUT_HR_ABORT | WEFT_OUT_CSR | WEFT_OUT_FLUSH;
  constexpr std::uint32_t kRegistered = WEFT_IN_FREE | WEFT_IN_CSR;
  if (poked_ || (out.flags & kBusy) != 0 || tx_.busy(now_) || rx_.busy() || stirred_ ||
      (registered_.flags & kRegistered) != 0 || out.ht_space != 0) {
    return;
  }
  asleep_ = true;
  wake_ = deadline();
  sleep_flags_ = out.flags;
  sleep_inputs_ = registered_.flags & WEFT_IN_PHY_LOCK;
  out.flags |= quiescent();
}

std::uint64_t LinkModel::deadline() const {
  std::uint64_t at = lsm_.deadline(set_.times, lock());
  if (!lsm_.active()) return at;
  if (accept_.exp() != told_exp_) at = std::min(at, ack_since_.deadline(set_.ack_t));
  if (replay_.unacked() != 0) at = std::min(at, replay_since_.deadline(set_.replay_t));
  if (grants_.armed()) at = std::min(at, grants_.deadline(set_.ret_t));
  if (blocked_ != 0) at = std::min(at, stall_since_.deadline(set_.stall_t));
  return at;
}

}  // namespace weft
