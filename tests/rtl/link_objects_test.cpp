// SPDX-License-Identifier: Apache-2.0
// Link objects of different protocols live side by side; what does not fit is refused in words.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "models/base/error.h"
#include "models/link/link.h"
#include "models/link/link_regs.h"
#include "testbench/drive/stream_host.h"
#include "tests/support/rtl_objects.h"

namespace weft {
namespace {

constexpr Cycle kLatency = 271, kPipeline = 16, kWindow = 16;

Protocol narrow() {
  return Protocol::parse(test::repo_text("tests/rtl/narrow.toml"), "tests/rtl/narrow.toml");
}

/// A link of two saturating hosts, run window by window.
struct Bench {
  Bench(const Protocol& protocol, const std::string& a, const std::string& b,
        const std::string& path)
      : clock(640'000, 1),
        link(LinkConfig::of(protocol, clock, kPipeline),
             sc::load_rtl_core(test::link_object(a), {.session = 1, .start_up = 0}),
             sc::load_rtl_core(test::link_object(b), {.session = 2, .start_up = 0}), Wire(kLatency),
             Wire(kLatency)) {
    for (unsigned side = 0; side < 2; ++side) {
      tb::StreamConfig stream = tb::StreamConfig::of(protocol);
      stream.packets = {34};
      stream.stop = 12'000;
      hosts[side] = std::make_unique<tb::StreamHost>(stream, link.port(side), clock, 3,
                                                     path + (side == 0 ? "/a" : "/b"));
    }
    tb::StreamHost::connect(*hosts[0], *hosts[1]);
  }
  void window(Cycle from) {
    for (auto& host : hosts) host->advance(from, from + kWindow);
    link.run(from + kWindow);
    link.exchange();
    for (auto& host : hosts) host->exchange();
  }
  std::uint64_t csr(unsigned side, std::uint16_t addr, Cycle& now) {
    link.port(side).csr_read(now, addr);
    for (;; now += kWindow) {
      if (const auto* reply = link.port(side).csr_reply();
          reply != nullptr && reply->visible <= now) {
        const std::uint64_t data = reply->data;
        link.port(side).take_csr_reply();
        return data;
      }
      window(now);
    }
  }

  Clock clock;
  Link link;
  std::unique_ptr<tb::StreamHost> hosts[2];
};

TEST(LinkObjects, OfDifferentProtocolsRunSideBySide) {
  Bench wide(test::ofl(), "ofl", "ofl", "wide");
  Bench slim(narrow(), "narrow", "narrow", "slim");
  EXPECT_NE(test::link_object("ofl")->path(), test::link_object("narrow")->path());

  for (Cycle now = 0; now < 20'000; now += kWindow) {
    wide.window(now);
    slim.window(now);
  }

  for (Bench* bench : {&wide, &slim}) {
    for (unsigned side = 0; side < 2; ++side) {
      const auto& sent = bench->hosts[side]->counters();
      const auto& received = bench->hosts[1 - side]->counters();
      EXPECT_GT(sent.packets_sent, 100u);
      EXPECT_EQ(received.packets_received, sent.packets_sent);
      EXPECT_EQ(received.errors(), 0u);
    }
  }
  // A window of 64 flits is 256 cycles of a round trip of some 590: the narrow link runs below half
  // its rate.
  const double ratio = static_cast<double>(slim.hosts[0]->counters().packets_sent) /
                       static_cast<double>(wide.hosts[0]->counters().packets_sent);
  std::printf("narrow over wide: %.3f\n", ratio);
  EXPECT_LT(ratio, 0.6);
  EXPECT_GT(ratio, 0.3);
}

TEST(LinkObjects, EndsOfDifferentProtocolsRefuseEachOtherAndNameTheField) {
  Bench mixed(test::ofl(), "ofl", "narrow", "mixed");
  Cycle now = 0;
  for (; now < 6'000; now += kWindow) mixed.window(now);

  for (unsigned side = 0; side < 2; ++side) {
    const std::uint64_t status = mixed.csr(side, link_regs::kStatusOffset, now);
    EXPECT_EQ(status >> link_regs::kStatusStateLsb & 0xF,
              static_cast<unsigned>(link_regs::StatusState::kRefused))
        << "side " << side << " is not REFUSED";
    EXPECT_EQ(status >> link_regs::kStatusRefuseReasonLsb & 0xFF, 2u)
        << "the second must-match field is the sequence width";
    EXPECT_EQ(mixed.hosts[side]->counters().packets_received, 0u);
  }
}

TEST(LinkObjects, AreCheckedAgainstTheProtocolOfTheRun) {
  test::link_object("ofl")->check_protocol(test::ofl());
  test::link_object("narrow")->check_protocol(narrow());
  EXPECT_THROW(test::link_object("ofl")->check_protocol(narrow()), InputError);
}

TEST(LinkObjects, TakeTimersOfAnotherValueSinceTheyAreRegisters) {
  Protocol protocol = test::ofl();
  protocol.timers.ack_t = 99;
  protocol.timers.replay_t = 4096;

  EXPECT_NO_THROW(test::link_object("ofl")->check_protocol(protocol));
}

TEST(LinkObjects, ThatAreNoneAreRefusedWithAHint) {
  const auto refusal = [](const std::string& path) -> std::string {
    try {
      sc::RtlObject::load(path);
    } catch (const InputError& error) {
      return error.what();
    }
    return "not refused";
  };
  EXPECT_NE(refusal("/nowhere/link.so").find("scripts/build_link"), std::string::npos);
  EXPECT_NE(refusal("libz.so.1").find("not a link object"), std::string::npos);
}

}  // namespace
}  // namespace weft
