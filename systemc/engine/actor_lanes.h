// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/base/clock.h"
#include "models/base/time.h"
#include "models/fabric/packet_link.h"
#include "models/link/port.h"
#include "models/link/port_host.h"

namespace weft::sc {

/// A clock and its cycles in the window being run.
struct WindowSpan {
  Clock clock;
  Cycle from;
  Cycle until;
};

/// The actors of LinkWindows: parties that own ports of any number of links. Each belongs to one
/// lane, which is one thread's share, and is run when one of its ports or its inbox has something
/// or its own time has come.
class ActorLanes {
 public:
  using Id = std::uint32_t;

  /// A port of an actor. A window has two parts: in the first, links run and write `due`; in the
  /// second, actors do and write `dirty`.
  struct End {
    LinkPort* port;
    Cycle due = kNever;  ///< first cycle in which the actor may find something new
    bool dirty = false;  ///< the actor did something that the link has not been told
  };

  explicit ActorLanes(unsigned lanes);

  /// Before start(). `clock` is an index that spans given to run() use. `inbox` is the actor's, or
  /// nullptr. Who has one has no link port and is not asked to exchange().
  Id add(PortHost& host, std::size_t clock, PacketInbox* inbox);
  std::size_t clock_of(Id actor) const { return places_.at(actor).clock; }
  /// A port of the actor; returns its number among the actor's.
  unsigned attach(Id actor, LinkPort& port);
  /// What `end`, used by `from`, sends is for `to`, which knows the link as its port `port`.
  void connect(Id from, PacketEnd& end, Id to, std::uint16_t port);
  /// Shares the actors out and wires the packet links.
  void start();

  bool empty() const { return places_.empty(); }
  /// Whether some actor needs the two parts of a window kept apart.
  bool apart() const { return apart_; }
  std::size_t size() const { return places_.size(); }
  End& end(Id actor, unsigned number) { return actors_[actor].ends[number]; }
  /// First part of a window: the port of `end` was exchanged.
  static void note(End& end);
  /// Between windows: the actor has something to do that it did not tell of.
  void wake(Id actor);

  /// Between windows.
  void flip() { parity_ ^= 1; }
  /// First part of a window: exchange() of the lane's actors, while links run and other lanes do
  /// the same. It may touch what two actors share beside their links, but no port.
  void exchange(unsigned lane);
  /// Second part. Returns when something is to be done next; `until` of the window when at once.
  Time run(unsigned lane, std::span<const WindowSpan> spans, Time until);

  /// Of an actor in a window, so far.
  std::uint64_t visits() const;
  std::size_t memory_bytes() const;

 private:
  struct Actor {
    PortHost* host;
    PacketInbox* inbox;
    std::vector<End> ends;
    std::size_t packet_ends = 0;
  };
  struct Place {
    std::size_t clock;
    std::uint32_t lane = 0, group = 0, item = 0;
  };
  struct Group {
    std::size_t clock;
    std::vector<Cycle> wakes;
    std::vector<Id> actors;
    std::vector<std::uint8_t> advanced;  // in the last window
  };
  struct Lane {
    std::vector<Group> groups;
    std::array<std::vector<std::uint8_t>, 2> marks;  // by parity: what this lane has for an actor
    std::array<std::uint8_t, 2> any{};
    std::uint64_t visits = 0;
  };
  struct Wire {
    Id from, to;
    PacketEnd* end;
    std::uint16_t port;
  };

  bool marked(Id actor);
  Cycle run_group(Lane& lane, Group& group, const WindowSpan& span);

  unsigned parity_ = 0;
  bool apart_ = false;
  std::vector<Actor> actors_;
  std::vector<Place> places_;
  std::vector<Wire> wires_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace weft::sc
