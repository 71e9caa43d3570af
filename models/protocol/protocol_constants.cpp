// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "models/protocol/protocol.h"

namespace weft {
namespace {

/// "nak_ep" as "NakEp".
std::string camel(std::string_view name) {
  std::string out;
  bool start = true;
  for (char c : name) {
    if (c == '_') {
      start = true;
    } else {
      out += start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      start = false;
    }
  }
  return out;
}

/// Bits that number `count` things.
unsigned index_bits(std::uint64_t count) {
  unsigned bits = 0;
  while ((std::uint64_t{1} << bits) < count) ++bits;
  return bits;
}

enum Match : bool { kMayDiffer = false, kMustMatch = true };

class Collector {
 public:
  explicit Collector(const Protocol& protocol) : p_(protocol) {}

  std::vector<ProtocolConstant> collect() {
    flit();
    identity();
    head();
    payload();
    transactions();
    boot();
    timers();
    checks();
    return std::move(out_);
  }

 private:
  void add(std::string name, std::uint64_t value, std::string sentence, Match match) {
    out_.push_back({group_, std::move(name), 0, value, std::move(sentence), match});
  }
  void add_bits(std::string name, unsigned bits, std::uint64_t value, std::string sentence,
                Match match) {
    out_.push_back({group_, std::move(name), bits, value, std::move(sentence), match});
  }
  void place(const std::string& name, const BitField& field, std::string_view sentence,
             std::string_view slot_of) {
    const std::string text(sentence);
    if (!slot_of.empty()) {
      add(name + "Slot", field.slot, text + ": slot of the " + std::string(slot_of), kMustMatch);
    }
    add(name + "Lsb", field.lsb, text + ": lowest bit", kMustMatch);
    add(name + "W", field.width, text + ": bits", kMustMatch);
  }
  template <class Owner, std::size_t N>
  void places(const std::string& prefix, const std::array<FieldKey<Owner>, N>& keys,
              const Owner& owner, std::string_view slot_of = {}) {
    for (const FieldKey<Owner>& key : keys) {
      place(prefix + camel(key.name), owner.*(key.member), key.sentence, slot_of);
    }
  }

  void flit() {
    group_ = "Flit";
    const std::uint64_t beat = p_.flit.beat, slot = p_.flit.slot;
    add("BeatBytes", beat, "bytes of a beat", kMustMatch);
    add("BeatW", beat * 8, "bits of a beat", kMayDiffer);
    add("Beats", p_.flit.beats, "beats of a DATA or CTRL flit", kMustMatch);
    add("FlitBytes", p_.flit_bytes(), "bytes of a DATA or CTRL flit", kMayDiffer);
    add("SlotBytes", slot, "bytes of a slot", kMustMatch);
    add("SlotW", slot * 8, "bits of a slot", kMayDiffer);
    add("SlotsPerBeat", p_.slots_per_beat(), "slots of a beat", kMayDiffer);
    add("DataSlots", p_.data_slots(), "payload slots of a DATA flit", kMayDiffer);
    group_ = "Sequence";
    add("SeqW", p_.sequence.width, "bits of a sequence number", kMustMatch);
    add("EpochW", p_.sequence.epoch_width, "bits of an epoch", kMustMatch);
    add("Window", p_.sequence.window, "flits of the replay buffer", kMayDiffer);
    add("WindowW", index_bits(p_.sequence.window), "bits of an index into the replay buffer",
        kMayDiffer);
    group_ = "Credits";
    add("NumVcs", p_.vcs, "virtual channels", kMustMatch);
    add("VcW", index_bits(p_.vcs), "bits of a VC number", kMayDiffer);
    add("CreditW", p_.credits.width, "bits of a credit limit", kMustMatch);
    add("CreditUnitBytes", p_.credits.unit, "bytes of a credit unit", kMustMatch);
    add("CreditUnitSlots", p_.unit_slots(), "slots of a credit unit", kMayDiffer);
    add("MaxPacketSlots", p_.max_packet_slots(), "slots of the largest packet", kMustMatch);
    add("MaxPacketUnits", p_.units(p_.max_packet_slots()), "credit units of the largest packet",
        kMayDiffer);
    add("SkidSlots", p_.credits.skid, "slots of a VC's transmit skid", kMayDiffer);
    add("RxBufUnits", p_.credits.rx_units, "receive buffer units per VC at reset", kMayDiffer);
  }

  void identity() {
    group_ = "Identity";
    add("Version", p_.version, "protocol version", kMustMatch);
    add("SchemeId", static_cast<std::uint64_t>(p_.sequence.scheme),
        "replay scheme: 1 = go-back-N, 2 = selective", kMustMatch);
    add("CrcId", p_.crc_id, "CRC: 1 = CRC-32C", kMustMatch);
    add("FecId", p_.fec_id, "FEC of the PHY: 1 = RS(544,514)", kMustMatch);
    add("TimerClass", p_.timers.timer_class, "timer values both ends agree on", kMustMatch);
  }

  void head() {
    group_ = "Head";
    const Protocol::Head& h = p_.head;
    places("Head", Protocol::Head::fields, h);
    add_bits("FirstAll", h.first.width, h.first_all, "first: all payload slots, and maybe more",
             kMustMatch);
    add_bits("LimitNone", h.rec.width, h.rec_none, "rec: no record in this tail", kMustMatch);
    add_bits("TypeData", h.type.width, h.data, "type of a numbered flit", kMustMatch);
    add_bits("TypeCtrl", h.type.width, h.ctrl,
             "type of an unnumbered flit with the full control state", kMustMatch);
    add_bits("TypeBoot", h.type.width, h.boot, "type of a one-beat bring-up flit", kMustMatch);
    group_ = "Tail";
    places("Tail", Protocol::Tail::fields, p_.tail);
  }

  void payload() {
    group_ = "CTRL payload";
    places("Ctrl", Protocol::Ctrl::fields, p_.ctrl, "flit");
    add("LimitSpacingW", p_.ctrl.limit, "bits from one limit to the next", kMustMatch);
    group_ = "Packet header";
    places("Pkt", Protocol::PacketHeader::fields, p_.packet_header);
    add_bits("PktHckPoly", 8, p_.packet.hck_poly & 0xFF, "header check: CRC-8 polynomial",
             kMustMatch);
    add_bits("PktTestKind", p_.packet_header.kind.width, p_.packet.test_kind,
             "kind of the packets of a test stream", kMayDiffer);
  }

  void transactions() {
    group_ = "Transactions";
    const Protocol::Transactions& t = p_.transactions;
    add("TxnHeaderSlots", p_.packet.max_header / p_.flit.slot, "slots of a header", kMustMatch);
    add("TxnMaxPayload", p_.packet.max_payload, "bytes of data in the largest packet", kMustMatch);
    add_bits("TxnKind", p_.packet_header.kind.width, t.kind, "kind of their packets", kMustMatch);
    add_bits("TxnRequestVc", p_.packet_header.vc.width, t.request_vc, "VC of requests", kMustMatch);
    add_bits("TxnResponseVc", p_.packet_header.vc.width, t.response_vc, "VC of responses",
             kMustMatch);
    places("Txn", Protocol::TxnFields::fields, t.fields, "packet");
    codes("Txn", t.fields.type.width, t.types, "type: ");
    codes("TxnStatus", t.fields.status.width, t.statuses, "status: ");
  }
  /// Every parameter of T as a code of `bits` bits.
  template <class T>
  void codes(const std::string& prefix, unsigned bits, const T& values, const std::string& what) {
    const auto one = [&](const auto& param) {
      add_bits(prefix + camel(param.name), bits, values.*(param.member),
               what + std::string(param.sentence), kMustMatch);
    };
    std::apply([&](const auto&... params) { (one(params), ...); }, T::params);
  }

  void boot() {
    group_ = "BOOT";
    const Protocol::Boot& b = p_.boot;
    places("Boot", Protocol::Boot::head_fields, b);
    const unsigned bits = b.op.width;
    add_bits("BootParam", bits, b.param_op, "operation: what this end is", kMustMatch);
    add_bits("BootCinit", bits, b.cinit, "operation: initial credit limits", kMustMatch);
    add_bits("BootRetrain", bits, b.retrain, "operation: retrain has begun", kMustMatch);
    add_bits("BootResync", bits, b.resync, "operation: where to go on after a retrain", kMustMatch);
    add_bits("BootHrst", bits, b.hrst, "operation: hot reset", kMustMatch);
    places("Boot", Protocol::Boot::fields, b, "flit");
  }

  void timers() {
    group_ = "Timers, reset values";
    std::apply([&](const auto&... one) { (timer(one), ...); }, Protocol::Timers::params);
  }
  template <class Param>
  void timer(const Param& param) {
    if (param.name == "class") return;
    add(camel(param.name), p_.timers.*(param.member),
        std::string(param.sentence) + (param.unit == "cycles" ? ", cycles" : ""), kMayDiffer);
  }

  void checks() {
    group_ = "Checks";
    const auto check = [&](const std::string& name, const CrcParams& crc, const std::string& what) {
      add_bits(name + "Poly", crc.width, crc.poly, what + ": polynomial without its leading term",
               kMustMatch);
      add_bits(name + "Reflect", 1, crc.reflect ? 1 : 0,
               what + ": least significant bit of each byte first", kMustMatch);
      add_bits(name + "Init", crc.width, crc.init, what + ": state before the first byte",
               kMustMatch);
      add_bits(name + "XorOut", crc.width, crc.xorout, what + ": final XOR", kMustMatch);
    };
    check("Crc", p_.crc, "CRC");
    add_bits("CrcResidue", p_.crc.width, crc_residue(p_.crc),
             "CRC: state after a whole good flit, before the final XOR", kMayDiffer);
    check("Hcs", p_.hcs, "head check");
    group_ = "Timing of the reference end";
    add("TxPipeline", p_.timing.txp, "slot strobe sampled to first beat out, cycles", kMayDiffer);
    add("RxPipeline", p_.timing.rxp, "beat sampled to beat handed to the host, cycles", kMayDiffer);
  }

  const Protocol& p_;
  std::string group_;
  std::vector<ProtocolConstant> out_;
};

}  // namespace

std::vector<ProtocolConstant> constants(const Protocol& protocol) {
  return Collector(protocol).collect();
}

std::uint64_t constant(const Protocol& protocol, std::string_view name) {
  if (name == "ProtoHash") return protocol.hash();
  for (const ProtocolConstant& one : constants(protocol)) {
    if (one.name == name) return one.value;
  }
  throw std::out_of_range("no protocol constant " + std::string(name));
}

std::uint64_t Protocol::hash() const {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const ProtocolConstant& one : constants(*this)) {
    if (!one.must_match) continue;
    for (char c : one.name + "=" + std::to_string(one.value) + "\n") {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
  }
  return hash;
}

}  // namespace weft
