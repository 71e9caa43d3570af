// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "models/link/link_model.h"
#include "tests/unit/link_pair.h"

namespace weft::test {

/// Two link models back to back, and what is true of them at rest.
struct ModelPair {
  explicit ModelPair(bool start_up, std::uint64_t delay = 40, const Protocol& a = ofl(),
                     const Protocol& b = ofl())
      : models{new LinkModel(a, weft_link_straps{101, start_up}),
               new LinkModel(b, weft_link_straps{202, start_up})},
        pair(a, std::unique_ptr<LinkCore>(models[0]), std::unique_ptr<LinkCore>(models[1]), delay) {
  }

  LinkModel& end(unsigned e) { return *models[e]; }
  LinkPair* operator->() { return &pair; }

  /// Both ends are up; the link is brought up if it is not.
  testing::AssertionResult comes_up(std::uint64_t most = 20'000) {
    if (pair.run_until([this] { return pair.up(); }, most)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "states " << static_cast<int>(end(0).state()) << " and "
                                       << static_cast<int>(end(1).state());
  }
  /// Comes to rest; then everything was delivered once and in order, all is acknowledged and all
  /// credit is back (P19).
  testing::AssertionResult delivers_all(std::uint64_t most = 400'000) {
    if (!pair.run_until_idle(most)) return testing::AssertionFailure() << "does not come to rest";
    if (!pair.error().empty()) return testing::AssertionFailure() << pair.error();
    for (unsigned e = 0; e < 2; ++e) {
      if (pair.host(1 - e).received() != pair.host(e).sent()) {
        return testing::AssertionFailure()
               << "end " << e << " sent " << pair.host(e).sent() << " packets, "
               << pair.host(1 - e).received() << " arrived";
      }
      if (end(e).replay().unacked() != 0) return testing::AssertionFailure() << "not acknowledged";
      if (end(e).accept().missing()) return testing::AssertionFailure() << "still in disc";
      if (end(e).replay().top() != end(1 - e).accept().exp()) {
        return testing::AssertionFailure() << "numbers differ";
      }
      for (unsigned v = 0; v < 4; ++v) {
        const unsigned free = (end(e).limit(v) - end(e).used(v)) & 0x7FFF;
        if (free != end(1 - e).regs().rx_buf_units[v]) {
          return testing::AssertionFailure()
                 << "VC " << v << " of end " << e << " has " << free << " units at rest";
        }
        if (end(e).limit(v) != end(1 - e).granted(v)) {
          return testing::AssertionFailure() << "a limit was not told";
        }
      }
    }
    return testing::AssertionSuccess();
  }

  /// The same when flits may have vanished without a trace: the last word on credit may be among
  /// them, and is said again with the next packet of each VC.
  testing::AssertionResult heals(std::uint64_t most = 400'000) {
    if (!pair.run_until_idle(most)) return testing::AssertionFailure() << "does not come to rest";
    for (unsigned e = 0; e < 2; ++e) {
      if (pair.host(1 - e).received() != pair.host(e).sent()) {
        return testing::AssertionFailure() << "a packet of end " << e << " is missing";
      }
    }
    pair.fault = nullptr;
    for (unsigned v = 0; v < 4; ++v) {
      for (unsigned e = 0; e < 2; ++e) pair.host(e).send(v, 1);
    }
    return delivers_all();
  }

  LinkModel* models[2];  // owned by `pair`
  LinkPair pair;
};

}  // namespace weft::test
