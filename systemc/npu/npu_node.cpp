// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/npu_node.h"

#include <algorithm>
#include <stdexcept>

#include "models/core/hex.h"
#include "models/npu/npu_regs.h"

namespace weft::sc {
namespace {

constexpr Time kInstant = Time::from_fs(1);

NpuMap map_of(const NpuConfig& config) {
  return {npu_regs::kRegsBase,    npu_regs::kRegsSize, npu_regs::kSramBase,
          config.sram_size.bytes, npu_regs::kHbmBase,  config.hbm_size.bytes};
}

}  // namespace

NpuNode::NpuNode(const sc_core::sc_module_name& name, const NpuNodeConfig& config,
                 const NpuIdentity& identity, const TxnFormat& format, NodePort& port,
                 const Clock& link_clock)
    : sc_core::sc_module(name),
      clock_(link_clock),
      router_("router", map_of(config.npu)),
      sram_("sram", config.npu.sram_size.bytes,
            MemoryTiming(config.npu.sram_bandwidth, config.npu.sram_latency)),
      hbm_("hbm", config.npu.hbm_size.bytes,
           MemoryTiming(config.npu.hbm_bandwidth, config.npu.hbm_latency)),
      npu_(config.npu, identity, format, port, link_clock, memory_bus_),
      core_(config.core, sram_.bytes(), npu_regs::kSramBase, core_data_) {
  regs.register_b_transport(this, &NpuNode::host_transport);
  regs.register_transport_dbg(this, &NpuNode::regs_debug);
  core_regs_.register_b_transport(this, &NpuNode::core_transport);
  core_regs_.register_transport_dbg(this, &NpuNode::regs_debug);
  mem.bind(router_.device);
  core_bus.bind(router_.core);
  router_.sram.bind(sram_.socket);
  router_.hbm.bind(hbm_.socket);
  router_.regs.bind(core_regs_);
  sram_.on_write([this](std::uint64_t at, std::uint64_t bytes) {
    core_.invalidate(npu_regs::kSramBase + at, bytes);
  });
}

void NpuNode::load(const ElfImage& image, Time at) {
  image.load_into(sram_.bytes(), npu_regs::kSramBase);
  core_.invalidate(npu_regs::kSramBase, sram_.size());
  core_.reset(image.entry(), at);
  image_ = &image;
}

void NpuNode::advance(Cycle, Cycle until) {
  const Time end = clock_.edge(until);
  run(end);
  ready_ = std::max(ready_, end);
}

Cycle NpuNode::next_work() const {
  const Time next = next_event();
  if (next.is_never()) return kNever;
  return clock_.first_edge_at_or_after(next + kInstant) - 1;  // the cycle it falls into
}

Time NpuNode::next_event() const {
  return std::min({npu_.next_event(), core_.next(), next_of_agents()});
}

Time NpuNode::next_of_agents() const {
  Time next = Time::never();
  if (driver_ != nullptr) next = driver_->next();
  if (host_ != nullptr) next = std::min(next, host_->next());
  return next;
}

/// The time order of device, core and agents; see the class.
void NpuNode::run(Time until) {
  for (;;) {
    const Time device = npu_.next_event();
    const Time core = core_.next();
    const Time agents = next_of_agents();
    const Time first = std::min({device, core, agents});
    if (first >= until) return;
    if (device == first) {
      npu_.run(device + kInstant);
      tell_lines(device);
    } else if (core == first && core >= hang_.from && core < hang_.until) {
      pause_core(core);
    } else if (core == first) {
      const Time hang = core < hang_.from ? hang_.from : Time::never();
      core_.run(std::min({device, agents + kInstant, until, hang}));
      tell_lines(std::max(core, core_data_.last()));
    } else {
      act(driver_ != nullptr && driver_->next() == first ? *driver_ : *host_, first);
    }
  }
}

void NpuNode::pause_core(Time at) {
  hang_.since = std::min(hang_.since, at);
  if (hang_.until.is_never()) {
    core_.hold();
  } else {
    core_.pause(hang_.until);
  }
}

void NpuNode::act(NodeAgent& agent, Time at) {
  now_ = at;
  agent.act(at, *this);
  tell_lines(at);
}

/// Tells of lines that are not what they were; what changed them happened at `at`.
void NpuNode::tell_lines(Time at) {
  const bool irq = npu_.irq();
  if (irq != irq_) {
    irq_ = irq;
    core_.set_external_irq(irq, at);
    if (driver_ != nullptr) driver_->set_irq(irq, at);
  }
  if (host_ == nullptr) return;
  std::uint64_t words = 0;
  npu_.mmio_peek(npu_regs::kHostRxCountOffset, words);
  if ((words != 0) == host_words_) return;
  host_words_ = words != 0;
  host_->set_irq(host_words_, at);
}

std::uint64_t NpuNode::read_reg(std::uint32_t offset) {
  std::uint64_t value = 0;
  if (npu_.mmio_read(now_, offset, 8, value)) return value;
  throw std::logic_error("an agent read from " + to_hex(offset) + ", which is no register");
}

void NpuNode::write_reg(std::uint32_t offset, std::uint64_t value) {
  if (npu_.mmio_write(now_, offset, 8, value)) return;
  throw std::logic_error("an agent wrote to " + to_hex(offset) + ", which is no register");
}

void NpuNode::read_mem(std::uint64_t address, std::span<std::uint8_t> bytes) {
  if (!peek(address, bytes)) throw std::logic_error("an agent read outside of memory");
}

void NpuNode::write_mem(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (!poke(address, bytes)) throw std::logic_error("an agent wrote outside of memory");
}

bool NpuNode::peek(std::uint64_t address, std::span<std::uint8_t> bytes) const {
  if (address >= npu_regs::kHbmBase) return hbm_.read(address - npu_regs::kHbmBase, bytes);
  return address >= npu_regs::kSramBase && sram_.read(address - npu_regs::kSramBase, bytes);
}

bool NpuNode::poke(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (address >= npu_regs::kHbmBase) return hbm_.write(address - npu_regs::kHbmBase, bytes);
  return address >= npu_regs::kSramBase && sram_.write(address - npu_regs::kSramBase, bytes);
}

}  // namespace weft::sc
