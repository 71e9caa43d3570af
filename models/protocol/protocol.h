// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/base/error.h"
#include "models/base/params.h"
#include "models/protocol/bit_field.h"
#include "models/protocol/crc.h"

namespace weft {

enum class ReplayScheme : std::uint8_t { kGoBackN = 1, kSelective = 2 };
inline constexpr std::array<EnumName<ReplayScheme>, 2> kReplaySchemeNames{
    {{ReplayScheme::kGoBackN, "go_back_n"}, {ReplayScheme::kSelective, "selective"}}};

/// Something allowed that the user may not have wanted.
struct Warning {
  SourcePos pos;
  std::string key;
  std::string message;

  std::string to_string() const;  ///< "file:line:col: key: warning: message"
};

/// Everything of a protocol file: the numbers of a link layer. What the numbers do is
/// rtl/link/PROTOCOL.md; models/protocol/ofl.toml names each of them in a sentence.
///
/// A value is immutable once parsed and complete: no key has a default.
struct Protocol {
  static constexpr auto kTimerRange = range(1u, 0xFFFFFFFFu);

  struct Flit {
    std::uint32_t beat = 0, beats = 0, slot = 0, overhead = 0;
    static constexpr auto params = std::tuple{
        param("beat", &Flit::beat, "B", range(8, 256), "bytes that cross the link in one cycle"),
        param("beats", &Flit::beats, "beats", range(1, 16),
              "beats of a DATA or CTRL flit, and cycles between two slot strobes"),
        param("slot", &Flit::slot, "B", range(4, 16), "grain of packets inside a flit"),
        param("overhead", &Flit::overhead, "B", range(0, 4096),
              "head and tail together: what a flit carries beside payload slots"),
    };
  };
  struct Head {
    BitField seq, first, ep, nak_ep, rec, nak, poll, rtx, type, hcs;
    std::uint32_t first_all = 0, rec_none = 0, data = 0, ctrl = 0, boot = 0;
    static constexpr std::array fields{
        field("seq", &Head::seq, "DATA: own number; CTRL: number of the next DATA to leave"),
        field("first", &Head::first, "payload slots that belong to the continued packet"),
        field("ep", &Head::ep, "sender's epoch"),
        field("nak_ep", &Head::nak_ep, "epoch the nak refers to"),
        field("rec", &Head::rec, "VC whose credit limit is in the tail"),
        field("nak", &Head::nak, "the sender misses a flit"),
        field("poll", &Head::poll, "the sender asks for the full state"),
        field("rtx", &Head::rtx, "this flit was sent before"),
        field("type", &Head::type, "one-hot flit type"),
        field("hcs", &Head::hcs, "head check sequence over all bits below it"),
    };
    static constexpr auto params = std::tuple{
        param("first_all", &Head::first_all, "code", "first: all payload slots, and maybe more"),
        param("rec_none", &Head::rec_none, "code", "rec: no record in this tail"),
        param("data", &Head::data, "code", "type of a numbered flit"),
        param("ctrl", &Head::ctrl, "code",
              "type of an unnumbered flit with the full control state"),
        param("boot", &Head::boot, "code", "type of a one-beat bring-up flit"),
    };
  };
  struct Tail {
    BitField ack, cnt, psn, crc;
    static constexpr std::array fields{
        field("ack", &Tail::ack, "number of the DATA flit expected next"),
        field("cnt", &Tail::cnt, "credit limit of VC rec"),
        field("psn", &Tail::psn, "the packet continued into this flit is poisoned"),
        field("crc", &Tail::crc, "CRC over every byte of the flit before it"),
    };
  };
  /// Payload of a CTRL flit. `limits` is the place of VC 0's; the others follow `limit` bits apart.
  struct Ctrl {
    BitField limits, shared, txn_seen, segment;
    std::uint32_t limit = 0;
    static constexpr std::array fields{
        field("limits", &Ctrl::limits, "first of the slots with credit limits"),
        field("shared", &Ctrl::shared, "limit of the shared pool"),
        field("txn_seen", &Ctrl::txn_seen, "last transmission seen (selective replay)"),
        field("segment", &Ctrl::segment, "segment of the bitmap (selective replay)"),
    };
    static constexpr auto params = std::tuple{
        param("limit", &Ctrl::limit, "bits", range(1, 64), "bits from one limit to the next"),
    };
  };
  struct PacketHeader {
    BitField kind, vc, len, dpoison, pool, dst, hck;
    static constexpr std::array fields{
        field("kind", &PacketHeader::kind, "kind of packet; 0 is a NOP slot"),
        field("vc", &PacketHeader::vc, "virtual channel"),
        field("len", &PacketHeader::len, "slots of the packet, header included"),
        field("dpoison", &PacketHeader::dpoison, "data known to be bad at the start"),
        field("pool", &PacketHeader::pool, "credit pool"),
        field("dst", &PacketHeader::dst, "destination node"),
        field("hck", &PacketHeader::hck, "header check over all bits below it"),
    };
  };
  struct Packet {
    std::uint32_t max_payload = 0, max_header = 0, hck_poly = 0, test_kind = 0;
    static constexpr auto params = std::tuple{
        param("max_payload", &Packet::max_payload, "B", range(0, 65536),
              "bytes of data in the largest packet"),
        param("max_header", &Packet::max_header, "B", range(1, 256), "bytes of its header"),
        param("hck_poly", &Packet::hck_poly, "polynomial", range(0x101, 0x1FF),
              "header check, a CRC-8, leading term included"),
        param("test_kind", &Packet::test_kind, "code", "kind of the packets of a test stream"),
    };
  };
  /// Fields of a transaction packet's header beside those of PacketHeader; slot 0 is the first.
  struct TxnFields {
    BitField tag, last, type, offset, src, token, bytes, status, notify;
    static constexpr std::array fields{
        field("tag", &TxnFields::tag, "tag of the requester"),
        field("last", &TxnFields::last, "last packet of its transfer"),
        field("type", &TxnFields::type, "what the packet asks or answers"),
        field("offset", &TxnFields::offset, "first byte in the owner's exported memory"),
        field("src", &TxnFields::src, "node the packet comes from"),
        field("token", &TxnFields::token, "right to the range"),
        field("bytes", &TxnFields::bytes, "bytes carried, wanted or acknowledged"),
        field("status", &TxnFields::status, "how the transaction ended"),
        field("notify", &TxnFields::notify, "id to count, in a write with notify"),
    };
  };
  struct TxnTypes {
    std::uint32_t read_request = 0, write_request = 0, write_notify_request = 0;
    std::uint32_t read_response = 0, write_response = 0;
    static constexpr auto params = std::tuple{
        param("read_request", &TxnTypes::read_request, "code", "wants bytes"),
        param("write_request", &TxnTypes::write_request, "code",
              "carries bytes, wants them acknowledged"),
        param("write_notify_request", &TxnTypes::write_notify_request, "code",
              "the same, and the owner counts a notification"),
        param("read_response", &TxnTypes::read_response, "code", "carries the bytes wanted"),
        param("write_response", &TxnTypes::write_response, "code", "the bytes are written, or not"),
    };
  };
  struct TxnStatuses {
    std::uint32_t ok = 0, bad_descriptor = 0, bad_address = 0, bad_length = 0, remote_address = 0;
    std::uint32_t bad_token = 0, no_permission = 0, poisoned = 0, unsupported = 0;
    static constexpr auto params = std::tuple{
        param("ok", &TxnStatuses::ok, "code", "done"),
        param("bad_descriptor", &TxnStatuses::bad_descriptor, "code",
              "the requester refused the descriptor"),
        param("bad_address", &TxnStatuses::bad_address, "code", "no such memory at the requester"),
        param("bad_length", &TxnStatuses::bad_length, "code", "the requester refused the length"),
        param("remote_address", &TxnStatuses::remote_address, "code",
              "the owner exports no such range"),
        param("bad_token", &TxnStatuses::bad_token, "code",
              "the range is exported under another token"),
        param("no_permission", &TxnStatuses::no_permission, "code",
              "the range is not exported for this"),
        param("poisoned", &TxnStatuses::poisoned, "code", "the data was known to be bad"),
        param("unsupported", &TxnStatuses::unsupported, "code", "the owner does not do this"),
    };
  };
  /// Packets in which nodes read and write each other's memory; rtl/link/PROTOCOL.md, chapter 8.
  struct Transactions {
    std::uint32_t kind = 0, request_vc = 0, response_vc = 0;
    TxnFields fields;
    TxnTypes types;
    TxnStatuses statuses;
    static constexpr auto params = std::tuple{
        param("kind", &Transactions::kind, "code", "kind of their packets"),
        param("request_vc", &Transactions::request_vc, "VC", range(0, 15), "VC of requests"),
        param("response_vc", &Transactions::response_vc, "VC", range(0, 15), "VC of responses"),
    };
  };
  struct Sequence {
    ReplayScheme scheme = ReplayScheme::kGoBackN;
    std::uint32_t width = 0, epoch_width = 0, window = 0;
    static constexpr auto params = std::tuple{
        param("scheme", &Sequence::scheme, one_of(kReplaySchemeNames),
              "how lost flits are repeated"),
        param("width", &Sequence::width, "bits", range(2, 16),
              "bits of a sequence number that count"),
        param("epoch_width", &Sequence::epoch_width, "bits", range(1, 8), "bits of an epoch"),
        param("window", &Sequence::window, "flits", range(1, 32768),
              "DATA flits that may wait for an ack, and the replay buffer's depth"),
    };
  };
  struct Credits {
    std::uint32_t unit = 0, width = 0, rx_units = 0, skid = 0;
    static constexpr auto params = std::tuple{
        param("unit", &Credits::unit, "B", range(16, 256), "receive buffer counted by one credit"),
        param("width", &Credits::width, "bits", range(2, 16), "bits of an absolute credit limit"),
        param("rx_units", &Credits::rx_units, "units", range(1, 65535),
              "receive buffer per VC at reset"),
        param("skid", &Credits::skid, "slots", range(1, 4096),
              "slots a VC may hand to the transmitter ahead of its flits"),
    };
  };
  struct Timers {
    std::uint32_t timer_class = 0;
    std::uint32_t ack_n = 0, ack_t = 0, ret_n = 0, ret_t = 0, stall_t = 0, replay_t = 0;
    std::uint32_t replay_num = 0, retrain_num = 0;
    std::uint32_t boot_t = 0, train_t = 0, retrain_t = 0, hrst_t = 0;
    static constexpr auto params = std::tuple{
        param("class", &Timers::timer_class, "id", range(0, 255),
              "timer values both ends agree on"),
        param("ack_n", &Timers::ack_n, "flits", range(1, 32768),
              "flits accepted before an ack is due"),
        param("ack_t", &Timers::ack_t, "cycles", kTimerRange, "time before an ack is due"),
        param("ret_n", &Timers::ret_n, "units", range(1, 65535),
              "units freed before a credit update is due"),
        param("ret_t", &Timers::ret_t, "cycles", kTimerRange, "time before a credit update is due"),
        param("stall_t", &Timers::stall_t, "cycles", kTimerRange,
              "time a packet waits for credit before a poll"),
        param("replay_t", &Timers::replay_t, "cycles", kTimerRange,
              "time without ack progress before a replay"),
        param("replay_num", &Timers::replay_num, "replays", range(1, 65535),
              "replays without ack progress before a retrain"),
        param("retrain_num", &Timers::retrain_num, "retrains", range(1, 65535),
              "retrains without ack progress before the link is down"),
        param("boot_t", &Timers::boot_t, "cycles", kTimerRange, "time between two BOOT flits"),
        param("train_t", &Timers::train_t, "cycles", kTimerRange, "time the PHY gets to train"),
        param("retrain_t", &Timers::retrain_t, "cycles", kTimerRange,
              "time the PHY gets to train again"),
        param("hrst_t", &Timers::hrst_t, "cycles", kTimerRange, "time of hot reset"),
    };
  };
  /// BOOT flits: op and seen are in the head, the rest in payload slots. `limits` as in Ctrl.
  struct Boot {
    BitField op, seen, hash, beats, seq_width, scheme, vcs, unit, slot, crc, fec, timer_class;
    BitField version, window, reason, param_session, session, exp, limits;
    std::uint32_t param_op = 0, cinit = 0, retrain = 0, resync = 0, hrst = 0;
    static constexpr std::array head_fields{
        field("op", &Boot::op, "operation"),
        field("seen", &Boot::seen, "a good flit of this phase, or a later one, came from the peer"),
    };
    static constexpr std::array fields{
        field("hash", &Boot::hash, "PARAM: hash of the must-match fields"),
        field("beats", &Boot::beats, "PARAM: beats of a flit"),
        field("seq_width", &Boot::seq_width, "PARAM: bits of a sequence number"),
        field("scheme", &Boot::scheme, "PARAM: 1 = go-back-N, 2 = selective"),
        field("vcs", &Boot::vcs, "PARAM: virtual channels"),
        field("unit", &Boot::unit, "PARAM: credit unit in bytes"),
        field("slot", &Boot::slot, "PARAM: slot size in bytes"),
        field("crc", &Boot::crc, "PARAM: CRC id"),
        field("fec", &Boot::fec, "PARAM: FEC id"),
        field("timer_class", &Boot::timer_class, "PARAM: timer class"),
        field("version", &Boot::version, "PARAM: protocol version"),
        field("window", &Boot::window, "PARAM: replay window, may differ"),
        field("reason", &Boot::reason, "PARAM: 1 + index of the first field that differs"),
        field("param_session", &Boot::param_session, "PARAM: session of the sender"),
        field("session", &Boot::session, "CINIT, RETRAIN, RESYNC: session of the sender"),
        field("exp", &Boot::exp, "RESYNC: number of the DATA flit expected next"),
        field("limits", &Boot::limits, "CINIT, RESYNC: first of the slots with credit limits"),
    };
    static constexpr auto params = std::tuple{
        param("param", &Boot::param_op, "code", "operation: what this end is"),
        param("cinit", &Boot::cinit, "code", "operation: initial credit limits"),
        param("retrain", &Boot::retrain, "code", "operation: retrain has begun"),
        param("resync", &Boot::resync, "code", "operation: where to go on after a retrain"),
        param("hrst", &Boot::hrst, "code", "operation: hot reset"),
    };
  };
  struct Timing {
    std::uint32_t txp = 0, rxp = 0;
    static constexpr auto params = std::tuple{
        param("txp", &Timing::txp, "cycles", range(1, 256),
              "slot strobe sampled to first beat out"),
        param("rxp", &Timing::rxp, "cycles", range(1, 256),
              "beat sampled to beat handed to the host"),
    };
  };

  std::string name;
  std::uint32_t version = 0;
  Flit flit;
  Head head;
  Tail tail;
  Ctrl ctrl;
  PacketHeader packet_header;
  Packet packet;
  Transactions transactions;
  std::uint32_t crc_id = 0;
  CrcParams crc;
  CrcParams hcs;
  std::uint32_t fec_id = 0;
  Sequence sequence;
  std::uint32_t vcs = 0;  ///< virtual channels
  Credits credits;
  Timers timers;
  Boot boot;
  Timing timing;

  std::vector<Warning> warnings;       ///< what parse() did not like but let pass
  SourcePos replay_t_pos, window_pos;  ///< for messages that need a round trip

  std::uint32_t flit_bytes() const { return flit.beat * flit.beats; }
  std::uint32_t slots_per_beat() const { return flit.beat / flit.slot; }
  std::uint32_t flit_slots() const { return slots_per_beat() * flit.beats; }
  /// Payload slots of a DATA flit.
  std::uint32_t data_slots() const { return (flit_bytes() - flit.overhead) / flit.slot; }
  std::uint32_t unit_slots() const { return credits.unit / flit.slot; }
  std::uint32_t max_packet_slots() const;
  /// Credit units of a packet of `slots` slots.
  std::uint32_t units(std::uint32_t slots) const {
    return (slots + unit_slots() - 1) / unit_slots();
  }
  std::uint32_t seq_mask() const { return (1u << sequence.width) - 1; }
  std::uint32_t credit_mask() const { return (1u << credits.width) - 1; }
  std::uint32_t epoch_mask() const { return (1u << sequence.epoch_width) - 1; }

  /// Hash of everything both ends must agree on: FNV-1a, 64 bits, over the lines "Name=decimal\n"
  /// of the constants() marked must_match, in their order.
  std::uint64_t hash() const;

  /// Reads and checks a protocol file. Throws InputError for what is missing, unknown, out of range
  /// or contradictory, and for what the link of this version cannot do ("not built yet").
  static Protocol parse(std::string_view text, const std::string& file);
  /// The same for a protocol that need not be built: for arithmetic on what might be.
  static Protocol parse_any(std::string_view text, const std::string& file);
};

/// One number of a protocol as the RTL, registers and pages name it.
struct ProtocolConstant {
  std::string group;  ///< "Flit", "Head", ...
  std::string name;   ///< "SeqW"
  unsigned bits = 0;  ///< width of a bit vector; 0 for a plain number
  std::uint64_t value = 0;
  std::string sentence;  ///< what it is
  bool must_match = false;
};

/// All numbers of a protocol, in the order of the package.
std::vector<ProtocolConstant> constants(const Protocol& protocol);

/// Value of one of constants() or "ProtoHash"; throws std::out_of_range for any other name.
std::uint64_t constant(const Protocol& protocol, std::string_view name);

/// Cycles from launching a flit to knowing it acknowledged when the reverse direction is busy:
/// 2 D + 2 (TXP + RXP) + (N - 1) + N + N + ack_delay, where D is the flight from pin to pin, N - 1
/// the flit's own length, one N the wait for a reverse flit to end and one for its own length.
std::uint64_t round_trip_cycles(const Protocol& protocol, std::uint64_t flight_cycles,
                                std::uint64_t ack_delay_cycles = 0);

/// What a protocol is worth on a link with this round trip. Throws InputError when the replay
/// timer would fire without a loss (REPLAY_T <= R + ACK_T + 2 N); warns when the replay window
/// is shorter than the round trip, with the throughput that is left.
std::vector<Warning> check_against_round_trip(const Protocol& protocol,
                                              std::uint64_t round_trip_cycles);

/// Payload bytes per byte on the wire for a saturated stream of packets of this size.
double efficiency(const Protocol& protocol, unsigned payload_bytes, unsigned header_bytes);

}  // namespace weft
