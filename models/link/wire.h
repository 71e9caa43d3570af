// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "models/link/cycle.h"
#include "models/link/pins.h"
#include "models/phy/phy_direction.h"

namespace weft {

/// A beat on its way.
struct WireBeat {
  Cycle arrival;
  std::uint32_t flags;  ///< as the receiver will see them: WEFT_IN_LI*
  std::uint64_t slots[8];
};

/// Someone who breaks a wire.
class WireTap {
 public:
  virtual ~WireTap() = default;

  /// A beat leaves in cycle `sent`, before the PHY has it. May change slots and flags; false: the
  /// beat is lost.
  virtual bool pass(Cycle sent, WireBeat& beat) = 0;

  /// Asked after each call of pass() until it says no: another beat arrives, which did not leave.
  /// Arrivals, here and there, may be put off but never before the one before.
  virtual bool more(WireBeat& /*beat*/) { return false; }
};

/// One direction of a link from pins to pins: beats arrive `latency` cycles after they left, in
/// order, damaged as the PHY has it. The sender may run ahead of the receiver by that much.
class Wire {
 public:
  /// A wire without errors; throws std::invalid_argument for a latency of 0.
  explicit Wire(Cycle latency);
  /// A wire with the latency and the errors of an optical link.
  explicit Wire(std::unique_ptr<PhyDirection> phy);

  Cycle latency() const { return latency_; }
  /// nullptr when the wire has no errors.
  PhyDirection* phy() { return phy_.get(); }
  const PhyDirection* phy() const { return phy_.get(); }
  /// Not owned; nullptr for none.
  void set_tap(WireTap* tap) { tap_ = tap; }

  /// The outputs of cycle c, whose flags include WEFT_OUT_LO.
  void send(Cycle c, const weft_link_out& out) {
    constexpr std::uint32_t kLo = WEFT_OUT_LO | WEFT_OUT_LO_SOF | WEFT_OUT_LO_EOF;
    static_assert(kLo << 1 == (WEFT_IN_LI | WEFT_IN_LI_SOF | WEFT_IN_LI_EOF));
    if (end_ - begin_ == capacity_) [[unlikely]] {
      grow();
    }
    WireBeat& beat = beats_[end_ & (capacity_ - 1)];
    beat.arrival = c + latency_;
    beat.flags = (out.flags & kLo) << 1;
    std::memcpy(beat.slots, out.lo_data, sizeof beat.slots);
    if (tap_ != nullptr) [[unlikely]] {
      return send_tapped(c, beat);
    }
    if (phy_ != nullptr && phy_->transmit(c, beat.slots).marked) [[unlikely]] {
      beat.flags |= WEFT_IN_LI_BAD;
    }
    append(beat);
  }

  /// When the oldest beat arrives, kNever for an empty wire.
  Cycle next_arrival() const { return next_arrival_; }
  /// The oldest beat; there is one. Valid until the next send().
  const WireBeat& front() const { return beats_[begin_ & (capacity_ - 1)]; }
  void pop() {
    ++begin_;
    next_arrival_ = begin_ == end_ ? kNever : front().arrival;
  }

  std::size_t memory_bytes() const;

 private:
  void grow();
  void send_tapped(Cycle c, WireBeat& beat);
  void append(const WireBeat& beat) {
    if (begin_ == end_) next_arrival_ = beat.arrival;
    ++end_;
  }

  Cycle latency_;
  Cycle next_arrival_ = kNever;
  std::unique_ptr<WireBeat[]> beats_;
  std::uint64_t capacity_ = 0;  // power of two, or 0
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::unique_ptr<PhyDirection> phy_;
  WireTap* tap_ = nullptr;
};

}  // namespace weft
