// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/link/core.h"
#include "models/link/flit.h"
#include "models/protocol/protocol.h"
#include "tests/unit/protocol_text.h"

namespace weft::test {

/// The shipped protocol, or `text`.
inline Protocol ofl(const std::string& text = ofl_text()) {
  return Protocol::parse(text, "ofl.toml");
}

/// A small generator for test decisions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  unsigned below(unsigned n) { return static_cast<unsigned>(next() % n); }
  bool hit(double p) { return static_cast<double>(next() >> 11) * 0x1p-53 < p; }

 private:
  std::uint64_t state_;
};

/// Host of one end: sends numbered packets, checks that each of the peer's comes once, in order and
/// whole, and frees their buffer. A minimal LinkPort: one beat of one VC a cycle.
class TestHost {
 public:
  TestHost(const FlitFormat& format, unsigned skid, unsigned unit_slots)
      : format_(format), skid_(skid), unit_slots_(unit_slots) {
    space_.fill(skid);
  }

  /// Queues a packet of `slots` slots.
  void send(unsigned vc, unsigned slots) {
    Tx& tx = tx_[vc];
    const std::uint64_t number = tx.number++ & 0x1FFFFF;
    tx.slots.push_back({format_.pack(PacketHeader{1, vc, slots, 7, false}) | number << 43, true});
    for (unsigned i = 1; i < slots; ++i) tx.slots.push_back({word(vc, number, i), false});
    ++sent_;
  }
  std::size_t queued(unsigned vc) const { return tx_[vc].slots.size(); }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  /// Every packet handed to the link is gone from the queues.
  bool all_offered() const {
    return std::all_of(tx_.begin(), tx_.end(), [](const Tx& tx) { return tx.slots.empty(); });
  }

  /// Cycles between the last slot of a packet and the freeing of its buffer.
  std::uint64_t free_delay = 0;
  /// Freed buffer is kept back while this is set.
  bool hold = false;
  /// First wrong thing seen; empty if none.
  std::string error;

  bool has_input(std::uint64_t now) const {
    return !csr.empty() || free_due(now) || (now != 0 && pick_vc() < kMaxVcs);
  }
  void drive(std::uint64_t now, weft_link_in& in) {
    if (now != 0) {  // at the first edge the link forgets everything
      if (const unsigned vc = pick_vc(); vc < kMaxVcs) drive_beat(vc, in);
    }
    if (free_due(now)) {
      in.flags |= WEFT_IN_FREE;
      in.free_vc = static_cast<std::uint8_t>(frees_.front().vc);
      while (free_due(now) && frees_.front().vc == in.free_vc) {
        in.free_units = static_cast<std::uint16_t>(in.free_units + frees_.front().units);
        frees_.pop_front();
      }
    }
    if (!csr.empty()) {
      in.flags |= WEFT_IN_CSR;
      if (csr.front().write) in.flags |= WEFT_IN_CSR_WE;
      in.csr_addr = csr.front().addr;
      in.csr_wdata = csr.front().data;
      csr.pop_front();
    }
  }
  void collect(std::uint64_t now, const weft_link_out& out) {
    for (unsigned vc = 0; out.ht_space != 0 && vc < kMaxVcs; ++vc) {
      const auto taken = static_cast<unsigned>(out.ht_space >> (4 * vc)) & 15u;
      space_[vc] += taken;
      if (taken != 0) drained_ = vc;
      if (space_[vc] > skid_) fail("skid space given back that was never taken");
    }
    if ((out.flags & WEFT_OUT_CSR) != 0) replies.push_back(out.csr_rdata);
    if ((out.flags & WEFT_OUT_HR) != 0) collect_beat(out);
    if ((out.flags & WEFT_OUT_HR_ABORT) != 0) {
      pending_.clear();
    } else if ((out.flags & WEFT_OUT_HR_COMMIT) != 0) {
      for (const Slot& slot : pending_) accept(now, slot);
      pending_.clear();
    }
    if ((out.flags & WEFT_OUT_FLUSH) != 0) flush();
  }

  struct Csr {
    bool write;
    std::uint16_t addr;
    std::uint64_t data;
  };
  std::deque<Csr> csr;
  std::vector<std::uint64_t> replies;
  /// A reset loses packets: numbers may jump forward after the next flush.
  bool lossy = false;

 private:
  struct Slot {
    std::uint64_t data;
    bool sop;
  };
  struct Tx {
    std::deque<Slot> slots;
    std::uint64_t number = 0;
  };
  struct Free {
    std::uint64_t at;
    unsigned vc, units;
  };

  static std::uint64_t word(unsigned vc, std::uint64_t number, unsigned i) {
    return Dice(number * 16 + vc + (std::uint64_t{i} << 40)).next();
  }
  void fail(const std::string& what) {
    if (error.empty()) error = what;
  }

  unsigned beat_slots(unsigned vc) const {
    return static_cast<unsigned>(std::min<std::size_t>(tx_[vc].slots.size(), kSlotsPerBeat));
  }
  /// The VC that the link is taking from goes first while its skid is low, as in a LinkPort.
  unsigned pick_vc() const {
    if (drained_ < kMaxVcs && beat_slots(drained_) != 0 && space_[drained_] > 16) return drained_;
    for (unsigned k = 1; k <= kMaxVcs; ++k) {
      const unsigned vc = (last_vc_ + k) % kMaxVcs;
      const unsigned n = beat_slots(vc);
      if (n != 0 && space_[vc] >= n) return vc;
    }
    return kMaxVcs;
  }
  void drive_beat(unsigned vc, weft_link_in& in) {
    const unsigned n = beat_slots(vc);
    in.flags |= WEFT_IN_HT;
    in.ht_vc = static_cast<std::uint8_t>(vc);
    in.ht_slots = static_cast<std::uint8_t>(n);
    in.ht_sop = 0;
    beat_.fill(0);
    for (unsigned i = 0; i < n; ++i) {
      const Slot& slot = tx_[vc].slots.front();
      beat_[i] = slot.data;
      if (slot.sop) in.ht_sop |= static_cast<std::uint8_t>(1u << i);
      tx_[vc].slots.pop_front();
    }
    in.ht_data = beat_.data();
    space_[vc] -= n;
    last_vc_ = vc;
  }
  bool free_due(std::uint64_t now) const {
    return !hold && !frees_.empty() && frees_.front().at <= now;
  }

  void collect_beat(const weft_link_out& out) {
    for (unsigned i = 0; i < kSlotsPerBeat; ++i) {
      if ((out.hr_mask >> i & 1) == 0) continue;
      pending_.push_back({out.hr_data[i], (out.hr_sop >> i & 1) != 0});
    }
  }
  void accept(std::uint64_t now, const Slot& slot) {
    if (slot.sop) {
      if (left_ != 0 && !lossy) fail("a header inside a packet");
      const PacketHeader header = format_.unpack_packet_header(slot.data);
      if (!format_.packet_header_holds(slot.data)) fail("a broken header");
      vc_ = header.vc;
      length_ = left_ = header.len;
      number_ = slot.data >> 43;
      const std::uint64_t wanted = expected_[vc_] & 0x1FFFFF;
      if (number_ != wanted && !(lossy && ((number_ - wanted) & 0x1FFFFF) < 0x100000)) {
        fail("packet " + std::to_string(number_) + " of VC " + std::to_string(vc_) + ", not " +
             std::to_string(wanted));
      }
      expected_[vc_] = number_ + 1;
    } else if (left_ == 0) {
      fail("a slot without a packet");
      return;
    } else if (slot.data != word(vc_, number_, length_ - left_)) {
      fail("a wrong slot in packet " + std::to_string(number_));
    }
    if (--left_ != 0) return;
    ++received_;
    frees_.push_back({now + 1 + free_delay, vc_, (length_ + unit_slots_ - 1) / unit_slots_});
  }

  void flush() {
    space_.fill(skid_);
    left_ = 0;
    frees_.clear();
    // What is left of a packet whose beginning was in the skid is lost with it.
    for (Tx& tx : tx_) {
      while (!tx.slots.empty() && !tx.slots.front().sop) tx.slots.pop_front();
    }
  }

  const FlitFormat& format_;
  const unsigned skid_, unit_slots_;
  std::array<Tx, kMaxVcs> tx_;
  std::array<unsigned, kMaxVcs> space_;
  unsigned last_vc_ = 0, drained_ = kMaxVcs;
  std::array<std::uint64_t, kSlotsPerBeat> beat_{};
  std::uint64_t sent_ = 0, received_ = 0;
  std::vector<Slot> pending_;
  std::array<std::uint64_t, kMaxVcs> expected_{};
  unsigned vc_ = 0, length_ = 0, left_ = 0;
  std::uint64_t number_ = 0;
  std::deque<Free> frees_;
};

/// What becomes of a flit on its way.
enum class Fate { kKeep, kDrop, kDuplicate, kCorrupt, kFlag };

/// Two link ends, back to back through delay lines, each with a host.
class LinkPair {
 public:
  /// Asked for each flit: sending end (0 or 1), its ordinal there, its head.
  using Fault = std::function<Fate(unsigned end, std::uint64_t ordinal, std::uint64_t head)>;

  LinkPair(const Protocol& protocol, std::unique_ptr<LinkCore> a, std::unique_ptr<LinkCore> b,
           std::uint64_t delay)
      : format(protocol),
        ends_{End(format, protocol, std::move(a)), End(format, protocol, std::move(b))},
        delay_(delay) {}

  const FlitFormat format;
  Fault fault;
  bool skip = false;  ///< leave out clocks of quiescent ends
  Dice dice{1};       ///< for the bits that are corrupted

  TestHost& host(unsigned end) { return ends_[end].host; }
  std::uint64_t now() const { return now_; }
  bool up() const { return ends_[0].up && ends_[1].up; }
  bool up(unsigned end) const { return ends_[end].up; }
  bool irq(unsigned end) const { return ends_[end].irq; }
  void set_lock(unsigned end, bool lock) { ends_[end].lock = lock; }
  std::uint64_t steps() const { return steps_; }
  /// Hash of everything both ends put out, with the cycle.
  std::uint64_t trace() const { return trace_; }
  std::uint64_t flits_sent(unsigned end) const { return ends_[end].flits; }
  bool idle() const {
    return std::all_of(ends_.begin(), ends_.end(), [this](const End& end) {
      return end.asleep && end.wire.empty() && end.core->wake_at() == WEFT_LINK_NEVER &&
             !end.host.has_input(now_ + 1'000'000);
    });
  }
  std::string error() const { return ends_[0].host.error + ends_[1].host.error; }

  void run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) cycle();
  }
  /// Runs until `done`, at most `most` cycles; whether it came to that.
  bool run_until(const std::function<bool()>& done, std::uint64_t most) {
    for (std::uint64_t i = 0; i < most; ++i) {
      if (done()) return true;
      cycle();
    }
    return done();
  }
  bool run_until_idle(std::uint64_t most = 200'000) {
    return run_until([this] { return idle(); }, most);
  }

 private:
  struct Beat {
    std::uint64_t at;
    std::uint32_t flags;
    std::array<std::uint64_t, kSlotsPerBeat> slots;
  };
  struct End {
    End(const FlitFormat& format, const Protocol& protocol, std::unique_ptr<LinkCore> made)
        : core(std::move(made)), host(format, protocol.credits.skid, protocol.unit_slots()) {}
    std::unique_ptr<LinkCore> core;
    TestHost host;
    std::deque<Beat> wire;  // beats to this end
    bool lock = true, was_lock = false;
    bool asleep = false, up = false, irq = false;
    std::uint64_t flits = 0;
    std::vector<Beat> flit;  // being sent
  };

  void cycle() {
    for (unsigned e = 0; e < 2; ++e) step(e);
    ++now_;
  }

  void step(unsigned e) {
    End& end = ends_[e];
    const bool arrives = !end.wire.empty() && end.wire.front().at == now_;
    const bool input = arrives || end.lock != end.was_lock || end.host.has_input(now_);
    if (skip && end.asleep && !input && now_ < end.core->wake_at()) return;
    weft_link_in in{};
    in.now = now_;
    if (end.lock) in.flags |= WEFT_IN_PHY_LOCK;
    end.was_lock = end.lock;
    if (now_ % kBeats == 0) in.flags |= WEFT_IN_TX_SLOT;
    if (arrives && end.lock) {
      in.flags |= end.wire.front().flags;
      in.li_data = end.wire.front().slots.data();
    }
    end.host.drive(now_, in);
    weft_link_out out{};
    end.core->step(in, out);
    ++steps_;
    if (arrives) end.wire.pop_front();
    note(e, out);
    end.asleep = (out.flags & WEFT_OUT_QUIESCENT) != 0;
    end.up = (out.flags & WEFT_OUT_UP) != 0;
    end.irq = (out.flags & WEFT_OUT_IRQ) != 0;
    end.host.collect(now_, out);
    if ((out.flags & WEFT_OUT_LO) != 0) leave(e, out);
  }

  /// A whole flit meets its fate; until then its beats wait here, `delay_` is counted from each.
  void leave(unsigned e, const weft_link_out& out) {
    End& end = ends_[e];
    if ((out.flags & WEFT_OUT_LO_SOF) != 0) end.flit.clear();
    Beat beat{now_ + delay_, WEFT_IN_LI, {}};
    if ((out.flags & WEFT_OUT_LO_SOF) != 0) beat.flags |= WEFT_IN_LI_SOF;
    if ((out.flags & WEFT_OUT_LO_EOF) != 0) beat.flags |= WEFT_IN_LI_EOF;
    std::copy_n(out.lo_data, kSlotsPerBeat, beat.slots.begin());
    end.flit.push_back(beat);
    if ((out.flags & WEFT_OUT_LO_EOF) == 0) return;
    const std::uint64_t head = end.flit.front().slots[0];
    const Fate fate = fault ? fault(e, end.flits, head) : Fate::kKeep;
    ++end.flits;
    if (fate == Fate::kDrop) return;
    if (fate == Fate::kCorrupt) {
      Beat& hit = end.flit[dice.below(static_cast<unsigned>(end.flit.size()))];
      hit.slots[dice.below(kSlotsPerBeat)] ^= std::uint64_t{1} << dice.below(64);
    }
    if (fate == Fate::kFlag) {
      end.flit[dice.below(static_cast<unsigned>(end.flit.size()))].flags |= WEFT_IN_LI_BAD;
    }
    for (int copy = 0; copy < (fate == Fate::kDuplicate ? 2 : 1); ++copy) {
      for (const Beat& sent : end.flit) arrive(ends_[1 - e], sent);
    }
  }
  void arrive(End& end, Beat beat) {
    if (!end.wire.empty()) beat.at = std::max(beat.at, end.wire.back().at + 1);
    beat.at = std::max(beat.at, now_ + 1);
    end.wire.push_back(beat);
  }

  void mix(std::uint64_t value) { trace_ = (trace_ ^ value) * 0x100000001B3u; }
  /// What the outside may see; not whether the end is quiescent.
  void note(unsigned e, const weft_link_out& out) {
    constexpr std::uint32_t kLevels = WEFT_OUT_QUIESCENT | WEFT_OUT_UP | WEFT_OUT_IRQ;
    if ((out.flags & ~kLevels) == 0 && out.ht_space == 0) return;
    mix(now_ * 2 + e);
    mix(out.flags & ~std::uint32_t{WEFT_OUT_QUIESCENT});
    mix(out.ht_space);
    if ((out.flags & WEFT_OUT_LO) != 0) {
      for (unsigned i = 0; i < kSlotsPerBeat; ++i) mix(out.lo_data[i]);
    }
    if ((out.flags & WEFT_OUT_HR) != 0) {
      mix(out.hr_mask | std::uint64_t{out.hr_sop} << 8 | std::uint64_t{out.hr_eop} << 16);
    }
  }

  std::array<End, 2> ends_;
  const std::uint64_t delay_;
  std::uint64_t now_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t trace_ = 0xCBF29CE484222325u;
};

}  // namespace weft::test
