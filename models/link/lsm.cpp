// SPDX-License-Identifier: Apache-2.0
#include "models/link/lsm.h"

#include <algorithm>

namespace weft {

LinkStateMachine::Out LinkStateMachine::edge(const In& in, const Times& times) {
  using enum LinkState;
  Out out;
  dead_ = dead_ && in.enable;
  const LinkState was = state_;
  LinkState to = next(in, times, out);
  const auto retrains = static_cast<std::uint8_t>(retrains_ + 1);
  if (in.progress) retrains_ = 0;
  if (in.boot.op == BootOp::kHrst && was != kDown && was != kTrain && was != kHreset) to = kHreset;
  if (in.hot_reset) {
    to = kHreset;
    dead_ = false;
  }
  if (!in.lock && (was == kTrain || was == kParam || was == kCinit)) to = kDown;
  if (!in.enable && was != kReset) to = kDown;

  out.change = to != was;
  entered_ = out.change;
  if (!out.change) return out;
  out.clear = to == kDown || to == kHreset || was == kReset;
  out.load = to == kTrain;
  out.tell = out.tell || (to == kActive && was != kReset);
  out.down = to == kDown && was != kReset;
  out.retrain = to == kRetrain;
  if (out.retrain) retrains_ = retrains;
  if (out.clear) {
    known_ = false;
    retrains_ = 0;
    reason_ = 0;
  }
  got_ = to == kActive;
  first_ = true;
  in_state_.start(in.now);
  state_ = to;
  return out;
}

LinkState LinkStateMachine::next(const In& in, const Times& times, Out& out) {
  using enum LinkState;
  const BootFlit& boot = in.boot;
  const bool elapsed = in_state_.elapsed(in.now, state_time(times));
  switch (state_) {
    case kReset:
      return start_up_ ? kActive : kDown;
    case kDown:
      return in.enable && in.lock && !dead_ ? kTrain : kDown;
    case kTrain:
      return elapsed ? kParam : kTrain;
    case kParam:
      if (boot.op == BootOp::kParam) {
        if (boot.mismatch != 0) {
          reason_ = boot.mismatch;
          out.refused = true;
          return kRefused;
        }
        got_ = true;
        record(boot.session);
        return boot.seen ? kCinit : kParam;
      }
      return boot.op == BootOp::kCinit && got_ && session_holds(boot) ? kCinit : kParam;
    case kCinit:
      if (boot.op == BootOp::kCinit && session_holds(boot)) {
        out.take_first = !got_;
        got_ = true;
        return boot.seen ? kActive : kCinit;
      }
      if (boot.op == BootOp::kParam && (!session_holds(boot) || !boot.seen)) return kDown;
      if ((boot.op == BootOp::kRetrain || boot.op == BootOp::kResync) && session_holds(boot) &&
          got_) {
        return kRetrain;
      }
      return in.good ? kActive : kCinit;
    case kActive:
      return next_in_active(in, times, out);
    case kRetrain:
      if (boot.op == BootOp::kParam) return kDown;
      return elapsed && in.lock ? kResync : kRetrain;
    case kResync:
      return next_in_resync(in, out);
    case kHreset:
      return elapsed ? kDown : kHreset;
    case kRefused:
      break;
  }
  return state_;
}

LinkState LinkStateMachine::next_in_active(const In& in, const Times& times, Out& out) {
  const BootFlit& boot = in.boot;
  const bool cinit = boot.op == BootOp::kCinit;
  const bool resync = boot.op == BootOp::kResync;
  if (boot.op == BootOp::kParam) return LinkState::kDown;
  if ((cinit || resync) && !session_holds(boot)) return LinkState::kDown;
  if (cinit || (resync && boot.seen)) {
    out.tell = true;
    return LinkState::kActive;
  }
  if (resync || boot.op == BootOp::kRetrain || in.retrain || !in.lock) return LinkState::kRetrain;
  if (!in.give_up) return LinkState::kActive;
  dead_ = retrains_ >= times.retrain_num;
  return dead_ ? LinkState::kDown : LinkState::kRetrain;
}

LinkState LinkStateMachine::next_in_resync(const In& in, Out& out) {
  const BootFlit& boot = in.boot;
  if (boot.op == BootOp::kParam) return LinkState::kDown;
  if (boot.op == BootOp::kResync) {
    if (!session_holds(boot) || (!got_ && !boot.exp_possible)) return LinkState::kDown;
    out.resync = !got_;
    got_ = true;
    if (!known_) record(boot.session);
    return boot.seen ? LinkState::kActive : LinkState::kResync;
  }
  return in.good ? LinkState::kActive : LinkState::kResync;
}

std::uint32_t LinkStateMachine::state_time(const Times& times) const {
  switch (state_) {
    case LinkState::kTrain:
      return times.train;
    case LinkState::kRetrain:
      return times.retrain;
    default:
      return times.hrst;
  }
}

BootOp LinkStateMachine::boot_op() const {
  switch (state_) {
    case LinkState::kParam:
    case LinkState::kRefused:
      return BootOp::kParam;
    case LinkState::kCinit:
      return BootOp::kCinit;
    case LinkState::kRetrain:
      return BootOp::kRetrain;
    case LinkState::kResync:
      return BootOp::kResync;
    default:
      return BootOp::kHrst;
  }
}

std::uint64_t LinkStateMachine::deadline(const Times& times, bool lock) const {
  std::uint64_t at = WEFT_LINK_NEVER;
  if (sends_boot() && !first_) at = boot_.deadline(times.boot);
  if (state_ == LinkState::kTrain || state_ == LinkState::kHreset ||
      (state_ == LinkState::kRetrain && lock)) {
    at = std::min(at, in_state_.deadline(state_time(times)));
  }
  return at;
}

}  // namespace weft
