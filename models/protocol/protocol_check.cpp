// SPDX-License-Identifier: Apache-2.0
#include "models/protocol/protocol_check.h"

#include <array>
#include <bit>
#include <string>
#include <vector>

namespace weft {
namespace {

constexpr std::uint64_t kMaxFlitBytes = 1024;

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string hex(std::uint64_t value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789ABCDEF"[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + digits;
}

class Checker {
 public:
  Checker(Protocol& protocol, const Config& config) : p_(protocol), config_(config) {}

  void run() {
    flit();
    head();
    tail();
    packet();
    transactions();
    ctrl();
    boot();
    sequence();
    credits();
    checks();
  }

 private:
  struct Named {
    std::string key;
    BitField field;
  };

  void refuse_if(bool wrong, std::string_view key, const std::string& message,
                 std::string_view hint = {}) const {
    if (wrong) config_.fail(key, message, hint);
  }

  void flit() const {
    const Protocol::Flit& f = p_.flit;
    refuse_if(f.beat % f.slot != 0, "flit.slot",
              "a beat of " + number(f.beat) + " bytes is no whole number of slots of " +
                  number(f.slot) + " bytes");
    refuse_if(p_.slots_per_beat() < 3, "flit.beat",
              "a beat of " + number(p_.slots_per_beat()) + " slots cannot hold a BOOT flit",
              "head, check and at least one slot between them");
    refuse_if(p_.flit_bytes() > kMaxFlitBytes, "flit.beats",
              "a flit of " + number(p_.flit_bytes()) + " bytes is longer than " +
                  number(kMaxFlitBytes) + " bytes");
    refuse_if(p_.flit_bytes() <= f.overhead, "flit.overhead",
              "a flit of " + number(p_.flit_bytes()) + " bytes cannot hold its overhead of " +
                  number(f.overhead) + " bytes",
              "more beats, or less overhead");
    refuse_if(f.overhead != 2 * f.slot, "flit.overhead",
              "head and tail are one slot each: " + number(2 * f.slot) + " bytes, not " +
                  number(f.overhead));
  }

  /// Fields of one slot: inside it and apart from each other.
  void apart(const std::vector<Named>& fields) const {
    const unsigned slot_bits = 8 * p_.flit.slot;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const BitField& field = fields[i].field;
      refuse_if(
          field.msb() >= slot_bits, fields[i].key,
          "bit " + number(field.msb()) + " is outside a slot of " + number(slot_bits) + " bits");
      for (std::size_t j = 0; j < i; ++j) {
        refuse_if(
            field.slot == fields[j].field.slot && (field.mask() & fields[j].field.mask()) != 0,
            fields[i].key, "overlaps " + fields[j].key);
      }
    }
  }

  template <class Owner, std::size_t N>
  std::vector<Named> named(std::string_view prefix, const std::array<FieldKey<Owner>, N>& keys,
                           const Owner& owner) const {
    std::vector<Named> out;
    for (const FieldKey<Owner>& key : keys) {
      out.push_back({std::string(prefix) + "." + std::string(key.name), owner.*(key.member)});
    }
    return out;
  }

  void fits(const BitField& field, std::uint64_t value, std::string_view key,
            std::string_view field_name) const {
    refuse_if(value > field.max(), key,
              number(value) + " does not fit " + std::string(field_name) + " (" +
                  number(field.width) + " bits)");
  }

  /// The check of a slot stands above everything it covers, and is as wide as the CRC says.
  void check_on_top(const BitField& field, unsigned width, const std::string& key,
                    std::string_view crc) const {
    refuse_if(field.width != width, key,
              "the field has " + number(field.width) + " bits, " + std::string(crc) +
                  ".width says " + number(width));
    refuse_if(field.msb() != 8 * p_.flit.slot - 1, key, "the check must end the slot",
              "its highest bit is bit " + number(8 * p_.flit.slot - 1));
  }

  void head() const {
    const Protocol::Head& h = p_.head;
    apart(named("head", Protocol::Head::fields, h));
    check_on_top(h.hcs, p_.hcs.width, "head.hcs", "hcs");
    fits(h.first, h.first_all, "head.values.first_all", "head.first");
    refuse_if(h.first_all <= p_.data_slots(), "head.values.first_all",
              number(h.first_all) + " is also a number of slots: a flit has " +
                  number(p_.data_slots()) + " of them");
    fits(h.rec, h.rec_none, "head.values.rec_none", "head.rec");
    refuse_if(h.rec_none < p_.vcs, "head.values.rec_none", number(h.rec_none) + " is also a VC");
    const std::array<std::pair<const char*, std::uint32_t>, 3> types{
        {{"head.values.data", h.data}, {"head.values.ctrl", h.ctrl}, {"head.values.boot", h.boot}}};
    for (std::size_t i = 0; i < types.size(); ++i) {
      fits(h.type, types[i].second, types[i].first, "head.type");
      refuse_if(std::popcount(types[i].second) != 1, types[i].first,
                "type " + number(types[i].second) + " is not one-hot");
      for (std::size_t j = 0; j < i; ++j) {
        refuse_if(types[i].second == types[j].second, types[i].first,
                  std::string("is the same as ") + types[j].first);
      }
    }
    for (const auto& [key, field] :
         {std::pair{"head.ep", h.ep}, std::pair{"head.nak_ep", h.nak_ep}}) {
      refuse_if(field.width != p_.sequence.epoch_width, key,
                "the field has " + number(field.width) + " bits, sequence.epoch_width says " +
                    number(p_.sequence.epoch_width));
    }
  }

  void tail() const {
    apart(named("tail", Protocol::Tail::fields, p_.tail));
    check_on_top(p_.tail.crc, p_.crc.width, "tail.crc", "crc");
    refuse_if(p_.crc.width % 8 != 0, "crc.width", "the CRC is no whole number of bytes");
  }

  void packet() const {
    const Protocol::PacketHeader& h = p_.packet_header;
    apart(named("packet_header", Protocol::PacketHeader::fields, h));
    fits(h.vc, p_.vcs - 1, "vcs.count", "packet_header.vc");
    fits(h.len, p_.max_packet_slots(), "packet.max_payload", "packet_header.len");
    refuse_if((p_.packet.hck_poly & 1) == 0, "packet.hck_poly",
              "the polynomial has no constant term");
    refuse_if(h.hck.width != 8, "packet_header.hck", "the header check is a CRC-8");
    fits(h.kind, p_.packet.test_kind, "packet.test_kind", "packet_header.kind");
    refuse_if(p_.packet.test_kind == 0, "packet.test_kind", "kind 0 is a NOP slot");
  }

  void transactions() const {
    const Protocol::Transactions& t = p_.transactions;
    fits(p_.packet_header.kind, t.kind, "transactions.kind", "packet_header.kind");
    refuse_if(t.kind == 0, "transactions.kind", "kind 0 is a NOP slot");
    refuse_if(t.kind == p_.packet.test_kind, "transactions.kind",
              "is the same as packet.test_kind");
    for (const auto& [key, vc] : {std::pair{"transactions.request_vc", t.request_vc},
                                  std::pair{"transactions.response_vc", t.response_vc}}) {
      refuse_if(vc >= p_.vcs, key,
                "there is no VC " + number(vc) + ", vcs.count says " + number(p_.vcs));
    }
    refuse_if(t.request_vc == t.response_vc, "transactions.response_vc",
              "responses that wait behind requests can deadlock", "a VC other than the requests'");
    transaction_fields();
    codes(t.fields.type, "transactions.types", "transactions.fields.type", t.types);
    codes(t.fields.status, "transactions.statuses", "transactions.fields.status", t.statuses);
  }

  void transaction_fields() const {
    const Protocol::TxnFields& t = p_.transactions.fields;
    const unsigned slots = p_.packet.max_header / p_.flit.slot;
    std::vector<Named> fields =
        named("packet_header", Protocol::PacketHeader::fields, p_.packet_header);
    for (Named& field : named("transactions.fields", Protocol::TxnFields::fields, t)) {
      refuse_if(field.field.width == 0, field.key, "the field has no bits",
                "for example \"slot2[15:8]\"");
      refuse_if(field.field.slot >= slots, field.key,
                "slot " + number(field.field.slot) + " is outside a header of " + number(slots) +
                    " slots",
                "packet.max_header says how long a header is");
      fields.push_back(std::move(field));
    }
    apart(fields);
    refuse_if(p_.packet.max_payload == 0, "packet.max_payload",
              "a transaction is of one byte at least");
    fits(t.bytes, p_.packet.max_payload, "packet.max_payload", "transactions.fields.bytes");
    refuse_if(t.src.width != p_.packet_header.dst.width, "transactions.fields.src",
              "the field has " + number(t.src.width) + " bits, packet_header.dst has " +
                  number(p_.packet_header.dst.width));
  }

  /// The parameters of T are codes in `field`: they fit and differ.
  template <class T>
  void codes(const BitField& field, const std::string& prefix, std::string_view field_name,
             const T& values) const {
    std::vector<std::pair<std::string, std::uint32_t>> seen;
    const auto one = [&](const auto& param) {
      const std::string key = prefix + "." + std::string(param.name);
      const std::uint32_t code = values.*(param.member);
      fits(field, code, key, field_name);
      for (const auto& [other, taken] : seen) {
        refuse_if(taken == code, key, "is the same as " + other);
      }
      seen.emplace_back(key, code);
    };
    std::apply([&](const auto&... params) { (one(params), ...); }, T::params);
  }

  /// Payload fields of a flit whose payload slots are 1 to `slots`.
  void payload(const std::vector<Named>& fields, unsigned slots) const {
    for (const Named& field : fields) {
      refuse_if(field.field.slot < 1 || field.field.slot > slots, field.key,
                "slot " + number(field.field.slot) + " is no payload slot: they are 1 to " +
                    number(slots));
      refuse_if(field.field.width == 0, field.key, "the field has no bits",
                "for example \"slot2[15:8]\"");
    }
    apart(fields);
  }

  /// One field per limit of the VCs a flit has room for.
  void add_limits(std::vector<Named>& fields, const std::string& key, BitField first) const {
    const unsigned per_slot = 8 * p_.flit.slot / p_.ctrl.limit;
    for (unsigned vc = 0; vc < p_.vcs; ++vc) {
      BitField field = first;
      field.slot = static_cast<std::uint8_t>(first.slot + vc / per_slot);
      field.lsb = static_cast<std::uint8_t>(vc % per_slot * p_.ctrl.limit);
      fields.push_back({key, field});
    }
  }

  void ctrl() const {
    refuse_if(p_.ctrl.limit < p_.credits.width || p_.ctrl.limit > 8 * p_.flit.slot, "ctrl.limit",
              number(p_.ctrl.limit) + " bits do not hold a limit of " + number(p_.credits.width) +
                  " bits in a slot");
    std::vector<Named> fields = named("ctrl", Protocol::Ctrl::fields, p_.ctrl);
    fields.erase(fields.begin());  // limits
    add_limits(fields, "ctrl.limits", p_.ctrl.limits);
    payload(fields, p_.data_slots());
  }

  void boot() const {
    const Protocol::Boot& b = p_.boot;
    const BitField& seq = p_.head.seq;
    for (const auto& [key, field] : {std::pair{"boot.op", b.op}, std::pair{"boot.seen", b.seen}}) {
      refuse_if((field.mask() & ~seq.mask()) != 0, key, "lies outside head.seq");
    }
    refuse_if((b.op.mask() & b.seen.mask()) != 0, "boot.seen", "overlaps boot.op");
    const std::array<std::pair<const char*, std::uint32_t>, 5> ops{
        {{"boot.values.param", b.param_op},
         {"boot.values.cinit", b.cinit},
         {"boot.values.retrain", b.retrain},
         {"boot.values.resync", b.resync},
         {"boot.values.hrst", b.hrst}}};
    for (std::size_t i = 0; i < ops.size(); ++i) {
      fits(b.op, ops[i].second, ops[i].first, "boot.op");
      refuse_if(ops[i].second == 0, ops[i].first, "operation 0 is none");
      for (std::size_t j = 0; j < i; ++j) {
        refuse_if(ops[i].second == ops[j].second, ops[i].first,
                  std::string("is the same as ") + ops[j].first);
      }
    }
    boot_payload();
  }

  void boot_payload() const {
    const Protocol::Boot& b = p_.boot;
    const unsigned slots = p_.slots_per_beat() - 2;  // the last slot ends in the CRC
    std::vector<Named> param, resync;
    for (const Named& field : named("boot.fields", Protocol::Boot::fields, b)) {
      const std::string name = field.key.substr(std::string("boot.fields.").size());
      if (name == "limits") continue;
      (name == "session" || name == "exp" ? resync : param).push_back(field);
    }
    add_limits(resync, "boot.fields.limits", b.limits);
    payload(param, slots);
    payload(resync, slots);
    refuse_if(b.hash.width != 64, "boot.fields.hash", "the hash has 64 bits");
    fits(b.beats, p_.flit.beats, "flit.beats", "boot.fields.beats");
    fits(b.seq_width, p_.sequence.width, "sequence.width", "boot.fields.seq_width");
    fits(b.scheme, static_cast<unsigned>(p_.sequence.scheme), "sequence.scheme",
         "boot.fields.scheme");
    fits(b.vcs, p_.vcs, "vcs.count", "boot.fields.vcs");
    fits(b.unit, p_.credits.unit, "credits.unit", "boot.fields.unit");
    fits(b.slot, p_.flit.slot, "flit.slot", "boot.fields.slot");
    fits(b.crc, p_.crc_id, "crc.id", "boot.fields.crc");
    fits(b.fec, p_.fec_id, "fec.id", "boot.fields.fec");
    fits(b.timer_class, p_.timers.timer_class, "timers.class", "boot.fields.timer_class");
    fits(b.version, p_.version, "version", "boot.fields.version");
    fits(b.window, p_.sequence.window, "sequence.window", "boot.fields.window");
    fits(b.exp, p_.seq_mask(), "sequence.width", "boot.fields.exp");
  }

  void sequence() const {
    const Protocol::Sequence& s = p_.sequence;
    fits(p_.head.seq, p_.seq_mask(), "sequence.width", "head.seq");
    fits(p_.tail.ack, p_.seq_mask(), "sequence.width", "tail.ack");
    const std::uint64_t most = std::uint64_t{1} << (s.width - 1);
    refuse_if(s.window > most, "sequence.window",
              "a window of " + number(s.window) + " flits needs more than " + number(s.width) +
                  "-bit sequence numbers: at most " + number(most) + ", half of the numbers",
              "a smaller window or a larger sequence.width");
    refuse_if(!std::has_single_bit(s.window), "sequence.window",
              number(s.window) + " is no power of two",
              "the replay buffer is indexed by its low bits");
    refuse_if(p_.timers.ack_n > (s.window + 3) / 4, "timers.ack_n",
              "an ack every " + number(p_.timers.ack_n) + " flits starves a window of " +
                  number(s.window) + " flits",
              "at most a quarter of sequence.window");
  }

  void credits() const {
    const Protocol::Credits& c = p_.credits;
    refuse_if(c.unit % p_.flit.slot != 0, "credits.unit",
              "a unit of " + number(c.unit) + " bytes is no whole number of slots");
    fits(p_.tail.cnt, p_.credit_mask(), "credits.width", "tail.cnt");
    const std::uint64_t most = std::uint64_t{1} << (c.width - 1);
    refuse_if(c.rx_units > most, "credits.rx_units",
              "a buffer of " + number(c.rx_units) + " units needs limits of more than " +
                  number(c.width) + " bits: at most " + number(most) + " units",
              "a limit that goes backwards could not be told from one that goes forwards");
    const std::uint32_t packet = p_.units(p_.max_packet_slots());
    refuse_if(c.rx_units < packet, "credits.rx_units",
              "a packet of " + number(packet) + " units never fits a buffer of " +
                  number(c.rx_units) + " units",
              "a larger buffer or a smaller packet.max_payload");
    refuse_if(c.skid < p_.data_slots(), "credits.skid",
              "a skid of " + number(c.skid) + " slots cannot fill a flit of " +
                  number(p_.data_slots()) + " payload slots");
  }

  void checks() {
    const unsigned bits = 8 * p_.flit_bytes();
    const unsigned distance = hamming_distance(p_.crc, bits).at_least;
    const std::string text = "the CRC has Hamming distance " + number(distance) +
                             (distance == 5 ? " or more" : "") + " over a flit of " + number(bits) +
                             " bits";
    refuse_if(distance < 4, "crc.poly", text,
              "at least 4; choose another polynomial or a shorter flit");
    if (distance < 6)
      p_.warnings.push_back({config_.pos("crc.poly"), "crc.poly", text + ", not 6"});
    const unsigned head = hamming_distance(p_.hcs, 8 * p_.flit.slot).at_least;
    refuse_if(head < 4, "hcs.poly",
              "the head check has Hamming distance " + number(head) + " over a head",
              "at least 4; choose another polynomial");
  }

  Protocol& p_;
  const Config& config_;
};

}  // namespace

void check_protocol(Protocol& protocol, const Config& config) { Checker(protocol, config).run(); }

void check_built(const Protocol& p, const Config& config) {
  const auto only = [&](bool built, std::string_view key, const std::string& what,
                        const std::string& wanted) {
    if (!built) config.fail(key, what + ": not built yet", "this version runs " + wanted);
  };
  only(p.flit.beat == 64, "flit.beat", "beats of " + number(p.flit.beat) + " bytes", "64B");
  only(p.flit.beats == 4, "flit.beats", "flits of " + number(p.flit.beats) + " beats", "4");
  only(p.flit.slot == 8, "flit.slot", "slots of " + number(p.flit.slot) + " bytes", "8B");
  only(p.sequence.scheme == ReplayScheme::kGoBackN, "sequence.scheme", "selective replay",
       "\"go_back_n\"");
  only(p.sequence.epoch_width == 2, "sequence.epoch_width",
       "epochs of " + number(p.sequence.epoch_width) + " bits", "2");
  only(p.vcs == 4, "vcs.count", number(p.vcs) + " virtual channels", "4");
  only(p.credits.width == 15, "credits.width",
       "credit limits of " + number(p.credits.width) + " bits", "15");
  const CrcParams crc{32, 0x1EDC6F41, true, 0xFFFFFFFF, 0xFFFFFFFF};
  only(p.crc == crc && p.crc_id == 1, "crc.poly",
       "a CRC other than CRC-32C (" + hex(p.crc.poly) + ", id " + number(p.crc_id) + ")",
       "CRC-32C, 0x11EDC6F41 reflected, init and xorout all ones, id 1");
  const Protocol::TxnFields& t = p.transactions.fields;
  only(p.packet.max_header == 24, "packet.max_header",
       "headers of " + number(p.packet.max_header) + " bytes", "24B");
  for (const auto& [key, field, bits] :
       {std::tuple{"tag", t.tag, 16}, std::tuple{"last", t.last, 1},
        std::tuple{"offset", t.offset, 48}, std::tuple{"src", t.src, 16},
        std::tuple{"token", t.token, 32}, std::tuple{"notify", t.notify, 6}}) {
    only(field.width == bits, "transactions.fields." + std::string(key),
         number(field.width) + " bits of " + key, number(bits));
  }
  for (const auto& [key, field] : {std::pair{"type", t.type}, std::pair{"status", t.status}}) {
    only(field.width <= 8, "transactions.fields." + std::string(key),
         number(field.width) + " bits of " + key, "8 at most");
  }
  const CrcParams hcs{16, 0x3D65, true, 0, 0xFFFF};
  only(p.hcs == hcs, "hcs.poly", "a head check other than CRC-16 0x3D65 (" + hex(p.hcs.poly) + ")",
       "0x13D65 reflected, init 0, xorout all ones");
}

}  // namespace weft
