// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "testbench/watch/wire_format.h"

namespace weft::tb {

/// What one host offered, per VC, with two readers: what its end has put on the wire for the first
/// time, and what the other host was given. Positions are slots counted from 0.
class OfferedStream {
 public:
  struct Lane {
    std::vector<std::uint64_t> ring = std::vector<std::uint64_t>(256);
    std::uint64_t offered = 0;
    std::uint64_t sent = 0;
    std::uint64_t delivered = 0;

    std::uint64_t at(std::uint64_t position) const { return ring[position & (ring.size() - 1)]; }
    /// True when `slots` slots from `position` on were offered and equal `data`.
    bool same(std::uint64_t position, unsigned slots, const std::uint64_t* data) const;
    void push(const std::uint64_t* data, unsigned slots);
  };

  Lane& lane(unsigned vc) { return lanes_[vc]; }
  const Lane& lane(unsigned vc) const { return lanes_[vc]; }

  /// The sending end forgot everything: what it did not send by now it never will.
  void sender_flushed();
  /// The receiving end forgot everything: nothing that was under way will be delivered.
  void receiver_flushed();
  /// The receiving host was given something again.
  void receiver_runs() { receiver_clean_ = false; }

 private:
  std::array<Lane, wire::kMaxVcs> lanes_;
  bool receiver_clean_ = false;  // nothing delivered since the receiver flushed
};

/// Counters per VC that remember their last changes, so that their value some cycles ago can be
/// asked for. Changes come in cycle order.
class RecentCounters {
 public:
  void add(unsigned vc, std::uint64_t amount, std::uint64_t cycle) {
    now_[vc] += amount;
    changes_[count_++ & (kKept - 1)] = {cycle, amount, vc};
  }
  std::uint64_t now(unsigned vc) const { return now_[vc]; }
  /// Value after all changes up to and including `cycle`.
  std::uint64_t at(unsigned vc, std::uint64_t cycle) const {
    std::uint64_t value = now_[vc];
    for (std::uint64_t i = count_; i > 0 && count_ - i < kKept; --i) {
      const Change& change = changes_[(i - 1) & (kKept - 1)];
      if (change.cycle <= cycle) break;
      if (change.vc == vc) value -= change.amount;
    }
    return value;
  }
  bool changed_after(std::uint64_t cycle) const {
    return count_ != 0 && changes_[(count_ - 1) & (kKept - 1)].cycle > cycle;
  }
  void reset(const std::array<std::uint64_t, wire::kMaxVcs>& values) {
    now_ = values;
    count_ = 0;
  }

 private:
  static constexpr std::size_t kKept = 256;
  struct Change {
    std::uint64_t cycle = 0;
    std::uint64_t amount = 0;
    unsigned vc = 0;
  };
  std::array<std::uint64_t, wire::kMaxVcs> now_{};
  std::array<Change, kKept> changes_{};
  std::uint64_t count_ = 0;
};

}  // namespace weft::tb
