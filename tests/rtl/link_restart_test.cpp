// SPDX-License-Identifier: Apache-2.0
// Restarts in the middle of traffic: what is on its way may be lost, and is told to be; nothing
// wrong is delivered, the link comes up again, and RTL and model do the same.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "models/link/link.h"
#include "models/link/link_model.h"
#include "models/link/link_regs.h"
#include "testbench/drive/stream_host.h"
#include "tests/support/rtl_objects.h"

namespace weft {
namespace {

constexpr Cycle kLatency = 38, kPipeline = 16, kEnd = 60'000;
constexpr std::uint64_t kEnable = 1u << link_regs::kCtrlEnableLsb,
                        kRetrain = 1u << link_regs::kCtrlRetrainLsb,
                        kHotReset = 1u << link_regs::kCtrlHotResetLsb;

struct Outcome {
  Hash128 digest;
  std::uint64_t received = 0, received_after = 0, corrupted = 0, duplicated = 0;
};

using Act = std::function<void(Link&, Cycle)>;

/// Two saturating hosts over 60,000 cycles; `act` is called before each window.
Outcome run(bool rtl, const Act& act) {
  static const Protocol protocol = test::ofl();
  const Clock clock(640'000, 1);
  auto core = [&](std::uint32_t session) -> std::unique_ptr<LinkCore> {
    const weft_link_straps straps{.session = session, .start_up = 0};
    if (rtl) return sc::load_rtl_core(test::link_object("ofl"), straps);
    return std::make_unique<LinkModel>(protocol, straps);
  };
  Link link(LinkConfig::of(protocol, clock, kPipeline), core(1), core(2), Wire(kLatency),
            Wire(kLatency));
  std::unique_ptr<tb::StreamHost> hosts[2];
  for (unsigned side = 0; side < 2; ++side) {
    tb::StreamConfig stream = tb::StreamConfig::of(protocol);
    stream.packets = {1, 3, 10, 34, 130};
    stream.vc_weights = {1, 1, 1, 1};
    hosts[side] = std::make_unique<tb::StreamHost>(stream, link.port(side), clock, 5,
                                                   side == 0 ? "link/a" : "link/b");
  }
  tb::StreamHost::connect(*hosts[0], *hosts[1]);
  Outcome outcome;
  for (Cycle now = 0; now < kEnd; now += kPipeline) {
    act(link, now);
    for (auto& host : hosts) host->advance(now, now + kPipeline);
    link.run(now + kPipeline);
    link.exchange();
    for (auto& host : hosts) host->exchange();
    if (now < kEnd - 8'000) {
      outcome.received_after =
          hosts[0]->counters().packets_received + hosts[1]->counters().packets_received;
    }
  }
  Digest digest;
  link.add_to(digest);
  for (auto& host : hosts) {
    host->add_to(digest);
    outcome.received += host->counters().packets_received;
    outcome.corrupted += host->counters().corrupted;
    outcome.duplicated += host->counters().duplicated;
  }
  outcome.received_after = outcome.received - outcome.received_after;
  outcome.digest = digest.value();
  return outcome;
}

void expect_whole(const char* what, const Act& act) {
  const Outcome rtl = run(true, act);
  const Outcome model = run(false, act);
  std::printf("%-40s rtl %s  model %s  received %llu, %llu of them at the end\n", what,
              rtl.digest.hex().c_str(), model.digest.hex().c_str(),
              static_cast<unsigned long long>(rtl.received),
              static_cast<unsigned long long>(rtl.received_after));
  EXPECT_EQ(rtl.digest, model.digest) << what;
  EXPECT_EQ(rtl.corrupted, 0u) << what;
  EXPECT_EQ(rtl.duplicated, 0u) << what;
  EXPECT_GT(rtl.received_after, 500u) << what << ": the link did not come back";
}

/// Writes `value` to CTRL of end `side` at eight cycles, 5,003 apart: every phase of a flit.
Act ctrl_at(unsigned side, std::uint64_t value) {
  return [=](Link& link, Cycle now) {
    for (Cycle k = 0; k < 8; ++k) {
      const Cycle at = 9'000 + k * 5'003;
      if (at >= now && at < now + kPipeline) {
        link.port(side).csr_write(at, link_regs::kCtrlOffset, value);
      }
    }
  };
}

TEST(LinkRestart, ByHotResetInFullTrafficDeliversNothingWrong) {
  expect_whole("hot reset of one end", ctrl_at(0, kEnable | kHotReset));
  expect_whole("hot reset of the other", ctrl_at(1, kEnable | kHotReset));
}

TEST(LinkRestart, ByDisablingAndEnablingDeliversNothingWrong) {
  expect_whole("disabled and enabled", [](Link& link, Cycle now) {
    for (Cycle k = 0; k < 6; ++k) {
      const Cycle off = 9'000 + k * 7'001, on = off + 900;
      if (off >= now && off < now + kPipeline)
        link.port(0).csr_write(off, link_regs::kCtrlOffset, 0);
      if (on >= now && on < now + kPipeline)
        link.port(0).csr_write(on, link_regs::kCtrlOffset, kEnable);
    }
  });
}

TEST(LinkRestart, ByRetrainLosesNothing) {
  expect_whole("retrain", ctrl_at(0, kEnable | kRetrain));
}

TEST(LinkRestart, ByLossOfLockAtAnyTimeOfBringUpEndsInALinkThatIsUp) {
  for (Cycle at = 1'550; at < 2'400; at += 37) {
    expect_whole(("no lock from " + std::to_string(at)).c_str(), [at](Link& link, Cycle now) {
      if (at >= now && at < now + kPipeline) {
        link.end(1).set_phy_lock(now + kPipeline, false);
        link.end(1).set_phy_lock(now + kPipeline + 40, true);
      }
    });
  }
}

TEST(LinkRestart, TakesBufferSizesWrittenWhileDown) {
  const Outcome small = run(true, [](Link& link, Cycle now) {
    if (now != 0) return;
    link.port(1).csr_write(0, link_regs::kCtrlOffset, 0);
    for (unsigned vc = 0; vc < 4; ++vc) {
      link.port(1).csr_write(1 + vc, static_cast<std::uint16_t>(link_regs::kRxBufOffset + 8 * vc),
                             66);
    }
    link.port(1).csr_write(10, link_regs::kCtrlOffset, kEnable);
  });
  const Outcome large = run(true, [](Link&, Cycle) {});
  EXPECT_GT(small.received, 1'000u);
  EXPECT_EQ(small.corrupted, 0u);
  EXPECT_LT(small.received, large.received);
}

}  // namespace
}  // namespace weft
