// SPDX-License-Identifier: Apache-2.0
#include "models/link/tx.h"

namespace weft {

/// Two more entries than the window: a new flit may be gathered while one that has just been
/// acknowledged is still going out again.
Transmitter::Transmitter(const FlitFormat& format, unsigned window)
    : format_(format),
      entries_(window + 2),
      buffer_(std::make_unique<std::uint64_t[]>(static_cast<std::size_t>(entries_) * kFlitSlots)) {}

Transmitter::Flit& Transmitter::launch(std::uint64_t now, Kind kind, std::uint64_t head,
                                       unsigned beats) {
  old_ = young_;
  young_ = {.slots = nullptr,
            .head = head,
            .decided = now,
            .kind = kind,
            .op = BootOp::kNone,
            .last = static_cast<std::uint8_t>(kFirstOut + beats - 1),
            .rec = 0,
            .lost = false};
  busy_until_ = now + young_.last + 1;
  if (kind != Kind::kBoot) tails_formed_ = busy_until_;
  if (kind == Kind::kCtrl || kind == Kind::kBoot) {
    own_[next_own_].fill(0);
    young_.slots = own_[next_own_].data();
    next_own_ ^= 1;
  }
  return young_;
}

void Transmitter::send_new(std::uint64_t now, const Head& head) {
  Flit& flit = launch(now, Kind::kNew, format_.pack(head), kBeats);
  flit.rec = head.rec;
  flit.slots = entry(next_entry_);
  next_entry_ = next_entry_ + 1 == entries_ ? 0 : next_entry_ + 1;
}

void Transmitter::send_again(std::uint64_t now, const Head& head, unsigned back) {
  const unsigned slot = next_entry_ >= back ? next_entry_ - back : next_entry_ + entries_ - back;
  Head again = head;
  again.first = static_cast<std::uint8_t>(format_.first.get(entry(slot)[0]));
  Flit& flit = launch(now, Kind::kAgain, format_.pack(again), kBeats);
  flit.rec = head.rec;
  flit.slots = entry(slot);
}

void Transmitter::send_ctrl(std::uint64_t now, const Head& head) {
  launch(now, Kind::kCtrl, format_.pack(head), kBeats).rec = head.rec;
}

void Transmitter::send_boot(std::uint64_t now, BootOp op, std::uint32_t code, bool seen) {
  launch(now, Kind::kBoot, format_.pack_boot_head(code, seen), 1).op = op;
}

void Transmitter::put_last_out(const Flit& flit, const Tail& tail, weft_link_out& out) const {
  put_out(flit, flit.last - kFirstOut, out);
  out.flags |= WEFT_OUT_LO_EOF;
  const bool boot = flit.kind == Kind::kBoot;
  if (!boot) flit.slots[kFlitSlots - 1] = format_.pack(tail);
  format_.seal(flit.slots, boot ? kSlotsPerBeat : kFlitSlots, flit.lost);
}

void Transmitter::lose() {
  young_.lost = young_.kind != Kind::kBoot;
  old_.lost = old_.kind != Kind::kBoot;
}

}  // namespace weft
