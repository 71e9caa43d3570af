// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "models/memory/memory_bus.h"
#include "models/memory/memory_timing.h"
#include "models/memory/sparse_memory.h"
#include "models/npu/npu_config.h"
#include "models/npu/npu_regs.h"

namespace weft {

/// SRAM and HBM of an NPU without a bus between.
class DirectBus final : public MemoryBus {
 public:
  explicit DirectBus(const NpuConfig& config)
      : sram_(npu_regs::kSramBase, config.sram_size, config.sram_bandwidth, config.sram_latency),
        hbm_(npu_regs::kHbmBase, config.hbm_size, config.hbm_bandwidth, config.hbm_latency) {}

  Time read(Time at, std::uint64_t address, std::span<std::uint8_t> bytes, bool& ok) override {
    Region& region = of(address);
    ok = region.memory.read(address - region.base, bytes);
    return ok ? region.timing.access(at, bytes.size()) : at;
  }
  Time write(Time at, std::uint64_t address, std::span<const std::uint8_t> bytes,
             bool& ok) override {
    Region& region = of(address);
    ok = region.memory.write(address - region.base, bytes);
    return ok ? region.timing.access(at, bytes.size()) : at;
  }

  /// Without taking time; false when a byte lies outside memory.
  bool peek(std::uint64_t address, std::span<std::uint8_t> bytes) {
    Region& region = of(address);
    return region.memory.read(address - region.base, bytes);
  }
  bool poke(std::uint64_t address, std::span<const std::uint8_t> bytes) {
    Region& region = of(address);
    return region.memory.write(address - region.base, bytes);
  }

 private:
  struct Region {
    Region(std::uint64_t at, Bytes size, Rate rate, Time latency)
        : base(at), memory(size.bytes), timing(rate, latency) {}
    std::uint64_t base;
    SparseMemory memory;
    MemoryTiming timing;
  };
  // An address below a base is far beyond the size after the subtraction.
  Region& of(std::uint64_t address) { return address < npu_regs::kHbmBase ? sram_ : hbm_; }

  Region sram_, hbm_;
};

}  // namespace weft
