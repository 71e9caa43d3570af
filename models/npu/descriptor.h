// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/fabric/transaction.h"
#include "models/npu/npu_context.h"
#include "models/npu/npu_regs.h"

namespace weft {

/// A descriptor in work.
struct Descriptor {
  npu_regs::Op op = npu_regs::Op::kFence;
  npu_regs::Dtype dtype = npu_regs::Dtype::kFp32;
  bool irq = false;
  bool fence = false;
  std::uint8_t notify = 0;
  std::uint32_t cookie = 0;
  std::uint32_t token = 0;
  std::uint64_t local = 0;
  std::uint64_t operand = 0;  ///< REDUCE: second local address
  FabricAddress remote;       ///< the others
  std::uint64_t bytes = 0;

  bool is_write() const { return op == npu_regs::Op::kWrite || op == npu_regs::Op::kWriteNotify; }
  bool reads_memory() const { return is_write() || op == npu_regs::Op::kReduce; }
  bool writes_memory() const { return op == npu_regs::Op::kRead || op == npu_regs::Op::kReduce; }
  /// Whether the local destination of `writer` touches what this one reads or writes locally.
  bool touches(const Descriptor& writer) const;
};

/// Takes a descriptor apart. Cookie and flags are right whatever is returned; the rest only when
/// that is kOk.
TxnStatus read_descriptor(const npu_regs::Descriptor& raw, const NpuContext& context,
                          Descriptor& made);

}  // namespace weft
