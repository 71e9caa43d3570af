// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft::tb {

/// What one host sends and how the other host takes it. Everything about a packet follows from the
/// direction, its VC and its place in that VC, so the receiving side can check every slot.
struct Traffic {
  std::uint64_t packets = 0;
  unsigned min_slots = 1, max_slots = 1;  ///< header included, uniform
  unsigned vc_mask = 1;                   ///< VCs in use, at random
  unsigned burst = 0;  ///< this many packets are made every `period` cycles; 0: as room allows
  std::uint64_t period = 0;
  unsigned bubble = 0;                  ///< of 256: cycles in which the host offers nothing
  unsigned free_min = 1, free_max = 1;  ///< cycles from the end of a packet to freeing its buffer
  int starved_vc = -1;                  ///< buffer of this VC is freed only every `starve` cycles
  std::uint64_t starve = 0;
  std::uint64_t seed = 1;

  /// Length of packet `index` of `vc`.
  unsigned slots(unsigned vc, std::uint64_t index) const;
  /// VC of the n-th packet made.
  unsigned vc(std::uint64_t n) const;
};

/// Packet header of packet `index`, which is `slots` slots long (PROTOCOL.md chapter 4).
std::uint64_t packet_header(unsigned vc, unsigned slots, std::uint64_t index);

/// Slots of packets. Among them are packets of zeros, of ones, and of words that look like headers.
class PacketWords {
 public:
  PacketWords() = default;
  PacketWords(const Traffic& traffic, unsigned vc, std::uint64_t index);
  std::uint64_t operator()(unsigned slot) const;
  unsigned slots() const { return slots_; }

 private:
  std::uint64_t header_ = 0, key_ = 0;
  unsigned slots_ = 0, pattern_ = 0;
};

}  // namespace weft::tb
