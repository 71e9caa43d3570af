// SPDX-License-Identifier: Apache-2.0
#include "models/link/flit.h"

#include <bit>

namespace weft {
namespace {

void refuse_unless(bool built, const char* key, const char* message) {
  if (!built) throw InputError({}, key, message);
}

}  // namespace

FlitFormat::FlitFormat(const Protocol& p)
    : type_data(p.head.data),
      type_ctrl(p.head.ctrl),
      type_boot(p.head.boot),
      first_all(static_cast<std::uint8_t>(p.head.first_all)),
      rec_none(static_cast<std::uint8_t>(p.head.rec_none)),
      op_param(p.boot.param_op),
      op_cinit(p.boot.cinit),
      op_retrain(p.boot.retrain),
      op_resync(p.boot.resync),
      op_hrst(p.boot.hrst),
      vcs(p.vcs),
      kind(p.packet_header.kind),
      vc(p.packet_header.vc),
      len(p.packet_header.len),
      type(p.head.type),
      seq(p.head.seq),
      first(p.head.first),
      ep(p.head.ep),
      nak_ep(p.head.nak_ep),
      rec(p.head.rec),
      nak(p.head.nak),
      poll(p.head.poll),
      rtx(p.head.rtx),
      ack(p.tail.ack),
      cnt(p.tail.cnt),
      psn(p.tail.psn),
      boot_op(p.boot.op),
      boot_seen(p.boot.seen),
      boot_session(p.boot.session),
      boot_exp(p.boot.exp),
      seq_mask(p.seq_mask()),
      hcs_(p.head.hcs),
      tail_crc_(p.tail.crc),
      ctrl_limits_(p.ctrl.limits),
      boot_limits_(p.boot.limits),
      dpoison_(p.packet_header.dpoison),
      dst_(p.packet_header.dst),
      hck_(p.packet_header.hck),
      hck_bits_(p.packet_header.hck.lsb),
      limit_spacing_(p.ctrl.limit),
      limits_per_slot_(64 / p.ctrl.limit),
      limit_mask_(p.credit_mask()),
      boot_(p.boot) {
  refuse_unless(p.flit.beat == 64 && p.flit.beats == kBeats && p.flit.slot == 8 &&
                    p.data_slots() == kDataSlots,
                "flit", "flits of this shape are not built");
  refuse_unless(std::has_single_bit(p.unit_slots()), "credits.unit",
                "credit units of this size are not built");
  refuse_unless(p.vcs <= kMaxVcs, "vcs.count", "that many virtual channels are not built");
  const CrcParams crc{32, Crc32c::kPoly, true, Crc32c::kInit, Crc32c::kXorOut};
  refuse_unless(p.crc == crc, "crc", "CRCs other than CRC-32C are not built");
  const CrcParams hcs{16, HeadCheck::kPoly, true, HeadCheck::kInit, HeadCheck::kXorOut};
  refuse_unless(p.hcs == hcs, "hcs", "other head checks are not built");
  refuse_unless((p.packet.hck_poly & 0xFF) == PacketHeaderCheck::kPoly, "packet.hck_poly",
                "other header checks are not built");

  std::uint64_t used = 0;
  for (const auto& field : Protocol::Head::fields) used |= (p.head.*(field.member)).mask();
  reserved = ~used | seq.put(~seq_mask);

  own_param_ = {.hash = p.hash(),
                .beats = p.flit.beats,
                .seq_width = p.sequence.width,
                .scheme = static_cast<std::uint32_t>(p.sequence.scheme),
                .vcs = p.vcs,
                .unit = p.credits.unit,
                .slot = p.flit.slot,
                .crc = p.crc_id,
                .fec = p.fec_id,
                .timer_class = p.timers.timer_class,
                .version = p.version};
}

Head FlitFormat::unpack_head(std::uint64_t head) const {
  Head out;
  out.type = static_cast<std::uint32_t>(type.get(head));
  out.seq = static_cast<std::uint32_t>(seq.get(head));
  out.first = static_cast<std::uint8_t>(first.get(head));
  out.ep = static_cast<std::uint8_t>(ep.get(head));
  out.nak_ep = static_cast<std::uint8_t>(nak_ep.get(head));
  out.rec = static_cast<std::uint8_t>(rec.get(head));
  out.nak = nak.get(head) != 0;
  out.poll = poll.get(head) != 0;
  out.rtx = rtx.get(head) != 0;
  return out;
}

Tail FlitFormat::unpack_tail(std::uint64_t tail) const {
  return {static_cast<std::uint32_t>(ack.get(tail)), static_cast<std::uint16_t>(cnt.get(tail)),
          psn.get(tail) != 0};
}

void FlitFormat::seal(std::uint64_t* flit, unsigned slots, bool spoil) const {
  std::uint64_t& last = flit[slots - 1];
  last &= ~tail_crc_.put(tail_crc_.low_mask);
  std::uint32_t crc = Crc32c::update(Crc32c::kInit, flit, slots * sizeof *flit - sizeof crc);
  crc ^= Crc32c::kXorOut;
  last |= tail_crc_.put(spoil ? ~crc : crc);
}

void FlitFormat::put_limits(std::uint64_t* flit, const FastField& at,
                            std::span<const std::uint16_t> limits) const {
  for (unsigned v = 0; v < limits.size(); ++v) {
    flit[at.slot + v / limits_per_slot_] |= std::uint64_t{limits[v]}
                                            << (v % limits_per_slot_ * limit_spacing_);
  }
}

void FlitFormat::put(std::uint64_t* flit, const BootParam& param) const {
  const auto place = [flit](const BitField& field, std::uint64_t value) {
    FastField(field).put_into(flit, value);
  };
  place(boot_.hash, param.hash);
  place(boot_.beats, param.beats);
  place(boot_.seq_width, param.seq_width);
  place(boot_.scheme, param.scheme);
  place(boot_.vcs, param.vcs);
  place(boot_.unit, param.unit);
  place(boot_.slot, param.slot);
  place(boot_.crc, param.crc);
  place(boot_.fec, param.fec);
  place(boot_.timer_class, param.timer_class);
  place(boot_.version, param.version);
  place(boot_.window, param.window);
  place(boot_.reason, param.reason);
  place(boot_.param_session, param.session);
}

BootParam FlitFormat::boot_param(const std::uint64_t* flit) const {
  const auto at = [flit](const BitField& field) {
    return static_cast<std::uint32_t>(field.get(flit[field.slot]));
  };
  return {.hash = boot_.hash.get(flit[boot_.hash.slot]),
          .beats = at(boot_.beats),
          .seq_width = at(boot_.seq_width),
          .scheme = at(boot_.scheme),
          .vcs = at(boot_.vcs),
          .unit = at(boot_.unit),
          .slot = at(boot_.slot),
          .crc = at(boot_.crc),
          .fec = at(boot_.fec),
          .timer_class = at(boot_.timer_class),
          .version = at(boot_.version),
          .window = at(boot_.window),
          .reason = at(boot_.reason),
          .session = at(boot_.param_session)};
}

std::uint32_t FlitFormat::mismatch(const BootParam& theirs) const {
  const BootParam& own = own_param_;
  const bool differs[] = {theirs.beats != own.beats,
                          theirs.seq_width != own.seq_width,
                          theirs.scheme != own.scheme,
                          theirs.vcs != own.vcs,
                          theirs.unit != own.unit,
                          theirs.slot != own.slot,
                          theirs.crc != own.crc,
                          theirs.fec != own.fec,
                          theirs.timer_class != own.timer_class,
                          theirs.version != own.version,
                          theirs.hash != own.hash};
  std::uint32_t index = 0;
  for (const bool differs_here : differs) {
    ++index;
    if (differs_here) return index;
  }
  return 0;
}

std::uint64_t FlitFormat::pack(const PacketHeader& header) const {
  const std::uint64_t slot = kind.put(header.kind) | vc.put(header.vc) | len.put(header.len) |
                             dpoison_.put(header.dpoison) | dst_.put(header.dst);
  return slot | hck_.put(PacketHeaderCheck::of(slot, hck_bits_));
}

PacketHeader FlitFormat::unpack_packet_header(std::uint64_t header) const {
  return {static_cast<std::uint32_t>(kind.get(header)), static_cast<std::uint32_t>(vc.get(header)),
          static_cast<std::uint32_t>(len.get(header)), static_cast<std::uint32_t>(dst_.get(header)),
          dpoison_.get(header) != 0};
}

bool FlitFormat::packet_header_holds(std::uint64_t header) const {
  return hck_.get(header) == PacketHeaderCheck::of(header, hck_bits_);
}

}  // namespace weft
