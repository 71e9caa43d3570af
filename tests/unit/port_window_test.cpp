// SPDX-License-Identifier: Apache-2.0
// What a port does over many windows: the same whatever their length, and without growing for ever.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "models/base/random.h"
#include "models/link/port.h"
#include "tests/unit/port_config.h"

namespace weft {
namespace {

using test::header;
using test::small_config;

/// What comes out of a port whose `ht` beats are sent back to it, `delay` cycles later, some of
/// them aborted and sent again: (visible, vc, slots...) of each packet, then the cycles of
/// releases.
std::vector<std::uint64_t> looped(std::uint64_t seed, Cycle window, bool host_first) {
  struct Beat {
    Cycle at;
    weft_link_in in;
    std::array<std::uint64_t, 8> data;
  };
  const Random random(seed, "port", "test");
  LinkPort port(small_config());
  std::deque<Beat> beats;
  std::array<unsigned, 4> rest{};  // of the packet being sent, by VC
  std::vector<std::uint64_t> seen;
  std::uint64_t pushed = 0;

  const auto host = [&](Cycle from, Cycle until) {
    for (Cycle h = from; h < until; ++h) {
      for (; port.release() && port.release()->visible == h; port.take_release()) {
        seen.push_back(h << 16 | port.release()->vc);
      }
      for (; port.delivery() && port.delivery()->visible == h; port.take_delivery()) {
        seen.push_back(h);
        for (std::uint64_t slot : port.slots(*port.delivery())) seen.push_back(slot);
        port.free(h, port.delivery()->vc, port.units(port.delivery()->slots));
      }
      while (pushed < 400 && random.draw(h * 8 + pushed % 8) % 3 == 0) {
        const auto draw = random.block(pushed, 1);
        // One VC: the loop has no order of its own between VCs whose packets overlap.
        const auto slots =
            static_cast<unsigned>(draw[0] % 5 == 0 ? 1 + draw[1] % 500 : 1 + draw[1] % 12);
        const auto packet = port.push(h, 2, slots);
        packet[0] = header(2, slots) | pushed << 40;
        for (unsigned i = 1; i < slots; ++i) packet[i] = pushed << 32 | i;
        ++pushed;
      }
    }
  };
  const auto link = [&](Cycle from, Cycle until) {
    for (Cycle c = from; c < until; ++c) {
      weft_link_in in{};
      port.drive(c, in);
      if (in.flags & WEFT_IN_HT) {
        Beat beat{c + 9, in, {}};
        std::copy_n(in.ht_data, in.ht_slots, beat.data.begin());
        beats.push_back(beat);
      }
      weft_link_out out{};
      if (!beats.empty() && beats.front().at <= c) {
        Beat& beat = beats.front();
        const bool good = random.draw(c) % 4 != 0;
        out.flags = WEFT_OUT_HR | (good ? WEFT_OUT_HR_COMMIT : WEFT_OUT_HR_ABORT);
        out.hr_data = beat.data.data();
        out.hr_sop = beat.in.ht_sop;
        unsigned open = rest[2];
        for (unsigned i = 0; i < beat.in.ht_slots; ++i) {
          if (open == 0) open = beat.data[i] >> 7 & 1023u;
          out.hr_mask |= 1u << i;
          if (--open == 0) out.hr_eop |= 1u << i;
        }
        if (good) {
          out.ht_space = std::uint64_t{beat.in.ht_slots} << 8;
          rest[2] = open;
          port.collect(c, out);
          beats.pop_front();
          continue;
        }
      }
      port.collect(c, out);
    }
  };
  for (Cycle w = 0; w < 20000; w += window) {
    if (host_first) host(w, w + window);
    link(w, w + window);
    if (!host_first) host(w, w + window);
    port.exchange();
  }
  seen.push_back(port.faults().framing + port.faults().overruns + port.units_held(2));
  seen.push_back(pushed);
  return seen;
}

TEST(Port, GivesTheSameResultForAnyWindowUpToThePipelineAndAnyOrder) {
  const std::vector<std::uint64_t> once = looped(3, 1, true);
  EXPECT_GT(once.size(), 5000u);
  EXPECT_EQ(once.back(), 400u);
  EXPECT_EQ(once.end()[-2], 0u);
  for (Cycle window : {1u, 2u, 5u, 10u, 16u}) {
    for (bool host_first : {true, false}) {
      EXPECT_EQ(looped(3, window, host_first), once) << window << host_first;
    }
  }
}

TEST(Port, NeedsWindowsNoLongerThanItsPipeline) {
  EXPECT_NE(looped(3, 20, true), looped(3, 1, true));
}

TEST(Port, StopsGrowingWhenTrafficIsSteady) {
  PortConfig config = small_config();
  LinkPort port(config);
  std::size_t bytes = 0;
  for (Cycle c = 0; c < 10000; c += 8) {
    port.push(c, 0, 8)[0] = header(0, 8);
    for (Cycle k = c; k < c + 8; ++k) {
      weft_link_in in{};
      port.drive(k, in);
      weft_link_out out{};
      if (in.flags & WEFT_IN_HT) {
        out.flags = WEFT_OUT_HR | WEFT_OUT_HR_COMMIT;
        out.ht_space = in.ht_slots;
        out.hr_data = in.ht_data;
        out.hr_mask = 255;
        out.hr_sop = 1;
        out.hr_eop = 128;
      }
      port.collect(k, out);
    }
    while (port.delivery() && port.delivery()->visible < c + 8) {
      port.free(c + 7, 0, 1);
      port.take_delivery();
    }
    while (port.release() && port.release()->visible < c + 8) port.take_release();
    port.exchange();
    if (c == 1000) bytes = port.memory_bytes();
  }
  EXPECT_EQ(port.memory_bytes(), bytes);
  EXPECT_LT(bytes, 10000u);
}

}  // namespace
}  // namespace weft
