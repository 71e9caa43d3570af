// SPDX-License-Identifier: Apache-2.0
#include "models/fabric/transaction.h"

#include <gtest/gtest.h>
// The order matters to RapidCheck.
#include <rapidcheck/gtest.h>

#include <vector>

#include "models/protocol/crc.h"
#include "tests/unit/protocol_text.h"

namespace weft {
namespace {

Protocol ofl() { return Protocol::parse(ofl_text(), "ofl.toml"); }

TxnHeader a_write() {
  return {.type = TxnType::kWriteNotifyRequest,
          .vc = 0,
          .dst = 0xBEEF,
          .src = 0x1234,
          .tag = 0xA5C3,
          .offset = 0x123456789ABC,
          .bytes = 4096,
          .token = 0xFACEB00C,
          .status = TxnStatus::kOk,
          .notify = 63,
          .last = true,
          .poison = true};
}

std::vector<std::uint64_t> packet_of(const TxnFormat& format, const TxnHeader& header) {
  std::vector<std::uint64_t> slots(format.slots(header));
  format.encode(header, slots);
  return slots;
}

// Positions as PROTOCOL.md, chapters 4 and 8, has them, written out once more by hand.
TEST(TxnFormat, PutsEveryFieldWhereTheStandardHasIt) {
  const TxnFormat format(ofl());
  const std::vector<std::uint64_t> slots = packet_of(format, a_write());
  ASSERT_EQ(slots.size(), 515u);
  const std::uint64_t low = 1u | 515u << 7 | 1u << 17 | std::uint64_t{0xBEEF} << 19;
  EXPECT_EQ(slots[0] & ((std::uint64_t{1} << 35) - 1), low);
  EXPECT_EQ(slots[0] >> 43 & 0xFFFF, 0xA5C3u);
  EXPECT_EQ(slots[0] >> 59 & 1, 1u);
  EXPECT_EQ(slots[0] >> 60, 3u);
  EXPECT_EQ(slots[1], std::uint64_t{0x1234} << 48 | 0x123456789ABC);
  EXPECT_EQ(slots[2],
            std::uint64_t{0xFACEB00C} | std::uint64_t{4096} << 32 | std::uint64_t{63} << 52);
  // The check by definition: bits 34:0 after five zero bits, most significant first.
  std::vector<std::uint8_t> bytes;
  for (unsigned lsb = 40; lsb != 0; lsb -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(low >> (lsb - 8)));
  }
  EXPECT_EQ(slots[0] >> 35 & 0xFF, crc_bit_serial({8, 0x07, false, 0, 0}, 0, bytes));
}

TEST(TxnFormat, LetsASwitchReadTheFirstSlotAlone) {
  const TxnFormat format(ofl());
  const std::vector<std::uint64_t> slots = packet_of(format, a_write());
  EXPECT_EQ(format.dst(slots[0]), 0xBEEFu);
  EXPECT_TRUE(format.check(slots[0]));
  EXPECT_FALSE(format.check(slots[0] ^ std::uint64_t{1} << 20));
}

TEST(TxnFormat, KnowsVcAndLengthOfEveryType) {
  const TxnFormat format(ofl());
  EXPECT_EQ(format.max_payload(), 4096u);
  for (const TxnType type :
       {TxnType::kReadRequest, TxnType::kWriteRequest, TxnType::kWriteNotifyRequest}) {
    EXPECT_EQ(format.vc_of(type), 0u);
  }
  EXPECT_EQ(format.vc_of(TxnType::kReadResponse), 1u);
  EXPECT_EQ(format.vc_of(TxnType::kWriteResponse), 1u);
  EXPECT_EQ(format.slots(TxnType::kReadRequest, 4096), 3u);
  EXPECT_EQ(format.slots(TxnType::kWriteResponse, 4096), 3u);
  EXPECT_EQ(format.slots(TxnType::kWriteRequest, 1), 4u);
  EXPECT_EQ(format.slots(TxnType::kWriteNotifyRequest, 8), 4u);
  EXPECT_EQ(format.slots(TxnType::kReadResponse, 9), 5u);
  TxnHeader response{.type = TxnType::kReadResponse, .bytes = 4096};
  EXPECT_EQ(format.slots(response), 515u);
  response.status = TxnStatus::kBadToken;
  EXPECT_EQ(format.slots(response), 3u);
}

rc::Gen<TxnHeader> any_header(std::uint32_t max_payload) {
  return rc::gen::exec([max_payload] {
    TxnHeader header;
    header.type = static_cast<TxnType>(*rc::gen::inRange(1, 6));
    header.vc = static_cast<std::uint8_t>(*rc::gen::inRange(0, 16));
    header.dst = *rc::gen::arbitrary<std::uint16_t>();
    header.src = *rc::gen::arbitrary<std::uint16_t>();
    header.tag = *rc::gen::arbitrary<std::uint16_t>();
    header.offset = *rc::gen::arbitrary<std::uint64_t>() & FabricAddress::kOffsetMask;
    header.bytes = *rc::gen::inRange<std::uint32_t>(1, max_payload + 1);
    header.token = *rc::gen::arbitrary<std::uint32_t>();
    header.status = static_cast<TxnStatus>(*rc::gen::inRange(0, 9));
    header.notify = static_cast<std::uint8_t>(*rc::gen::inRange(0, 64));
    header.last = *rc::gen::arbitrary<bool>();
    header.poison = *rc::gen::arbitrary<bool>();
    return header;
  });
}

TEST(TxnFormat, ReadsWhatItWrote) {
  const TxnFormat format(ofl());
  EXPECT_TRUE(rc::check("round trip", [&] {
    const TxnHeader header = *any_header(format.max_payload());
    TxnHeader read;
    RC_ASSERT(format.decode(packet_of(format, header), read));
    RC_ASSERT(read == header);
  }));
}

// Every place and code is the protocol file's.
TEST(TxnFormat, FollowsTheProtocol) {
  std::string text = ofl_with("transactions.fields", "tag", "\"slot2[45:30]\"");
  text = with(text, "transactions.fields", "token", "\"slot0[63:43]\"");
  EXPECT_THROW(Protocol::parse(text, "x"), InputError);  // 21 bits of token are not built
  text = with(text, "transactions.fields", "token", "\"slot2[63:32]\"");
  text = with(text, "transactions.fields", "tag", "\"slot2[31:16]\"");
  text = with(text, "transactions.fields", "bytes", "\"slot0[56:43]\"");
  text = with(text, "transactions.fields", "last", "\"slot2[0]\"");
  text = with(text, "transactions.fields", "type", "\"slot0[60:57]\"");
  text = with(text, "transactions.fields", "status", "\"slot2[6:1]\"");
  text = with(text, "transactions.fields", "notify", "\"slot2[12:7]\"");
  text = with(text, "transactions.types", "write_notify_request", "9");
  text = with(text, "transactions.statuses", "bad_token", "33");
  text = with(text, "transactions", "kind", "5");
  text = with(text, "transactions", "request_vc", "2");
  text = with(text, "packet", "hck_poly", "0x12F");
  const TxnFormat format(Protocol::parse(text, "x"));
  EXPECT_EQ(format.vc_of(TxnType::kReadRequest), 2u);
  TxnHeader header = a_write();
  header.status = TxnStatus::kBadToken;
  const std::vector<std::uint64_t> slots = packet_of(format, header);
  EXPECT_EQ(slots[0] & 7, 5u);
  EXPECT_EQ(slots[0] >> 57, 9u);
  EXPECT_EQ(slots[2] >> 1 & 63, 33u);
  TxnHeader read;
  ASSERT_TRUE(format.decode(slots, read));
  EXPECT_EQ(read, header);
  EXPECT_FALSE(TxnFormat(ofl()).decode(slots, read));
}

TEST(TxnFormat, RefusesOneAndTwoDamagedBitsOfTheCheckedPart) {
  const TxnFormat format(ofl());
  const std::vector<std::uint64_t> good = packet_of(format, a_write());
  TxnHeader read;
  for (unsigned i = 0; i < 43; ++i) {
    std::vector<std::uint64_t> bad = good;
    bad[0] ^= std::uint64_t{1} << i;
    EXPECT_FALSE(format.decode(bad, read)) << i;
    for (unsigned j = 0; j < i; ++j) {
      bad[0] = good[0] ^ std::uint64_t{1} << i ^ std::uint64_t{1} << j;
      EXPECT_FALSE(format.decode(bad, read)) << i << " and " << j;
    }
  }
}

TEST(TxnFormat, RefusesWhatIsNoTransaction) {
  const TxnFormat format(ofl());
  const std::vector<std::uint64_t> good = packet_of(format, a_write());
  TxnHeader read;
  ASSERT_TRUE(format.decode(good, read));
  const std::span<const std::uint64_t> all(good);
  EXPECT_FALSE(format.decode(all.first(514), read)) << "shorter than its len";
  EXPECT_FALSE(format.decode(all.first(2), read));
  EXPECT_FALSE(format.decode({}, read));
  const auto refused = [&](unsigned slot, std::uint64_t mask, std::uint64_t value) {
    std::vector<std::uint64_t> bad = good;
    bad[slot] = (bad[slot] & ~mask) | value;
    TxnHeader out;
    return !format.decode(bad, out);
  };
  constexpr std::uint64_t kType = std::uint64_t{15} << 60;
  constexpr std::uint64_t kBytes = std::uint64_t{0x3FFF} << 32;
  EXPECT_TRUE(refused(0, kType, 0)) << "no type";
  EXPECT_TRUE(refused(0, kType, std::uint64_t{6} << 60)) << "an unknown type";
  EXPECT_TRUE(refused(0, kType, std::uint64_t{5} << 60)) << "a type without data";
  EXPECT_TRUE(refused(2, kBytes, 0)) << "no bytes";
  EXPECT_TRUE(refused(2, kBytes, std::uint64_t{4097} << 32)) << "too many bytes";
  EXPECT_TRUE(refused(2, kBytes, std::uint64_t{4088} << 32)) << "fewer bytes than slots";
  EXPECT_FALSE(refused(2, kBytes, std::uint64_t{4089} << 32)) << "as many bytes as slots";
  EXPECT_TRUE(refused(0, 7, 7)) << "another kind, and its check";
}

TEST(TxnFormat, TakesAnUnknownStatusAsUnsupported) {
  const TxnFormat format(ofl());
  std::vector<std::uint64_t> slots =
      packet_of(format, {.type = TxnType::kWriteResponse, .vc = 1, .bytes = 64});
  slots[2] |= std::uint64_t{42} << 46;
  TxnHeader read;
  ASSERT_TRUE(format.decode(slots, read));
  EXPECT_EQ(read.status, TxnStatus::kUnsupported);
}

TEST(TxnFormat, DoesNotLookAtReservedBits) {
  const TxnFormat format(ofl());
  const TxnHeader header = a_write();
  std::vector<std::uint64_t> slots = packet_of(format, header);
  slots[2] |= std::uint64_t{63} << 58;
  TxnHeader read;
  ASSERT_TRUE(format.decode(slots, read));
  EXPECT_EQ(read, header);
}

TEST(TxnNames, AreThoseOfTheProtocolFile) {
  EXPECT_EQ(to_string(TxnType::kReadRequest), "read_request");
  EXPECT_EQ(to_string(TxnType::kWriteResponse), "write_response");
  EXPECT_EQ(to_string(TxnStatus::kOk), "ok");
  EXPECT_EQ(to_string(TxnStatus::kUnsupported), "unsupported");
  EXPECT_EQ(to_string(static_cast<TxnStatus>(9)), "?");
  EXPECT_EQ(to_string(static_cast<TxnType>(0)), "?");
}

TEST(FabricAddress, HasTheNodeOnTop) {
  const FabricAddress address{0xABCD, 0x123456789ABC};
  EXPECT_EQ(address.pack(), 0xABCD123456789ABCu);
  EXPECT_EQ(FabricAddress::unpack(address.pack()), address);
}

TEST(Cut, MakesFullAlignedPacketsBetweenTheEnds) {
  std::vector<std::uint64_t> pieces;
  for (Cut cut(4000, 8500, 4096); !cut.done(); cut.next()) {
    pieces.insert(pieces.end(), {cut.at(), cut.offset(), cut.bytes(), cut.last()});
  }
  const std::vector<std::uint64_t> wanted{0,    4000,  96,   0,  //
                                          96,   4096,  4096, 0,  //
                                          4192, 8192,  4096, 0,  //
                                          8288, 12288, 212,  1};
  EXPECT_EQ(pieces, wanted);
  EXPECT_TRUE(Cut(7, 0, 4096).done());
}

TEST(Cut, CoversEveryTransferOnceAndCrossesNoBoundary) {
  EXPECT_TRUE(rc::check("cut", [] {
    const auto max = *rc::gen::element(1u, 64u, 100u, 4096u);
    const auto offset = *rc::gen::inRange<std::uint64_t>(0, 20'000);
    const auto bytes = *rc::gen::inRange<std::uint64_t>(0, 40 * max);
    std::uint64_t at = 0, packets = 0;
    for (Cut cut(offset, bytes, max); !cut.done(); cut.next(), ++packets) {
      RC_ASSERT(cut.at() == at);
      RC_ASSERT(cut.offset() == offset + at);
      RC_ASSERT(cut.bytes() >= 1u && cut.bytes() <= max);
      RC_ASSERT(cut.offset() / max == (cut.offset() + cut.bytes() - 1) / max);
      at += cut.bytes();
      RC_ASSERT(cut.last() == (at == bytes));
      RC_ASSERT(cut.last() || (offset + at) % max == 0u);
    }
    RC_ASSERT(at == bytes);
    RC_ASSERT(packets == Cut::packets(offset, bytes, max));
  }));
}

}  // namespace
}  // namespace weft
