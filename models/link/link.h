// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/clock.h"
#include "models/base/digest.h"
#include "models/link/core.h"
#include "models/link/cycle.h"
#include "models/link/port.h"
#include "models/link/wire.h"

namespace weft {

/// What the running of a link must know of the protocol and of where it runs.
struct LinkConfig {
  Clock clock;  ///< one edge per beat
  PortConfig port;
  unsigned beats = 1;     ///< beats of a flit: cycles between two slot strobes
  bool idle_skip = true;  ///< leave out the clocks of quiescent ends; changes speed alone
  BitField head_type;     ///< in the first slot of a flit
  BitField head_rtx;
  BitField head_seq;
  std::uint64_t data = 0;  ///< type of a flit that is numbered and repeated

  explicit LinkConfig(const Clock& beat_clock) : clock(beat_clock) {}
  static LinkConfig of(const Protocol& protocol, const Clock& clock, Cycle pipeline);
};

/// Someone who watches the pins of a link end: called for each clock evaluated, after it.
class PinWatch {
 public:
  virtual ~PinWatch() = default;
  virtual void clocked(const weft_link_in& in, const weft_link_out& out) = 0;
};

/// One end of a link: a core, the port behind it and the clock they share.
///
/// In each cycle the core gets the beat that arrives on the receiving wire, what the port has for
/// it, and the slot strobe in every `beats`-th cycle; its outputs go to the sending wire and back
/// to the port. Beats that arrive while the PHY has no lock are lost.
class LinkEnd {
 public:
  struct Counters {
    std::uint64_t evals = 0;  ///< clocks evaluated; depends on idle_skip, unlike the rest
    std::uint64_t beats_sent = 0;
    std::uint64_t flits_sent = 0;      ///< DATA, first transmissions
    std::uint64_t flits_repeated = 0;  ///< DATA, again
    std::uint64_t flits_accepted = 0;
    std::uint64_t flits_aborted = 0;  ///< begun to arrive in order, found bad
  };

  /// The wires and the configuration live longer than the end.
  LinkEnd(const LinkConfig& config, std::unique_ptr<LinkCore> core, Wire& out, Wire& in);

  LinkPort& port() { return port_; }
  const LinkPort& port() const { return port_; }
  LinkCore& core() { return *core_; }

  /// Evaluates the cycles from cycle() to before `until`, leaving out those in which a quiescent
  /// end has no input. No input may come in them that is not known yet.
  void run(Cycle until);

  /// The first cycle that has not been run.
  Cycle cycle() const { return cycle_; }
  /// The first one that may have to be evaluated, as things stand.
  Cycle next_work() const {
    if (!asleep_) return cycle_;
    return std::max(cycle_, next_event());
  }

  /// From cycle `at` on the PHY has lock, or has not. Calls come in order of `at`, none of which
  /// has been run. An end begins with lock.
  void set_phy_lock(Cycle at, bool lock);

  /// Not owned; nullptr for none.
  void set_watch(PinWatch* watch) { watch_ = watch; }

  /// The link is up, as of the last clock evaluated.
  bool up() const { return (last_flags_ & WEFT_OUT_UP) != 0; }
  bool irq() const { return (last_flags_ & WEFT_OUT_IRQ) != 0; }

  const Counters& counters() const { return counters_; }
  /// Hash of (time in fs, ordinal) of each flit accepted.
  Hash128 accepted() const { return accepted_.value(); }
  /// Hash of (time in fs, sequence number) of each flit sent again.
  Hash128 repeated() const { return repeated_.value(); }

  /// Without the core, which does not tell.
  std::size_t memory_bytes() const;

 private:
  struct LockChange {
    Cycle at;
    bool lock;
  };

  Cycle next_event() const {
    return std::min({in_.next_arrival(), port_.next_work(cycle_), wake_, next_lock_change_});
  }
  void change_lock();
  void sent_flit(Cycle c, std::uint64_t head);

  const LinkConfig& config_;
  std::unique_ptr<LinkCore> core_;
  Wire& out_;
  Wire& in_;
  Cycle cycle_ = 0;
  Cycle wake_ = kNever;  // the core's own, when asleep
  bool asleep_ = false;  // the last clock left the core quiescent, and idle clocks are left out
  std::uint32_t lock_ = WEFT_IN_PHY_LOCK;
  std::uint32_t last_flags_ = 0;
  PinWatch* watch_ = nullptr;
  Counters counters_;
  Cycle next_lock_change_ = kNever;
  std::vector<LockChange> lock_changes_;  // to come, the next one last
  Digest accepted_;
  Digest repeated_;
  LinkPort port_;
};

/// Two ends and the wires between them.
///
/// Time goes in windows of at most window_limit() cycles: within one, ends and hosts do not see
/// each other's doings, so they may be run in any order; then exchange(). What is observable does
/// not depend on how long the windows are.
class Link {
 public:
  /// `a_to_b` carries what the first core sends.
  Link(const LinkConfig& config, std::unique_ptr<LinkCore> a, std::unique_ptr<LinkCore> b,
       Wire a_to_b, Wire b_to_a);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const LinkConfig& config() const { return config_; }
  const Clock& clock() const { return config_.clock; }
  LinkEnd& end(unsigned side) { return side == 0 ? a_ : b_; }
  const LinkEnd& end(unsigned side) const { return side == 0 ? a_ : b_; }
  LinkPort& port(unsigned side) { return end(side).port(); }
  Wire& wire_from(unsigned side) { return wires_[side]; }

  Cycle window_limit() const;

  /// Runs both ends over the cycles before `until`, at most a window further.
  void run(Cycle until) {
    a_.run(until);
    b_.run(until);
  }
  /// Between windows.
  void exchange() {
    a_.port().exchange();
    b_.port().exchange();
  }
  /// The first cycle in which something may happen: when something waits for an exchange, the first
  /// that was not run. Between windows.
  Cycle next_work() const {
    if (a_.port().dirty() || b_.port().dirty()) return std::min(a_.cycle(), b_.cycle());
    return std::min(a_.next_work(), b_.next_work());
  }

  /// Adds what happened on the link: per direction, a to b first, flits repeated and accepted.
  /// Equal whatever the windows, idle skipping, threads, and the level of the cores if they agree.
  void add_to(Digest& digest) const;

  std::size_t memory_bytes() const;

 private:
  LinkConfig config_;
  std::array<Wire, 2> wires_;
  LinkEnd a_;
  LinkEnd b_;
};

}  // namespace weft
