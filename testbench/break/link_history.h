// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/link/link.h"

namespace weft::tb {

/// What the ends of a link did that tells of trouble: when they were up, when they restarted, when
/// they began to repeat flits. To the cycle, whatever windows and idle skipping.
class LinkHistory {
 public:
  /// The end at `side` accepted a DATA flit in `cycle`, which is its `ordinal`-th from 0 on.
  using Accepted = std::function<void(unsigned side, std::uint64_t ordinal, Cycle cycle)>;

  /// Watches the pins of both ends of `link`, which lives longer.
  LinkHistory(Link& link, Accepted accepted);
  LinkHistory(const LinkHistory&) = delete;
  LinkHistory& operator=(const LinkHistory&) = delete;

  /// The first cycle from `cycle` on in which both ends are up; kNever while there is none.
  Cycle up_from(Cycle cycle) const;
  /// The first cycle in [from, to] in which an end that was up is not any more; kNever if none.
  Cycle lost_in(Cycle from, Cycle to) const;
  /// An end left in [from, to] and never came up again.
  bool down_for_good(Cycle from, Cycle to) const;
  /// An end forgot what it held, in [from, to].
  bool restarted_in(Cycle from, Cycle to) const;
  /// How often an end left ACTIVE in [from, to]: that of the end that did so more often.
  std::uint64_t retrains_in(Cycle from, Cycle to) const;
  /// How often an end began to repeat flits in [from, to], both ends.
  std::uint64_t replays_in(Cycle from, Cycle to) const;

 private:
  struct Change {
    Cycle cycle;
    bool up;
  };
  struct End final : PinWatch {
    void clocked(const weft_link_in& in, const weft_link_out& out) override;
    void sent(Cycle cycle, std::uint64_t head);

    LinkHistory* history = nullptr;
    unsigned side = 0;
    bool up = false;
    bool repeats = false;        // the last DATA flit was a repeated one
    std::uint64_t next_seq = 0;  // of the flit after it
    std::uint64_t accepted = 0;
    std::vector<Change> changes;  // of up
    std::vector<Cycle> restarts;
    std::vector<Cycle> replays;
  };

  const LinkConfig& config_;
  Accepted accepted_;
  std::array<End, 2> ends_;
};

}  // namespace weft::tb
