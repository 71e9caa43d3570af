// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "testbench/watch/rule_report.h"

namespace weft::tb {

class OfferedStream;

/// What the checker must be told about the protocol and the two ends. Times are link cycles.
struct LinkRulesConfig {
  unsigned seq_bits = 8;  ///< S
  unsigned window = 128;  ///< W
  unsigned vcs = 1;
  unsigned max_packet_slots = 1023;
  unsigned credit_unit_bytes = 64;
  std::array<std::uint32_t, 16> buffer_units{};  ///< receive buffer of each VC, both ends

  std::uint64_t ack_n = 0, ack_t = 0;
  std::uint64_t ret_n = 0, ret_t = 0;
  std::uint64_t stall_t = 0, replay_t = 0;
  std::uint64_t boot_t = 0, train_t = 0, retrain_t = 0, hrst_t = 0;
  unsigned replay_num = 0, retrain_num = 0;

  std::uint64_t param_hash = 0;  ///< 0: unknown, then only the same in every PARAM
  unsigned fec_id = 1, timer_class = 0, version = 1;
  std::array<std::uint32_t, 2> sessions{};
  bool start_up = false;  ///< both ends begin in ACTIVE

  /// How far an implementation may run behind what it was told. A value on the wire must have been
  /// right at some moment of the last so many cycles; a duty must be done at the first strobe
  /// after.
  struct Lag {
    unsigned head = 12;    ///< from the last beat of a received flit (or a host event) to a head
    unsigned tail = 8;     ///< the same to a tail
    unsigned commit = 40;  ///< from the last beat of an accepted flit to its commit
    unsigned least = 2;    ///< nothing received later than this before a head can show in it
  } lag;

  std::size_t keep = 64;  ///< violations kept whole
};

/// What the testbench asked an end for through its registers or pins.
enum class LinkAsk : std::uint8_t { kRetrain, kHotReset, kPhyUnlock };

/// The independent checker of one OFL link: rtl/link/PROTOCOL.md read once more, and held against
/// what two ends do. It sees the beats on the wire as sent and as received and the two host faces,
/// nothing inside an end.
///
/// Every event carries its link cycle. Events of one end come in cycle order; the two ends may be
/// reported in bursts, as long as a flit is reported sent before it is reported received.
/// Data pointers are to eight slots and are read during the call only.
class LinkRules {
 public:
  /// Arrivals that cannot be matched with a departure.
  static constexpr std::uint64_t kUnknownOrigin = UINT64_MAX;

  struct Counts {
    std::uint64_t sent_flits = 0;  ///< all types, both ends
    std::uint64_t sent_data = 0;
    std::uint64_t sent_first = 0;  ///< DATA for the first time
    std::uint64_t sent_ctrl = 0;
    std::uint64_t sent_boot = 0;
    std::uint64_t sent_again = 0;  ///< CTRL whose only reason the flit right before it told
    std::uint64_t received_good = 0;
    std::uint64_t received_bad = 0;
    std::uint64_t dropped = 0;     ///< flits that never arrived
    std::uint64_t duplicated = 0;  ///< flits that arrived again
    std::uint64_t accepted = 0;    ///< DATA in order
    std::uint64_t committed = 0;   ///< flits the hosts were given
    std::uint64_t slots_delivered = 0;
    std::uint64_t packets_delivered = 0;
    std::uint64_t replays = 0;  ///< rewinds, by nak or timer
    std::uint64_t crc_escape_expected = 0;
  };

  explicit LinkRules(const LinkRulesConfig& config);
  ~LinkRules();
  LinkRules(const LinkRules&) = delete;
  LinkRules& operator=(const LinkRules&) = delete;

  /// End `end` put a beat on the wire (`sof`: first of its flit, `eof`: last).
  void sent(unsigned end, std::uint64_t cycle, const std::uint64_t* beat, bool sof, bool eof);

  /// A beat reached end `end`. `origin` counts the flits its peer sent from 0: the one this beat
  /// comes from. `bad`: the PHY flagged it.
  void received(unsigned end, std::uint64_t cycle, const std::uint64_t* beat, bool sof, bool eof,
                bool bad, std::uint64_t origin = kUnknownOrigin);

  /// The host of `end` offered `slots` slots (1 to 8) of `vc`; `sop` marks packet headers.
  void offered(unsigned end, std::uint64_t cycle, unsigned vc, unsigned slots, unsigned sop,
               const std::uint64_t* data);
  /// Space given back: 4 bits per VC (ht_space).
  void space(unsigned end, std::uint64_t cycle, std::uint64_t per_vc);
  /// A beat for the host of `end`. Masks are by slot; `vc` is that of the packet continued into it.
  void delivered(unsigned end, std::uint64_t cycle, unsigned mask, unsigned sop, unsigned eop,
                 unsigned vc, bool commit, bool abort, const std::uint64_t* data);
  /// The host of `end` freed receive buffer.
  void freed(unsigned end, std::uint64_t cycle, unsigned vc, unsigned units);

  void asked(unsigned end, std::uint64_t cycle, LinkAsk what);
  /// End `end` says that it forgot everything (entering DOWN or a hot reset).
  void flushed(unsigned end, std::uint64_t cycle);

  /// The run is over at `cycle`. With `drained` everything offered must have been delivered,
  /// acknowledged and given back.
  void finish(std::uint64_t cycle, bool drained);

  const std::vector<RuleViolation>& violations() const { return report_.violations(); }
  std::uint64_t violation_count() const { return report_.count(); }
  /// Violations after an error the CRC cannot see, not blamed on anybody.
  std::uint64_t excused_count() const { return report_.excused(); }
  Counts counts() const;

  /// Everything offered was delivered and acknowledged, nothing is due.
  bool at_rest() const;
  /// All that `end` still owes, in words; empty when it is at rest. For watchdog messages.
  std::string owed(unsigned end) const;

 private:
  struct Side;

  void judge(unsigned end);
  unsigned lost_limits(unsigned end) const;
  bool last_lost() const;

  const LinkRulesConfig config_;
  RuleReport report_;
  std::array<std::unique_ptr<OfferedStream>, 2> streams_;
  std::array<std::unique_ptr<Side>, 2> sides_;
};

}  // namespace weft::tb
