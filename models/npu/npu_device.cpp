// SPDX-License-Identifier: Apache-2.0
#include "models/npu/npu_device.h"

#include <stdexcept>
#include <utility>

namespace weft {

Npu::Device::Device(const NpuConfig& config, NpuIdentity identity, const TxnFormat& format,
                    NodePort& port, const Clock& clock, MemoryBus& bus)
    : context_(config, std::move(identity), format, bus),
      works_(config.dma_descriptors),
      pump_(context_, port, clock, *this),
      requester_(context_, works_, pump_),
      reduce_(context_, works_),
      dma_(context_, works_, requester_, reduce_),
      owner_(context_, pump_) {
  const NpuIdentity& who = context_.identity;
  if (who.peers.size() > 0xFFFF || who.rank >= who.peers.size() ||
      who.peers[who.rank] != who.node) {
    throw std::invalid_argument(who.name + ": the list of peers does not fit the own rank");
  }
}

void Npu::Device::run(Time until) {
  while (true) {
    const Time event = context_.events.next();
    const Time port = pump_.next();
    const Time next = std::min(event, port);
    if (next >= until) return;
    context_.now = std::max(context_.now, next);
    if (event <= port) {
      dispatch(context_.events.pop());
    } else {
      pump_.run();
    }
    settle();
  }
}

void Npu::Device::dispatch(const NpuEvent& event) {
  const bool current = event.arg == context_.generation;
  switch (event.kind) {
    case NpuEventKind::kWake:
      context_.unsettled = true;
      break;
    case NpuEventKind::kFetched:
      if (current) dma_.fetched();
      break;
    case NpuEventKind::kBlockSummed:
      if (current) reduce_.summed();
      break;
    case NpuEventKind::kReduceDone:
      if (current) reduce_.done();
      break;
    case NpuEventKind::kCompletionWritten:
      if (current) dma_.completion_written();
      break;
    case NpuEventKind::kReadWritten:
      requester_.written(event.arg);
      break;
    case NpuEventKind::kRequestDone:
      owner_.done();
      break;
  }
}

void Npu::Device::settle() {
  while (std::exchange(context_.unsettled, false)) {
    owner_.settle();
    dma_.settle();
    requester_.settle();
    reduce_.settle();
  }
  irq_latched_ |= dma_.take_irqs();
}

std::uint64_t Npu::Device::irq_pending() const {
  std::uint64_t pending = irq_latched_;
  if ((owner_.notify().pending & notify_enable_) != 0) pending |= npu_regs::kIrqPendingNotifyMask;
  if (software_.to_npu.size() != 0) pending |= npu_regs::kIrqPendingMailboxMask;
  return pending;
}

std::span<const std::uint8_t> Npu::Device::data_of(const TxPacket& packet) {
  return packet.header.is_request() ? requester_.data_of(packet) : owner_.data_of(packet);
}

void Npu::Device::sent(const TxPacket& packet) {
  if (packet.header.is_request()) {
    requester_.sent(packet);
  } else {
    owner_.sent(packet);
  }
}

void Npu::Device::received(const TxnHeader& header, std::span<const std::uint8_t> data,
                           unsigned slots) {
  if (header.is_request()) {
    owner_.request(header, data, slots);
  } else {
    requester_.respond(header, data, slots);
  }
}

void Npu::Device::set_link_up(unsigned port, bool up) {
  const std::uint64_t bit = std::uint64_t{1} << port;
  link_up_ = up ? link_up_ | bit : link_up_ & ~bit;
}

bool Npu::Device::idle() const {
  return !dma_.busy() && requester_.idle() && reduce_.idle() && owner_.idle() && pump_.empty();
}

std::string Npu::Device::pending() const {
  if (idle()) return "";
  return dma_.waiting() + reduce_.waiting() + requester_.waiting() + owner_.waiting() +
         pump_.waiting();
}

std::size_t Npu::Device::memory_bytes() const {
  return sizeof(*this) + context_.events.memory_bytes() + works_.memory_bytes() +
         pump_.memory_bytes() + requester_.memory_bytes() + reduce_.memory_bytes() +
         dma_.memory_bytes() + owner_.memory_bytes() + software_.to_npu.memory_bytes() +
         software_.to_host.memory_bytes();
}

}  // namespace weft
