// SPDX-License-Identifier: Apache-2.0
// Every way a protocol file can be wrong, and what the user is told.
#include <gtest/gtest.h>

#include "models/protocol/protocol.h"
#include "tests/unit/protocol_text.h"
#include "tests/unit/refusal.h"

namespace weft {
namespace {

struct Case {
  const char* name;
  const char* section;
  const char* key;
  const char* value;
  const char* said;  ///< part of the message
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

class ProtocolCheck : public testing::TestWithParam<Case> {};

TEST_P(ProtocolCheck, Refuses) {
  const Case& c = GetParam();
  const std::string text = ofl_with(c.section, c.key, c.value);
  const std::string what = refusal([&] { Protocol::parse(text, "bad.toml"); });
  EXPECT_NE(what.find(c.said), std::string::npos) << what;
  EXPECT_EQ(what.find("bad.toml:"), 0u) << what;
}

INSTANTIATE_TEST_SUITE_P(
    Flit, ProtocolCheck,
    testing::Values(
        Case{"Overhead", "flit", "overhead", "\"256B\"",
             "flit.overhead: a flit of 256 bytes cannot hold its overhead of 256 bytes"},
        Case{"OverheadNotTwoSlots", "flit", "overhead", "\"20B\"",
             "head and tail are one slot each"},
        Case{"SlotAcrossBeats", "flit", "slot", "\"12B\"", "no whole number of slots of 12 bytes"},
        Case{"BeatTooShort", "flit", "beat", "\"16B\"",
             "a beat of 2 slots cannot hold a BOOT flit"},
        Case{"OutOfRange", "flit", "beats", "17", "flit.beats"},
        Case{"WrongUnit", "flit", "beat", "\"64ns\"", "flit.beat"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Fields, ProtocolCheck,
    testing::Values(
        Case{"HeadOverlap", "head", "first", "\"23:15\"", "head.first: overlaps head.seq"},
        Case{"HeadExceeds", "head", "hcs", "\"64:49\"",
             "head.hcs: bits \"64:49\" are not inside 63:0"},
        Case{"Reversed", "head", "rec", "\"36:40\"", "bits \"36:40\" are not inside 63:0"},
        Case{"NoNumber", "head", "nak", "\"x\"", "bits \"x\" are not inside 63:0"},
        Case{"HcsWidth", "head", "hcs", "\"62:48\"", "the field has 15 bits, hcs.width says 16"},
        Case{"HcsNotOnTop", "head", "hcs", "\"44:29\"", "head.hcs"},
        Case{"CrcWidth", "tail", "crc", "\"63:40\"", "the field has 24 bits, crc.width says 32"},
        Case{"TailOverlap", "tail", "psn", "\"30\"", "tail.psn: overlaps tail.cnt"},
        Case{"PacketOverlap", "packet_header", "dst", "\"34:18\"",
             "packet_header.dst: overlaps packet_header.pool"},
        Case{"HckWidth", "packet_header", "hck", "\"43:35\"", "the header check is a CRC-8"},
        Case{"BootOverlap", "boot.fields", "vcs", "\"slot2[31:23]\"",
             "overlaps boot.fields.scheme"},
        Case{"BootSlot", "boot.fields", "reason", "\"slot7[15:0]\"",
             "slot 7 is no payload slot: they are 1 to 6"},
        Case{"BootSlotZero", "boot.fields", "reason", "\"slot0[15:0]\"",
             "slot 0 is no payload slot"},
        Case{"BootText", "boot.fields", "reason", "\"slot2[15]x\"", "is no place in a slot"},
        Case{"BootNoBits", "boot.fields", "reason", "\"slot6\"", "the field has no bits"},
        Case{"BootLimitsOverlap", "boot.fields", "limits", "\"slot1\"",
             "boot.fields.limits: overlaps"},
        Case{"BootHash", "boot.fields", "hash", "\"slot1[31:0]\"", "the hash has 64 bits"},
        Case{"BootSmall", "boot.fields", "unit", "\"slot2[37:32]\"",
             "credits.unit: 64 does not fit boot.fields.unit (6 bits)"},
        Case{"OpOutsideSeq", "boot", "op", "\"19:16\"", "boot.op: lies outside head.seq"},
        Case{"SeenOverlap", "boot", "seen", "\"3\"", "boot.seen: overlaps boot.op"},
        Case{"CtrlOverlap", "ctrl", "shared", "\"slot1[15:0]\"",
             "ctrl.limits: overlaps ctrl.shared"},
        Case{"CtrlNarrow", "ctrl", "limit", "14", "14 bits do not hold a limit of 15 bits"},
        Case{"EpochField", "head", "ep", "\"24\"",
             "head.ep: the field has 1 bits, sequence.epoch_width says 2"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Codes, ProtocolCheck,
    testing::Values(
        Case{"FirstAllIsACount", "head.values", "first_all", "30", "30 is also a number of slots"},
        Case{"FirstAllTooBig", "head.values", "first_all", "256",
             "256 does not fit head.first (8 bits)"},
        Case{"RecNoneIsAVc", "head.values", "rec_none", "3", "3 is also a VC"},
        Case{"TypeNotOneHot", "head.values", "boot", "3", "type 3 is not one-hot"},
        Case{"TypeTwice", "head.values", "boot", "2", "is the same as head.values.ctrl"},
        Case{"OpTwice", "boot.values", "hrst", "1", "is the same as boot.values.param"},
        Case{"OpZero", "boot.values", "hrst", "0", "operation 0 is none"},
        Case{"OpTooBig", "boot.values", "hrst", "16", "16 does not fit boot.op (4 bits)"},
        Case{"Schema", "", "schema", "2", "schema 2 is not known"},
        Case{"Version", "", "version", "0", "version"},
        Case{"Scheme", "sequence", "scheme", "\"go_back\"", "go_back_n"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Transactions, ProtocolCheck,
    testing::Values(
        Case{"KindIsNop", "transactions", "kind", "0", "transactions.kind: kind 0 is a NOP slot"},
        Case{"KindTooBig", "transactions", "kind", "8",
             "8 does not fit packet_header.kind (3 bits)"},
        Case{"KindOfTheTestStream", "transactions", "kind", "7", "is the same as packet.test_kind"},
        Case{"TestKindIsNop", "packet", "test_kind", "0", "packet.test_kind: kind 0 is a NOP slot"},
        Case{"NoSuchVc", "transactions", "response_vc", "4",
             "transactions.response_vc: there is no VC 4, vcs.count says 4"},
        Case{"OneVc", "transactions", "response_vc", "0",
             "responses that wait behind requests can deadlock"},
        Case{"OverlapsTheHeader", "transactions.fields", "tag", "\"slot0[57:42]\"",
             "transactions.fields.tag: overlaps packet_header.hck"},
        Case{"OverlapsAField", "transactions.fields", "notify", "\"slot2[56:51]\"",
             "transactions.fields.notify: overlaps transactions.fields.status"},
        Case{"OutsideTheHeader", "transactions.fields", "token", "\"slot3[31:0]\"",
             "slot 3 is outside a header of 3 slots"},
        Case{"NoBits", "transactions.fields", "token", "\"slot2\"", "the field has no bits"},
        Case{"BytesTooNarrow", "transactions.fields", "bytes", "\"slot2[43:32]\"",
             "packet.max_payload: 4096 does not fit transactions.fields.bytes (12 bits)"},
        Case{"SrcUnlikeDst", "transactions.fields", "src", "\"slot1[62:48]\"",
             "the field has 15 bits, packet_header.dst has 16"},
        Case{"TypeTwice", "transactions.types", "write_response", "4",
             "transactions.types.write_response: is the same as transactions.types.read_response"},
        Case{"TypeTooBig", "transactions.types", "write_response", "16",
             "16 does not fit transactions.fields.type (4 bits)"},
        Case{"StatusTwice", "transactions.statuses", "poisoned", "0",
             "is the same as transactions.statuses.ok"},
        Case{"StatusTooBig", "transactions.statuses", "poisoned", "64",
             "64 does not fit transactions.fields.status (6 bits)"},
        Case{"NoPayload", "packet", "max_payload", "\"0B\"",
             "a transaction is of one byte at least"},
        Case{"HeaderNotBuilt", "packet", "max_header", "\"32B\"",
             "packet.max_header: headers of 32 bytes: not built yet"},
        Case{"TokenNotBuilt", "transactions.fields", "token", "\"slot2[30:0]\"",
             "transactions.fields.token: 31 bits of token: not built yet"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Sequence, ProtocolCheck,
    testing::Values(
        Case{"WindowTooLarge", "sequence", "width", "8",
             "sequence.window: a window of 256 flits needs more than 8-bit sequence numbers: at "
             "most 128"},
        Case{"WindowNotPowerOfTwo", "sequence", "window", "200", "200 is no power of two"},
        Case{"SeqField", "head", "seq", "\"8:0\"", "1023 does not fit head.seq (9 bits)"},
        Case{"AckField", "tail", "ack", "\"8:0\"", "1023 does not fit tail.ack (9 bits)"},
        Case{"AckNStarves", "timers", "ack_n", "65",
             "timers.ack_n: an ack every 65 flits starves a window of 256 flits"},
        Case{"TimerZero", "timers", "boot_t", "\"0cycles\"", "timers.boot_t"},
        Case{"TimerUnit", "timers", "boot_t", "\"64ns\"", "timers.boot_t"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Credits, ProtocolCheck,
    testing::Values(Case{"PacketLargerThanBuffer", "credits", "rx_units", "64",
                         "credits.rx_units: a packet of 65 units never fits a buffer of 64 units"},
                    Case{"BufferTooLarge", "credits", "rx_units", "16385", "at most 16384 units"},
                    Case{"UnitNotSlots", "credits", "unit", "\"60B\"",
                         "a unit of 60 bytes is no whole number of slots"},
                    Case{"LimitField", "tail", "cnt", "\"29:16\"",
                         "32767 does not fit tail.cnt (14 bits)"},
                    Case{"PacketLen", "packet", "max_payload", "\"16KiB\"",
                         "2051 does not fit packet_header.len (10 bits)"},
                    Case{"Skid", "credits", "skid", "29",
                         "a skid of 29 slots cannot fill a flit of 30 payload slots"},
                    Case{"VcField", "packet_header", "vc", "\"3\"",
                         "3 does not fit packet_header.vc (1 bits)"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Checks, ProtocolCheck,
    testing::Values(
        Case{"PolynomialWidth", "crc", "poly", "0x15D6DCB",
             "crc.poly: the polynomial has degree 24, crc.width says 32"},
        Case{"PolynomialWithoutLeadingTerm", "crc", "poly", "0x1EDC6F41",
             "the polynomial has degree 28"},
        Case{"NoConstantTerm", "crc", "poly", "0x11EDC6F40", "the polynomial has no constant term"},
        Case{"Distance", "crc", "poly", "0x100000001",
             "the CRC has Hamming distance 2 over a flit of 2048 bits"},
        Case{"HcsDistance", "hcs", "poly", "0x10001",
             "the head check has Hamming distance 2 over a head"},
        Case{"Init", "hcs", "init", "0x10000", "hcs.init: value does not fit 16 bits"},
        Case{"Hck", "packet", "hck_poly", "0x106", "the polynomial has no constant term"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    NotBuilt, ProtocolCheck,
    testing::Values(
        Case{"Beats", "flit", "beats", "2", "flit.beats: flits of 2 beats: not built yet"},
        Case{"Selective", "sequence", "scheme", "\"selective\"", "selective replay: not built yet"},
        Case{"Crc", "crc", "poly", "0x1741B8CD7",
             "a CRC other than CRC-32C (0x741B8CD7, id 1): not built yet"},
        Case{"CrcId", "crc", "id", "2", "(0x1EDC6F41, id 2): not built yet"},
        Case{"CrcNotReflected", "crc", "reflect", "false", "not built yet"},
        Case{"CrcInit", "crc", "init", "0", "not built yet"},
        Case{"Hcs", "hcs", "poly", "0x11021",
             "a head check other than CRC-16 0x3D65 (0x1021): not built yet"},
        Case{"Vcs", "vcs", "count", "2", "vcs.count: 2 virtual channels: not built yet"},
        Case{"CreditWidth", "credits", "width", "14", "credit limits of 14 bits: not built yet"}),
    name_of);

TEST(ProtocolWarnings, NameAWeakCrc) {
  const Protocol p = Protocol::parse_any(ofl_with("crc", "poly", "0x104C11DB7"), "weak.toml");
  ASSERT_EQ(p.warnings.size(), 1u);
  EXPECT_NE(p.warnings[0].to_string().find("crc.poly: warning: the CRC has Hamming distance 5 or "
                                           "more over a flit of 2048 bits, not 6"),
            std::string::npos)
      << p.warnings[0].to_string();
  EXPECT_EQ(p.warnings[0].to_string().find("weak.toml:"), 0u);
}

// Every key with values nobody meant: a refusal or a protocol, nothing else.
TEST(ProtocolCheckOfEveryKey, LetsNothingButInputErrorEscape) {
  const std::string text = ofl_text();
  unsigned read = 0, refused = 0;
  for (std::size_t start = 0; start < text.size(); start = text.find('\n', start) + 1) {
    const std::size_t end = text.find('\n', start);
    const std::size_t equals = text.find('=', start);
    if (equals > end || text[start] == '#') continue;
    for (const char* value : {"0",
                              "1",
                              "-1",
                              "7",
                              "16",
                              "64",
                              "255",
                              "4294967295",
                              "9223372036854775807",
                              "\"\"",
                              "\"0\"",
                              "\"63:0\"",
                              "\"63\"",
                              "\"slot1\"",
                              "\"slot127[63:0]\"",
                              "\"slot6[0]\"",
                              "\"1B\"",
                              "\"256B\"",
                              "\"64KiB\"",
                              "\"4294967295cycles\"",
                              "true",
                              "[]",
                              "1.5"}) {
      const std::string changed =
          text.substr(0, equals) + "= " + value + "\n" + text.substr(end + 1);
      try {
        Protocol::parse_any(changed, "x");
        ++read;
      } catch (const InputError&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(read, 100u);
  EXPECT_GT(refused, 1000u);
}

TEST(ProtocolCheckWithoutAFlit, ALongOneIsRefusedBeforeItsDistanceIsSought) {
  std::string text = ofl_with("flit", "beat", "\"128B\"");
  text = with(text, "flit", "beats", "9");
  const std::string what = refusal([&] { Protocol::parse_any(text, "x"); });
  EXPECT_NE(what.find("a flit of 1152 bytes is longer than 1024 bytes"), std::string::npos) << what;
}

}  // namespace
}  // namespace weft
