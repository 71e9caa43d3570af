// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "models/base/digest.h"
#include "models/link/link.h"
#include "testbench/drive/stream_host.h"
#include "tests/support/echo_core.h"

namespace weft::test {

/// Traffic in the packet headers of EchoCore's links.
inline tb::StreamConfig echo_traffic() {
  tb::StreamConfig config;
  config.flit_slots = 7;
  config.beats = 1;
  config.header_kind = {0, 0, 3};
  config.header_hck = {0, 35, 8};
  config.hck_poly = 0x107;
  config.header_seq = {0, 43, 21};
  config.packets = {2, 9, 34};
  config.vc_weights = {3, 1, 0, 2};
  return config;
}

/// A link of two echo cores (or of a double of theirs) with a stream host at each end.
struct EchoLink {
  template <typename Core = EchoCore>
  static std::unique_ptr<EchoLink> make(const LinkConfig& config, Cycle latency,
                                        const tb::StreamConfig& traffic,
                                        const std::string& path = "link0") {
    return std::unique_ptr<EchoLink>(new EchoLink(
        config, std::make_unique<Core>(), std::make_unique<Core>(), latency, traffic, path));
  }

  /// Runs `from` to `until` in windows of `window` cycles.
  void run(Cycle from, Cycle until, Cycle window, bool hosts_first = true) {
    for (Cycle w = from; w < until; w += window) {
      const Cycle end = std::min(until, w + window);
      if (hosts_first) hosts_advance(w, end);
      link.run(end);
      if (!hosts_first) hosts_advance(w, end);
      link.exchange();
      a.exchange();
      b.exchange();
    }
  }
  void hosts_advance(Cycle from, Cycle until) {
    b.advance(from, until);
    a.advance(from, until);
  }

  Hash128 digest() const {
    Digest digest;
    link.add_to(digest);
    a.add_to(digest);
    b.add_to(digest);
    return digest.value();
  }

  Link link;
  tb::StreamHost a, b;

 private:
  EchoLink(const LinkConfig& config, std::unique_ptr<LinkCore> core_a,
           std::unique_ptr<LinkCore> core_b, Cycle latency, const tb::StreamConfig& traffic,
           const std::string& path)
      : link(config, std::move(core_a), std::move(core_b), Wire(latency), Wire(latency)),
        a(traffic, link.port(0), link.clock(), 1, path + ".a"),
        b(traffic, link.port(1), link.clock(), 1, path + ".b") {
    tb::StreamHost::connect(a, b);
  }
};

}  // namespace weft::test
