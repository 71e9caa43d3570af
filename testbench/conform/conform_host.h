// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "models/link/pins.h"
#include "testbench/conform/traffic.h"

namespace weft::tb {

/// Cycles from the first slot offered to the commit of the last slot, over the packets of one
/// direction.
struct PacketLatency {
  std::uint64_t count = 0, sum = 0, min = UINT64_MAX, max = 0;
  std::vector<std::uint32_t> each;  ///< by order of delivery, if kept
  void add(std::uint64_t cycles, bool keep);
};

/// What is behind one link end in the suite: makes packets, feeds them, checks every slot received
/// and frees buffer. Works on the pins directly, without the pipelines of a port.
class ConformHost {
 public:
  static constexpr std::uint64_t kNever = UINT64_MAX;

  struct Shape {
    unsigned vcs = 1, skid = 64, unit_slots = 8;
  };

  /// Sends `out`; what arrives is `in`, made by `peer`.
  ConformHost(const Shape& shape, const Traffic& out, const Traffic& in, bool keep_latency);
  void set_peer(const ConformHost* peer) { peer_ = peer; }

  /// Inputs of a cycle: at most one ht beat and one free. The data stays valid until the next call.
  void drive(std::uint64_t now, weft_link_in& in);
  /// Outputs of the same cycle.
  void collect(std::uint64_t now, const weft_link_out& out);

  /// First cycle from `now` on in which drive() may have something.
  std::uint64_t next(std::uint64_t now) const;

  bool all_offered() const { return made_ == out_.packets && waiting_ == 0; }
  bool all_received() const { return received_ == in_.packets && frees_ == 0; }
  std::uint64_t received() const { return received_; }
  std::uint64_t slots_received() const { return slots_received_; }
  std::uint64_t slots_made() const { return slots_made_; }
  std::uint64_t first_commit() const { return first_commit_; }
  std::uint64_t last_commit() const { return last_commit_; }
  const PacketLatency& latency() const { return latency_; }
  std::uint64_t wrong_slots() const { return wrong_; }
  const std::string& first_wrong() const { return first_wrong_; }

 private:
  struct Lane {
    std::uint64_t made = 0;     // packets
    std::uint64_t slots = 0;    // made and not offered
    std::uint64_t sending = 0;  // index of the packet being offered
    unsigned at = 0;            // next slot of it
    PacketWords words;
    unsigned space = 0;
    std::vector<std::uint64_t> offered_at;  // cycle of the header of each packet
  };
  struct Taking {
    std::uint64_t index = 0;
    unsigned at = 0;  // slots of the packet had so far; 0 between packets
    PacketWords words;
  };
  struct Free {
    std::uint64_t due;
    unsigned units;
  };
  struct Beat {
    unsigned mask, sop, eop, vc;
    std::array<std::uint64_t, 8> slots;
  };

  void make(std::uint64_t now);
  void feed(std::uint64_t now, weft_link_in& in);
  void release(std::uint64_t now, weft_link_in& in);
  void take(std::uint64_t now, const Beat& beat);
  void take_slot(std::uint64_t now, std::uint64_t slot, bool sop, bool eop);
  void wrong(std::uint64_t now, const std::string& what);

  Shape shape_;
  Traffic out_, in_;
  bool keep_latency_;
  const ConformHost* peer_ = nullptr;
  std::array<Lane, 16> lanes_;
  std::uint64_t made_ = 0, waiting_ = 0, slots_made_ = 0;  // waiting: slots made and not offered
  unsigned last_vc_ = 0;
  std::uint64_t bubble_word_ = 0;
  std::array<std::uint64_t, 8> beat_{};

  std::array<Taking, 16> taking_;
  int open_vc_ = -1;
  std::vector<Beat> given_;
  std::array<std::deque<Free>, 16> free_;
  std::uint64_t frees_ = 0, next_free_ = kNever;
  unsigned last_free_vc_ = 0;
  std::uint64_t received_ = 0, slots_received_ = 0;
  std::uint64_t first_commit_ = kNever, last_commit_ = 0;
  PacketLatency latency_;
  std::uint64_t wrong_ = 0;
  std::string first_wrong_;
};

}  // namespace weft::tb
