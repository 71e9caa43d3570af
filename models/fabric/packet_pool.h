// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "models/link/cycle.h"

namespace weft {

/// A packet as packet-level parts know it. Who makes one and who takes it look at it; on its way
/// only its handle moves.
struct PooledPacket {
  Cycle born = 0;             ///< when it came into being, cycles of its source
  std::uint64_t address = 0;  ///< what it is for
  std::uint32_t number = 0;   ///< of its source and destination
  std::uint16_t src = 0;
  std::uint16_t dst = 0;
  std::uint32_t bytes = 0;
  std::uint32_t next = 0;  ///< the pool's, while it is not in use
};
static_assert(sizeof(PooledPacket) == 32);

/// Packets of a whole fabric, by handle. Each party takes and gives through a Stock of its own, on
/// its own thread; a packet may be given back to another stock than it came from. Grows by chunks
/// and never shrinks.
class PacketPool {
 public:
  static constexpr std::uint32_t kChunk = 1024;
  static constexpr std::uint32_t kMostChunks = 1u << 16;

  class Stock {
   public:
    explicit Stock(PacketPool& pool) : pool_(&pool) {}
    std::uint32_t take() {
      if (free_ == kNone) [[unlikely]] {
        free_ = pool_->grow();
      }
      const std::uint32_t handle = free_;
      free_ = pool_->at(handle).next;
      return handle;
    }
    void give(std::uint32_t handle) {
      pool_->at(handle).next = free_;
      free_ = handle;
    }

   private:
    PacketPool* pool_;
    std::uint32_t free_ = kNone;
  };

  PooledPacket& at(std::uint32_t handle) { return chunks_[handle / kChunk][handle % kChunk]; }

  std::size_t memory_bytes() const {
    return sizeof *this + kMostChunks * sizeof(chunks_[0]) +
           std::size_t{used_} * kChunk * sizeof(PooledPacket);
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  /// A chunk of free packets, linked; the first of them. Throws std::length_error when there are
  /// 64 Mi packets.
  std::uint32_t grow() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (used_ == kMostChunks) throw std::length_error("more packets than a pool holds");
    chunks_[used_] = std::make_unique<PooledPacket[]>(kChunk);
    const std::uint32_t first = used_ * kChunk;
    for (std::uint32_t i = 0; i < kChunk; ++i) {
      chunks_[used_][i].next = i + 1 < kChunk ? first + i + 1 : kNone;
    }
    ++used_;
    return first;
  }

  std::unique_ptr<std::unique_ptr<PooledPacket[]>[]> chunks_ =
      std::make_unique<std::unique_ptr<PooledPacket[]>[]>(kMostChunks);
  std::uint32_t used_ = 0;
  std::mutex mutex_;
};

}  // namespace weft
