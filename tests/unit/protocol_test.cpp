// SPDX-License-Identifier: Apache-2.0
#include "models/protocol/protocol.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol_text.h"
#include "tests/unit/refusal.h"

namespace weft {
namespace {

Protocol ofl() { return Protocol::parse(ofl_text(), "ofl.toml"); }

TEST(Protocol, ReadsTheShippedProtocolWithoutAWarning) {
  const Protocol p = ofl();
  EXPECT_EQ(p.name, "ofl");
  EXPECT_TRUE(p.warnings.empty());
  EXPECT_EQ(p.flit_bytes(), 256u);
  EXPECT_EQ(p.flit_slots(), 32u);
  EXPECT_EQ(p.data_slots(), 30u);
  EXPECT_EQ(p.max_packet_slots(), 515u);
  EXPECT_EQ(p.units(p.max_packet_slots()), 65u);
  EXPECT_EQ(p.units(8), 1u);
  EXPECT_EQ(p.units(9), 2u);
  EXPECT_EQ(p.sequence.window, 256u);
  EXPECT_EQ(p.seq_mask(), 1023u);
  EXPECT_EQ(p.credit_mask(), 0x7FFFu);
  EXPECT_EQ(p.crc.poly, 0x1EDC6F41u);
  EXPECT_EQ(p.timers.train_t, 1562u);
}

TEST(Protocol, PlacesFieldsWhereTheStandardSays) {
  const Protocol p = ofl();
  EXPECT_EQ(p.head.hcs.lsb, 48);
  EXPECT_EQ(p.head.type.get(std::uint64_t{4} << 45), 4u);
  EXPECT_EQ(p.packet_header.len.get(std::uint64_t{514} << 7), 514u);
  EXPECT_EQ(p.packet_header.dst.put(3), std::uint64_t{3} << 19);
  EXPECT_EQ(p.transactions.fields.tag.put(1), std::uint64_t{1} << 43);
  EXPECT_EQ(p.transactions.fields.type.mask(), std::uint64_t{15} << 60);
  EXPECT_EQ(p.transactions.fields.notify.slot, 2);
  EXPECT_EQ(p.boot.exp.slot, 1);
  EXPECT_EQ(p.boot.exp.lsb, 32);
  EXPECT_EQ(p.boot.hash.mask(), ~std::uint64_t{0});
  EXPECT_EQ(p.tail.cnt.set(~std::uint64_t{0}, 5), ~p.tail.cnt.mask() | (5u << 16));
}

TEST(Protocol, NeedsEveryKey) {
  // Drop each line that assigns something, one at a time.
  const std::string text = ofl_text();
  unsigned dropped = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start) + 1;
    const std::string line = text.substr(start, end - start);
    if (line[0] != '#' && line[0] != '[' && line.find('=') != std::string::npos) {
      const std::string less = text.substr(0, start) + text.substr(end);
      EXPECT_NE(refusal([&] { Protocol::parse(less, "x"); }).find("is missing"), std::string::npos)
          << line;
      ++dropped;
    }
    start = end;
  }
  EXPECT_GT(dropped, 90u);
}

TEST(Protocol, RefusesAKeyNobodyReads) {
  const std::string what =
      refusal([] { Protocol::parse(ofl_text() + "rpx = \"2cycles\"\n", "x.toml"); });
  EXPECT_NE(what.find("timing.rpx"), std::string::npos) << what;
  EXPECT_NE(what.find("did you mean"), std::string::npos) << what;
}

TEST(ProtocolHash, ChangesWithWhatMustMatchOnly) {
  const std::uint64_t hash = ofl().hash();
  const auto hash_with = [](const char* section, const char* key, const char* value) {
    return Protocol::parse_any(ofl_with(section, key, value), "x").hash();
  };
  EXPECT_EQ(hash_with("sequence", "window", "128"), hash);
  EXPECT_EQ(hash_with("timers", "replay_t", "\"4096cycles\""), hash);
  EXPECT_EQ(hash_with("credits", "rx_units", "2048"), hash);
  EXPECT_EQ(hash_with("timing", "rxp", "\"3cycles\""), hash);
  EXPECT_NE(hash_with("sequence", "width", "11"), hash);
  EXPECT_NE(hash_with("credits", "unit", "\"32B\""), hash);
  EXPECT_NE(hash_with("packet", "max_payload", "\"2KiB\""), hash);
  EXPECT_NE(hash_with("packet_header", "vc", "\"5:3\""), hash);
  EXPECT_NE(hash_with("transactions.fields", "status", "\"slot2[50:46]\""), hash);
  EXPECT_NE(hash_with("transactions.types", "write_response", "6"), hash);
  EXPECT_EQ(hash_with("packet", "test_kind", "6"), hash);
  EXPECT_NE(hash_with("boot.values", "hrst", "6"), hash);
  EXPECT_NE(hash_with("", "version", "2"), hash);
}

TEST(ProtocolConstants, AreFoundByName) {
  const Protocol p = ofl();
  EXPECT_EQ(constant(p, "DataSlots"), 30u);
  EXPECT_EQ(constant(p, "HeadRecLsb"), 36u);
  EXPECT_EQ(constant(p, "ReplayT"), 2048u);
  EXPECT_EQ(constant(p, "ProtoHash"), p.hash());
  EXPECT_THROW(constant(p, "Nothing"), std::out_of_range);
}

// One flit length of 64, 128, 256 and 640 bytes: bytes of a write with a 16-byte header.
TEST(Efficiency, IsThatOfTheFlitSize) {
  struct Row {
    const char* beats;
    double of_8, of_64, of_256, of_512, of_4096;
  };
  for (const Row& row :
       {Row{"1", .250, .600, .706, .727, .747}, Row{"2", .292, .700, .824, .848, .872},
        Row{"4", .3125, .750, .882, .909, .934}, Row{"10", .325, .780, .918, .945, .971}}) {
    const Protocol p = Protocol::parse_any(
        with(ofl_with("flit", "beats", row.beats), "credits", "skid", "128"), "x");
    EXPECT_NEAR(efficiency(p, 8, 16), row.of_8, .0005) << row.beats;
    EXPECT_NEAR(efficiency(p, 64, 16), row.of_64, .0005) << row.beats;
    EXPECT_NEAR(efficiency(p, 256, 16), row.of_256, .0005) << row.beats;
    EXPECT_NEAR(efficiency(p, 512, 16), row.of_512, .0005) << row.beats;
    EXPECT_NEAR(efficiency(p, 4096, 16), row.of_4096, .0005) << row.beats;
  }
  const Protocol p = ofl();
  EXPECT_NEAR(efficiency(p, 8, 8), .469, .0005);
  EXPECT_NEAR(efficiency(p, 64, 8), .833, .0005);
  EXPECT_NEAR(efficiency(p, 4096, 8), .936, .0005);
  EXPECT_EQ(efficiency(p, 0, 0), 0);
}

TEST(RoundTrip, AddsFlightPipelinesAndFlits) {
  Protocol p = ofl();
  p.timing.txp = 4;
  p.timing.rxp = 4;
  EXPECT_EQ(round_trip_cycles(p, 0), 16u + 3 + 4 + 4);
  EXPECT_EQ(round_trip_cycles(p, 100), 227u);
  EXPECT_EQ(round_trip_cycles(p, 100, 64), 291u);
}

TEST(RoundTrip, WarnsOfAWindowThatIsTooShort) {
  const Protocol p = ofl();
  EXPECT_TRUE(check_against_round_trip(p, 1024).empty());
  const std::vector<Warning> warnings = check_against_round_trip(p, 1280);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(
      warnings[0].to_string().find(
          "sequence.window: warning: a window of 256 flits is shorter than the round trip of 1280 "
          "cycles (320 flits): throughput is at most 80.0 %, 20.0 % is lost"),
      std::string::npos)
      << warnings[0].to_string();
  EXPECT_EQ(warnings[0].pos.file, "ofl.toml");
  EXPECT_GT(warnings[0].pos.line, 0u);
}

TEST(RoundTrip, RefusesAReplayTimerThatFiresWithoutALoss) {
  Protocol p = ofl();
  p.timers.ack_t = 64;
  p.timers.replay_t = 572;
  EXPECT_EQ(refusal([&] { check_against_round_trip(p, 499); }), "accepted");
  const std::string what = refusal([&] { check_against_round_trip(p, 500); });
  EXPECT_NE(
      what.find(
          "timers.replay_t: the replay timer of 572 cycles fires without a loss: an ack may take "
          "572 cycles (round trip 500, ack_t 64, two flits)"),
      std::string::npos)
      << what;
}

}  // namespace
}  // namespace weft
