// SPDX-License-Identifier: Apache-2.0
#include "systemc/link/link_windows.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weft::sc {

LinkWindows::LinkWindows(const LinkWindowsConfig& config)
    : config_(config),
      actors_(std::max(config.threads, 1u)),
      two_parts_(config.hosts_apart),
      barrier_(config.threads) {
  if (config.burst < 1) throw std::invalid_argument("a burst is at least one cycle");
  if (config.threads < 1) throw std::invalid_argument("links run on at least one thread");
  for (unsigned i = 0; i < config.threads; ++i) lanes_.push_back(std::make_unique<Lane>());
}

LinkWindows::~LinkWindows() {
  if (workers_.empty()) return;
  stopping_ = true;
  barrier_.arrive_and_wait();
  for (std::thread& worker : workers_) worker.join();
}

std::size_t LinkWindows::clock_index(const Clock& clock) {
  if (started_) throw std::logic_error("links and actors join before the first window");
  const auto same = [&](const WindowSpan& span) { return span.clock == clock; };
  auto span = std::find_if(clocks_.begin(), clocks_.end(), same);
  if (span == clocks_.end()) span = clocks_.insert(span, WindowSpan{clock, 0, 0});
  return static_cast<std::size_t>(span - clocks_.begin());
}

/// No window is longer than `cycles` of `clock`.
void LinkWindows::limit(const Clock& clock, Cycle cycles) {
  window_ = std::min(window_, clock.edge(std::min(config_.burst, cycles)));
}

std::size_t LinkWindows::add(Link& link, PortHost& a, PortHost& b) {
  const std::size_t clock = clock_index(link.clock());
  const std::size_t index = places_.size();
  const std::size_t lane = index % lanes_.size();
  std::vector<Group>& groups = lanes_[lane]->groups;
  auto group =
      std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.clock == clock; });
  if (group == groups.end()) group = groups.insert(group, Group{clock, {}, {}, {}});
  places_.push_back({static_cast<std::uint32_t>(lane),
                     static_cast<std::uint32_t>(group - groups.begin()),
                     static_cast<std::uint32_t>(group->items.size()), false});
  group->links.push_back(0);
  group->hosts.push_back(0);
  group->items.push_back({&link, {&a, &b}});

  limit(link.clock(), link.window_limit());
  return index;
}

ActorLanes::Id LinkWindows::add_actor(PortHost& actor, const Clock& clock, PacketInbox* inbox) {
  return actors_.add(actor, clock_index(clock), inbox);
}

std::size_t LinkWindows::join(Link& link, ActorLanes::Id a, ActorLanes::Id b) {
  const std::size_t clock = clock_index(link.clock());
  if (actors_.clock_of(a) != clock || actors_.clock_of(b) != clock) {
    throw std::logic_error("an actor and its links have one clock");
  }
  const std::size_t index = places_.size();
  const std::size_t lane = index % lanes_.size();
  std::vector<Joined>& groups = lanes_[lane]->joined;
  auto group =
      std::find_if(groups.begin(), groups.end(), [&](const Joined& g) { return g.clock == clock; });
  if (group == groups.end()) group = groups.insert(group, Joined{clock, {}, {}});
  places_.push_back({static_cast<std::uint32_t>(lane),
                     static_cast<std::uint32_t>(group - groups.begin()),
                     static_cast<std::uint32_t>(group->items.size()), true});
  group->wakes.push_back(0);
  const unsigned number_a = actors_.attach(a, link.port(0));
  group->items.push_back({&link, {a, b}, {number_a, actors_.attach(b, link.port(1))}});
  limit(link.clock(), link.window_limit());
  return index;
}

void LinkWindows::join(PacketLink& link, ActorLanes::Id a, std::uint16_t port_a, ActorLanes::Id b,
                       std::uint16_t port_b) {
  if (started_) throw std::logic_error("links and actors join before the first window");
  const std::size_t clock = actors_.clock_of(a);
  if (actors_.clock_of(b) != clock) throw std::logic_error("a link's ends have one clock");
  actors_.connect(a, link.ends[0], b, port_b);
  actors_.connect(b, link.ends[1], a, port_a);
  limit(clocks_[clock].clock, std::min(link.ends[0].latency(), link.ends[1].latency()));
}

void LinkWindows::wake(std::size_t index) {
  const Place& place = places_.at(index);
  if (place.joined) {
    Joined& group = lanes_[place.lane]->joined[place.group];
    group.wakes[place.item] = 0;
    for (ActorLanes::Id actor : group.items[place.item].actors) actors_.wake(actor);
    return;
  }
  Group& group = lanes_[place.lane]->groups[place.group];
  group.links[place.item] = group.hosts[place.item] = 0;
}

Time LinkWindows::run(Time now) {
  if (!started_) start();
  if (now < ran_until_) throw std::logic_error("a window begins before the last one ended");
  if (window_.is_never() || now >= end_) return Time::never();
  const Time until = window_ < end_ - now ? now + window_ : end_;
  for (WindowSpan& span : clocks_) {
    span.from = span.until;  // where the last window ended; skipped cycles were idle
    span.until = span.clock.edges_before(until);
  }
  ran_until_ = until;
  ++windows_;
  actors_.flip();

  if (workers_.empty()) {
    run_lane(0);
  } else {
    barrier_.arrive_and_wait();
    run_lane(0);
    barrier_.arrive_and_wait();
  }

  Time next = Time::never();
  for (const auto& lane : lanes_) {
    if (lane->error) std::rethrow_exception(std::exchange(lane->error, nullptr));
    next = std::min(next, lane->next);
  }
  if (next >= end_) return Time::never();
  return std::max(next, until);
}

void LinkWindows::start() {
  started_ = true;
  actors_.start();
  two_parts_ |= actors_.apart();
  for (unsigned thread = 1; thread < config_.threads; ++thread) {
    workers_.emplace_back([this, thread] { work(thread); });
  }
}

void LinkWindows::work(unsigned thread) {
  for (;;) {
    barrier_.arrive_and_wait();
    if (stopping_) return;
    run_lane(thread);
    barrier_.arrive_and_wait();
  }
}

template <typename Step>
void LinkWindows::guarded(Lane& lane, Step step) {
  try {
    step();
  } catch (...) {
    if (!lane.error) lane.error = std::current_exception();
  }
}

void LinkWindows::run_lane(unsigned thread) {
  Lane& lane = *lanes_[thread];
  lane.next = Time::never();
  const auto wake = [&](std::size_t clock, Cycle cycle) {
    if (cycle == kNever) return;
    lane.next = std::min(lane.next, clocks_[clock].clock.edge(cycle));
  };
  guarded(lane, [&] {
    for (Group& group : lane.groups) {
      const WindowSpan& span = clocks_[group.clock];
      const Cycle next = config_.hosts_apart
                             ? run_links(group, span.until, lane.visits)
                             : run_together(group, span.from, span.until, lane.visits);
      wake(group.clock, next);
    }
    for (Joined& group : lane.joined) {
      wake(group.clock, run_joined(group, clocks_[group.clock].until, lane.visits));
    }
    if (two_parts_) actors_.exchange(thread);
  });
  if (two_parts_ && !workers_.empty()) barrier_.arrive_and_wait();
  guarded(lane, [&] {
    if (!actors_.empty()) lane.next = std::min(lane.next, actors_.run(thread, clocks_, ran_until_));
    if (!config_.hosts_apart) return;
    for (Group& group : lanes_[(thread + 1) % lanes_.size()]->groups) {
      const WindowSpan& span = clocks_[group.clock];
      wake(group.clock, run_hosts(group, span.from, span.until));
    }
  });
}

/// Of a group, what is due before `until`; returns the earliest cycle that anything wakes.
Cycle LinkWindows::run_together(Group& group, Cycle from, Cycle until, std::uint64_t& visits) {
  Cycle first = kNever;
  for (std::size_t i = 0; i < group.links.size(); ++i) {
    if (group.links[i] < until) {
      Item& item = group.items[i];
      for (PortHost* host : item.hosts) host->advance(from, until);
      item.link->run(until);
      item.link->exchange();
      for (PortHost* host : item.hosts) host->exchange();
      group.links[i] = std::min(
          {item.link->next_work(), item.hosts[0]->next_work(), item.hosts[1]->next_work()});
      ++visits;
    }
    first = std::min(first, group.links[i]);
  }
  return first;
}

Cycle LinkWindows::run_links(Group& group, Cycle until, std::uint64_t& visits) {
  Cycle first = kNever;
  for (std::size_t i = 0; i < group.links.size(); ++i) {
    if (group.links[i] < until) {
      Item& item = group.items[i];
      item.link->exchange();  // of the window before
      for (PortHost* host : item.hosts) host->exchange();
      item.link->run(until);
      group.links[i] = item.link->next_work();
      group.hosts[i] = std::min(item.hosts[0]->next_work(), item.hosts[1]->next_work());
      ++visits;
    }
    first = std::min(first, group.links[i]);
  }
  return first;
}

/// Tells actors what links have for them and links what actors did in the window before, and runs
/// the links on.
Cycle LinkWindows::run_joined(Joined& group, Cycle until, std::uint64_t& visits) {
  Cycle first = kNever;
  for (std::size_t i = 0; i < group.items.size(); ++i) {
    const Joined::Item& item = group.items[i];
    ActorLanes::End& a = actors_.end(item.actors[0], item.numbers[0]);
    ActorLanes::End& b = actors_.end(item.actors[1], item.numbers[1]);
    if (group.wakes[i] < until || a.dirty || b.dirty) {
      item.link->exchange();
      ActorLanes::note(a);
      ActorLanes::note(b);
      item.link->run(until);
      group.wakes[i] = item.link->next_work();
      ++visits;
    }
    first = std::min(first, group.wakes[i]);
  }
  return first;
}

Cycle LinkWindows::run_hosts(Group& group, Cycle from, Cycle until) {
  Cycle first = kNever;
  for (std::size_t i = 0; i < group.hosts.size(); ++i) {
    if (group.hosts[i] < until) {
      Item& item = group.items[i];
      for (PortHost* host : item.hosts) host->advance(from, until);
      group.hosts[i] = std::min(item.hosts[0]->next_work(), item.hosts[1]->next_work());
      group.links[i] = std::min(group.links[i], item.link->next_work());
      first = std::min(first, group.links[i]);
    }
    first = std::min(first, group.hosts[i]);
  }
  return first;
}

LinkWindows::Counters LinkWindows::counters() const {
  Counters counters{windows_, 0, actors_.visits()};
  for (const auto& lane : lanes_) counters.visits += lane->visits;
  return counters;
}

std::size_t LinkWindows::memory_bytes() const {
  std::size_t bytes = sizeof *this + places_.capacity() * sizeof(Place) + actors_.memory_bytes();
  for (const auto& lane : lanes_) {
    bytes += sizeof *lane;
    for (const Group& group : lane->groups) {
      for (const Item& item : group.items) bytes += item.link->memory_bytes();
      bytes += group.links.capacity() * 2 * sizeof(Cycle) + group.items.capacity() * sizeof(Item);
    }
    for (const Joined& group : lane->joined) {
      for (const Joined::Item& item : group.items) bytes += item.link->memory_bytes();
      bytes += group.wakes.capacity() * (sizeof(Cycle) + sizeof(Joined::Item));
    }
  }
  return bytes;
}

}  // namespace weft::sc
