// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "models/fabric/node_port.h"

namespace weft::test {

/// One end of a wire between two hosts that work window by window: packets take `delay` cycles and
/// a cycle per 8 slots, credit comes back after `delay`. What one end does the other learns at
/// exchange(), which must come at least every `delay` cycles.
class WirePort final : public NodePort {
 public:
  struct Packet {
    Arrival arrival;
    std::vector<std::uint64_t> slots;
  };

  WirePort(Cycle delay, unsigned buffer_slots) : delay_(delay), buffer_slots_(buffer_slots) {}

  /// Sees each packet before it goes on the wire; false loses it, without credit.
  std::function<bool(Packet&)> tamper;

  bool can_send(Cycle h, unsigned vc, unsigned slots) override {
    check(h);
    while (!credits_.empty() && credits_.front().at <= h) {
      used_[credits_.front().vc] -= credits_.front().slots;
      credits_.pop_front();
    }
    return used_[vc] + slots <= buffer_slots_;
  }
  Cycle next_room() const override { return credits_.empty() ? kNever : credits_.front().at; }
  std::span<std::uint64_t> send(Cycle h, unsigned vc, unsigned slots) override {
    check(h);
    used_[vc] += slots;
    busy_ = std::max(busy_, h) + (slots + 7) / 8;
    Packet packet{{busy_ + delay_, vc, false, {}}, std::vector<std::uint64_t>(slots, ~0ull)};
    out_.push_back(std::move(packet));
    return out_.back().slots;
  }
  const Arrival* arrival() override { return in_.empty() ? nullptr : &in_.front().arrival; }
  void take() override {
    held_ += in_.front().slots.size();
    in_.pop_front();
  }
  void free(Cycle h, unsigned vc, unsigned slots) override {
    check(h);
    held_ -= slots;
    freed_.push_back({h + delay_, vc, slots});
  }

  /// Between windows, for both ends; `until` is the first cycle of the next window.
  static void exchange(WirePort& a, WirePort& b, Cycle until) {
    a.give(b, until);
    b.give(a, until);
  }
  /// Puts a packet on the other end's side of the wire, as if it had been sent.
  void inject(const Packet& packet) {
    used_[packet.arrival.vc] += static_cast<unsigned>(packet.slots.size());
    out_.push_back(packet);
  }
  bool quiet() const { return in_.empty() && out_.empty(); }
  /// Slots taken and not freed.
  std::size_t held() const { return held_; }
  bool misused() const { return misused_; }
  unsigned used(unsigned vc) const { return used_[vc]; }

 private:
  struct Credit {
    Cycle at;
    unsigned vc, slots;
  };

  void check(Cycle h) {
    misused_ = misused_ || h < last_ || h < window_begin_;
    last_ = h;
  }
  void give(WirePort& peer, Cycle until) {
    misused_ = misused_ || (last_ >= until && last_ != 0);
    window_begin_ = until;
    for (Packet& packet : out_) {
      if (tamper && !tamper(packet)) continue;
      peer.in_.push_back(std::move(packet));
      peer.in_.back().arrival.slots = peer.in_.back().slots;
    }
    out_.clear();
    for (const Credit& credit : freed_) peer.credits_.push_back(credit);
    freed_.clear();
  }

  Cycle delay_;
  unsigned buffer_slots_;
  std::deque<Packet> out_, in_;
  std::deque<Credit> freed_, credits_;
  std::array<unsigned, 16> used_{};
  std::size_t held_ = 0;
  Cycle busy_ = 0, last_ = 0, window_begin_ = 0;
  bool misused_ = false;
};

}  // namespace weft::test
