// SPDX-License-Identifier: Apache-2.0
#include "models/npu/port_pump.h"

#include <bit>
#include <cstring>

namespace weft {

static_assert(std::endian::native == std::endian::little, "slots are copied as bytes");

void PortPump::push(const TxPacket& packet) {
  Fifo<TxPacket>& queue = packet.header.is_request() ? requests_ : responses_;
  if (queue.empty()) wake(packet.ready);
  queue.push(packet);
}

void PortPump::free(unsigned vc, unsigned slots) {
  frees_.push({static_cast<std::uint16_t>(vc), static_cast<std::uint16_t>(slots)});
  wake(context_.now);
}

bool PortPump::withdraw(TxPacket& packet) {
  if (requests_.empty()) return false;
  packet = requests_.front();
  requests_.pop();
  return true;
}

Time PortPump::edge(Cycle cycle) const {
  if (cycle == kNever) return Time::never();
  if (cycle != edge_cycle_) {
    edge_cycle_ = cycle;
    edge_time_ = clock_.edge(cycle);
  }
  return edge_time_;
}

Time PortPump::next() const {
  Cycle cycle = wake_;
  if (const NodePort::Arrival* arrival = port_.arrival()) {
    cycle = std::min(cycle, std::max(arrival->visible, last_));
  }
  if (blocked_) {
    const Cycle room = port_.next_room();
    if (room != kNever) cycle = std::min(cycle, std::max(room, last_ + 1));
  }
  return edge(cycle);
}

void PortPump::run() {
  last_ = clock_.first_edge_at_or_after(context_.now);
  wake_ = kNever;
  while (const NodePort::Arrival* arrival = port_.arrival()) {
    if (arrival->visible > last_) break;
    receive(*arrival);
    port_.take();
  }
  while (!frees_.empty()) {
    port_.free(last_, frees_.front().vc, frees_.front().slots);
    frees_.pop();
  }
  wake_ = kNever;
  blocked_ = false;
  send(responses_);
  send(requests_);
}

void PortPump::receive(const NodePort::Arrival& arrival) {
  const auto slots = static_cast<unsigned>(arrival.slots.size());
  TxnHeader header;
  if (!context_.format.decode(arrival.slots, header) || header.dst != context_.identity.node) {
    handler_.bad_packet();
    free(arrival.vc, slots);
    return;
  }
  header.vc = static_cast<std::uint8_t>(arrival.vc);
  header.poison = header.poison || arrival.poisoned;
  std::span<const std::uint8_t> data;
  if (header.carries_data()) {
    const std::uint64_t* first = arrival.slots.data() + TxnFormat::kHeaderSlots;
    data = {reinterpret_cast<const std::uint8_t*>(first), header.bytes};
  }
  handler_.received(header, data, slots);
}

void PortPump::send(Fifo<TxPacket>& queue) {
  while (!queue.empty()) {
    TxPacket& packet = queue.front();
    if (packet.ready > context_.now) {
      wake(packet.ready);
      return;
    }
    const unsigned vc = context_.format.vc_of(packet.header.type);
    const unsigned slots = context_.format.slots(packet.header);
    if (!port_.can_send(last_, vc, slots)) {
      blocked_ = true;
      return;
    }
    if (packet.header.is_request()) handler_.stamp(packet);
    packet.header.vc = static_cast<std::uint8_t>(vc);
    const std::span<std::uint64_t> out = port_.send(last_, vc, slots);
    context_.format.encode(packet.header, out);
    if (packet.header.carries_data()) {
      out.back() = 0;
      const std::span<const std::uint8_t> data = handler_.data_of(packet);
      std::memcpy(out.data() + TxnFormat::kHeaderSlots, data.data(), data.size());
    }
    const TxPacket done = packet;
    queue.pop();
    handler_.sent(done);
  }
}

std::string PortPump::waiting() const {
  std::string text;
  const auto one = [&](const Fifo<TxPacket>& queue, const char* what) {
    if (queue.empty()) return;
    const TxPacket& packet = queue.front();
    text += std::to_string(queue.size()) + " " + what + " to send, the oldest to node " +
            std::to_string(packet.header.dst) + " waits for " +
            (packet.ready > context_.now
                 ? "memory until " + to_string(packet.ready)
                 : "room in the port on VC " +
                       std::to_string(context_.format.vc_of(packet.header.type))) +
            "\n";
  };
  one(requests_, "requests");
  one(responses_, "responses");
  return text;
}

std::size_t PortPump::memory_bytes() const {
  return requests_.memory_bytes() + responses_.memory_bytes() + frees_.memory_bytes();
}

}  // namespace weft
