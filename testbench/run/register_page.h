// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/base/digest.h"
#include "models/link/link_regs.h"
#include "models/link/port.h"

namespace weft::tb {

/// What a run reads of a link end's registers, through the port as software would.
class RegisterPage {
 public:
  /// Registers of `vcs` VCs are read.
  explicit RegisterPage(unsigned vcs);

  /// Asks for all of them at host cycle `h`, which nothing asked for later than.
  void request(LinkPort& port, Cycle h) const;
  /// Takes the answers. False when not all of them are there.
  bool take(LinkPort& port);
  /// Cycles from a request to the last answer.
  Cycle turnaround(Cycle pipeline) const { return 2 * pipeline + offsets_.size() + 8; }

  std::uint64_t at(std::uint16_t offset) const { return values_[offset / 8]; }
  /// Register `index` of those from `offset` on.
  std::uint64_t at(std::uint16_t offset, unsigned index) const {
    return values_[offset / 8 + index];
  }
  /// Sum over VCs of a counter.
  std::uint64_t sum(std::uint16_t offset) const;
  unsigned vcs() const { return vcs_; }

  link_regs::StatusState state() const;
  /// "ACTIVE"
  const char* state_name() const;
  /// Bit v: a packet of VC v waits for credit alone.
  std::uint64_t stalled() const;
  /// Units that the sender of VC `vc` could still use.
  std::uint64_t credit(unsigned vc) const;
  /// Everything sent was acknowledged.
  bool acknowledged() const { return at(link_regs::kBaseOffset) == at(link_regs::kTopOffset); }

  /// Adds every counter and the sender's credit.
  void add_to(Digest& digest) const;

 private:
  static constexpr std::size_t kRegisters = 0x600 / 8;

  unsigned vcs_;
  std::vector<std::uint16_t> offsets_;
  std::array<std::uint64_t, kRegisters> values_{};
};

/// Register writes that give a link end the timers of `protocol`, in the order of the page.
struct RegisterWrite {
  std::uint16_t offset;
  std::uint64_t value;
};
std::vector<RegisterWrite> timer_writes(const Protocol& protocol);

}  // namespace weft::tb
