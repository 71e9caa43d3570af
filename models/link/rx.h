// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "models/link/flit.h"
#include "models/link/pins.h"

namespace weft {

/// Receive side: frames beats into flits, judges them (OFL-6.2) and pushes the slots of the
/// expected DATA flit to the host (TIMING.md, Receive).
///
/// A beat given to sample() at edge t is judged by judge() at edge t + 2; both are called at
/// every edge at which something is under way, judge() first.
class Receiver {
 public:
  enum class Kind : std::uint8_t { kNone, kBad, kData, kCtrl, kBoot };

  /// What ended at this edge.
  struct Verdict {
    Kind kind = Kind::kNone;
    bool cut_short = false;    ///< a flit before ended without eof: bad, and before `kind`
    bool broke_frame = false;  ///< bad because OFL-4.4 or a packet header did not hold
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    const std::uint64_t* flit = nullptr;  ///< its slots

    bool bad() const { return cut_short || kind == Kind::kBad; }
  };

  explicit Receiver(const FlitFormat& format) : format_(format) {}

  /// A beat is on its way to judge().
  bool busy() const { return sampled_.data != nullptr || judged_.data != nullptr; }
  bool ready() const { return judged_.data != nullptr; }

  /// Judges the beat of two edges ago. `open`: DATA and CTRL count in this state; `exp`: number of
  /// the DATA flit expected; `drop`: drop() follows, nothing may be committed. Sets the `hr` pins.
  /// Whether a flit ended: verdict() then says what it was, until the next one ends.
  bool judge(bool open, std::uint32_t exp, bool drop, weft_link_out& out) {
    if (judged_.flags == WEFT_IN_LI && in_flit_) {  // neither begins nor ends anything
      const unsigned index = beats_++ % kBeats;
      if (expected_) push(index, out);
      return false;
    }
    return judge_border(open, exp, drop, out);
  }
  const Verdict& verdict() const { return verdict_; }
  /// A retrain begins: forgets the flit half received.
  void drop(weft_link_out& out);
  /// The link restarts: forgets the packet in progress too.
  void clear(weft_link_out& out);

  /// Registers the beat of `in`, if there is one, and moves the others on.
  void sample(const weft_link_in& in) {
    judged_ = sampled_;
    sampled_.data = nullptr;
    if ((in.flags & WEFT_IN_LI) != 0) take(in);
  }

 private:
  struct Beat {
    const std::uint64_t* data = nullptr;
    std::uint32_t flags = 0;
  };
  /// Where the packet in progress stands.
  struct Frame {
    unsigned missing = 0;  // slots
    std::uint8_t vc = 0;
  };
  static constexpr unsigned kFlits = 4;

  void take(const weft_link_in& in);
  bool judge_border(bool open, std::uint32_t exp, bool drop, weft_link_out& out);
  void begin(bool open, std::uint32_t exp, bool after_cut);
  void end(bool drop, weft_link_out& out);
  Kind kind_of_flit();
  /// Slots of the expected flit, as parsed, to the host.
  void push(unsigned index, weft_link_out& out) {
    out.flags |= WEFT_OUT_HR;
    out.hr_data = judged_.data;
    out.hr_vc = now_.vc;
    if (now_.missing <= kSlotsPerBeat) {
      parse(index, out);
      return;
    }
    const unsigned begin = beat_begin(index);
    const unsigned end = beat_end(index);
    out.hr_mask = static_cast<std::uint8_t>((1u << end) - (1u << begin));
    out.hr_sop = 0;
    out.hr_eop = 0;
    now_.missing -= end - begin;
  }
  void parse(unsigned index, weft_link_out& out);

  const FlitFormat& format_;
  Beat sampled_, judged_;
  // Where sample() puts the next beat.
  std::array<std::uint64_t, kFlits * kFlitSlots> flits_{};
  unsigned flit_ = 0, beat_ = 0;
  bool flit_ended_ = true;
  // The flit being judged.
  const std::uint64_t* slots_ = nullptr;
  std::uint64_t head_ = 0;
  unsigned beats_ = 0;
  bool in_flit_ = false;
  bool spoiled_ = false;  // flagged, or without a beginning
  bool head_holds_ = false;
  bool expected_ = false;  // its slots are pushed
  bool broke_frame_ = false;
  bool nop_ = false;  // nothing but NOP slots to its end
  Frame now_, kept_;  // kept: at the last commit
  Verdict verdict_;
};

}  // namespace weft
