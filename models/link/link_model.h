// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "models/link/core.h"
#include "models/link/credit.h"
#include "models/link/flit.h"
#include "models/link/link_regs.h"
#include "models/link/lsm.h"
#include "models/link/packer.h"
#include "models/link/replay.h"
#include "models/link/rx.h"
#include "models/link/timer.h"
#include "models/link/tx.h"

namespace weft {

/// The golden model of a link end: at its pins, clock by clock, what rtl/link does
/// (rtl/link/PROTOCOL.md on the wire, rtl/link/TIMING.md in cycles).
///
/// Nothing is allocated after construction. One thread at a time.
class LinkModel final : public LinkCore {
 public:
  /// Throws InputError for a protocol whose flits are not built.
  LinkModel(const Protocol& protocol, const weft_link_straps& straps);
  LinkModel(const LinkModel&) = delete;
  LinkModel& operator=(const LinkModel&) = delete;

  void step(const weft_link_in& in, weft_link_out& out) override {
    constexpr std::uint32_t kInputs = WEFT_IN_LI | WEFT_IN_HT | WEFT_IN_FREE | WEFT_IN_CSR;
    constexpr std::uint32_t kAll = kInputs | WEFT_IN_PHY_LOCK;
    if (asleep_ && (in.flags & kAll) == sleep_inputs_ && now_ < wake_) {
      // Nothing changes, and a decision would find nothing, as the last one did.
      pass(in);
      out.flags = sleep_flags_ | quiescent();
      out.ht_space = 0;
      return;
    }
    edge(in, out);
  }

  std::uint64_t wake_at() const override { return asleep_ ? wake_ : deadline(); }

  /// What is behind the pins, for reports and tests; as after the last clock.
  LinkState state() const { return lsm_.state(); }
  const LinkRegs& regs() {
    show_status();
    return regs_;
  }
  const Replay& replay() const { return replay_; }
  const Accept& accept() const { return accept_; }
  std::uint16_t limit(unsigned vc) const { return held_.all()[vc]; }
  std::uint16_t used(unsigned vc) const { return packer_.used(vc); }
  std::uint16_t granted(unsigned vc) const { return grants_.all()[vc]; }

 private:
  /// Registers as the logic sees them: what an edge writes the next one sees.
  struct Settings {
    std::uint32_t ack_n = 0, ack_t = 0, ret_n = 0, ret_t = 0, stall_t = 0, replay_t = 0;
    std::uint32_t replay_num = 0, window = 0;
    bool enable = false;
    LinkStateMachine::Times times;
    HeldLimits::Limits rx_buf{};
  };
  /// Inputs as registered; the flags say which of them are there.
  struct Registered {
    std::uint32_t flags = 0;  // WEFT_IN_*
    std::uint8_t free_vc = 0;
    std::uint16_t free_units = 0;
    std::uint16_t csr_addr = 0;
    std::uint64_t csr_data = 0;
  };
  /// What happens at the present edge.
  struct Edge {
    std::uint64_t now;     ///< the cycle before
    Replay::Point before;  ///< next and top as they were
    std::uint32_t base;    ///< base as it was
    bool active, open;     ///< the state as it was
    bool event;            ///< something that a decision has to look at again
    bool replay_fires = false, stall_fires = false;
    bool found_none = false;  ///< a decision was made, and nothing is to be sent
    bool told = false, accepted = false, good = false;
    bool start_replay = false, give_up = false, advance = false;
    bool limit_advance = false, stall_restart = false;
    bool written = false;                     ///< registers, which the next edge sees
    bool retrain = false, hot_reset = false;  ///< pulses of the CTRL register
    const std::uint64_t* boot = nullptr;      ///< the good BOOT flit that came
  };

  void edge(const weft_link_in& in, weft_link_out& out);
  void pass(const weft_link_in& in) {
    now_ = in.now;
    registered_.flags = in.flags;
  }
  /// Asleep, and no strobe on its way to a decision, which would come too late after a gap.
  std::uint32_t quiescent() const {
    return (registered_.flags & WEFT_IN_TX_SLOT) != 0 ? 0u : std::uint32_t{WEFT_OUT_QUIESCENT};
  }
  bool lock() const { return (registered_.flags & WEFT_IN_PHY_LOCK) != 0; }
  void access(Edge& e, weft_link_out& out);
  void transmit(Edge& e, weft_link_out& out);
  void gather(const Transmitter::Flit& flit, unsigned beat, weft_link_out& out);
  void decide(Edge& e);
  bool decide_data(Edge& e);
  bool ack_due(std::uint64_t now) const;
  Head head(std::uint32_t type, std::uint8_t rec) const;
  void judge_stall(Edge& e, std::uint32_t blocked);
  void make(const Transmitter::Flit& flit);
  void finish(Edge& e, const Transmitter::Flit& flit, weft_link_out& out);
  void fill_boot(const Transmitter::Flit& flit);
  void receive(Edge& e, weft_link_out& out);
  void receive_flit(Edge& e, const Receiver::Verdict& verdict);
  void receive_bad();
  void receive_good(Edge& e, const Receiver::Verdict& verdict);
  void take_limits(Edge& e, const Receiver::Verdict& verdict, bool data);
  void take_boot_limits(Edge& e, const std::uint64_t* flit, bool first);
  BootFlit boot_flit(const std::uint64_t* flit) const;
  void fire_timers(Edge& e);
  void begin_replay(Edge& e);
  void change_state(Edge& e, weft_link_out& out);
  void restart(const Edge& e, weft_link_out& out, bool start_up);
  void register_inputs(const weft_link_in& in);
  void sleep(const Edge& e, weft_link_out& out);
  std::uint64_t deadline() const;
  Settings settings() const;
  void show_status();
  void raise(bool& cause) {
    cause = true;
    irq_ = regs_.irq_stat_irq();
  }

  const FlitFormat format_;
  const weft_link_straps straps_;
  const std::uint32_t seq_mask_;
  const unsigned vcs_;

  // Looked at by every clock.
  bool asleep_ = false;
  bool stirred_ = false;  // at the edge before: a beat from the host, or another level of lock
  bool poked_ = true;     // something came since a decision found nothing to send
  std::uint32_t sleep_inputs_ = 0;  // inputs that let it sleep: the level of lock
  std::uint32_t sleep_flags_ = 0;   // what it then shows
  std::uint64_t now_ = 0;           // registered
  std::uint64_t wake_ = 0;
  Registered registered_;

  Settings set_;
  Packer packer_;
  Transmitter tx_;
  Receiver rx_;
  Replay replay_;
  Accept accept_;
  HeldLimits held_;
  Grants grants_;
  LinkStateMachine lsm_;

  std::uint32_t told_exp_ = 0;  // ack as last told
  bool tell_dup_ = false;       // a duplicate came: tell the ack again
  bool sdirty_ = false;
  bool poll_ = false;
  Timer ack_since_, replay_since_, stall_since_;
  std::uint32_t blocked_ = 0;  // bit v: a packet of VC v waits for credit alone
  std::array<Timer, kMaxVcs> blocked_since_;

  LinkRegs regs_;
  std::array<std::uint64_t, kMaxVcs> started_cleared_{};  // packets started when last cleared
  bool irq_ = false;
};

}  // namespace weft
