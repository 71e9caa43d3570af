// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "models/link/cycle.h"

namespace weft {

/// Things to come, in order of (cycle, order()) and then as they were put in. Most come in that
/// order, so they are inserted from the back. Grows by doubling and never shrinks.
template <typename T>
class TimeRing {
 public:
  bool empty() const { return begin_ == end_; }
  const T& front() const { return items_[begin_ & mask_]; }
  Cycle next() const { return empty() ? kNever : front().cycle; }
  void pop() { ++begin_; }
  std::size_t size() const { return end_ - begin_; }

  void insert(const T& item) {
    if (end_ - begin_ > mask_ || !items_) [[unlikely]] {
      grow();
    }
    std::uint32_t at = end_++;
    for (; at != begin_; --at) {
      const T& before = items_[(at - 1) & mask_];
      const bool later =
          before.cycle != item.cycle ? before.cycle > item.cycle : before.order() > item.order();
      if (!later) break;
      items_[at & mask_] = before;
    }
    items_[at & mask_] = item;
  }

  std::size_t memory_bytes() const { return items_ ? (std::size_t{mask_} + 1) * sizeof(T) : 0; }

 private:
  void grow() {
    const std::uint32_t capacity = items_ ? 2 * (mask_ + 1) : 8;
    auto items = std::make_unique<T[]>(capacity);
    const std::uint32_t n = end_ - begin_;
    for (std::uint32_t i = 0; i < n; ++i) items[i] = items_[(begin_ + i) & mask_];
    items_ = std::move(items);
    mask_ = capacity - 1;
    begin_ = 0;
    end_ = n;
  }

  std::unique_ptr<T[]> items_;
  std::uint32_t mask_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace weft
