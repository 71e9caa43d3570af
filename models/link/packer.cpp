// SPDX-License-Identifier: Apache-2.0
#include "models/link/packer.h"

#include <algorithm>
#include <bit>

namespace weft {

Packer::Packer(const Protocol& protocol, const FlitFormat& format)
    : format_(format),
      vcs_(protocol.vcs),
      size_(2 * std::bit_ceil(protocol.credits.skid)),
      unit_round_(protocol.unit_slots() - 1),
      unit_shift_(static_cast<unsigned>(std::countr_zero(protocol.unit_slots()))),
      credit_mask_(static_cast<std::uint16_t>(protocol.credit_mask())) {
  const std::size_t ring = size_ + kSlotsPerBeat;
  skid_ = std::make_unique<std::uint64_t[]>(vcs_ * ring);
  for (unsigned v = 0; v < vcs_; ++v) vc_[v].ring = skid_.get() + v * ring;
}

Packer::Offer Packer::offer(const Limits& limits) const {
  Offer offer;
  offer.first = format_.first_for(missing_);
  if (missing_ != 0) offer.any = vc_[current_].filled() >= std::min(missing_, kDataSlots);
  for (unsigned v = 0; v < vcs_; ++v) {
    const Vc& vc = vc_[v];
    const unsigned have = vc.filled();
    if (have == 0 || (missing_ != 0 && v == current_)) continue;
    const unsigned len = length(vc);
    if (have < std::min(len, kDataSlots)) continue;
    if (!affords(vc, len, limits[v])) {
      offer.blocked |= 1u << v;
    } else if (missing_ == 0) {
      offer.any = true;
    }
  }
  return offer;
}

void Packer::launch(const Limits& limits) {
  for (unsigned v = 0; v < vcs_; ++v) {
    vc_[v].end = vc_[v].write;
    vc_[v].limit = limits[v];
  }
  fresh_ = false;
  closed_ = false;
}

/// A beat in which a packet ends or begins, or none is.
std::uint64_t Packer::gather_border(unsigned beat, std::uint64_t* out) {
  std::uint64_t last[2 * kSlotsPerBeat];
  std::uint64_t* to = beat == kBeats - 1 ? last : out;  // nothing may be put behind a flit
  const unsigned end = beat_end(beat);
  const unsigned flit_end = kFlitSlots - 1 - beat * kSlotsPerBeat;  // seen from this beat
  std::uint64_t space = 0;
  unsigned pos = beat_begin(beat);
  for (int runs = 0; runs < 2 && pos < end && !closed_; ++runs) {
    if (missing_ == 0 && !choose(flit_end - pos)) break;
    Vc& vc = vc_[current_];
    const unsigned from = pos;
    for (;;) {
      const unsigned taken = std::min(missing_, end - pos);
      copy_beat(slots(vc, vc.read), to + pos);
      vc.read += taken;
      missing_ -= taken;
      pos += taken;
      // A packet that began in an earlier flit ends its run; after others, those of the VC go on.
      if (pos == end || !fresh_) break;
      const unsigned len = startable(vc, flit_end - pos);
      if (len == 0) break;
      start(vc, len);
    }
    space += std::uint64_t{pos - from} << (4 * current_);
  }
  closed_ = pos < end;
  if (pos < end) std::memset(to + pos, 0, kSlotsPerBeat * sizeof *to);
  if (to == last) copy_beat(last, out);
  return space;
}

/// Starts the next packet: of the present VC first if its last packet is fresh, else of it last.
bool Packer::choose(unsigned left) {
  unsigned v = current_;
  if (!fresh_) v = v + 1 == vcs_ ? 0 : v + 1;
  for (unsigned k = 0; k < vcs_; ++k) {
    if (const unsigned len = startable(vc_[v], left); len != 0) {
      current_ = v;
      start(vc_[v], len);
      return true;
    }
    v = v + 1 == vcs_ ? 0 : v + 1;
  }
  return false;
}

void Packer::clear() {
  for (Vc& vc : vc_) {
    vc.write = 0;
    vc.read = 0;
    vc.used = 0;
  }
  missing_ = 0;
  current_ = 0;
}

}  // namespace weft
