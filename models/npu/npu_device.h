// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "models/npu/dma_engine.h"
#include "models/npu/npu.h"
#include "models/npu/npu_context.h"
#include "models/npu/owner.h"
#include "models/npu/port_pump.h"
#include "models/npu/reduce_unit.h"
#include "models/npu/requester.h"
#include "models/npu/software_side.h"
#include "models/npu/work_table.h"

namespace weft {

/// The parts of an NPU, joined.
class Npu::Device final : public PacketHandler {
 public:
  Device(const NpuConfig& config, NpuIdentity identity, const TxnFormat& format, NodePort& port,
         const Clock& clock, MemoryBus& bus);

  bool mmio_read(Time at, std::uint32_t offset, unsigned size, std::uint64_t& value);
  bool mmio_write(Time at, std::uint32_t offset, unsigned size, std::uint64_t value);
  /// A register's value; false when there is none. Nothing is taken out of a queue.
  bool peek(std::uint32_t offset, std::uint64_t& value) const;

  Time next() const { return std::min(context_.events.next(), pump_.next()); }
  void run(Time until);
  std::uint64_t irq_pending() const;
  bool irq() const { return (irq_pending() & irq_enable_) != 0; }
  bool idle() const;
  std::string pending() const;
  std::size_t memory_bytes() const;
  void add_counters(Digest& digest) const;

  NpuContext& context() { return context_; }
  const NpuContext& context() const { return context_; }
  SoftwareSide& software() { return software_; }
  const SoftwareSide& software() const { return software_; }
  std::uint64_t outstanding() const { return requester_.outstanding(); }
  void set_link_up(unsigned port, bool up);

 private:
  void dispatch(const NpuEvent& event);
  void settle();

  void stamp(TxPacket& packet) override { requester_.stamp(packet); }
  std::span<const std::uint8_t> data_of(const TxPacket& packet) override;
  void sent(const TxPacket& packet) override;
  void bad_packet() override { ++context_.counters.bad_packets; }
  void received(const TxnHeader& header, std::span<const std::uint8_t> data,
                unsigned slots) override;

  void check_time(Time at);
  bool peek_identity(std::uint32_t offset, std::uint64_t& value) const;
  bool peek_dma(std::uint32_t offset, std::uint64_t& value) const;
  bool peek_segment(std::uint32_t offset, std::uint64_t& value) const;
  bool peek_notify(std::uint32_t offset, std::uint64_t& value) const;
  bool peek_software(std::uint32_t offset, std::uint64_t& value) const;
  std::uint64_t peer() const;
  void write(std::uint32_t offset, std::uint64_t value);
  void write_dma(std::uint32_t offset, std::uint64_t value);
  void write_segment(std::uint32_t offset, std::uint64_t value);
  void write_software(std::uint32_t offset, std::uint64_t value);

  NpuContext context_;
  WorkTable works_;
  PortPump pump_;
  Requester requester_;
  ReduceUnit reduce_;
  DmaEngine dma_;
  Owner owner_;
  SoftwareSide software_;
  std::uint64_t irq_latched_ = 0;  // COMPLETION and ERROR; the others are levels
  std::uint64_t irq_enable_ = 0;
  std::uint64_t notify_enable_ = 0;
  std::uint64_t link_up_ = 1;
  unsigned seg_sel_ = 0;
  std::uint64_t seg_ctrl_ = 0;
  Segment segment_;  // as the SEG_ registers hold it
};

}  // namespace weft
