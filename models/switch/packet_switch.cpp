// SPDX-License-Identifier: Apache-2.0
#include "models/switch/packet_switch.h"

#include <stdexcept>
#include <utility>

#include "models/switch/routes.h"

namespace weft {
namespace {

SwitchCoreConfig core_config(const SwitchConfig& config, const Protocol& protocol, Cycle pipeline,
                             std::size_t ports) {
  if (config.latency.cycles < 2 * pipeline) {
    throw std::invalid_argument("a switch's latency is two port pipelines at least");
  }
  SwitchCoreConfig core;
  core.ports = static_cast<unsigned>(ports);
  core.vcs = protocol.vcs;
  core.latency = config.latency.cycles - 2 * pipeline;
  core.crossbar = config.crossbar;
  core.islip_iterations = config.islip_iterations;
  core.forwarding = config.forwarding;
  core.pace = Pace::of_line(protocol);
  core.unit_slots = protocol.unit_slots();
  core.buffer_units = config.buffer.bytes == 0
                          ? protocol.credits.rx_units
                          : static_cast<unsigned>(config.buffer.bytes / protocol.credits.unit);
  core.room_in_units = true;
  return core;
}

}  // namespace

PacketSwitch::PacketSwitch(std::string name, const SwitchConfig& config, const Protocol& protocol,
                           Cycle pipeline, std::vector<PacketEnd*> ends,
                           const std::vector<std::uint32_t>& buffers,
                           std::vector<std::uint16_t> table)
    : name_(std::move(name)),
      ends_(std::move(ends)),
      table_(std::move(table)),
      pace_(Pace::of_line(protocol)),
      core_(core_config(config, protocol, pipeline, ends_.size())) {
  if (buffers.size() != ends_.size()) throw std::invalid_argument("a buffer for each port");
  for (unsigned port = 0; port < ends_.size(); ++port) {
    for (unsigned vc = 0; vc < protocol.vcs; ++vc) core_.room(port, vc, 0, buffers[port]);
  }
}

void PacketSwitch::arrive(const PacketArrival& packet) {
  ++received_;
  const std::uint16_t output = packet.dst < table_.size() ? table_[packet.dst] : Routes::kNoRoute;
  if (output >= ends_.size()) [[unlikely]] {
    ++unroutable_;
    ends_[packet.port]->give_back(packet.tail, core_.charge(packet.slots), packet.vc);
    return;
  }
  SwitchCore::Arrival arrival;
  arrival.tail = packet.tail;
  // The first slot came as much earlier as the others take, to within a cycle.
  arrival.head = packet.tail - pace_.cycle(pace_.grains(packet.slots - 1u));
  arrival.slots = packet.slots;
  arrival.handle = packet.handle;
  arrival.dst = packet.dst;
  arrival.output = output;
  arrival.vc = packet.vc;
  core_.arrive(packet.port, arrival);
}

void PacketSwitch::advance(Cycle, Cycle until) {
  inbox_.read([this](const PacketArrival& packet) { arrive(packet); },
              [this](const CreditReturn& credit) {
                core_.room(credit.port, credit.vc, credit.cycle, credit.slots);
              });
  sent_.clear();
  core_.run(until, sent_);
  for (const SwitchCore::Sent& sent : sent_) {
    ends_[sent.output]->send(sent.cycle, sent.handle, sent.slots, sent.dst, sent.vc);
    ends_[sent.input]->give_back(sent.done, core_.charge(sent.slots), sent.vc);
  }
}

std::size_t PacketSwitch::memory_bytes() const {
  return sizeof *this - sizeof core_ - sizeof inbox_ + core_.memory_bytes() +
         inbox_.memory_bytes() + table_.capacity() * sizeof(std::uint16_t) +
         ends_.capacity() * sizeof(PacketEnd*) + sent_.capacity() * sizeof(SwitchCore::Sent);
}

}  // namespace weft
