// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/link/timer.h"

namespace weft {

/// States of a link (chapter 7), as STATUS.STATE shows them.
enum class LinkState : std::uint8_t {
  kDown = 0,
  kTrain = 1,
  kParam = 2,
  kCinit = 3,
  kActive = 4,
  kRetrain = 5,
  kResync = 6,
  kRefused = 7,
  kHreset = 8,
  kReset = 15,  ///< the first clock after reset
};

enum class BootOp : std::uint8_t { kNone, kParam, kCinit, kRetrain, kResync, kHrst };

/// What a BOOT flit says to the state machine.
struct BootFlit {
  BootOp op = BootOp::kNone;  ///< kNone also for an operation that is not known
  bool seen = false;
  std::uint32_t session = 0;
  std::uint32_t mismatch = 0;  ///< PARAM: 1 + index of the first field that differs, or 0
  bool exp_possible = false;   ///< RESYNC: its exp lies in base..top
};

/// Bring-up, retrain and reset of a link end: which state follows, and what that asks of the rest.
class LinkStateMachine {
 public:
  struct Times {
    std::uint32_t boot = 0, train = 0, retrain = 0, hrst = 0;
    std::uint32_t retrain_num = 0;
  };
  /// What an edge sees.
  struct In {
    std::uint64_t now = 0;
    bool lock = false;
    bool enable = false;
    bool retrain = false;    ///< pulse of the register
    bool hot_reset = false;  ///< pulse of the register
    bool good = false;       ///< a DATA or CTRL that counts has come
    bool give_up = false;    ///< OFL-6.13
    bool progress = false;   ///< base has moved
    BootFlit boot;
  };
  /// What has to be done at that edge.
  struct Out {
    bool change = false;      ///< another state
    bool clear = false;       ///< forget everything
    bool tell = false;        ///< a CTRL is wanted
    bool load = false;        ///< bring-up begins: grants start from the buffer sizes
    bool take_first = false;  ///< the limits of this CINIT count, whatever they are
    bool resync = false;      ///< exp and limits of this RESYNC count
    bool down = false, retrain = false, refused = false;
  };

  explicit LinkStateMachine(bool start_up) : start_up_(start_up) {}

  LinkState state() const { return state_; }
  bool active() const { return state_ == LinkState::kActive; }
  /// DATA and CTRL received count (OFL-7.5, 7.8).
  bool open() const {
    return active() || (got_ && (state_ == LinkState::kCinit || state_ == LinkState::kResync));
  }
  std::uint32_t reason() const { return reason_; }
  /// This is the edge after the one that began a retrain.
  bool drops() const { return entered_ && state_ == LinkState::kRetrain; }

  /// Whether edge() can do anything at an edge at which nothing is in `In` but these.
  bool restless(bool lock, bool enable) const { return !active() || entered_ || !lock || !enable; }
  Out edge(const In& in, const Times& times);
  /// Base has moved, at an edge without edge().
  void progressed() { retrains_ = 0; }

  /// A BOOT flit is to be sent at this edge's decision.
  bool boot_due(std::uint64_t now, const Times& times) const {
    return sends_boot() && (first_ || boot_.elapsed(now, times.boot));
  }
  BootOp boot_op() const;
  bool boot_seen() const {
    return got_ && state_ != LinkState::kHreset && state_ != LinkState::kRetrain;
  }
  /// It is; before edge() of the same edge.
  void boot_sent(std::uint64_t now) {
    first_ = false;
    boot_.start(now);
  }

  /// Earliest deadline, WEFT_LINK_NEVER if there is none.
  std::uint64_t deadline(const Times& times, bool lock) const;

 private:
  bool sends_boot() const {
    switch (state_) {
      case LinkState::kParam:
      case LinkState::kCinit:
      case LinkState::kRetrain:
      case LinkState::kResync:
      case LinkState::kRefused:
      case LinkState::kHreset:
        return true;
      default:
        return false;
    }
  }
  std::uint32_t state_time(const Times& times) const;
  LinkState next(const In& in, const Times& times, Out& out);
  LinkState next_in_active(const In& in, const Times& times, Out& out);
  LinkState next_in_resync(const In& in, Out& out);
  bool session_holds(const BootFlit& boot) const { return !known_ || boot.session == peer_; }
  void record(std::uint32_t session) {
    known_ = true;
    peer_ = session;
  }

  bool start_up_;
  LinkState state_ = LinkState::kReset;
  bool got_ = false;      // this phase's flit of the peer is held
  bool first_ = false;    // the state's first BOOT flit is not sent yet
  bool dead_ = false;     // gave up: stays down until enabled again
  bool entered_ = false;  // first edge in this state
  bool known_ = false;    // the peer's session is recorded
  std::uint32_t peer_ = 0;
  std::uint32_t reason_ = 0;
  std::uint8_t retrains_ = 0;  // since base moved
  Timer boot_, in_state_;
};

}  // namespace weft
