// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/npu/descriptor.h"

namespace weft {

/// A descriptor between its fetch and its completion.
struct Work {
  Descriptor descriptor;
  TxnStatus status = TxnStatus::kOk;  ///< of several errors the first
  std::uint64_t begun = 0;            ///< bytes whose memory reads, or requests, have begun
  std::uint64_t ok_bytes = 0;         ///< bytes done without error
  std::uint64_t open = 0;             ///< transactions not ended
  bool started = false;
  bool finished = false;

  bool all_begun() const { return begun == descriptor.bytes; }
  void fail(TxnStatus with) {
    if (status == TxnStatus::kOk) status = with;
  }
};

/// Descriptors in work, by number counted from reset; begin() is the oldest one.
class WorkTable {
 public:
  explicit WorkTable(std::size_t limit) : limit_(limit), items_(std::bit_ceil(limit)) {}

  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }
  bool empty() const { return begin_ == end_; }
  std::size_t room() const { return limit_ - (end_ - begin_); }
  Work& operator[](std::uint64_t number) { return items_[number & (items_.size() - 1)]; }
  const Work& operator[](std::uint64_t number) const {
    return items_[number & (items_.size() - 1)];
  }
  Work& add() {
    Work& work = (*this)[end_++];
    work = {};
    return work;
  }
  void remove_oldest() { ++begin_; }
  void clear() { begin_ = end_; }

  std::size_t memory_bytes() const { return items_.capacity() * sizeof(Work); }

 private:
  std::size_t limit_;
  std::vector<Work> items_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace weft
