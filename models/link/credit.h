// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "models/link/flit.h"
#include "models/link/timer.h"

namespace weft {

/// Absolute credit limits, modulo 2^15 (chapter 5): those a peer granted.
class HeldLimits {
 public:
  using Limits = std::array<std::uint16_t, kMaxVcs>;
  enum class News : std::uint8_t { kSame, kAdvanced, kBackwards };

  explicit HeldLimits(std::uint16_t mask) : mask_(mask) {}

  const Limits& all() const { return limits_; }
  /// OFL-5.4: a limit that is not ahead is ignored.
  News take(unsigned vc, std::uint16_t limit) {
    const auto ahead = static_cast<std::uint16_t>((limit - limits_[vc]) & mask_);
    if (ahead == 0) return News::kSame;
    if (ahead > mask_ / 2) return News::kBackwards;
    limits_[vc] = limit & mask_;
    return News::kAdvanced;
  }
  /// The first one, whatever it is; true if it is another.
  bool set(unsigned vc, std::uint16_t limit) {
    const bool changed = limits_[vc] != (limit & mask_);
    limits_[vc] = limit & mask_;
    return changed;
  }

 private:
  std::uint16_t mask_;
  Limits limits_{};
};

/// Limits this end grants: what its host freed, what the peer was told of it (OFL-5.2, 5.5, 5.6).
class Grants {
 public:
  using Limits = HeldLimits::Limits;

  Grants(std::uint16_t mask, unsigned vcs, std::uint8_t rec_none)
      : mask_(mask), vcs_(vcs), none_(rec_none) {}

  /// The limits as they are.
  const Limits& all() const { return grant_; }
  /// All limits start from the buffer sizes, which the peer knows of.
  void restart(const Limits& buffers) {
    grant_ = told_ = buffers;
    untold_ = forced_ = 0;
  }

  /// The host frees `units` of `vc`.
  void free(unsigned vc, std::uint16_t units, std::uint64_t now) {
    grant_[vc] = static_cast<std::uint16_t>((grant_[vc] + units) & mask_);
    if (untold_ == 0) since_.start(now);
    update(vc);
  }
  /// Every limit has to be told again (OFL-6.3, 6.11).
  void force_all() { forced_ = (1u << vcs_) - 1; }

  /// The record of a DATA flit: the first dirty VC after the last one recorded.
  std::uint8_t pick() {
    const std::uint32_t dirty = untold_ | forced_;
    if (dirty == 0) return none_;
    const std::uint32_t after = dirty & ~((2u << last_) - 1);
    last_ = static_cast<unsigned>(__builtin_ctz(after != 0 ? after : dirty));
    return static_cast<std::uint8_t>(last_);
  }
  /// The limit that a tail with record `rec` carries, 0 for none.
  std::uint16_t limit_of(std::uint8_t rec) const { return rec == none_ ? 0 : grant_[rec]; }
  /// A tail has told it.
  void tell(std::uint8_t rec, std::uint64_t now) {
    if (rec != none_) told(rec);
    if (untold_ != 0) since_.start(now);
  }
  /// A flit with all limits has told them.
  void tell_all() {
    told_ = grant_;
    untold_ = forced_ = 0;
  }

  /// An update is due, at edge of `now`: RET_N units of a VC or RET_T cycles (OFL-5.6).
  bool due(std::uint64_t now, std::uint32_t ret_n, std::uint32_t ret_t) const {
    return untold_ != 0 && (since_.elapsed(now, ret_t) || enough(ret_n));
  }
  bool armed() const { return untold_ != 0; }
  std::uint64_t deadline(std::uint32_t ret_t) const { return since_.deadline(ret_t); }

 private:
  void update(unsigned vc) {
    const std::uint32_t bit = 1u << vc;
    untold_ = grant_[vc] != told_[vc] ? untold_ | bit : untold_ & ~bit;
  }
  void told(unsigned vc) {
    told_[vc] = grant_[vc];
    forced_ &= ~(1u << vc);
    update(vc);
  }
  bool enough(std::uint32_t ret_n) const {
    for (unsigned v = 0; v < vcs_; ++v) {
      const std::uint32_t owed = (grant_[v] - told_[v]) & mask_;
      if (owed != 0 && owed >= ret_n) return true;
    }
    return false;
  }

  std::uint16_t mask_;
  unsigned vcs_;
  std::uint8_t none_;
  Limits grant_{}, told_{};
  std::uint32_t untold_ = 0, forced_ = 0;  // bits per VC
  unsigned last_ = 0;                      // recorded last
  Timer since_;
};

}  // namespace weft
