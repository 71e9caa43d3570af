// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft {

/// The sender's half of go-back-N: which DATA flits wait for an ack, and which go again (OFL-6.1,
/// 6.7 to 6.9, 6.13).
///
/// Numbers are modulo `mask` + 1. `base` is the oldest flit not acknowledged, `next` the one to
/// leave next, `top` the one never sent; base <= next <= top <= base + window.
class Replay {
 public:
  /// What `next` and `top` were at some moment.
  struct Point {
    std::uint32_t next, top;
  };
  enum class Ack : std::uint8_t { kStale, kKnown, kAdvanced };
  enum class Nak : std::uint8_t { kStale, kNothingToRepeat, kObeyed };

  Replay(std::uint32_t mask, std::uint8_t epoch_mask) : mask_(mask), epoch_mask_(epoch_mask) {}

  std::uint32_t base() const { return base_; }
  std::uint32_t next() const { return next_; }
  std::uint32_t top() const { return top_; }
  std::uint8_t epoch() const { return epoch_; }
  Point point() const { return {next_, top_}; }
  std::uint32_t unacked() const { return (top_ - base_) & mask_; }
  bool replaying() const { return next_ != top_; }
  /// Replays begun since `base` moved.
  std::uint8_t in_a_row() const { return in_a_row_; }

  /// Flit `next` leaves, again or for the first time.
  void send() {
    if (next_ == top_) top_ = step(top_);
    next_ = step(next_);
  }

  /// The peer expects `ack` next. What left at this very moment, after `before`, it cannot know of.
  Ack acknowledge(std::uint32_t ack, Point before) {
    const std::uint32_t advance = (ack - base_) & mask_;
    if (advance > ((before.top - base_) & mask_)) return Ack::kStale;
    if (advance == 0) return Ack::kKnown;
    if (advance > ((before.next - base_) & mask_)) next_ = ack;
    base_ = ack;
    in_a_row_ = 0;
    return Ack::kAdvanced;
  }

  /// The peer misses a flit of epoch `nak_epoch`; start() must follow if this is obeyed.
  Nak nak(std::uint8_t nak_epoch) const {
    if (nak_epoch != epoch_) return Nak::kStale;
    return base_ == top_ ? Nak::kNothingToRepeat : Nak::kObeyed;
  }

  /// Everything from `base` on goes again, in a new epoch.
  void start() {
    next_ = base_;
    epoch_ = static_cast<std::uint8_t>((epoch_ + 1) & epoch_mask_);
    ++in_a_row_;
  }

  /// OFL-7.8: whether `exp` can be what the peer expects.
  bool may_resync(std::uint32_t exp) const { return ((exp - base_) & mask_) <= unacked(); }
  /// Goes on from there; true if something is repeated.
  bool resync(std::uint32_t exp) {
    base_ = exp;
    next_ = exp;
    in_a_row_ = 0;
    if (base_ == top_) return false;
    epoch_ = static_cast<std::uint8_t>((epoch_ + 1) & epoch_mask_);
    return true;
  }

  void clear() { *this = Replay(mask_, epoch_mask_); }

 private:
  std::uint32_t step(std::uint32_t seq) const { return (seq + 1) & mask_; }

  std::uint32_t mask_;
  std::uint32_t base_ = 0, next_ = 0, top_ = 0;
  std::uint8_t epoch_mask_;
  std::uint8_t epoch_ = 0;
  std::uint8_t in_a_row_ = 0;
};

/// The receiver's half: which flits are accepted, and what the sender is told (OFL-6.3 to 6.6).
class Accept {
 public:
  enum class Verdict : std::uint8_t { kAccepted, kGap, kDuplicate, kNothing };
  /// What one flit did.
  struct Outcome {
    Verdict verdict;
    bool nak_again;  ///< `missing` was entered or names another epoch: tell at once
  };

  /// `window`: flits the sender may have sent ahead of an ack.
  Accept(std::uint32_t mask, std::uint32_t window) : mask_(mask), window_(window) {}

  /// Number of the DATA flit that is accepted next.
  std::uint32_t exp() const { return exp_; }
  /// A flit is missing (`disc`): naks are sent.
  bool missing() const { return disc_; }
  /// Epoch the nak refers to, 0 while nothing is missing.
  std::uint8_t nak_ep() const { return disc_ ? nak_ep_ : std::uint8_t{0}; }

  /// A good DATA flit with this number and epoch.
  Outcome data(std::uint32_t seq, std::uint8_t ep) {
    const std::uint32_t ahead = (seq - exp_) & mask_;
    last_ep_ = ep;
    if (ahead == 0) {
      disc_ = false;
      exp_ = (exp_ + 1) & mask_;
      return {Verdict::kAccepted, false};
    }
    if (ahead < window_) return {Verdict::kGap, gap(ep)};
    return {Verdict::kDuplicate, false};
  }

  /// A good CTRL flit, which names the DATA to come: a window's worth ahead is still a gap there.
  Outcome ctrl(std::uint32_t seq, std::uint8_t ep) {
    const std::uint32_t ahead = (seq - exp_) & mask_;
    last_ep_ = ep;
    if (ahead == 0) disc_ = false;
    if (ahead != 0 && ahead <= window_) return {Verdict::kGap, gap(ep)};
    return {Verdict::kNothing, false};
  }

  void bad() {
    if (disc_) return;
    disc_ = true;
    nak_ep_ = last_ep_;
  }

  /// A retrain: nothing is missing until the next flit says so.
  void drop() { disc_ = false; }
  void clear() { *this = Accept(mask_, window_); }

 private:
  bool gap(std::uint8_t ep) {
    if (disc_ && nak_ep_ == ep) return false;
    disc_ = true;
    nak_ep_ = ep;
    return true;
  }

  std::uint32_t mask_, window_;
  std::uint32_t exp_ = 0;
  bool disc_ = false;
  std::uint8_t nak_ep_ = 0, last_ep_ = 0;
};

}  // namespace weft
