// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/link_rules.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "testbench/watch/end_rules.h"
#include "testbench/watch/offered_stream.h"
#include "testbench/watch/wire_format.h"

namespace weft::tb {

using wire::Flit;
using wire::kSlotsPerBeat;

/// One end: its rules, the flit it is sending, flits it sent that have not arrived at its peer, and
/// the flit it is receiving.
struct LinkRules::Side {
  static constexpr std::size_t kOnTheWay = 4096;

  Side(const LinkRulesConfig& config, unsigned end, RuleReport& report, OfferedStream& own,
       OfferedStream& peer)
      : rules(config, end, report, own, peer, counts) {}

  Counts counts;
  EndRules rules;

  std::vector<Flit> way = std::vector<Flit>(64);  // by ordinal, size a power of two
  std::uint64_t ordinal = 0;                      // flits whose first beat was sent
  std::uint64_t settled = 0;                      // flits below this need not be kept
  bool sending = false;

  Flit arriving;
  bool receiving = false, flagged = false, after_cut = false, differs = false;
  std::uint64_t origin = kUnknownOrigin, next_origin = 0;
  std::vector<std::uint64_t> lost;  // flits of the peer that did not arrive, in order

  Flit& sent_flit(std::uint64_t number) { return way[number & (way.size() - 1)]; }
  void make_room() {
    if (ordinal - settled < way.size()) return;
    if (way.size() == kOnTheWay) {
      ++settled;
      return;
    }
    std::vector<Flit> wider(way.size() * 2);
    for (std::uint64_t i = settled; i < ordinal; ++i) wider[i & (wider.size() - 1)] = sent_flit(i);
    way = std::move(wider);
  }
};

LinkRules::LinkRules(const LinkRulesConfig& config) : config_(config), report_(config.keep) {
  for (unsigned end = 0; end < 2; ++end) streams_[end] = std::make_unique<OfferedStream>();
  for (unsigned end = 0; end < 2; ++end) {
    sides_[end] = std::make_unique<Side>(config, end, report_, *streams_[end], *streams_[1 - end]);
  }
}

LinkRules::~LinkRules() = default;

void LinkRules::sent(unsigned end, std::uint64_t cycle, const std::uint64_t* beat, bool sof,
                     bool eof) {
  Side& side = *sides_[end];
  if (sof) {
    if (side.sending) {
      side.rules.framing("OFL-1.2", cycle, "a flit that starts inside another",
                         "its last beat first");
    }
    side.make_room();
    Flit& flit = side.sent_flit(side.ordinal++);
    flit.beats = 0;
    flit.number = side.ordinal - 1;
    flit.start = cycle;
    side.sending = true;
    side.rules.flit_starts(cycle, beat[0]);
  } else if (!side.sending) {
    side.rules.framing("OFL-1.2", cycle, "a beat outside of a flit",
                       "a flit to start with its head");
    return;
  }
  Flit& flit = side.sent_flit(side.ordinal - 1);
  if (cycle != flit.start + flit.beats) {
    side.rules.framing("OFL-1.2", cycle, "a gap before beat " + std::to_string(flit.beats),
                       "beats in consecutive cycles");
  }
  if (flit.beats == wire::kBeats) {
    side.rules.framing("OFL-1.2", cycle, "a fifth beat", "at most 4");
    side.sending = false;
    return;
  }
  std::memcpy(&flit.slots[flit.beats * kSlotsPerBeat], beat, kSlotsPerBeat * 8);
  ++flit.beats;
  flit.last = cycle;
  if (!eof) return;
  side.sending = false;
  wire::decode(flit, config_.seq_bits, config_.vcs);
  side.rules.flit_sent(flit);
}

void LinkRules::received(unsigned end, std::uint64_t cycle, const std::uint64_t* beat, bool sof,
                         bool eof, bool bad, std::uint64_t origin) {
  Side& side = *sides_[end];
  Side& peer = *sides_[1 - end];
  if (sof) {
    side.flagged = false;
    if (side.receiving) {  // the flit before was cut short (OFL-6.2)
      const bool expected = !side.after_cut && side.rules.expects(side.arriving.slots[0]);
      side.rules.bad_received(cycle);
      side.flagged = side.after_cut = expected;
    } else {
      side.after_cut = false;
    }
    side.receiving = true;
    side.arriving.beats = 0;
    side.arriving.start = cycle;
    side.origin = origin;
    side.differs = origin == kUnknownOrigin || origin >= peer.ordinal || origin < peer.settled;
    if (origin != kUnknownOrigin) {
      if (origin >= side.next_origin) {
        side.counts.dropped += origin - side.next_origin;
        for (std::uint64_t i = side.next_origin; i < origin; ++i) side.lost.push_back(i);
      } else {
        ++side.counts.duplicated;
      }
      side.next_origin = std::max(side.next_origin, origin + 1);
      peer.settled = std::max(peer.settled, origin);
    }
  } else if (!side.receiving) {
    return;  // the rest of a flit whose head never came
  }
  Flit& flit = side.arriving;
  side.flagged = side.flagged || bad;
  if (flit.beats < wire::kBeats) {
    const std::uint64_t* sent = nullptr;
    if (side.origin != kUnknownOrigin && side.origin < peer.ordinal) {
      sent = &peer.sent_flit(side.origin).slots[flit.beats * kSlotsPerBeat];
    }
    std::memcpy(&flit.slots[flit.beats * kSlotsPerBeat], beat, kSlotsPerBeat * 8);
    side.differs =
        side.differs || sent == nullptr || std::memcmp(sent, beat, kSlotsPerBeat * 8) != 0;
  }
  ++flit.beats;
  if (!eof) return;
  side.receiving = false;
  flit.last = cycle;
  judge(end);
}

void LinkRules::judge(unsigned end) {
  Side& side = *sides_[end];
  Side& peer = *sides_[1 - end];
  Flit& flit = side.arriving;
  const Flit* sent = side.origin < peer.ordinal && side.origin >= peer.settled
                         ? &peer.sent_flit(side.origin)
                         : nullptr;
  if (flit.beats > wire::kBeats) {
    flit.good = false;
  } else if (!side.differs && sent != nullptr && flit.beats == sent->beats) {
    flit.head = sent->head;
    flit.tail = sent->tail;
    flit.good = sent->good;
  } else {
    wire::decode(flit, config_.seq_bits, config_.vcs);
    if (flit.good && !side.flagged && sent != nullptr && flit.beats == sent->beats && sent->good) {
      std::array<std::uint64_t, wire::kFlitSlots> pattern{};
      for (unsigned i = 0; i < flit.slot_count(); ++i) pattern[i] = flit.slots[i] ^ sent->slots[i];
      if (wire::crc_cannot_see(pattern.data(), flit.slot_count())) {
        ++side.counts.crc_escape_expected;
        report_.excuse();
      }
    }
  }
  if (flit.good && !side.flagged) {
    side.rules.good_received(flit);
  } else {
    side.rules.bad_received(flit.last);
  }
}

void LinkRules::offered(unsigned end, std::uint64_t cycle, unsigned vc, unsigned slots,
                        unsigned sop, const std::uint64_t* data) {
  sides_[end]->rules.offered(cycle, vc, slots, sop, data);
}

void LinkRules::space(unsigned end, std::uint64_t cycle, std::uint64_t per_vc) {
  sides_[end]->rules.space(cycle, per_vc);
}

void LinkRules::delivered(unsigned end, std::uint64_t cycle, unsigned mask, unsigned sop,
                          unsigned eop, unsigned vc, bool commit, bool abort,
                          const std::uint64_t* data) {
  sides_[end]->rules.delivered(cycle, mask, sop, eop, vc, commit, abort, data);
}

void LinkRules::freed(unsigned end, std::uint64_t cycle, unsigned vc, unsigned units) {
  sides_[end]->rules.freed(cycle, vc, units);
}

void LinkRules::asked(unsigned end, std::uint64_t cycle, LinkAsk what) {
  sides_[end]->rules.asked(cycle, what);
}

void LinkRules::flushed(unsigned end, std::uint64_t cycle) { sides_[end]->rules.flushed(cycle); }

void LinkRules::finish(std::uint64_t cycle, bool drained) {
  for (auto& side : sides_) side->rules.finish(cycle);
  if (!drained) return;
  const bool lost = last_lost();
  for (auto& side : sides_) side->rules.check_told(cycle, lost);
  for (unsigned end = 0; end < 2; ++end) sides_[end]->rules.check_drained(cycle, lost_limits(end));
}

// The last flit of one of the ends did not arrive, or was cut short and nothing came after it.
bool LinkRules::last_lost() const {
  for (unsigned end = 0; end < 2; ++end) {
    const Side& side = *sides_[end];
    if (side.receiving || side.next_origin < sides_[1 - end]->ordinal) return true;
  }
  return false;
}

// VCs whose last limit never reached `end` and left no trace. Nobody misses it before a packet
// waits for it (OFL-5.7).
unsigned LinkRules::lost_limits(unsigned end) const {
  const Side& side = *sides_[end];
  const Side& peer = *sides_[1 - end];
  unsigned vcs = 0;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    const std::uint64_t number = peer.rules.told_by(vc);
    if (number == EndRules::kNever) continue;
    const bool cut = side.receiving && side.origin == number;
    if (number >= side.next_origin || cut ||
        std::binary_search(side.lost.begin(), side.lost.end(), number)) {
      vcs |= 1u << vc;
    }
  }
  return vcs;
}

LinkRules::Counts LinkRules::counts() const {
  Counts sum;
  for (const auto& side : sides_) {
    const Counts& c = side->counts;
    sum.sent_flits += c.sent_flits;
    sum.sent_data += c.sent_data;
    sum.sent_first += c.sent_first;
    sum.sent_ctrl += c.sent_ctrl;
    sum.sent_boot += c.sent_boot;
    sum.sent_again += c.sent_again;
    sum.received_good += c.received_good;
    sum.received_bad += c.received_bad;
    sum.dropped += c.dropped;
    sum.duplicated += c.duplicated;
    sum.accepted += c.accepted;
    sum.committed += c.committed;
    sum.slots_delivered += c.slots_delivered;
    sum.packets_delivered += c.packets_delivered;
    sum.replays += c.replays;
    sum.crc_escape_expected += c.crc_escape_expected;
  }
  return sum;
}

bool LinkRules::at_rest() const {
  for (unsigned end = 0; end < 2; ++end) {
    const EndRules& rules = sides_[end]->rules;
    if (!rules.at_rest(last_lost())) return false;
    const unsigned out = rules.credit_out();
    if (out != 0 && (out & ~lost_limits(end)) != 0) return false;
  }
  return true;
}

std::string LinkRules::owed(unsigned end) const { return sides_[end]->rules.owed(); }

}  // namespace weft::tb
