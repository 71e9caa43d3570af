// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <vector>

#include "models/link/core.h"
#include "models/link/cycle.h"
#include "models/link/link.h"

namespace weft::test {

/// A link end for tests of what runs link ends: one-beat flits of a head and seven slots of the
/// packet stream, absolute credits in flits of their own a few cycles after they were freed, every
/// 61st flit sent twice. It keeps the pins' contract (one packet at a time, wake cycles,
/// quiescence) and holds its feeder to it, but repairs nothing: a flit flagged bad is lost.
class EchoCore : public LinkCore {
 public:
  static constexpr unsigned kVcs = 4;
  static constexpr unsigned kSkid = 64;
  static constexpr unsigned kUnitSlots = 8;
  static constexpr unsigned kRxUnits = 128;
  static constexpr Cycle kCreditDelay = 20;

  /// The configuration under which echo cores make a link.
  static LinkConfig config(const Clock& clock = Clock(640'000, 1), Cycle pipeline = 16) {
    LinkConfig config(clock);
    config.port.pipeline = pipeline;
    config.port.vcs = kVcs;
    config.port.skid = kSkid;
    config.port.max_packet = 514;
    config.port.unit_slots = kUnitSlots;
    config.port.rx_units = kRxUnits;
    config.port.header_vc = {0, 3, 4};
    config.port.header_len = {0, 7, 10};
    config.beats = 1;
    config.head_type = kType;
    config.head_rtx = kRtx;
    config.head_seq = kSeq;
    config.data = kData;
    return config;
  }

  EchoCore() {
    limit_.fill(kRxUnits);
    grant_.fill(kRxUnits);
  }

  void step(const weft_link_in& in, weft_link_out& out) override {
    const bool first = now_ == kNever;
    if (!first && in.now != now_ + 1 && !asleep_) throw std::logic_error("a busy clock left out");
    if (!first && in.now <= now_) throw std::logic_error("a clock ran backwards");
    if (!first && asleep_ && in.now > std::max(wake_at(), now_ + 1)) {
      throw std::logic_error("a wake cycle was slept through");
    }
    now_ = in.now;
    out = weft_link_out{};
    out.flags = WEFT_OUT_UP;
    bool busy = false;
    if (in.flags & WEFT_IN_HT) busy = true, take_beat(in);
    if (in.flags & WEFT_IN_FREE) {
      busy = true;
      if (dirty_ == 0) dirty_since_ = in.now;
      dirty_ |= 1u << in.free_vc;
      grant_[in.free_vc] += in.free_units;
    }
    if (in.flags & WEFT_IN_LI) busy = true, receive(in, out);
    if (in.flags & WEFT_IN_CSR) {
      busy = true;
      if (in.flags & WEFT_IN_CSR_WE) {
        csr_ = in.csr_wdata;
      } else {
        out.flags |= WEFT_OUT_CSR;
        out.csr_rdata = csr_ + in.csr_addr;
      }
    }
    if ((in.flags & WEFT_IN_TX_SLOT) && may_send()) busy |= send(out);
    asleep_ = !busy;
    if (asleep_) out.flags |= WEFT_OUT_QUIESCENT;
  }

  std::uint64_t wake_at() const override {
    return dirty_ != 0 ? dirty_since_ + kCreditDelay : kNever;
  }

 protected:
  /// For doubles of this double.
  virtual bool may_send() { return true; }

 private:
  static constexpr BitField kSeq{0, 0, 16}, kCount{0, 16, 4}, kVc{0, 20, 4}, kRtx{0, 43, 1},
      kType{0, 45, 3};
  static constexpr std::uint64_t kData = 1, kCtrl = 2;

  static unsigned vc_of(std::uint64_t header) { return header >> 3 & 15u; }
  static unsigned len_of(std::uint64_t header) { return header >> 7 & 1023u; }
  static unsigned units(unsigned slots) { return (slots + kUnitSlots - 1) / kUnitSlots; }

  void take_beat(const weft_link_in& in) {
    std::deque<std::uint64_t>& skid = skid_[in.ht_vc];
    unsigned& rest = offered_rest_[in.ht_vc];
    for (unsigned i = 0; i < in.ht_slots; ++i) {
      const bool header = rest == 0;
      if (header != ((in.ht_sop >> i & 1u) != 0)) throw std::logic_error("a wrong sop mark");
      if (header) {
        rest = len_of(in.ht_data[i]);
        if (vc_of(in.ht_data[i]) != in.ht_vc) throw std::logic_error("a packet on another VC");
      }
      --rest;
      skid.push_back(in.ht_data[i]);
    }
    if (in.ht_slots < 1 || skid.size() > kSkid) throw std::logic_error("the skid overflows");
  }

  bool can_start(unsigned vc) const {
    if (skid_[vc].empty()) return false;
    const unsigned len = len_of(skid_[vc].front());
    return skid_[vc].size() >= std::min(len, 7u) && used_[vc] + units(len) <= limit_[vc];
  }

  bool send(weft_link_out& out) {
    if (repeat_) {
      beat_[0] = kRtx.set(beat_[0], 1);
      repeat_ = false;
    } else if (dirty_ != 0 && now_ >= dirty_since_ + kCreditDelay) {
      const auto vc = static_cast<unsigned>(std::countr_zero(dirty_));
      dirty_ &= dirty_ - 1;
      beat_ = {kType.put(kCtrl) | kVc.put(vc), grant_[vc]};
    } else if (!send_data(out)) {
      return false;
    }
    out.flags |= WEFT_OUT_LO | WEFT_OUT_LO_SOF | WEFT_OUT_LO_EOF;
    out.lo_data = beat_.data();
    return true;
  }

  bool send_data(weft_link_out& out) {
    beat_ = {};
    unsigned n = 0;
    while (n < 7) {
      if (rest_ == 0) {
        unsigned vc = kVcs;
        for (unsigned i = 1; i <= kVcs && vc == kVcs; ++i) {
          if (can_start((vc_ + i) % kVcs)) vc = (vc_ + i) % kVcs;
        }
        if (vc == kVcs) break;
        vc_ = vc;
        rest_ = len_of(skid_[vc].front());
        used_[vc] += units(rest_);
      }
      if (skid_[vc_].empty()) break;
      beat_[1 + n++] = skid_[vc_].front();
      skid_[vc_].pop_front();
      out.ht_space += std::uint64_t{1} << (4 * vc_);
      --rest_;
    }
    if (n == 0) return false;
    beat_[0] = kType.put(kData) | kCount.put(n) | kSeq.put(seq_ & 0xffff);
    repeat_ = ++seq_ % 61 == 0;
    return true;
  }

  void receive(const weft_link_in& in, weft_link_out& out) {
    std::memcpy(received_.data(), in.li_data, sizeof received_);
    const std::uint64_t head = received_[0];
    if (in.flags & WEFT_IN_LI_BAD) {
      out.flags |= WEFT_OUT_HR_ABORT;
      return;
    }
    if (kType.get(head) == kCtrl) {
      limit_[kVc.get(head)] = received_[1];
      return;
    }
    if (kRtx.get(head) != 0) return;
    out.flags |= WEFT_OUT_HR | WEFT_OUT_HR_COMMIT;
    out.hr_data = received_.data();
    for (unsigned i = 1; i <= kCount.get(head); ++i) {
      if (receive_rest_ == 0) {
        out.hr_sop |= 1u << i;
        receive_rest_ = len_of(received_[i]);
      }
      out.hr_mask |= 1u << i;
      if (--receive_rest_ == 0) out.hr_eop |= 1u << i;
    }
  }

  Cycle now_ = kNever;
  bool asleep_ = false;
  std::array<std::deque<std::uint64_t>, kVcs> skid_;
  std::array<unsigned, kVcs> offered_rest_{};
  std::array<std::uint64_t, kVcs> used_{}, limit_{}, grant_{};
  std::array<std::uint64_t, 8> beat_{}, received_{};
  unsigned vc_ = kVcs - 1, rest_ = 0, receive_rest_ = 0;
  std::uint64_t seq_ = 0;
  std::uint64_t csr_ = 0;
  bool repeat_ = false;
  std::uint32_t dirty_ = 0;
  Cycle dirty_since_ = 0;
};

/// An echo core with a mistake: it rests in every seventh clock it is evaluated, so what it does
/// depends on how often it was, and skipping idle clocks shows.
class EvalCountingCore final : public EchoCore {
 protected:
  bool may_send() override { return ++strobes_ % 7 != 0; }

 private:
  unsigned strobes_ = 0;
};

}  // namespace weft::test
