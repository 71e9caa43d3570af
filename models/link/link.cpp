// SPDX-License-Identifier: Apache-2.0
#include "models/link/link.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weft {

LinkConfig LinkConfig::of(const Protocol& protocol, const Clock& clock, Cycle pipeline) {
  LinkConfig config(clock);
  config.port = PortConfig::of(protocol, pipeline);
  config.beats = protocol.flit.beats;
  config.head_type = protocol.head.type;
  config.head_rtx = protocol.head.rtx;
  config.head_seq = protocol.head.seq;
  config.data = protocol.head.data;
  return config;
}

LinkEnd::LinkEnd(const LinkConfig& config, std::unique_ptr<LinkCore> core, Wire& out, Wire& in)
    : config_(config), core_(std::move(core)), out_(out), in_(in), port_(config.port) {
  if (config.beats == 0) throw std::invalid_argument("a flit has at least one beat");
}

void LinkEnd::run(Cycle until) {
  Cycle c = cycle_;
  if (c >= until) return;
  Cycle strobe = (c + config_.beats - 1) / config_.beats * config_.beats;
  weft_link_out out{};
  for (;;) {
    if (asleep_) {
      cycle_ = c;
      c = std::max(c, next_event());
      if (c >= until) break;
      strobe = (c + config_.beats - 1) / config_.beats * config_.beats;
    } else if (c >= until) {
      break;
    }

    weft_link_in in{};
    in.now = c;
    if (c >= next_lock_change_) [[unlikely]] {
      change_lock();
    }
    in.flags = lock_;
    if (c == strobe) {
      in.flags |= WEFT_IN_TX_SLOT;
      strobe += config_.beats;
    }
    const bool arrives = in_.next_arrival() == c;
    if (arrives && lock_ != 0) {
      const WireBeat& beat = in_.front();
      in.flags |= beat.flags;
      in.li_data = beat.slots;
    }
    port_.drive(c, in);
    core_->step(in, out);
    if (watch_ != nullptr) [[unlikely]] {
      watch_->clocked(in, out);
    }
    if (arrives) in_.pop();

    ++counters_.evals;
    if (out.flags & WEFT_OUT_LO) {
      ++counters_.beats_sent;
      if (out.flags & WEFT_OUT_LO_SOF) sent_flit(c, out.lo_data[0]);
      out_.send(c, out);
    }
    port_.collect(c, out);
    if (out.flags & (WEFT_OUT_HR_COMMIT | WEFT_OUT_HR_ABORT)) {
      if (out.flags & WEFT_OUT_HR_COMMIT) {
        accepted_.add(config_.clock.edge(c).fs());
        accepted_.add(counters_.flits_accepted++);
      } else {
        ++counters_.flits_aborted;
      }
    }
    last_flags_ = out.flags;
    ++c;
    asleep_ = config_.idle_skip && (out.flags & WEFT_OUT_QUIESCENT) != 0;
    if (asleep_) wake_ = core_->wake_at();
  }
  cycle_ = until;
}

void LinkEnd::sent_flit(Cycle c, std::uint64_t head) {
  if (config_.head_type.get(head) != config_.data) return;
  if (config_.head_rtx.get(head) == 0) {
    ++counters_.flits_sent;
    return;
  }
  ++counters_.flits_repeated;
  repeated_.add(config_.clock.edge(c).fs());
  repeated_.add(config_.head_seq.get(head));
}

void LinkEnd::set_phy_lock(Cycle at, bool lock) {
  if (at < cycle_ || (!lock_changes_.empty() && at <= lock_changes_.front().at)) {
    throw std::invalid_argument("a change of PHY lock lies in the past");
  }
  lock_changes_.insert(lock_changes_.begin(), {at, lock});
  next_lock_change_ = lock_changes_.back().at;
}

void LinkEnd::change_lock() {
  lock_ = 0;
  if (lock_changes_.back().lock) lock_ = WEFT_IN_PHY_LOCK;
  lock_changes_.pop_back();
  next_lock_change_ = lock_changes_.empty() ? kNever : lock_changes_.back().at;
}

std::size_t LinkEnd::memory_bytes() const {
  constexpr std::size_t kHashState = 576;  // of XXH3, one per digest
  return sizeof *this - sizeof port_ + port_.memory_bytes() + 2 * kHashState;
}

Link::Link(const LinkConfig& config, std::unique_ptr<LinkCore> a, std::unique_ptr<LinkCore> b,
           Wire a_to_b, Wire b_to_a)
    : config_(config),
      wires_{std::move(a_to_b), std::move(b_to_a)},
      a_(config_, std::move(a), wires_[0], wires_[1]),
      b_(config_, std::move(b), wires_[1], wires_[0]) {}

Cycle Link::window_limit() const {
  return std::min({wires_[0].latency(), wires_[1].latency(), config_.port.pipeline});
}

void Link::add_to(Digest& digest) const {
  for (unsigned from : {0u, 1u}) {
    digest.add(end(from).repeated());
    digest.add(end(1 - from).accepted());
  }
}

std::size_t Link::memory_bytes() const {
  return sizeof *this - sizeof a_ - sizeof b_ - sizeof wires_ + a_.memory_bytes() +
         b_.memory_bytes() + wires_[0].memory_bytes() + wires_[1].memory_bytes();
}

}  // namespace weft
