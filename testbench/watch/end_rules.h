// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "testbench/watch/link_rules.h"
#include "testbench/watch/offered_stream.h"
#include "testbench/watch/wire_format.h"

namespace weft::tb {

/// The rules of PROTOCOL.md for one end, from its own pins alone: what it received, what its host
/// did, and what it then sent and delivered. Part of LinkRules.
///
/// It follows the end's state from outside. What the end was told takes effect here at once and in
/// the end a bounded number of cycles later (LinkRulesConfig::Lag), so each value on the wire is
/// held against every state of that span. What an end *must* do becomes a duty with a last cycle.
class EndRules {
 public:
  static constexpr std::uint64_t kNever = UINT64_MAX;

  EndRules(const LinkRulesConfig& config, unsigned end, RuleReport& report, OfferedStream& own,
           OfferedStream& peer, LinkRules::Counts& counts);

  void flit_starts(std::uint64_t cycle, std::uint64_t head_slot);
  void flit_sent(const wire::Flit& flit);
  void good_received(const wire::Flit& flit);
  void bad_received(std::uint64_t cycle);
  /// True when this is the head of the DATA flit expected next.
  bool expects(std::uint64_t head_slot) const;

  void offered(std::uint64_t cycle, unsigned vc, unsigned slots, unsigned sop,
               const std::uint64_t* data);
  void space(std::uint64_t cycle, std::uint64_t per_vc);
  void delivered(std::uint64_t cycle, unsigned mask, unsigned sop, unsigned eop, unsigned vc,
                 bool commit, bool abort, const std::uint64_t* data);
  void freed(std::uint64_t cycle, unsigned vc, unsigned units);
  void asked(std::uint64_t cycle, LinkAsk what);
  void flushed(std::uint64_t cycle);
  /// No more events: what is overdue at `cycle`.
  void finish(std::uint64_t cycle) { advance(cycle); }
  /// Afterwards, in a run that drained: what the end should have told and given, ...
  /// `last_lost`: the last flit one of the ends sent left no trace, which nobody can notice.
  void check_told(std::uint64_t cycle, bool last_lost);
  /// ... and what it should have got rid of.
  void check_drained(std::uint64_t cycle, unsigned lost_limits);
  /// VCs (a bit each) whose credit is not all back as the sender knows it.
  unsigned credit_out() const;
  /// Number of the flit that told the limit of `vc` last; kNever for none.
  std::uint64_t told_by(unsigned vc) const { return told_by_[vc]; }

  /// Reports a framing error found while beats were gathered.
  void framing(std::string_view clause, std::uint64_t cycle, std::string seen,
               std::string expected);
  std::string owed() const;
  bool at_rest(bool last_lost) const;

 private:
  static constexpr std::uint8_t kAnyEp = 255;  ///< an epoch nobody outside can know
  enum class Phase : std::uint8_t {
    kDown,
    kParam,
    kRefused,
    kCinit,
    kActive,
    kRetrain,
    kResync,
    kHrst
  };
  /// Duties, each with the last cycle in which it may still be open.
  enum Duty : unsigned {
    kRepeat,
    kGo,
    kNews,
    kAck,
    kCredit,
    kCommit,
    kStall,
    kTimer,
    kState,
    kDuties
  };
  enum class Verdict : std::uint8_t { kNone, kBad, kGap, kDuplicate, kIgnored };

  /// State that a head or tail may show, from `cycle` on until the next one.
  struct View {
    std::uint64_t cycle = 0;
    std::uint64_t exp = 0;
    std::uint64_t base = 0;
    std::uint8_t disc = 0;  ///< 0, 1, or 2: may be either
    std::uint8_t nak_ep = 0;
  };
  struct Range {
    std::uint64_t low, high;
  };
  /// A part of a packet inside the payload slots of one flit.
  struct Piece {
    unsigned from, slots, vc;
    bool starts, ends;
  };
  /// A DATA flit taken in order that the host has not been given yet.
  struct Accepted {
    std::uint64_t cycle = 0, seq = 0;
    std::array<std::uint64_t, wire::kPayloadSlots> payload{};
    unsigned slots = 0;  ///< payload slots that belong to packets
    std::uint32_t sop = 0, eop = 0;
    std::array<Piece, wire::kPayloadSlots> pieces;
    unsigned piece_count = 0;
    std::uint64_t rem_before = 0;
    unsigned vc_before = 0;
  };

  // Common (end_rules.cpp)
  void blame(std::string_view clause, std::uint64_t cycle, std::string seen, std::string expected);
  void advance(std::uint64_t cycle) {
    if (cycle > soonest_) overdue(cycle);
  }
  void overdue(std::uint64_t cycle);
  void set_duty(Duty duty, std::uint64_t cycle);
  void at_most(Duty duty, std::uint64_t cycle);
  void at_least(Duty duty, std::uint64_t cycle);
  std::uint64_t strobe(std::uint64_t cycle) const;
  /// First strobe at which something known since `cycle` must show.
  std::uint64_t due_from(std::uint64_t cycle) const;
  /// The same for acks and credit: a flit is decided before the tail of the one before has told.
  std::uint64_t tell_from(std::uint64_t cycle) const;
  void push_view(std::uint64_t cycle);
  template <typename Fn>
  void views(std::uint64_t cycle, unsigned lag, Fn&& fn) const;
  Range exp_range(std::uint64_t cycle, unsigned lag) const;
  Range base_range(std::uint64_t cycle, unsigned lag) const;
  unsigned unit_count(unsigned slots) const { return (slots + unit_slots_ - 1) / unit_slots_; }
  bool processing() const;
  bool repeating() const { return next_ < top_ && base_ < top_; }

  // Own transmitter (end_rules_send.cpp, end_rules_data.cpp)
  void check_form(const wire::Flit& flit);
  void check_nak(const wire::Flit& flit);
  void check_poll(const wire::Flit& flit);
  std::uint64_t* find_next(const wire::Flit& flit);
  void check_sequence(const wire::Flit& flit, std::uint64_t& next);
  void data_sent(const wire::Flit& flit, std::uint64_t seq);
  void check_packing(const wire::Flit& flit);
  void check_record(const wire::Flit& flit);
  void ctrl_sent(const wire::Flit& flit);
  void check_tail(const wire::Flit& flit);
  bool telling_is_due(std::uint64_t cycle) const;
  void check_limits(const wire::Flit& flit, unsigned first_slot, std::string_view clause);
  void limit_told(unsigned vc, std::uint64_t value, const wire::Flit& flit);
  void rewind(std::uint64_t cycle, bool by_timer);
  void news(std::uint64_t cycle);
  void everything_dirty(std::uint64_t cycle);
  void update_go(std::uint64_t cycle);
  void update_stall(std::uint64_t cycle, bool limit_moved);
  void update_credit_duty();
  bool may_go(std::uint64_t known_at) const;
  bool timer_may_fire(std::uint64_t cycle) const;
  void set_timer(std::uint64_t from);

  // Own receiver (end_rules_take.cpp)
  void take_ack(std::uint64_t cycle, std::uint16_t ack);
  void take_limit(std::uint64_t cycle, unsigned vc, std::uint32_t value);
  void take_limits(const wire::Flit& flit, unsigned first_slot);
  void take_nak(const wire::Flit& flit);
  void judge_data(const wire::Flit& flit);
  void judge_ctrl(const wire::Flit& flit);
  void discontinuity(std::uint64_t cycle, unsigned ep);
  void accept(const wire::Flit& flit);
  void commit(std::uint64_t cycle);

  // Bring-up and retraining (end_rules_boot.cpp)
  void boot_sent(const wire::Flit& flit);
  void boot_order(const wire::Flit& flit, wire::Boot op);
  void check_seen(const wire::Flit& flit, wire::Boot op);
  void param_content(const wire::Flit& flit);
  void reconcile(const wire::Flit& flit, std::uint16_t exp);
  void boot_received(const wire::Flit& flit);
  void param_received(const wire::Flit& flit);
  void cinit_received(const wire::Flit& flit);
  void to_cinit(std::uint64_t cycle);
  void resync_received(const wire::Flit& flit);
  void enter_active(const wire::Flit& flit);
  void leave_active(std::uint64_t cycle);
  void reborn();
  std::uint64_t own_param_slot2() const;
  std::uint64_t own_param_slot3() const;
  void expect_zero(const wire::Flit& flit, unsigned from, unsigned to, std::string_view clause);

  const LinkRulesConfig config_;
  const unsigned end_;
  const std::uint64_t mask_;   ///< sequence numbers
  const unsigned unit_slots_;  ///< slots of a credit unit
  RuleReport& report_;
  OfferedStream& own_;
  OfferedStream& peer_;
  LinkRules::Counts& counts_;

  // Time and duties
  std::array<std::uint64_t, kDuties> duty_;
  std::uint64_t soonest_ = kNever;
  bool started_ = false;  ///< a flit was sent: the slot phase is known
  std::uint64_t last_start_ = 0;
  std::array<View, 64> views_{};
  std::uint64_t view_count_ = 0;

  // Sender. Sequence numbers here are not wrapped.
  std::uint64_t base_ = 0, top_ = 0;
  std::uint64_t next_ = 0;  ///< under epoch ep_; base_ where that is ahead of it
  std::uint8_t ep_ = 0;
  bool old_valid_ = false;  ///< heads decided before the last rewind may still leave
  std::uint8_t old_ep_ = 0;
  std::uint64_t old_next_ = 0, rewound_at_ = 0;
  bool ep_unsure_ = false;              ///< after a retrain
  std::uint64_t idle_nak_at_ = kNever;  ///< a nak that found base = top here
  std::uint64_t timer_from_ = kNever, timer_before_ = kNever, timer_moved_ = kNever;
  unsigned rewinds_in_row_ = 0;
  std::vector<std::array<std::uint64_t, wire::kPayloadSlots>> store_;
  std::vector<std::uint8_t> store_first_;
  std::uint64_t tx_rem_ = 0;  ///< slots missing of the packet in progress
  unsigned tx_vc_ = 0;
  RecentCounters offered_, limit_;
  std::array<std::uint64_t, wire::kMaxVcs> used_{}, limit_at_head_{};
  std::array<std::uint64_t, wire::kMaxVcs> space_{}, offered_rem_{};
  std::uint64_t news_last_ = kNever, news_from_ctrl_ = 0, told_at_ = kNever;
  std::uint64_t stall_since_ = kNever, stall_may_since_ = kNever;
  std::uint64_t stall_before_ = kNever, stall_ended_ = 0;
  std::uint64_t poll_owed_ = kNever, poll_cause_ = kNever, poll_sent_ = 0;

  // Receiver
  std::uint64_t exp_ = 0;
  std::uint8_t disc_ = 0, nak_ep_ = 0, last_ep_ = 0;
  std::uint64_t last_ep_at_ = 0;  ///< when last_ep_ changed
  std::uint64_t rx_rem_ = 0;
  unsigned rx_vc_ = 0;
  Verdict verdict_ = Verdict::kNone;
  std::uint64_t ack_told_ = 0, ack_since_ = kNever, duplicate_at_ = kNever;
  std::array<Accepted, 16> pending_;
  std::uint64_t pending_head_ = 0, pending_tail_ = 0;
  std::array<std::uint64_t, 2 * wire::kFlitSlots> given_{};
  unsigned given_slots_ = 0;
  std::uint64_t given_sop_ = 0, given_eop_ = 0;
  std::array<std::uint8_t, 2 * wire::kFlitSlots> given_vc_{};
  RecentCounters granted_;  ///< own limits: buffer + freed
  std::array<std::uint64_t, wire::kMaxVcs> told_{}, told_by_{}, untold_since_{}, dirty_since_{},
      credit_due_{};
  std::array<unsigned, wire::kMaxVcs> passed_over_{};

  // Bring-up
  Phase phase_ = Phase::kDown;
  std::uint8_t last_op_ = 0;
  std::uint64_t last_boot_ = 0;
  std::uint64_t param_hash_;
  bool session_known_ = false;
  std::uint32_t peer_session_ = 0;
  bool held_ = false, taken_ = false, peer_runs_ = false;
  std::uint64_t cinit_ok_ = kNever, active_ok_ = kNever;
  std::uint64_t retrain_cause_ = kNever;  ///< the end must retrain
  std::uint64_t retrain_may_ = kNever;    ///< it may, if it is in ACTIVE
  std::uint64_t down_cause_ = kNever, hrst_cause_ = kNever, refused_at_ = kNever;
  bool unlock_may_ = false;
  std::uint64_t retrain_since_ = 0, flush_until_ = 0;
  unsigned refuse_reason_ = 0, retrains_in_row_ = 0;
  std::array<std::uint64_t, 6> seen_may_{}, seen_must_{};  ///< by operation
};

/// "VC 3", "seq 17", "0x1f": small words for reports.
std::string hex(std::uint64_t value);

}  // namespace weft::tb
