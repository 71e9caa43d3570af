// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "testbench/watch/link_rules.h"

namespace weft::tb {

/// CRC by its definition, bit by bit: an oracle for the checker's tables.
inline std::uint32_t slow_crc(const std::uint8_t* bytes, std::size_t count, std::uint32_t poly,
                              std::uint32_t init) {
  std::uint32_t reg = init;
  for (std::size_t i = 0; i < 8 * count; ++i) {
    const std::uint32_t bit = bytes[i / 8] >> i % 8 & 1;
    reg = (reg >> 1) ^ (((reg ^ bit) & 1) != 0 ? poly : 0);
  }
  return reg;
}

/// A flit made by hand, from the tables of PROTOCOL.md.
struct HandFlit {
  std::vector<std::uint64_t> slots;
  bool seal_crc = true, seal_hcs = true;  ///< false: as they are

  static HandFlit data(unsigned seq) { return make(1, seq, 32); }
  static HandFlit ctrl(unsigned seq) { return make(2, seq, 32); }
  static HandFlit boot(unsigned op, bool seen) {
    HandFlit flit = make(4, op | (seen ? 16 : 0), 8);
    return flit.field(36, 5, 0);
  }

  static HandFlit make(std::uint64_t type, unsigned seq, std::size_t count) {
    HandFlit flit;
    flit.slots.assign(count, 0);
    return flit.field(45, 3, type).field(0, 16, seq).field(36, 5, 31);
  }

  HandFlit& set(std::size_t slot, unsigned at, unsigned bits, std::uint64_t value) {
    const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    slots[slot] = (slots[slot] & ~(mask << at)) | (value & mask) << at;
    return *this;
  }
  HandFlit& field(unsigned at, unsigned bits, std::uint64_t value) {
    return set(0, at, bits, value);
  }
  HandFlit& seq(unsigned value) { return field(0, 16, value); }
  HandFlit& first(unsigned value) { return field(16, 8, value); }
  HandFlit& ep(unsigned value) { return field(24, 2, value); }
  HandFlit& nak(unsigned ep) { return field(41, 1, 1).field(26, 2, ep); }
  HandFlit& poll(bool value = true) { return field(42, 1, value); }
  HandFlit& rtx() { return field(43, 1, 1); }
  HandFlit& rec(unsigned vc, unsigned cnt) { return field(36, 5, vc).tail(16, 15, cnt); }
  HandFlit& tail(unsigned at, unsigned bits, std::uint64_t value) {
    return set(slots.size() - 1, at, bits, value);
  }
  HandFlit& ack(unsigned value) { return tail(0, 16, value); }
  /// Credit limits, from slot `from` on.
  HandFlit& limits(std::vector<unsigned> values, std::size_t from = 1) {
    for (std::size_t vc = 0; vc < values.size(); ++vc) {
      set(from + vc / 4, 16 * static_cast<unsigned>(vc % 4), 16, values[vc]);
    }
    return *this;
  }
  HandFlit& payload(const std::vector<std::uint64_t>& words, std::size_t from = 0) {
    std::copy(words.begin(), words.end(), slots.begin() + 1 + static_cast<std::ptrdiff_t>(from));
    return *this;
  }

  /// The flit with its check sequences filled in.
  std::vector<std::uint64_t> sealed() const {
    HandFlit flit = *this;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(flit.slots.data());
    if (seal_hcs) flit.set(0, 48, 16, slow_crc(bytes, 6, 0xA6BC, 0) ^ 0xFFFF);
    if (seal_crc) {
      flit.tail(32, 32, ~slow_crc(bytes, flit.slots.size() * 8 - 4, 0x82F63B78, 0xFFFFFFFF));
    }
    return flit.slots;
  }
};

/// A packet: its header and recognisable words.
inline std::vector<std::uint64_t> hand_packet(unsigned vc, unsigned len, std::uint64_t tag) {
  std::vector<std::uint64_t> words{1 | std::uint64_t{vc} << 3 | std::uint64_t{len} << 7 |
                                   tag << 43};
  for (unsigned i = 1; i < len; ++i) words.push_back(tag << 32 | i);
  return words;
}

/// A script of what two ends and their hosts do, played to the checker.
class LinkTrace {
 public:
  enum class What : std::uint8_t { kFlit, kOffer, kSpace, kFree, kDeliver };
  struct Event {
    std::string tag;  ///< flits: to find them
    What what = What::kFlit;
    unsigned end = 0;
    std::uint64_t cycle = 0;  ///< flits: of the first beat sent
    HandFlit flit;
    bool arrives = true, twice = false, bad = false;
    std::vector<unsigned> flips;  ///< bits damaged on the way
    unsigned vc = 0, units = 0;
    std::vector<std::uint64_t> words;
    std::vector<std::size_t> starts;  ///< of packets in words
    std::uint64_t sop = 0, eop = 0;   ///< deliveries
  };

  LinkRulesConfig config;
  std::uint64_t delay = 10;
  std::uint64_t end_cycle = 300;
  bool drained = true;
  std::vector<Event> events;

  /// A flit of `end` with its first beat in `cycle`; it arrives `delay` cycles later.
  Event& flit(std::string tag, unsigned end, std::uint64_t cycle, const HandFlit& flit) {
    Event event;
    event.tag = std::move(tag);
    event.end = end;
    event.cycle = cycle;
    event.flit = flit;
    return events.emplace_back(std::move(event));
  }
  /// Packets of a VC offered from `cycle` on, eight slots a cycle.
  void offer(unsigned end, std::uint64_t cycle, unsigned vc,
             const std::vector<std::vector<std::uint64_t>>& packets) {
    Event event;
    event.what = What::kOffer;
    event.end = end;
    event.cycle = cycle;
    event.vc = vc;
    for (const auto& packet : packets) {
      event.starts.push_back(event.words.size());
      event.words.insert(event.words.end(), packet.begin(), packet.end());
    }
    events.push_back(std::move(event));
  }
  /// What the host of `end` is given, committed in `cycle`.
  Event& deliver(std::string tag, unsigned end, std::uint64_t cycle,
                 std::vector<std::uint64_t> words, std::uint64_t sop, std::uint64_t eop) {
    Event event;
    event.tag = std::move(tag);
    event.what = What::kDeliver;
    event.end = end;
    event.cycle = cycle;
    event.words = std::move(words);
    event.sop = sop;
    event.eop = eop;
    return events.emplace_back(std::move(event));
  }
  void free(unsigned end, std::uint64_t cycle, unsigned vc, unsigned units) {
    Event event;
    event.what = What::kFree;
    event.end = end;
    event.cycle = cycle;
    event.vc = vc;
    event.units = units;
    events.push_back(std::move(event));
  }

  Event& operator[](const std::string& tag) {
    for (Event& event : events) {
      if (event.tag == tag) return event;
    }
    throw std::out_of_range("no event " + tag);
  }
  void erase(const std::string& tag) {
    std::erase_if(events, [&](const Event& event) { return event.tag == tag; });
  }

  /// Plays everything in order of cycles.
  void play(LinkRules& rules) const;

 private:
  struct Step {
    std::uint64_t cycle;
    int order;
    std::function<void(LinkRules&)> act;
  };
  void add_flit(std::vector<Step>& steps, const Event& event, std::uint64_t origin) const;
  static void add_host(std::vector<Step>& steps, const Event& event);
};

inline void LinkTrace::add_flit(std::vector<Step>& steps, const Event& event,
                                std::uint64_t origin) const {
  const std::vector<std::uint64_t> sent = event.flit.sealed();
  std::vector<std::uint64_t> seen = sent;
  for (const unsigned bit : event.flips) seen[bit / 64] ^= std::uint64_t{1} << bit % 64;
  const std::size_t beats = sent.size() / 8;
  const auto add = [&](const std::vector<std::uint64_t>& slots, std::uint64_t from, bool arrival) {
    for (std::size_t i = 0; i < beats; ++i) {
      const std::vector<std::uint64_t> beat(slots.begin() + static_cast<std::ptrdiff_t>(8 * i),
                                            slots.begin() + static_cast<std::ptrdiff_t>(8 * i + 8));
      const bool sof = i == 0;
      const bool eof = i + 1 == beats;
      steps.push_back({from + i, arrival ? 0 : 2, [=, &event](LinkRules& rules) {
                         if (arrival) {
                           rules.received(1 - event.end, from + i, beat.data(), sof, eof,
                                          event.bad && sof, origin);
                         } else {
                           rules.sent(event.end, from + i, beat.data(), sof, eof);
                         }
                       }});
    }
  };
  add(sent, event.cycle, false);
  if (event.arrives) add(seen, event.cycle + delay, true);
  if (event.twice) add(seen, event.cycle + delay + beats, true);
}

inline void LinkTrace::add_host(std::vector<Step>& steps, const Event& event) {
  const auto& words = event.words;
  if (event.what == What::kFree) {
    steps.push_back({event.cycle, 1, [&event](LinkRules& rules) {
                       rules.freed(event.end, event.cycle, event.vc, event.units);
                     }});
    return;
  }
  for (std::size_t from = 0; from < words.size(); from += 8) {
    const auto count = static_cast<unsigned>(std::min<std::size_t>(8, words.size() - from));
    std::array<std::uint64_t, 8> beat{};
    std::copy_n(words.begin() + static_cast<std::ptrdiff_t>(from), count, beat.begin());
    if (event.what == What::kOffer) {
      unsigned sop = 0;
      for (const std::size_t start : event.starts) {
        if (start >= from && start < from + 8) sop |= 1u << (start - from);
      }
      const std::uint64_t cycle = event.cycle + from / 8;
      steps.push_back({cycle, 1, [=, &event](LinkRules& rules) {
                         rules.offered(event.end, cycle, event.vc, count, sop, beat.data());
                         rules.space(event.end, cycle, std::uint64_t{count} << 4 * event.vc);
                       }});
    } else {
      const bool last = from + 8 >= words.size();
      const std::uint64_t cycle = event.cycle - (words.size() - 1) / 8 + from / 8;
      steps.push_back({cycle, 3, [=, &event](LinkRules& rules) {
                         rules.delivered(event.end, cycle, (1u << count) - 1,
                                         static_cast<unsigned>(event.sop >> from & 255),
                                         static_cast<unsigned>(event.eop >> from & 255), event.vc,
                                         last, false, beat.data());
                       }});
    }
  }
}

inline void LinkTrace::play(LinkRules& rules) const {
  std::vector<Step> steps;
  std::array<std::uint64_t, 2> origins{};
  for (const Event& event : events) {
    if (event.what == What::kFlit) {
      add_flit(steps, event, origins[event.end]++);
    } else {
      add_host(steps, event);
    }
  }
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return a.cycle != b.cycle ? a.cycle < b.cycle : a.order < b.order;
  });
  for (const Step& step : steps) step.act(rules);
  rules.finish(end_cycle, drained);
}

}  // namespace weft::tb
