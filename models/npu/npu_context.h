// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/npu/npu.h"

namespace weft {

/// Things that happen inside an NPU at a time of their own.
enum class NpuEventKind : std::uint8_t {
  kWake,               ///< a register was written: look what can go on
  kFetched,            ///< descriptors were read from the ring
  kBlockSummed,        ///< the oldest block of REDUCE can be written
  kReduceDone,         ///< the last block of REDUCE is in memory
  kReadWritten,        ///< data of transaction `arg` is in memory
  kRequestDone,        ///< the oldest request in work is done
  kCompletionWritten,  ///< the oldest completion on its way is in memory
};

struct NpuEvent {
  Time at;
  std::uint64_t order = 0;  ///< of several at one time, the one pushed first goes first
  NpuEventKind kind = NpuEventKind::kWake;
  std::uint32_t arg = 0;  ///< where nothing is said: the generation it belongs to
};

/// Events in order of time.
class NpuEventQueue {
 public:
  Time next() const { return heap_.empty() ? Time::never() : heap_.front().at; }
  void push(Time at, NpuEventKind kind, std::uint32_t arg = 0) {
    heap_.push_back({at, order_++, kind, arg});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  NpuEvent pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const NpuEvent event = heap_.back();
    heap_.pop_back();
    return event;
  }
  std::size_t memory_bytes() const { return heap_.capacity() * sizeof(NpuEvent); }

 private:
  static bool later(const NpuEvent& a, const NpuEvent& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
  std::vector<NpuEvent> heap_;
  std::uint64_t order_ = 0;
};

/// Kinds of digest entry.
enum class NpuTrace : std::uint8_t { kIssued = 1, kRetired, kFailed, kPerformed, kRefused };

/// What the parts of an NPU share.
struct NpuContext {
  NpuContext(const NpuConfig& made_of, NpuIdentity who, const TxnFormat& packets, MemoryBus& memory)
      : config(made_of), identity(std::move(who)), format(packets), bus(memory) {}

  const NpuConfig config;
  const NpuIdentity identity;
  const TxnFormat& format;
  MemoryBus& bus;
  NpuEventQueue events;
  NpuCounters counters;
  Digest trace;
  Digest result;
  TxnWatch* watch = nullptr;
  Time now;
  std::uint32_t generation = 0;  ///< how often DMA_CTRL.RESET was written
  bool unsettled = false;        ///< something changed that may let other work go on
  bool works_changed = false;    ///< a descriptor was fetched, finished, or read all its memory

  void record(NpuTrace kind, std::uint16_t peer, std::uint16_t tag, std::uint64_t offset,
              std::uint32_t bytes, std::uint64_t hash) {
    trace.add(now.fs());
    trace.add(std::uint64_t{static_cast<std::uint8_t>(kind)} << 32 | std::uint64_t{peer} << 16 |
              tag);
    trace.add(offset);
    trace.add(bytes);
    trace.add(hash);
  }
  /// Whether the bytes lie in SRAM or in HBM.
  bool local(std::uint64_t address, std::uint64_t bytes) const {
    const auto inside = [&](std::uint64_t base, std::uint64_t size) {
      return address >= base && address - base <= size && bytes <= size - (address - base);
    };
    return inside(npu_regs::kSramBase, config.sram_size.bytes) ||
           inside(npu_regs::kHbmBase, config.hbm_size.bytes);
  }
};

}  // namespace weft
