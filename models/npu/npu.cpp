// SPDX-License-Identifier: Apache-2.0
#include "models/npu/npu.h"

#include <utility>

#include "models/npu/npu_device.h"

namespace weft {

Npu::Npu(const NpuConfig& config, NpuIdentity identity, const TxnFormat& format, NodePort& port,
         const Clock& link_clock, MemoryBus& bus)
    : device_(
          std::make_unique<Device>(config, std::move(identity), format, port, link_clock, bus)) {}
Npu::~Npu() = default;

bool Npu::mmio_read(Time at, std::uint32_t offset, unsigned size, std::uint64_t& value) {
  return device_->mmio_read(at, offset, size, value);
}
bool Npu::mmio_write(Time at, std::uint32_t offset, unsigned size, std::uint64_t value) {
  return device_->mmio_write(at, offset, size, value);
}
bool Npu::mmio_peek(std::uint32_t offset, std::uint64_t& value) const {
  return device_->peek(offset, value);
}

Time Npu::next_event() const { return device_->next(); }
void Npu::run(Time until) { device_->run(until); }
bool Npu::irq() const { return device_->irq(); }
void Npu::set_link_up(unsigned port, bool up) { device_->set_link_up(port, up); }
void Npu::set_watch(TxnWatch* watch) { device_->context().watch = watch; }

const NpuConfig& Npu::config() const { return device_->context().config; }
const NpuIdentity& Npu::identity() const { return device_->context().identity; }
const NpuCounters& Npu::counters() const { return device_->context().counters; }
std::uint64_t Npu::outstanding() const { return device_->outstanding(); }
bool Npu::idle() const { return device_->idle(); }

npu_regs::FwStateState Npu::fw_state() const {
  return static_cast<npu_regs::FwStateState>(device_->software().fw_state);
}
std::uint64_t Npu::fw_cause() const { return device_->software().fw_cause; }
std::uint64_t Npu::fw_pc() const { return device_->software().fw_pc; }
std::uint64_t Npu::fw_tval() const { return device_->software().fw_tval; }
std::vector<ConsoleLine> Npu::take_console() { return device_->software().console.take(); }

void Npu::add_to_digest(Digest& digest) const {
  digest.add(device_->context().trace.value());
  digest.add(device_->context().result.value());
  device_->add_counters(digest);
}
void Npu::add_to_result(Digest& digest) const { digest.add(device_->context().result.value()); }

std::string Npu::pending() const { return device_->pending(); }
std::size_t Npu::memory_bytes() const { return sizeof(*this) + device_->memory_bytes(); }

}  // namespace weft
