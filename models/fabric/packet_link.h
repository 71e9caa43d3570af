// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/fabric/pace.h"
#include "models/link/cycle.h"

namespace weft {

/// A packet on its way: only its handle crosses, what it stands for stays where it is.
struct PacketArrival {
  Cycle tail;            ///< its last slot is there
  std::uint32_t handle;  ///< of the sender's and receiver's common pool
  std::uint16_t port;    ///< of the receiver
  std::uint16_t slots;
  std::uint16_t dst;  ///< node it goes to
  std::uint8_t vc;
};

/// Receive buffer given back to the sender.
struct CreditReturn {
  Cycle cycle;         ///< the sender may use it
  std::uint16_t port;  ///< of the receiver of this message, the sender of packets
  std::uint16_t slots;
  std::uint8_t vc;
};

/// What one thread's actors have for an actor in a window.
struct PacketBox {
  std::vector<PacketArrival> arrivals;
  std::vector<CreditReturn> credits;
};

/// Where an actor finds what others sent it over packet links: what they write in a window it reads
/// in the next one, by when all of it is still to come. Each thread that writes has a box of its
/// own, so nobody waits for anybody within a window, and the order of messages means nothing.
class PacketInbox {
 public:
  /// Whoever runs the actors calls this before they start. `parity` flips between windows.
  void prepare(unsigned lanes, const unsigned* parity) {
    lanes_ = lanes;
    parity_ = parity;
    boxes_ = std::make_unique<PacketBox[]>(std::size_t{2} * lanes);
  }
  PacketBox& box(unsigned parity, unsigned lane) { return boxes_[parity * lanes_ + lane]; }

  /// Calls on_arrival(const PacketArrival&) and on_credit(const CreditReturn&) for all there is,
  /// and empties the boxes.
  template <typename OnArrival, typename OnCredit>
  void read(OnArrival on_arrival, OnCredit on_credit) {
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      PacketBox& from = box(*parity_ ^ 1, lane);
      for (const CreditReturn& credit : from.credits) on_credit(credit);
      for (const PacketArrival& arrival : from.arrivals) on_arrival(arrival);
      from.credits.clear();
      from.arrivals.clear();
    }
  }

  std::size_t memory_bytes() const;

 private:
  std::unique_ptr<PacketBox[]> boxes_;
  const unsigned* parity_ = nullptr;
  unsigned lanes_ = 0;
};

/// How one thread's actors reach an actor.
struct PacketPost {
  std::array<PacketBox*, 2> boxes{};     ///< by parity
  std::array<std::uint8_t*, 2> marks{};  ///< set when there is something for the actor
  std::array<std::uint8_t*, 2> any{};    ///< set when this thread has something for anyone
  const unsigned* parity = nullptr;
  std::uint16_t port = 0;  ///< of the link at the actor
};

/// One end of a PacketLink, used by the actor it belongs to. It keeps no count of credits: who
/// sends has been given them, by CreditReturn messages.
class PacketEnd {
 public:
  PacketEnd(const Pace& pace, Cycle latency) : pace_(pace), latency_(latency) {}

  void set_post(const PacketPost& post) { post_ = post; }
  const Pace& pace() const { return pace_; }
  Cycle latency() const { return latency_; }

  /// From this grain on nothing is being sent.
  std::uint64_t free() const { return free_; }
  std::uint64_t slots_sent() const { return slots_; }

  /// Sends a packet when the line is free, in cycle `c` or later. Calls come in order of `c`.
  void send(Cycle c, std::uint32_t handle, std::uint32_t slots, std::uint16_t dst, unsigned vc) {
    free_ = std::max(free_, pace_.at(c)) + pace_.grains(slots);
    slots_ += slots;
    const unsigned parity = *post_.parity;
    post_.boxes[parity]->arrivals.push_back({pace_.cycle_after(free_) + latency_, handle,
                                             post_.port, static_cast<std::uint16_t>(slots), dst,
                                             static_cast<std::uint8_t>(vc)});
    *post_.marks[parity] = *post_.any[parity] = 1;
  }
  /// Gives back receive buffer in cycle `c`.
  void give_back(Cycle c, std::uint32_t slots, unsigned vc) {
    const unsigned parity = *post_.parity;
    post_.boxes[parity]->credits.push_back({c + latency_, post_.port,
                                            static_cast<std::uint16_t>(slots),
                                            static_cast<std::uint8_t>(vc)});
    *post_.marks[parity] = *post_.any[parity] = 1;
  }

 private:
  Pace pace_;
  Cycle latency_;
  std::uint64_t free_ = 0;
  std::uint64_t slots_ = 0;
  PacketPost post_;
};

/// A link at packet level: packets follow each other at the rate of the line's payload slots
/// (what flits carry beside them is in the Pace) and arrive `latency` cycles after they left, as
/// do credits. No errors. `latency` holds both port pipelines, the flight and the link ends.
struct PacketLink {
  std::array<PacketEnd, 2> ends;

  PacketLink(const Pace& pace, Cycle latency)
      : ends{PacketEnd(pace, latency), PacketEnd(pace, latency)} {}
};

}  // namespace weft
