// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/npu/buffer_pool.h"
#include "models/npu/fifo.h"
#include "models/npu/npu_context.h"
#include "models/npu/work_table.h"

namespace weft {

/// sum[i] += addend[i] for little-endian elements of any alignment; `addend` is as long as `sum`
/// and does not overlap it. fp32: IEEE 754 addition, rounded once to nearest even; int32: modulo
/// 2^32.
void add_elements(npu_regs::Dtype type, std::span<std::uint8_t> sum, const std::uint8_t* addend);

/// Performs REDUCE descriptors, one after the other: blocks are read from both operands, summed at
/// reduce_rate and written, reduce_read_ahead of them at a time.
class ReduceUnit {
 public:
  static constexpr std::uint32_t kBlock = 4096;

  ReduceUnit(NpuContext& context, WorkTable& works);

  /// Work `number` has started.
  void start(std::uint64_t number) { started_.push(number); }
  /// Reads as many blocks as there are buffers for.
  void settle();
  /// The oldest block is summed.
  void summed();
  /// The last block of a descriptor is in memory.
  void done();
  /// Forgets all descriptors.
  void reset();

  bool idle() const { return started_.empty(); }
  std::string waiting() const;
  std::size_t memory_bytes() const;

 private:
  struct Block {
    std::uint64_t to = 0;
    std::uint32_t bytes = 0;
    std::uint32_t buffer = 0;
  };

  void read_block(Work& work);
  Time time_for(std::uint32_t bytes) const;

  NpuContext& context_;
  WorkTable& works_;
  BufferPool buffers_;
  std::vector<std::uint8_t> operand_;
  Fifo<std::uint64_t> started_;  // the first one is being performed
  Fifo<Block> blocks_;
  Time adder_busy_;
  Time last_written_;
};

}  // namespace weft
