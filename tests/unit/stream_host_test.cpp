// SPDX-License-Identifier: Apache-2.0
#include "testbench/drive/stream_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "tests/support/echo_link.h"

namespace weft::tb {
namespace {

using test::echo_traffic;
using test::EchoCore;
using test::EchoLink;

constexpr Cycle kLatency = 40;

StreamConfig one_size(unsigned slots, double load) {
  StreamConfig config = echo_traffic();
  config.packets = {slots};
  config.vc_weights = {1};
  config.load = load;
  return config;
}

void expect_clean(const StreamHost& host) {
  EXPECT_EQ(host.counters().errors(), 0u);
  EXPECT_GT(host.counters().packets_received, 0u);
}

TEST(StreamHost, FillsTheLineWhenSaturated) {
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, one_size(34, 1));
  pair->run(0, 20000, 16);
  for (const StreamHost* host : {&pair->a, &pair->b}) {
    expect_clean(*host);
    // All flits but one in 61, and credit flits: at least one in 10 packets' time here.
    EXPECT_GT(host->counters().slots_received, 20000u * 7 * 85 / 100);
    EXPECT_LT(host->counters().slots_received, 20000u * 7);
  }
}

TEST(StreamHost, OffersTheLoadItIsToldTo) {
  for (double load : {0.02, 0.3, 0.7}) {
    StreamConfig traffic = echo_traffic();
    traffic.load = load;
    const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
    constexpr Cycle kCycles = 200000;
    pair->run(0, kCycles, 16);
    const double slots = 7.0 * kCycles;
    const double offered = static_cast<double>(pair->a.counters().slots_sent) / slots;
    // Arrivals are Bernoulli, sizes mixed: four standard deviations.
    const double packets = load * slots / 15;
    EXPECT_NEAR(offered / load, 1.0, 4 * 1.4 / std::sqrt(packets)) << load;
    expect_clean(pair->b);
  }
}

TEST(StreamHost, OffersNothingAtLoadZero) {
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, one_size(34, 0));
  pair->run(0, 5000, 16);
  EXPECT_EQ(pair->a.counters().packets_sent, 0u);
  EXPECT_EQ(pair->a.next_work(), kNever);
  EXPECT_EQ(pair->link.next_work(), kNever);
}

TEST(StreamHost, SendsBurstsOfWholePacketsAtOnce) {
  StreamConfig traffic = one_size(10, 0.05);
  traffic.burst_flits = 16;
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
  constexpr Cycle kCycles = 400000;
  pair->run(0, kCycles, 16);
  const std::uint64_t packets = pair->a.counters().packets_sent;
  EXPECT_EQ(packets % 12, 0u);  // 16 flits of 7 slots are 12 packets of 10
  const double offered = static_cast<double>(pair->a.counters().slots_sent) / (7.0 * kCycles);
  EXPECT_NEAR(offered / 0.05, 1.0, 4 / std::sqrt(static_cast<double>(packets) / 12));
  // The last packet of a burst waits for eleven before it: 110 slots.
  EXPECT_GE(pair->b.latency().percentile(99, 100), pair->b.latency().percentile(1, 100) + 14);
}

TEST(StreamHost, KeepsItsTransmitQueueWithinItsLimit) {
  StreamConfig traffic = one_size(34, 1);
  traffic.queue_slots = 100;
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
  pair->run(0, 1, 1);
  EXPECT_EQ(pair->a.counters().slots_sent, 68u);
  pair->run(1, 20000, 16);
  // Two packets per round of 16 cycles in, a few in the feeder, 16 cycles back.
  EXPECT_LT(pair->a.counters().slots_sent, 20000u * 68 / 32);
  EXPECT_GT(pair->a.counters().slots_sent, 20000u * 68 / 50);
  expect_clean(pair->b);
}

TEST(StreamHost, TakesNoMoreThanItConsumes) {
  StreamConfig traffic = one_size(34, 1);
  traffic.consume = 0.25;
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
  pair->run(0, 50000, 16);
  const double rate = static_cast<double>(pair->a.counters().slots_received) / (7.0 * 50000);
  EXPECT_NEAR(rate, 0.25, 0.01);
  EXPECT_EQ(pair->link.port(0).faults().overruns, 0u);
  expect_clean(pair->a);
}

TEST(StreamHost, StopsAndEverythingArrives) {
  StreamConfig traffic = echo_traffic();
  traffic.stop = 3000;
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
  pair->run(0, 6000, 16);
  EXPECT_EQ(pair->a.in_flight(), 0u);
  EXPECT_EQ(pair->b.counters().packets_received, pair->a.counters().packets_sent);
  EXPECT_EQ(pair->link.next_work(), kNever);
  expect_clean(pair->b);
}

TEST(StreamHost, MeasuresTheUnloadedLatencyExactly) {
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, one_size(7, 0.001));
  pair->run(0, 100000, 16);
  // Pipeline, one flit at once, flight, pipeline.
  EXPECT_EQ(pair->b.latency().percentile(1, 100), 16 + kLatency + 16u);
  EXPECT_EQ(pair->b.latency().percentile(50, 100), 16 + kLatency + 16u);
  expect_clean(pair->b);
}

/// Changes one flit that is a packet of its own, or two.
class Breaker final : public WireTap {
 public:
  enum class Kind { kPayload, kHeader, kNumber, kDrop, kRepeat, kDelay };
  explicit Breaker(Kind kind) : kind_(kind) {}

  bool pass(Cycle sent, WireBeat& beat) override {
    const bool data = (beat.slots[0] >> 43) == 0b100;  // DATA, the first time
    if (sent < 1000 || !data) return true;
    switch (flit_++) {
      case 0:
        if (kind_ == Kind::kPayload) beat.slots[4] ^= 1u << 17;
        if (kind_ == Kind::kHeader) beat.slots[1] ^= std::uint64_t{1} << 36;
        if (kind_ == Kind::kNumber) beat.slots[1] ^= std::uint64_t{1} << 58;
        std::copy_n(beat.slots, 8, kept_);
        return kind_ != Kind::kDrop && kind_ != Kind::kDelay;
      case 1:
        if (kind_ == Kind::kRepeat) std::copy_n(kept_, 8, beat.slots);
        return true;
      case 2:
        if (kind_ == Kind::kDelay) std::copy_n(kept_, 8, beat.slots);
        return true;
      default:
        return true;
    }
  }

 private:
  Kind kind_;
  int flit_ = 0;
  std::uint64_t kept_[8] = {};
};

StreamHost::Counters received_through(Breaker::Kind kind) {
  Breaker breaker(kind);
  StreamConfig traffic = one_size(7, 0.5);
  traffic.stop = 5000;
  const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic);
  pair->link.wire_from(0).set_tap(&breaker);
  pair->run(0, 8000, 16);
  EXPECT_EQ(pair->a.counters().errors(), 0u);
  EXPECT_EQ(pair->a.in_flight(), 0u);
  return pair->b.counters();
}

TEST(StreamHost, SeesOneFlippedPayloadBit) {
  const auto counters = received_through(Breaker::Kind::kPayload);
  EXPECT_EQ(counters.corrupted, 1u);
  EXPECT_EQ(counters.errors(), 1u);
}

TEST(StreamHost, SeesAFlippedHeaderBit) {
  EXPECT_EQ(received_through(Breaker::Kind::kHeader).corrupted, 1u);
  EXPECT_EQ(received_through(Breaker::Kind::kNumber).corrupted, 1u);
}

TEST(StreamHost, SeesALostPacket) {
  const auto counters = received_through(Breaker::Kind::kDrop);
  EXPECT_EQ(counters.lost, 1u);
  EXPECT_EQ(counters.errors(), 1u);
}

TEST(StreamHost, SeesAPacketThatCameTwice) {
  const auto counters = received_through(Breaker::Kind::kRepeat);
  EXPECT_EQ(counters.duplicated, 1u);
  EXPECT_EQ(counters.lost, 1u);  // the one in whose place it came
  EXPECT_EQ(counters.errors(), 2u);
}

TEST(StreamHost, SeesAPacketThatWasOvertaken) {
  const auto counters = received_through(Breaker::Kind::kDelay);
  EXPECT_EQ(counters.misordered, 1u);
  EXPECT_EQ(counters.lost, 1u);
  EXPECT_EQ(counters.errors(), 2u);
}

TEST(StreamHost, DrawsTheSameTrafficForTheSameSeedAndPathOnly) {
  const auto digest = [](const std::string& path) {
    StreamConfig traffic = echo_traffic();
    traffic.load = 0.5;
    const auto pair = EchoLink::make(EchoCore::config(), kLatency, traffic, path);
    pair->run(0, 3000, 16);
    return pair->digest();
  };
  EXPECT_EQ(digest("link0"), digest("link0"));
  EXPECT_NE(digest("link0"), digest("link1"));
}

TEST(StreamHost, RefusesTrafficThatThePortCannotCarry) {
  const auto made = [](auto change) {
    StreamConfig traffic = echo_traffic();
    change(traffic);
    EchoLink::make(EchoCore::config(), kLatency, traffic);
  };
  EXPECT_NO_THROW(made([](StreamConfig&) {}));
  EXPECT_THROW(made([](StreamConfig& t) { t.packets = {}; }), std::invalid_argument);
  EXPECT_THROW(made([](StreamConfig& t) { t.packets = {515}; }), std::invalid_argument);
  EXPECT_THROW(made([](StreamConfig& t) { t.queue_slots = 33; }), std::invalid_argument);
  EXPECT_THROW(made([](StreamConfig& t) { t.vc_weights = {0, 0}; }), std::invalid_argument);
  EXPECT_THROW(made([](StreamConfig& t) {
                 t.vc_weights = {1, 1, 1, 1, 1};
               }),
               std::invalid_argument);
  EXPECT_THROW(made([](StreamConfig& t) { t.load = -1; }), std::invalid_argument);
  EXPECT_THROW(made([](StreamConfig& t) { t.header_seq = {0, 60, 4}; }), std::invalid_argument);
}

}  // namespace
}  // namespace weft::tb
