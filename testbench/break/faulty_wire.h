// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "testbench/break/wire_faults.h"

namespace weft::tb {

/// One direction of a link: beats arrive `delay` cycles after they left, in order, one per cycle,
/// and flits suffer what the plan says. A duplicate pushes back what follows it; when duplicates
/// have pushed the line back by kMaxBacklog cycles, it drops a flit to catch up.
class FaultyWire {
 public:
  static constexpr std::uint64_t kNever = UINT64_MAX;
  static constexpr std::uint64_t kMaxBacklog = 32;

  struct Beat {
    std::uint64_t cycle = 0;   ///< arrival
    std::uint64_t origin = 0;  ///< the flit it belongs to, counted from 0 as they left
    std::array<std::uint64_t, 8> slots{};
    bool sof = false, eof = false, bad = false;
  };
  struct Counts {
    std::uint64_t flits = 0, corrupted = 0, dropped = 0, duplicated = 0, marked = 0, cut = 0;
    std::uint64_t faults() const { return corrupted + dropped + duplicated + marked + cut; }
  };

  FaultyWire(unsigned delay, FaultPlan plan, FlitNamer namer, std::uint64_t seed = 0);

  void send(std::uint64_t cycle, const std::uint64_t* beat, bool sof, bool eof);

  /// Cycle of the next arrival, kNever when nothing is on the way.
  std::uint64_t next() const { return head_ == tail_ ? kNever : at(head_).cycle; }
  const Beat& front() const { return at(head_); }
  void pop() { ++head_; }

  const Counts& counts() const { return counts_; }
  /// Name of the flit that is being sent or was sent last.
  const FlitName& name() const { return name_; }

 private:
  const Beat& at(std::uint64_t i) const { return ring_[i & (ring_.size() - 1)]; }
  Beat& push(std::uint64_t cycle);
  void damage(Beat& beat, unsigned index);

  unsigned delay_;
  FaultPlan plan_;
  bool planned_;
  FlitNamer namer_;
  Random noise_;  // insides of bursts
  std::vector<Beat> ring_ = std::vector<Beat>(64);
  std::uint64_t head_ = 0, tail_ = 0;
  std::uint64_t last_arrival_ = 0;
  bool any_ = false;
  std::uint64_t flits_ = 0;
  FlitName name_;
  std::optional<WireFault> fault_;
  unsigned index_ = 0;  // of the next beat in its flit
  unsigned flit_beats_ = 0;
  Counts counts_;
};

}  // namespace weft::tb
