// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/echo_link.h"

namespace weft::tb {
namespace {

using test::echo_traffic;
using test::EchoCore;
using test::EchoLink;

Hash128 result_of(const EchoLink& link) {
  Digest digest;
  link.a.add_result_to(digest);
  link.b.add_result_to(digest);
  return digest.value();
}

/// A run to the end of what is sent in 3000 cycles at this load.
std::unique_ptr<EchoLink> run(double load, Cycle latency, unsigned queue_slots,
                              const std::string& path = "link0") {
  StreamConfig traffic = echo_traffic();
  traffic.load = load;
  traffic.stop = 3000;
  traffic.queue_slots = queue_slots;
  auto link = EchoLink::make(EchoCore::config(), latency, traffic, path);
  link->run(0, 60000, 16);
  EXPECT_EQ(link->a.in_flight() + link->b.in_flight(), 0u);
  EXPECT_EQ(link->a.counters().errors() + link->b.counters().errors(), 0u);
  return link;
}

TEST(StreamWorkload, BeginsWhenItIsToldTo) {
  for (const double load : {0.5, 1.0}) {
    StreamConfig traffic = echo_traffic();
    traffic.load = load;
    traffic.start = 1000;
    const auto link = EchoLink::make(EchoCore::config(), 40, traffic);
    link->run(0, 1000, 16);
    EXPECT_EQ(link->a.counters().packets_sent, 0u);
    link->run(1000, 1200, 16);
    EXPECT_GT(link->a.counters().packets_sent, 0u);
  }
}

TEST(StreamWorkload, OffersTheSamePacketsWhateverHoldsThemUp) {
  const auto free = run(0.8, 40, 2048), held_up = run(0.8, 40, 40);
  EXPECT_NE(free->digest(), held_up->digest());
  EXPECT_EQ(free->a.counters().packets_sent, held_up->a.counters().packets_sent);
  EXPECT_EQ(free->b.counters().packets_sent, held_up->b.counters().packets_sent);
}

TEST(StreamWorkload, ComesToTheSameResultAtOtherTimes) {
  const auto near = run(0.8, 20, 2048), far = run(0.8, 200, 40);
  EXPECT_NE(near->digest(), far->digest());
  EXPECT_EQ(result_of(*near), result_of(*far));
}

TEST(StreamWorkload, ComesToAnotherResultWithOtherPackets) {
  EXPECT_NE(result_of(*run(0.8, 40, 2048)), result_of(*run(0.8, 40, 2048, "link1")));
  EXPECT_NE(result_of(*run(0.8, 40, 2048)), result_of(*run(0.7, 40, 2048)));
}

}  // namespace
}  // namespace weft::tb
