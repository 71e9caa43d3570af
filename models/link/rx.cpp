// SPDX-License-Identifier: Apache-2.0
#include "models/link/rx.h"

#include <algorithm>
#include <cstring>

namespace weft {

void Receiver::take(const weft_link_in& in) {
  if ((in.flags & WEFT_IN_LI_SOF) != 0 || flit_ended_) {
    flit_ = (flit_ + 1) % kFlits;
    beat_ = 0;
  } else {
    beat_ = (beat_ + 1) % kBeats;
  }
  flit_ended_ = (in.flags & WEFT_IN_LI_EOF) != 0;
  std::uint64_t* beat = &flits_[flit_ * kFlitSlots + beat_ * kSlotsPerBeat];
  if (in.li_data != nullptr) {
    std::memcpy(beat, in.li_data, kSlotsPerBeat * sizeof *beat);
  } else {
    std::memset(beat, 0, kSlotsPerBeat * sizeof *beat);
  }
  constexpr std::uint32_t kBeat = WEFT_IN_LI | WEFT_IN_LI_SOF | WEFT_IN_LI_EOF | WEFT_IN_LI_BAD;
  sampled_ = {beat, in.flags & kBeat};
}

bool Receiver::judge_border(bool open, std::uint32_t exp, bool drop, weft_link_out& out) {
  const std::uint32_t flags = judged_.flags;
  verdict_.cut_short = false;
  verdict_.kind = Kind::kNone;
  if ((flags & WEFT_IN_LI_SOF) != 0 || !in_flit_) {
    const bool cut_expected = in_flit_ && expected_;
    verdict_.cut_short = in_flit_;
    if (cut_expected) out.flags |= WEFT_OUT_HR_ABORT;
    begin(open, exp, cut_expected);
  }
  const unsigned index = beats_++ % kBeats;
  if ((flags & WEFT_IN_LI_BAD) != 0) spoiled_ = true;
  if (expected_) push(index, out);
  in_flit_ = (flags & WEFT_IN_LI_EOF) == 0;
  if (!in_flit_) end(drop, out);
  return !in_flit_ || verdict_.cut_short;
}

void Receiver::begin(bool open, std::uint32_t exp, bool after_cut) {
  const bool sof = (judged_.flags & WEFT_IN_LI_SOF) != 0;
  if (sof) head_ = judged_.data[0];
  slots_ = judged_.data;
  beats_ = 0;
  spoiled_ = after_cut;
  head_holds_ = sof && format_.head_holds(head_);
  expected_ = head_holds_ && open && !after_cut && format_.type.get(head_) == format_.type_data &&
              format_.seq.get(head_) == exp;
  broke_frame_ = expected_ && format_.first.get(head_) != format_.first_for(kept_.missing);
  nop_ = false;
  now_ = kept_;
}

void Receiver::end(bool drop, weft_link_out& out) {
  verdict_.kind = kind_of_flit();
  if (!expected_) return;
  expected_ = false;
  if (verdict_.kind != Kind::kData || drop) {
    out.flags |= WEFT_OUT_HR_ABORT;
    return;
  }
  kept_ = now_;
  out.flags |= WEFT_OUT_HR_COMMIT;
  if (format_.psn.get(verdict_.tail) != 0) out.flags |= WEFT_OUT_HR_POISON;
}

Receiver::Kind Receiver::kind_of_flit() {
  verdict_.broke_frame = false;
  verdict_.head = head_;
  verdict_.tail = judged_.data[kSlotsPerBeat - 1];
  verdict_.flit = slots_;
  if (spoiled_ || !head_holds_) return Kind::kBad;
  const std::uint64_t type = format_.type.get(head_);
  const bool boot = type == format_.type_boot;
  const bool whole = beats_ == (boot ? 1 : kBeats);
  const bool sealed = whole && FlitFormat::sealed(slots_, beats_ * kSlotsPerBeat);
  verdict_.broke_frame = broke_frame_ && sealed;
  if (!sealed || broke_frame_) return Kind::kBad;
  return boot ? Kind::kBoot : type == format_.type_data ? Kind::kData : Kind::kCtrl;
}

/// A beat in which a packet may end or begin.
void Receiver::parse(unsigned index, weft_link_out& out) {
  const std::uint64_t* slots = judged_.data;
  const unsigned end = beat_end(index);
  unsigned pos = beat_begin(index);
  unsigned missing = now_.missing;
  unsigned mask = 0;
  unsigned sop = 0;
  unsigned eop = 0;
  while (pos < end && !nop_) {
    if (missing == 0) {
      const std::uint64_t header = slots[pos];
      if (format_.kind.get(header) == 0) {
        nop_ = true;
        break;
      }
      sop |= 1u << pos;
      now_.vc = static_cast<std::uint8_t>(format_.vc.get(header));
      missing = static_cast<unsigned>(format_.len.get(header));
      if (missing == 0 || now_.vc >= format_.vcs) {
        broke_frame_ = true;
        missing = 1;
      }
    }
    const unsigned taken = std::min(missing, end - pos);
    mask |= ((1u << taken) - 1) << pos;
    pos += taken;
    missing -= taken;
    if (missing == 0) eop |= 1u << (pos - 1);
  }
  now_.missing = missing;
  out.hr_mask = static_cast<std::uint8_t>(mask);
  out.hr_sop = static_cast<std::uint8_t>(sop);
  out.hr_eop = static_cast<std::uint8_t>(eop);
}

void Receiver::drop(weft_link_out& out) {
  if (expected_) out.flags |= WEFT_OUT_HR_ABORT;
  in_flit_ = false;
  expected_ = false;
}

void Receiver::clear(weft_link_out& out) {
  drop(out);
  kept_ = {};
}

}  // namespace weft
