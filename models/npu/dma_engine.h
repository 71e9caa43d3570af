// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/npu/fifo.h"
#include "models/npu/npu_context.h"
#include "models/npu/reduce_unit.h"
#include "models/npu/requester.h"
#include "models/npu/work_table.h"

namespace weft {

/// A ring in memory and how far the two ends are, as the registers hold them.
struct RingRegs {
  std::uint64_t base = 0;
  unsigned log2 = 1;
  std::uint32_t producer = 0;
  std::uint32_t consumer = 0;

  std::uint32_t entries() const { return std::uint32_t{1} << log2; }
  std::uint32_t used() const { return producer - consumer; }
};

/// Fetches descriptors, starts them in ring order as soon as the order rules allow, and writes
/// completions in ring order.
class DmaEngine {
 public:
  DmaEngine(NpuContext& context, WorkTable& works, Requester& requester, ReduceUnit& reduce);

  // Registers.
  bool enabled = false;
  RingRegs ring;         ///< producer: DOORBELL, consumer: RING_TAKEN
  RingRegs completions;  ///< producer: CPL_TAIL, consumer: CPL_HEAD
  bool error = false;
  bool busy() const { return ring.used() != 0 || !works_.empty() || !writing_.empty(); }
  void reset();

  /// Does what the state allows now.
  void settle();
  void fetched();
  void completion_written();
  /// IRQ_PENDING bits raised since the last call.
  std::uint64_t take_irqs() { return std::exchange(irqs_, 0); }

  std::string waiting() const;
  std::size_t memory_bytes() const { return fetch_.capacity() * 8 + writing_.memory_bytes(); }

 private:
  struct Written {
    std::uint32_t cookie;
    TxnStatus status;
    bool irq;
    std::uint64_t bytes;
  };

  void fetch();
  void take(const npu_regs::Descriptor& raw);
  void start_some();
  bool may_start(std::uint64_t number) const;
  void start(std::uint64_t number);
  void complete_some();
  void complete(const Work& work);
  void stop();

  NpuContext& context_;
  WorkTable& works_;
  Requester& requester_;
  ReduceUnit& reduce_;
  std::uint64_t next_start_ = 0;
  std::vector<std::uint64_t> fetch_;  // words of descriptors being fetched
  std::uint32_t fetching_ = 0;        // descriptors
  Fifo<Written> writing_;             // completions on their way to memory
  Time last_written_;
  std::uint64_t irqs_ = 0;
};

}  // namespace weft
