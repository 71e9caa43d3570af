// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "models/link/crc32c.h"
#include "models/protocol/protocol.h"

namespace weft {

/// Shape of the flits and beats that are built; FlitFormat refuses a protocol with another.
inline constexpr unsigned kBeats = 4;         ///< of a DATA or CTRL flit
inline constexpr unsigned kSlotsPerBeat = 8;  ///< slots of 8 bytes
inline constexpr unsigned kFlitSlots = kBeats * kSlotsPerBeat;
inline constexpr unsigned kDataSlots = kFlitSlots - 2;  ///< payload slots
inline constexpr unsigned kMaxVcs = 16;

/// First payload slot of a beat of a flit, and the one after the last.
constexpr unsigned beat_begin(unsigned beat) { return beat == 0 ? 1 : 0; }
constexpr unsigned beat_end(unsigned beat) {
  return beat == kBeats - 1 ? kSlotsPerBeat - 1 : kSlotsPerBeat;
}

/// A BitField with its mask at hand.
struct FastField {
  std::uint64_t low_mask = 0;
  unsigned lsb = 0;
  unsigned slot = 0;

  FastField() = default;
  explicit FastField(const BitField& field)
      : low_mask(field.max()), lsb(field.lsb), slot(field.slot) {}
  std::uint64_t get(std::uint64_t word) const { return (word >> lsb) & low_mask; }
  std::uint64_t put(std::uint64_t value) const { return (value & low_mask) << lsb; }
  /// The same in a flit.
  std::uint64_t get_from(const std::uint64_t* flit) const { return get(flit[slot]); }
  void put_into(std::uint64_t* flit, std::uint64_t value) const { flit[slot] |= put(value); }
};

/// Head of a DATA or CTRL flit (PROTOCOL.md, chapter 2).
struct Head {
  std::uint32_t type = 0;
  std::uint32_t seq = 0;
  std::uint8_t first = 0;
  std::uint8_t ep = 0;
  std::uint8_t nak_ep = 0;
  std::uint8_t rec = 0;
  bool nak = false;
  bool poll = false;
  bool rtx = false;

  bool operator==(const Head&) const = default;
};

/// Tail of a DATA or CTRL flit, without its CRC (chapter 3).
struct Tail {
  std::uint32_t ack = 0;
  std::uint16_t cnt = 0;
  bool psn = false;

  bool operator==(const Tail&) const = default;
};

/// A PARAM (OFL-7.3).
struct BootParam {
  std::uint64_t hash = 0;
  std::uint32_t beats = 0, seq_width = 0, scheme = 0, vcs = 0, unit = 0, slot = 0, crc = 0;
  std::uint32_t fec = 0, timer_class = 0, version = 0, window = 0, reason = 0;
  std::uint32_t session = 0;

  bool operator==(const BootParam&) const = default;
};

/// First slot of a packet, as far as the link layer reads it (chapter 4).
struct PacketHeader {
  std::uint32_t kind = 0, vc = 0, len = 0, dst = 0;
  bool dpoison = false;

  bool operator==(const PacketHeader&) const = default;
};

/// How flits and packets are laid out in slots: a protocol's numbers in the form that packs and
/// unpacks. Functions that write a flit expect it to be zero where they write.
class FlitFormat {
 public:
  /// Throws InputError for a shape, CRC or head check that is not built.
  explicit FlitFormat(const Protocol& protocol);

  std::uint32_t type_data, type_ctrl, type_boot;
  std::uint8_t first_all, rec_none;
  std::uint32_t op_param, op_cinit, op_retrain, op_resync, op_hrst;
  unsigned vcs;
  FastField kind, vc, len;  ///< of a packet header
  FastField type, seq, first, ep, nak_ep, rec, nak, poll, rtx;
  FastField ack, cnt, psn;
  FastField boot_op, boot_seen, boot_session, boot_exp;
  std::uint64_t seq_mask;  ///< numbers are modulo this + 1
  std::uint64_t reserved;  ///< head bits that are 0 in every flit

  /// Head with its check; pack_head(unpack_head(h)) == h for a head that is right.
  std::uint64_t pack(const Head& head) const {
    return with_check(type.put(head.type) | seq.put(head.seq) | first.put(head.first) |
                      ep.put(head.ep) | nak_ep.put(head.nak_ep) | rec.put(head.rec) |
                      nak.put(head.nak) | poll.put(head.poll) | rtx.put(head.rtx));
  }
  Head unpack_head(std::uint64_t head) const;
  std::uint64_t pack_boot_head(std::uint32_t op, bool seen) const {
    return with_check(type.put(type_boot) | boot_op.put(op) | boot_seen.put(seen));
  }
  std::uint64_t with_check(std::uint64_t head) const {
    return head | hcs_.put(HeadCheck::of(head));
  }
  /// The check, OFL-2.1, 2.3 and 2.4.
  bool head_holds(std::uint64_t head) const {
    const std::uint64_t t = type.get(head);
    const std::uint64_t r = rec.get(head);
    return hcs_.get(head) == HeadCheck::of(head) && (head & reserved) == 0 &&
           (t == type_data || t == type_ctrl || t == type_boot) && (r < vcs || r == rec_none);
  }

  std::uint64_t pack(const Tail& tail) const {
    return ack.put(tail.ack) | cnt.put(tail.cnt) | psn.put(tail.psn);
  }
  Tail unpack_tail(std::uint64_t tail) const;

  /// `first` for a packet of which `missing` slots are missing (OFL-4.4).
  std::uint8_t first_for(unsigned missing) const {
    return missing >= kDataSlots ? first_all : static_cast<std::uint8_t>(missing);
  }

  /// Puts the CRC into the last slot of a flit of `slots` slots; `spoil` makes it wrong.
  void seal(std::uint64_t* flit, unsigned slots, bool spoil = false) const;
  /// The CRC of a flit of `slots` slots is right.
  static bool sealed(const std::uint64_t* flit, unsigned slots) {
    return Crc32c::update(Crc32c::kInit, flit, slots * sizeof *flit) == Crc32c::kRawResidue;
  }

  /// Credit limits of a CTRL; of a CINIT or RESYNC.
  void put_ctrl_limits(std::uint64_t* flit, std::span<const std::uint16_t> limits) const {
    put_limits(flit, ctrl_limits_, limits);
  }
  std::uint16_t ctrl_limit(const std::uint64_t* flit, unsigned v) const {
    return limit(flit, ctrl_limits_, v);
  }
  void put_boot_limits(std::uint64_t* flit, std::span<const std::uint16_t> limits) const {
    put_limits(flit, boot_limits_, limits);
  }
  std::uint16_t boot_limit(const std::uint64_t* flit, unsigned v) const {
    return limit(flit, boot_limits_, v);
  }

  void put(std::uint64_t* flit, const BootParam& param) const;
  BootParam boot_param(const std::uint64_t* flit) const;
  /// What an end of this protocol sends, but for session, window and reason.
  const BootParam& own_param() const { return own_param_; }
  /// 1 + index of the first field that must match and does not, 0 if all do (OFL-7.4).
  std::uint32_t mismatch(const BootParam& theirs) const;

  /// Packet header with its check; and back.
  std::uint64_t pack(const PacketHeader& header) const;
  PacketHeader unpack_packet_header(std::uint64_t header) const;
  /// The header's own check (hosts' business).
  bool packet_header_holds(std::uint64_t header) const;

 private:
  void put_limits(std::uint64_t* flit, const FastField& at,
                  std::span<const std::uint16_t> limits) const;
  std::uint16_t limit(const std::uint64_t* flit, const FastField& at, unsigned v) const {
    return static_cast<std::uint16_t>(
        (flit[at.slot + v / limits_per_slot_] >> (v % limits_per_slot_ * limit_spacing_)) &
        limit_mask_);
  }

  FastField hcs_, tail_crc_, ctrl_limits_, boot_limits_;
  FastField dpoison_, dst_, hck_;
  unsigned hck_bits_;
  unsigned limit_spacing_, limits_per_slot_;
  std::uint64_t limit_mask_;
  Protocol::Boot boot_;
  BootParam own_param_;
};

}  // namespace weft
