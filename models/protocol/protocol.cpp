// SPDX-License-Identifier: Apache-2.0
#include "models/protocol/protocol.h"

#include <bit>

#include "models/base/config.h"
#include "models/protocol/protocol_check.h"

namespace weft {
namespace {

constexpr std::uint64_t kSchema = 1;

/// Keys that stand outside the structs.
struct Top {
  std::uint32_t schema = 0, version = 0;
  std::string name;
  static constexpr auto params = std::tuple{
      param("schema", &Top::schema, "version", "version of the file's format"),
      param("name", &Top::name, "name", "what scenarios and reports call it"),
      param("version", &Top::version, "version", range(1, 65535), "protocol version"),
  };
};

struct CrcKeys {
  std::uint32_t width = 0;
  std::uint64_t poly = 0, init = 0, xorout = 0;
  bool reflect = false;
  static constexpr auto params = std::tuple{
      param("width", &CrcKeys::width, "bits", range(8, 32), "bits of the check"),
      param("poly", &CrcKeys::poly, "polynomial", "polynomial, leading term included"),
      param("reflect", &CrcKeys::reflect, "flag", "least significant bit of each byte first"),
      param("init", &CrcKeys::init, "state", "state before the first byte"),
      param("xorout", &CrcKeys::xorout, "state", "final XOR"),
  };
};

struct Ids {
  std::uint32_t crc = 0, fec = 0, vcs = 0;
  static constexpr auto params = std::tuple{
      param("crc.id", &Ids::crc, "id", range(0, 255), "CRC"),
      param("fec.id", &Ids::fec, "id", range(0, 255), "FEC of the PHY"),
      param("vcs.count", &Ids::vcs, "VCs", range(1, 16), "virtual channels"),
  };
};

std::string join_key(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : std::string(prefix) + "." + std::string(name);
}

/// Reads every parameter of T; none may be left out.
template <class T>
void read_all(const Config& config, std::string_view prefix, T& target) {
  describe_params<T>([&](const ParamInfo& info) { config.require(join_key(prefix, info.name)); });
  read_params(config, prefix, target);
}

/// A number at the start of `text`, of at most three digits; false if there is none.
bool take_number(std::string_view& text, unsigned& value) {
  value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    if (digits == 3) return false;
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    ++digits;
  }
  text.remove_prefix(digits);
  return digits != 0;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

/// "msb:lsb" or "bit".
bool take_bits(std::string_view& text, BitField& field) {
  unsigned msb = 0, lsb = 0;
  if (!take_number(text, msb)) return false;
  lsb = msb;
  if (take(text, ":") && !take_number(text, lsb)) return false;
  if (lsb > msb || msb > 63) return false;
  field.lsb = static_cast<std::uint8_t>(lsb);
  field.width = static_cast<std::uint8_t>(msb - lsb + 1);
  return true;
}

BitField read_bits(const Config& config, const std::string& key) {
  const std::string text = config.get_string(key);
  std::string_view rest = text;
  BitField field;
  if (!take_bits(rest, field) || !rest.empty()) {
    config.fail(key, "bits " + quoted(text) + " are not inside 63:0", "for example \"16:7\"");
  }
  return field;
}

/// "slot2[15:8]" of a flit or a packet, or "slot1" for the first of a run of slots.
BitField read_slot_bits(const Config& config, const std::string& key) {
  const std::string text = config.get_string(key);
  std::string_view rest = text;
  BitField field;
  unsigned slot = 0;
  bool good = take(rest, "slot") && take_number(rest, slot) && slot < 128;
  if (good && !rest.empty()) {
    good = take(rest, "[") && take_bits(rest, field) && take(rest, "]") && rest.empty();
  }
  if (!good) {
    config.fail(key, quoted(text) + " is no place in a slot",
                "for example \"slot2[15:8]\", or \"slot1\" for whole slots");
  }
  field.slot = static_cast<std::uint8_t>(slot);
  return field;
}

template <class Owner, std::size_t N>
void read_fields(const Config& config, std::string_view prefix,
                 const std::array<FieldKey<Owner>, N>& fields, Owner& target,
                 BitField (*read)(const Config&, const std::string&)) {
  for (const FieldKey<Owner>& field : fields) {
    target.*(field.member) = read(config, join_key(prefix, field.name));
  }
}

CrcParams read_crc(const Config& config, std::string_view prefix) {
  CrcKeys keys;
  read_all(config, prefix, keys);
  const unsigned degree = keys.poly == 0 ? 0 : static_cast<unsigned>(std::bit_width(keys.poly)) - 1;
  if (degree != keys.width) {
    config.fail(join_key(prefix, "poly"),
                "the polynomial has degree " + std::to_string(degree) + ", " +
                    join_key(prefix, "width") + " says " + std::to_string(keys.width),
                "write it with its leading term: bit " + std::to_string(keys.width) + " is set");
  }
  CrcParams crc{keys.width, 0, keys.reflect, keys.init, keys.xorout};
  crc.poly = keys.poly & crc.mask();
  if ((crc.poly & 1) == 0) {
    config.fail(join_key(prefix, "poly"), "the polynomial has no constant term",
                "bit 0 must be set, or the last bits of a flit are not covered");
  }
  for (const char* key : {"init", "xorout"}) {
    const std::uint64_t value = key[0] == 'i' ? crc.init : crc.xorout;
    if (value > crc.mask()) {
      config.fail(join_key(prefix, key),
                  "value does not fit " + std::to_string(crc.width) + " bits");
    }
  }
  return crc;
}

Protocol read(const Config& config) {
  Protocol p;
  Top top;
  read_all(config, "", top);
  if (top.schema != kSchema) {
    config.fail("schema", "schema " + std::to_string(top.schema) + " is not known",
                "this Weft reads schema " + std::to_string(kSchema));
  }
  p.name = top.name;
  p.version = top.version;
  Ids ids;
  read_all(config, "", ids);
  p.crc_id = ids.crc;
  p.fec_id = ids.fec;
  p.vcs = ids.vcs;
  read_all(config, "flit", p.flit);
  read_fields(config, "head", Protocol::Head::fields, p.head, read_bits);
  read_all(config, "head.values", p.head);
  read_fields(config, "tail", Protocol::Tail::fields, p.tail, read_bits);
  read_all(config, "ctrl", p.ctrl);
  read_fields(config, "ctrl", Protocol::Ctrl::fields, p.ctrl, read_slot_bits);
  read_fields(config, "packet_header", Protocol::PacketHeader::fields, p.packet_header, read_bits);
  read_all(config, "packet", p.packet);
  Protocol::Transactions& txn = p.transactions;
  read_all(config, "transactions", txn);
  read_fields(config, "transactions.fields", Protocol::TxnFields::fields, txn.fields,
              read_slot_bits);
  read_all(config, "transactions.types", txn.types);
  read_all(config, "transactions.statuses", txn.statuses);
  p.crc = read_crc(config, "crc");
  p.hcs = read_crc(config, "hcs");
  read_all(config, "sequence", p.sequence);
  read_all(config, "credits", p.credits);
  read_all(config, "timers", p.timers);
  read_fields(config, "boot", Protocol::Boot::head_fields, p.boot, read_bits);
  read_all(config, "boot.values", p.boot);
  read_fields(config, "boot.fields", Protocol::Boot::fields, p.boot, read_slot_bits);
  read_all(config, "timing", p.timing);
  for (BitField* limits : {&p.ctrl.limits, &p.boot.limits}) {
    limits->lsb = 0;
    limits->width = static_cast<std::uint8_t>(p.ctrl.limit);
  }
  p.replay_t_pos = config.pos("timers.replay_t");
  p.window_pos = config.pos("sequence.window");
  config.check_all_used();
  return p;
}

}  // namespace

std::string Warning::to_string() const {
  std::string out = pos.to_string();
  if (!out.empty()) out += ": ";
  if (!key.empty()) out += key + ": ";
  return out + "warning: " + message;
}

std::uint32_t Protocol::max_packet_slots() const {
  return (packet.max_payload + packet.max_header + flit.slot - 1) / flit.slot;
}

Protocol Protocol::parse_any(std::string_view text, const std::string& file) {
  const Config config = Config::parse(text, file);
  Protocol protocol = read(config);
  check_protocol(protocol, config);
  return protocol;
}

Protocol Protocol::parse(std::string_view text, const std::string& file) {
  const Config config = Config::parse(text, file);
  Protocol protocol = read(config);
  check_protocol(protocol, config);
  check_built(protocol, config);
  return protocol;
}

}  // namespace weft
