// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/digest.h"
#include "models/link/core.h"
#include "models/link/link.h"
#include "models/protocol/protocol.h"
#include "systemc/link/link_windows.h"
#include "testbench/drive/stream_host.h"

namespace weft::bench {

using CoreFactory = std::function<std::unique_ptr<LinkCore>(const weft_link_straps&)>;

/// What the links of a benchmark are made of.
struct RtlSetup {
  Protocol protocol;
  CoreFactory core;
  std::string what;  ///< for the reader
  unsigned links = 128;
  unsigned repeats = 3;

  /// From the options `--level rtl|model`, `--object FILE.so`, `--links N`, `--repeats N`. Throws
  /// std::invalid_argument for others.
  static RtlSetup from(std::span<const std::string_view> options);
};

/// Links with a generator and checker at each end, all alike but for their names.
class RtlFabric {
 public:
  /// Both allow windows of 50 cycles.
  static constexpr Cycle kLatency = 50;
  static constexpr Cycle kPipeline = 50;

  struct Traffic {
    double load = 1;
    unsigned burst_flits = 0;
    unsigned packet_slots = 34;  ///< 256 B behind a header of 16 B
  };
  struct Work {
    std::uint64_t evals = 0, flits = 0, packets = 0, bytes = 0, errors = 0;
    Hash128 digest;
    std::string text() const;
  };

  RtlFabric(const RtlSetup& setup, unsigned links, const Traffic& traffic, bool idle_skip = true);

  /// Runs to `until` as plainly as can be: every link and its hosts in turn, windows of `burst`.
  void run_bare(Cycle until, Cycle burst);
  void add_to(sc::LinkWindows& windows);
  /// Runs what add_to() has added, up to `until`.
  static void run(sc::LinkWindows& windows, Time& now, Time until);

  std::size_t links() const { return sites_.size(); }
  const Clock& clock() const { return clock_; }
  Work work() const;

 private:
  struct Site {
    std::unique_ptr<Link> link;
    std::unique_ptr<tb::StreamHost> a, b;
  };
  Clock clock_;
  std::vector<Site> sites_;
  Cycle ran_ = 0;
};

}  // namespace weft::bench
