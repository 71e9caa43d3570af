// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "models/link/flit.h"
#include "models/link/lsm.h"
#include "models/link/pins.h"

namespace weft {

/// Transmit pipeline and replay buffer: flits from the decision to the wire (TIMING.md, Transmit).
///
/// A flit decided at edge e has its beats gathered at edges e + 1 on and put out at edges e + 3 on,
/// one an edge. Decisions come a flit's length apart, so two flits may be under way.
class Transmitter {
 public:
  enum class Kind : std::uint8_t { kNone, kNew, kAgain, kCtrl, kBoot };
  /// A flit under way. Its age at an edge is the number of edges since the decision.
  struct Flit {
    std::uint64_t* slots = nullptr;
    std::uint64_t head = 0;
    std::uint64_t decided = 0;  ///< `now` at that edge
    Kind kind = Kind::kNone;
    BootOp op = BootOp::kNone;
    std::uint8_t last = 0;  ///< age at which the last beat goes out
    std::uint8_t rec = 0;
    bool lost = false;  ///< the link was reset meanwhile: goes out with a wrong CRC
  };
  static constexpr unsigned kFirstGather = 1;  ///< age at which beat 0 is gathered
  static constexpr unsigned kFirstOut = 3;     ///< age at which it goes out

  /// A window of `window` flits may wait for an ack.
  Transmitter(const FlitFormat& format, unsigned window);

  /// A beat is to be gathered, to go out, or has gone out at the last edge: `now` is that of an
  /// edge, and every edge is seen while this is so.
  bool busy(std::uint64_t now) const { return now <= busy_until_; }
  /// A tail is still to be formed, at this edge or a later one.
  bool tail_to_come(std::uint64_t now) const { return now < tails_formed_; }
  /// The flit decided on last, and the one whose beats go out first.
  const Flit& young() const { return young_; }
  const Flit& leaving(std::uint64_t now) const {
    return now - old_.decided <= old_.last ? old_ : young_;
  }

  /// Decisions of this edge. The `first` of a flit that goes again, `back` before the one never
  /// sent, is the one it had.
  void send_new(std::uint64_t now, const Head& head);
  void send_again(std::uint64_t now, const Head& head, unsigned back);
  void send_ctrl(std::uint64_t now, const Head& head);
  void send_boot(std::uint64_t now, BootOp op, std::uint32_t code, bool seen);

  /// Puts beat `beat` of `flit` out, not its last one ...
  static void put_out(const Flit& flit, unsigned beat, weft_link_out& out) {
    out.flags |= WEFT_OUT_LO;
    out.lo_data = flit.slots + beat * kSlotsPerBeat;
    if (beat != 0) return;
    out.flags |= WEFT_OUT_LO_SOF;
    flit.slots[0] = flit.head;
  }
  /// ... or its last, with a tail unless it is a BOOT flit.
  void put_last_out(const Flit& flit, const Tail& tail, weft_link_out& out) const;

  /// The link was reset: what is under way must not be believed.
  void lose();

 private:
  Flit& launch(std::uint64_t now, Kind kind, std::uint64_t head, unsigned beats);
  std::uint64_t* entry(unsigned slot) const { return buffer_.get() + slot * kFlitSlots; }

  const FlitFormat& format_;
  const unsigned entries_;
  std::unique_ptr<std::uint64_t[]> buffer_;
  unsigned next_entry_ = 0;  // of the next new flit
  Flit young_, old_;
  std::uint64_t busy_until_ = 0;
  std::uint64_t tails_formed_ = 0;
  std::array<std::array<std::uint64_t, kFlitSlots>, 2> own_{};  // of CTRL and BOOT flits, in turn
  unsigned next_own_ = 0;
};

}  // namespace weft
