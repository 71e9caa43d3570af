// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "models/link/flit.h"

namespace weft {

/// Fills new DATA flits from the transmit skids of all VCs, and keeps account of the credit their
/// packets use (OFL-4.1 to 4.7, OFL-5.3; TIMING.md, Packing).
///
/// One flit at a time: launch() freezes what it may take, then gather() is called for its beats 0
/// to 3. offer() may be asked once beat 3 of the flit before is gathered.
class Packer {
 public:
  using Limits = std::array<std::uint16_t, kMaxVcs>;

  /// What a decision sees.
  struct Offer {
    bool any = false;           ///< a DATA flit may go
    std::uint8_t first = 0;     ///< its `first`
    std::uint32_t blocked = 0;  ///< bit v: the header at the head of VC v waits for credit alone
  };

  /// `format` outlives the packer.
  Packer(const Protocol& protocol, const FlitFormat& format);
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  /// Puts the first `count`, 1 to 8, of eight slots behind those of VC `vc`. There must be room.
  void write(unsigned vc, const std::uint64_t* data, unsigned count) {
    // Rings have twice the slots they need, and their first eight again at the end, so that slots
    // can be moved eight at a time whatever their number.
    Vc& to = vc_[vc];
    const unsigned at = to.write & (size_ - 1);
    copy_beat(data, to.ring + at);
    if (at < kSlotsPerBeat) copy_beat(to.ring, to.ring + size_);
    if (at > size_ - kSlotsPerBeat) copy_beat(to.ring + size_, to.ring);
    to.write += count;
  }

  Offer offer(const Limits& limits) const;
  /// Freezes the skids' ends and the limits for the flit that begins.
  void launch(const Limits& limits);
  /// Fills the payload slots of beat `beat`, eight slots at `out`; slots without a packet become
  /// zero. Head and tail slot, and what follows a beat in its flit, are left with anything in them.
  /// Returns the slots taken, 4 bits per VC.
  std::uint64_t gather(unsigned beat, std::uint64_t* out) {
    const unsigned begin = beat_begin(beat);
    const unsigned slots_here = beat_end(beat) - begin;
    if (closed_ || missing_ < slots_here) return gather_border(beat, out);
    // The packet in progress fills the beat.
    Vc& vc = vc_[current_];
    copy_beat(slots(vc, vc.read), out + begin);
    vc.read += slots_here;
    missing_ -= slots_here;
    return std::uint64_t{slots_here} << (4 * current_);
  }
  /// Packets of VC `vc` whose headers gather() has ever taken.
  std::uint64_t started(unsigned vc) const { return vc_[vc].started; }

  /// Forgets everything.
  void clear();

  std::uint16_t used(unsigned vc) const { return vc_[vc].used; }
  /// Slots missing of the packet in progress, and its VC.
  unsigned missing() const { return missing_; }
  unsigned current() const { return current_; }

 private:
  struct Vc {
    std::uint64_t* ring = nullptr;
    std::uint32_t write = 0, read = 0;  // count slots; modulo 2^32
    std::uint32_t end = 0;              // write, as frozen
    std::uint16_t used = 0, limit = 0;  // limit as frozen
    std::uint64_t started = 0;

    unsigned filled() const { return write - read; }
  };

  /// Eight slots from there on are in one piece.
  std::uint64_t* slots(const Vc& vc, std::uint32_t at) const {
    return vc.ring + (at & (size_ - 1));
  }
  /// Length of the packet whose header is the next slot.
  unsigned length(const Vc& vc) const {
    return static_cast<unsigned>(format_.len.get(*slots(vc, vc.read)));
  }
  unsigned units(unsigned len) const { return (len + unit_round_) >> unit_shift_; }
  bool affords(const Vc& vc, unsigned len, std::uint16_t limit) const {
    return units(len) <= ((limit - vc.used) & credit_mask_);
  }
  static void copy_beat(const std::uint64_t* from, std::uint64_t* to) {
    std::memcpy(to, from, kSlotsPerBeat * sizeof *to);
  }
  /// Length of the next packet if it may start with `left` payload slots to go in the flit, else 0.
  /// Behind another packet it has to have enough for the next flit to go on, given that each beat
  /// still to go lets the host bring another.
  unsigned startable(const Vc& vc, unsigned left) const {
    const unsigned have = vc.end - vc.read;
    if (have == 0) return 0;
    const unsigned len = length(vc);
    const unsigned want = left == kDataSlots ? left : kDataSlots + left % kSlotsPerBeat;
    return have >= (len < want ? len : want) && affords(vc, len, vc.limit) ? len : 0;
  }
  void start(Vc& vc, unsigned len) {
    vc.used = static_cast<std::uint16_t>((vc.used + units(len)) & credit_mask_);
    ++vc.started;
    missing_ = len;
    fresh_ = true;
  }
  std::uint64_t gather_border(unsigned beat, std::uint64_t* out);
  bool choose(unsigned left);

  const FlitFormat& format_;
  const unsigned vcs_, size_, unit_round_, unit_shift_;  // size_: slots of a ring
  const std::uint16_t credit_mask_;
  std::unique_ptr<std::uint64_t[]> skid_;
  std::array<Vc, kMaxVcs> vc_{};
  unsigned current_ = 0;  // VC granted last
  unsigned missing_ = 0;
  bool fresh_ = false;   // the packet in progress, or the last one, started in this flit
  bool closed_ = false;  // NOP to the end of the flit
};

}  // namespace weft
