// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "models/base/clock.h"
#include "models/base/time.h"
#include "models/link/link.h"
#include "models/link/port_host.h"
#include "systemc/engine/actor_lanes.h"
#include "systemc/link/window_barrier.h"

namespace weft::sc {

/// How links are run. Nothing in it changes results.
struct LinkWindowsConfig {
  Cycle burst = 32;      ///< longest window, in cycles of each link
  unsigned threads = 1;  ///< threads that share the links, the caller's included
  /// Hosts are run after all links of a window, by another thread than their link if there is one,
  /// as a switch behind the ports would be. Otherwise each link is visited together with its hosts.
  bool hosts_apart = false;
};

/// Runs many links and their hosts in windows, without a kernel.
///
/// What is behind a link's ends is either two hosts of its own or actors: parties such as a switch
/// that own ports of any number of links. Actors may also be joined by links at packet level.
///
/// A window is so short that within it no link end can notice its peer or its host:
/// min(burst, latency, port pipeline) of the link where that is the least time. So links and hosts
/// may run in any order and on any thread; they meet when the window is over. Of a link that has
/// nothing to do in a window no more is touched than its entry in an array of wake cycles, and
/// windows in which nobody has are left out.
class LinkWindows {
 public:
  struct Counters {
    std::uint64_t windows = 0;       ///< that were run
    std::uint64_t visits = 0;        ///< of a link in a window
    std::uint64_t actor_visits = 0;  ///< of an actor in a window
  };

  explicit LinkWindows(const LinkWindowsConfig& config);
  ~LinkWindows();
  LinkWindows(const LinkWindows&) = delete;
  LinkWindows& operator=(const LinkWindows&) = delete;

  /// Before the first window. Link and hosts belong to the caller, who leaves them alone while a
  /// window runs. Returns the link's index: 0, 1, ...
  std::size_t add(Link& link, PortHost& a, PortHost& b);
  /// A party that owns ports of any number of links, all of that clock. `inbox` is its own when it
  /// speaks over packet links, to which it must keep then. Before the first window.
  ActorLanes::Id add_actor(PortHost& actor, const Clock& clock, PacketInbox* inbox = nullptr);
  /// A link between the ports of two actors; as add() otherwise.
  std::size_t join(Link& link, ActorLanes::Id a, ActorLanes::Id b);
  /// A link at packet level between two actors, who know it by those port numbers. It is not
  /// counted among the links.
  void join(PacketLink& link, ActorLanes::Id a, std::uint16_t port_a, ActorLanes::Id b,
            std::uint16_t port_b);

  /// Nothing at or after `end` is run. Before the first window, or between windows.
  void set_end(Time end) { end_ = end; }

  /// Between windows: a host of link `index` has something to do that it did not tell of.
  void wake(std::size_t index);
  /// The same for an actor; links of its ports are looked at too.
  void wake_actor(ActorLanes::Id actor) { actors_.wake(actor); }

  /// Where the last window ended.
  Time ran_until() const { return ran_until_; }
  /// Longest window; Time::never() without links.
  Time window() const { return window_; }

  /// Runs the window that begins at `now`, which is not before the end of the last one and not
  /// after what it returned. Returns when the next one is to begin: where this one ended or later,
  /// and Time::never() when nothing is left to do before the end. Rethrows what a link or host
  /// throws.
  Time run(Time now);

  Counters counters() const;
  /// Of the links and what this class keeps of them, without hosts and cores.
  std::size_t memory_bytes() const;

 private:
  struct Item {
    Link* link;
    PortHost* hosts[2];
  };
  /// The links of one thread that have one clock.
  struct Group {
    std::size_t clock;         // index into clocks_
    std::vector<Cycle> links;  // wake cycles of links (and their hosts, unless apart)
    std::vector<Cycle> hosts;  // wake cycles of hosts, when apart
    std::vector<Item> items;
  };
  /// Links of one thread that have one clock and actors at their ends.
  struct Joined {
    struct Item {
      Link* link;
      std::array<ActorLanes::Id, 2> actors;
      std::array<unsigned, 2> numbers;  // of the port among its actor's
    };
    std::size_t clock;
    std::vector<Cycle> wakes;
    std::vector<Item> items;
  };
  struct Lane {
    std::vector<Group> groups;
    std::vector<Joined> joined;
    Time next = Time::never();
    std::uint64_t visits = 0;
    std::exception_ptr error;
  };
  struct Place {
    std::uint32_t lane, group, item;
    bool joined;
  };

  std::size_t clock_index(const Clock& clock);
  void limit(const Clock& clock, Cycle cycles);
  void start();
  void work(unsigned thread);
  void run_lane(unsigned thread);
  Cycle run_together(Group& group, Cycle from, Cycle until, std::uint64_t& visits);
  Cycle run_links(Group& group, Cycle until, std::uint64_t& visits);
  Cycle run_joined(Joined& group, Cycle until, std::uint64_t& visits);
  Cycle run_hosts(Group& group, Cycle from, Cycle until);
  template <typename Step>
  void guarded(Lane& lane, Step step);

  LinkWindowsConfig config_;
  std::vector<WindowSpan> clocks_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Place> places_;  // of links, by index
  ActorLanes actors_;
  bool two_parts_ = false;  // of a window: links, then what is behind them
  Time window_ = Time::never();
  Time end_ = Time::max();
  Time ran_until_;
  std::uint64_t windows_ = 0;
  bool started_ = false;
  bool stopping_ = false;
  WindowBarrier barrier_;
  std::vector<std::thread> workers_;
};

}  // namespace weft::sc
