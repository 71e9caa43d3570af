// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft {

/// First in, first out, in a ring that grows by doubling and never shrinks.
template <typename T>
class Fifo {
 public:
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  T& front() { return items_[begin_ & mask_]; }
  const T& front() const { return items_[begin_ & mask_]; }
  T& back() { return items_[(end_ - 1) & mask_]; }
  /// Counted from the front.
  const T& operator[](std::size_t i) const { return items_[(begin_ + i) & mask_]; }

  void push(const T& item) {
    if (size() == items_.size()) grow();
    items_[end_++ & mask_] = item;
  }
  void pop() { ++begin_; }
  void clear() { begin_ = end_; }

  std::size_t memory_bytes() const { return items_.capacity() * sizeof(T); }

 private:
  void grow() {
    std::vector<T> larger(items_.empty() ? 8 : items_.size() * 2);
    const std::size_t n = size();
    for (std::size_t i = 0; i < n; ++i) larger[i] = (*this)[i];
    items_ = std::move(larger);
    mask_ = items_.size() - 1;
    begin_ = 0;
    end_ = n;
  }

  std::vector<T> items_;  // size: 0 or a power of two
  std::size_t mask_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace weft
