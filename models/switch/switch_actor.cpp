// SPDX-License-Identifier: Apache-2.0
#include "models/switch/switch_actor.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "models/link/flit.h"
#include "models/switch/routes.h"

namespace weft {
namespace {

SwitchCoreConfig core_config(const SwitchConfig& config, const Protocol& protocol,
                             const std::vector<LinkPort*>& ports) {
  if (ports.empty()) throw std::invalid_argument("a switch has at least one port");
  const PortConfig& port = ports.front()->config();
  if (config.forwarding == Forwarding::kCutThrough) {
    throw std::invalid_argument("cut_through forwarding needs links at packet level");
  }
  if (config.latency.cycles < 2 * port.pipeline) {
    throw std::invalid_argument("a switch's latency is two port pipelines at least");
  }
  const std::uint64_t buffer = std::uint64_t{protocol.credits.rx_units} * protocol.credits.unit;
  if (config.buffer.bytes != 0 && config.buffer.bytes != buffer) {
    throw std::invalid_argument("the receive buffer of a link end is the protocol's");
  }
  if (config.egress.bytes < std::uint64_t{port.max_packet} * protocol.flit.slot) {
    throw std::invalid_argument("an egress queue holds the longest packet at least");
  }
  SwitchCoreConfig core;
  core.ports = static_cast<unsigned>(ports.size());
  core.vcs = port.vcs;
  core.latency = config.latency.cycles - 2 * port.pipeline;
  core.crossbar = config.crossbar;
  core.islip_iterations = config.islip_iterations;
  core.pace = Pace::of_beats(protocol);
  core.unit_slots = port.unit_slots;
  core.buffer_units = port.rx_units;
  return core;
}

}  // namespace

SwitchActor::SwitchActor(std::string name, const SwitchConfig& config, const Protocol& protocol,
                         std::vector<LinkPort*> ports, std::vector<std::uint16_t> table)
    : name_(std::move(name)),
      dst_(protocol.packet_header.dst),
      dpoison_(protocol.packet_header.dpoison),
      hck_(protocol.packet_header.hck),
      ports_(std::move(ports)),
      table_(std::move(table)),
      core_(core_config(config, protocol, ports_)) {
  const auto slots = static_cast<std::uint32_t>(config.egress.bytes / protocol.flit.slot);
  for (unsigned port = 0; port < ports_.size(); ++port) {
    for (unsigned vc = 0; vc < core_.config().vcs; ++vc) core_.room(port, vc, 0, slots);
  }
}

void SwitchActor::advance(Cycle, Cycle until) {
  for (unsigned input = 0; input < ports_.size(); ++input) {
    LinkPort& port = *ports_[input];
    while (const LinkPort::Release* release = port.release()) {
      core_.room(input, release->vc, release->visible, release->slots);
      port.take_release();
    }
    while (port.delivery() != nullptr && port.delivery()->visible < until) receive(input);
  }
  sent_.clear();
  core_.run(until, sent_);
  for (const SwitchCore::Sent& sent : sent_) forward(sent);
  give_back(until);
}

/// The oldest packet of a port goes to the pool and the core.
void SwitchActor::receive(unsigned input) {
  LinkPort& port = *ports_[input];
  const LinkPort::Delivery& delivery = *port.delivery();
  const std::span<const std::uint64_t> slots = port.slots(delivery);
  ++counters_.received;
  const std::uint64_t dst = dst_.get(slots[0]);
  const std::uint16_t output = dst < table_.size() ? table_[dst] : Routes::kNoRoute;
  if (output >= ports_.size()) {
    ++counters_.unroutable;
    freed_.push_back(
        {delivery.visible, delivery.slots, static_cast<std::uint16_t>(input), delivery.vc});
    port.take_delivery();
    return;
  }
  const std::uint32_t handle = pool_.take(delivery.slots);
  std::uint64_t* packet = pool_.at(handle);
  std::copy(slots.begin(), slots.end(), packet);
  if (delivery.poisoned) {
    ++counters_.poisoned;
    packet[0] = dpoison_.set(packet[0], 1);
    packet[0] = hck_.set(packet[0], PacketHeaderCheck::of(packet[0], hck_.lsb));
  }
  SwitchCore::Arrival arrival;
  arrival.head = arrival.tail = delivery.visible;
  arrival.slots = delivery.slots;
  arrival.handle = handle;
  arrival.output = output;
  arrival.vc = delivery.vc;
  core_.arrive(input, arrival);
  port.take_delivery();
}

void SwitchActor::forward(const SwitchCore::Sent& sent) {
  const std::span<std::uint64_t> slots = ports_[sent.output]->push(sent.cycle, sent.vc, sent.slots);
  std::copy_n(pool_.at(sent.handle), sent.slots, slots.data());
  pool_.give(sent.handle, sent.slots);
  freed_.push_back({sent.done, sent.slots, sent.input, sent.vc});
  ++counters_.forwarded;
  counters_.slots += sent.slots;
}

/// Receive buffer that is free before `until`, in order of time at each port.
void SwitchActor::give_back(Cycle until) {
  const auto later = [](const Freed& a, const Freed& b) {
    if (a.cycle != b.cycle) return a.cycle > b.cycle;
    if (a.input != b.input) return a.input > b.input;
    return a.vc > b.vc;
  };
  std::sort(freed_.begin(), freed_.end(), later);
  while (!freed_.empty() && freed_.back().cycle < until) {
    const Freed& freed = freed_.back();
    LinkPort& port = *ports_[freed.input];
    port.free(freed.cycle, freed.vc, port.units(freed.slots));
    freed_.pop_back();
  }
}

Cycle SwitchActor::next_work() const {
  Cycle next = core_.next_work();
  if (!freed_.empty()) next = std::min(next, freed_.back().cycle);
  for (const LinkPort* port : ports_) {
    if (port->delivery() != nullptr) next = std::min(next, port->delivery()->visible);
    if (port->release() != nullptr) next = std::min(next, port->release()->visible);
  }
  return next;
}

SwitchActor::Counters SwitchActor::counters() const {
  Counters counters = counters_;
  counters.faults = core_.faults();
  return counters;
}

std::size_t SwitchActor::memory_bytes() const {
  return sizeof *this - sizeof core_ + core_.memory_bytes() + pool_.memory_bytes() +
         table_.capacity() * sizeof(std::uint16_t) + ports_.capacity() * sizeof(LinkPort*) +
         sent_.capacity() * sizeof(SwitchCore::Sent) + freed_.capacity() * sizeof(Freed);
}

}  // namespace weft
