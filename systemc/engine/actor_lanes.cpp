// SPDX-License-Identifier: Apache-2.0
#include "systemc/engine/actor_lanes.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace weft::sc {
ActorLanes::ActorLanes(unsigned lanes) {
  for (unsigned i = 0; i < lanes; ++i) lanes_.push_back(std::make_unique<Lane>());
}

ActorLanes::Id ActorLanes::add(PortHost& host, std::size_t clock, PacketInbox* inbox) {
  actors_.push_back({&host, inbox, {}, 0});
  places_.push_back({clock});
  if (inbox == nullptr) apart_ = true;
  return static_cast<Id>(actors_.size() - 1);
}

unsigned ActorLanes::attach(Id actor, LinkPort& port) {
  Actor& owner = actors_.at(actor);
  if (owner.inbox != nullptr) throw std::logic_error("an actor with an inbox has no link ports");
  owner.ends.push_back({&port});
  return static_cast<unsigned>(owner.ends.size() - 1);
}

void ActorLanes::connect(Id from, PacketEnd& end, Id to, std::uint16_t port) {
  if (actors_.at(from).inbox == nullptr || actors_.at(to).inbox == nullptr) {
    throw std::logic_error("an actor with packet links has an inbox");
  }
  ++actors_[from].packet_ends;
  wires_.push_back({from, to, &end, port});
}

void ActorLanes::start() {
  // The busiest first, each to the lane that has least.
  std::vector<Id> order(actors_.size());
  std::iota(order.begin(), order.end(), 0);
  const auto weight = [&](Id id) { return 1 + actors_[id].ends.size() + actors_[id].packet_ends; };
  std::stable_sort(order.begin(), order.end(), [&](Id a, Id b) { return weight(a) > weight(b); });
  std::vector<std::size_t> load(lanes_.size());
  for (Id id : order) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += weight(id);
    places_[id].lane = static_cast<std::uint32_t>(least - load.begin());
  }
  for (Id id = 0; id < actors_.size(); ++id) {
    Place& place = places_[id];
    std::vector<Group>& groups = lanes_[place.lane]->groups;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return g.clock == place.clock; });
    if (group == groups.end()) group = groups.insert(group, Group{place.clock, {}, {}, {}});
    place.group = static_cast<std::uint32_t>(group - groups.begin());
    place.item = static_cast<std::uint32_t>(group->actors.size());
    group->actors.push_back(id);
    group->wakes.push_back(0);
    group->advanced.push_back(0);
    if (PacketInbox* inbox = actors_[id].inbox) {
      inbox->prepare(static_cast<unsigned>(lanes_.size()), &parity_);
    }
  }
  for (auto& lane : lanes_) {
    for (auto& marks : lane->marks) marks.assign(wires_.empty() ? 0 : actors_.size(), 0);
  }
  for (const Wire& wire : wires_) {
    const unsigned number = places_[wire.from].lane;
    Lane& lane = *lanes_[number];
    PacketPost post;
    for (unsigned parity : {0u, 1u}) {
      post.boxes[parity] = &actors_[wire.to].inbox->box(parity, number);
      post.marks[parity] = &lane.marks[parity][wire.to];
      post.any[parity] = &lane.any[parity];
    }
    post.parity = &parity_;
    post.port = wire.port;
    wire.end->set_post(post);
  }
}

void ActorLanes::note(End& end) {
  const LinkPort& port = *end.port;
  end.dirty = false;
  if (port.delivery() != nullptr) end.due = std::min(end.due, port.delivery()->visible);
  if (port.release() != nullptr) end.due = std::min(end.due, port.release()->visible);
  if (port.csr_reply() != nullptr) end.due = std::min(end.due, port.csr_reply()->visible);
}

void ActorLanes::wake(Id actor) {
  const Place& place = places_.at(actor);
  std::vector<Group>& groups = lanes_[place.lane]->groups;
  if (!groups.empty()) groups[place.group].wakes[place.item] = 0;  // else nothing ran yet
}

void ActorLanes::exchange(unsigned lane) {
  for (Group& group : lanes_[lane]->groups) {
    for (std::size_t i = 0; i < group.actors.size(); ++i) {
      if (group.advanced[i] != 0) actors_[group.actors[i]].host->exchange();
    }
  }
}

/// Something came for the actor in the last window.
bool ActorLanes::marked(Id actor) {
  if (wires_.empty()) return false;
  std::uint8_t any = 0;
  for (auto& lane : lanes_) {
    std::uint8_t& mark = lane->marks[parity_ ^ 1][actor];
    any |= mark;
    mark = 0;
  }
  return any != 0;
}

Time ActorLanes::run(unsigned number, std::span<const WindowSpan> spans, Time until) {
  Lane& lane = *lanes_[number];
  lane.any[parity_] = 0;
  Time next = Time::never();
  for (Group& group : lane.groups) {
    const WindowSpan& span = spans[group.clock];
    const Cycle first = run_group(lane, group, span);
    if (first != kNever) next = std::min(next, span.clock.edge(std::max(first, span.until)));
  }
  return lane.any[parity_] != 0 ? until : next;
}

Cycle ActorLanes::run_group(Lane& lane, Group& group, const WindowSpan& span) {
  Cycle first = kNever;
  for (std::size_t i = 0; i < group.actors.size(); ++i) {
    const Id id = group.actors[i];
    Actor& actor = actors_[id];
    Cycle wake = group.wakes[i];
    if (group.advanced[i] != 0) {  // and has exchanged since; ports are quiet only now
      wake = std::min(wake, actor.host->next_work());
      group.advanced[i] = 0;
    }
    for (End& end : actor.ends) wake = std::min(wake, end.due);
    if (marked(id) || wake < span.until) {
      actor.host->advance(span.from, span.until);
      wake = actor.host->next_work();
      for (End& end : actor.ends) {
        end.due = kNever;
        if (!end.port->dirty()) continue;
        end.dirty = true;
        first = span.until;
      }
      group.advanced[i] = actor.inbox == nullptr;
      ++lane.visits;
    }
    group.wakes[i] = wake;
    first = std::min(first, wake);
  }
  return first;
}

std::uint64_t ActorLanes::visits() const {
  std::uint64_t sum = 0;
  for (const auto& lane : lanes_) sum += lane->visits;
  return sum;
}

std::size_t ActorLanes::memory_bytes() const {
  std::size_t bytes = sizeof *this + actors_.capacity() * sizeof(Actor) +
                      places_.capacity() * sizeof(Place) + wires_.capacity() * sizeof(Wire);
  for (const Actor& actor : actors_) {
    bytes += actor.ends.capacity() * sizeof(End);
    if (actor.inbox != nullptr) bytes += actor.inbox->memory_bytes();
  }
  for (const auto& lane : lanes_) {
    bytes += sizeof *lane + lane->marks[0].capacity() + lane->marks[1].capacity();
    for (const Group& group : lane->groups) {
      bytes += group.actors.capacity() * (sizeof(Id) + sizeof(Cycle) + 1);
    }
  }
  return bytes;
}

}  // namespace weft::sc
