// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

namespace weft {

template <typename T>
class Inbox;

/// Writing end of a mailbox between two parties that work at the same time, perhaps on two threads,
/// and meet only between windows. What one writes in a window the other sees after the next
/// exchange(), and room that the reader gave back is used again after it; until then neither
/// touches what the other reads, so a window gives the same result in any order of evaluation.
///
/// Items lie in a ring that grows by doubling and never shrinks: no heap once it is large enough.
/// A position counts items from the start of the run and keeps its meaning when the ring grows.
template <typename T>
class Outbox {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Room for `n` neighbouring items, their content undefined; returns the position of the first.
  /// Pointers to items stay valid until the next reserve().
  std::uint64_t reserve(std::uint32_t n) {
    std::uint64_t at = fit(n);
    if (at + n - taken_ > capacity_) [[unlikely]] {
      at = grow(n);
    }
    end_ = at + n;
    return at;
  }
  void push(const T& item) { *item_at(reserve(1)) = item; }

  T* item_at(std::uint64_t position) { return items_.get() + (position & (capacity_ - 1)); }

  /// Position after the last item.
  std::uint64_t end() const { return end_; }
  /// Forgets the items from `position` on, which the reader has not been told of.
  void rewind(std::uint64_t position) { end_ = position; }

  std::size_t memory_bytes() const { return capacity_ * sizeof(T); }

  /// Both parties stopped: the reader sees what was written, the writer what was taken.
  void exchange(Inbox<T>& in) {
    in.items_ = items_.get();
    in.mask_ = capacity_ - 1;
    in.end_ = end_;
    taken_ = in.begin_;
    shown_.reset();
  }

 private:
  static constexpr std::uint64_t kFirstCapacity = 16;

  /// Where `n` items lie together: at the end, or from the next lap on.
  std::uint64_t fit(std::uint32_t n) const {
    const std::uint64_t last = capacity_ - 1;
    return (end_ & last) + n > capacity_ ? (end_ | last) + 1 : end_;
  }

  std::uint64_t grow(std::uint32_t n) {
    const std::uint64_t old_capacity = capacity_;
    std::unique_ptr<T[]> old = std::move(items_);
    std::uint64_t at = 0;
    capacity_ = std::max({kFirstCapacity, old_capacity, std::bit_ceil(std::uint64_t{n})});
    while (at = fit(n), at + n - taken_ > capacity_) capacity_ *= 2;
    items_ = std::make_unique_for_overwrite<T[]>(capacity_);
    for (std::uint64_t p = taken_; p != end_;) {
      const std::uint64_t from = p & (old_capacity - 1);
      const std::uint64_t run = std::min(end_ - p, old_capacity - from);
      std::copy_n(old.get() + from, run, item_at(p));
      p += run;
    }
    if (!shown_) shown_ = std::move(old);  // the reader may be reading it
    return at;
  }

  std::unique_ptr<T[]> items_;
  std::uint64_t capacity_ = 0;  // power of two, or 0
  std::uint64_t end_ = 0;
  std::uint64_t taken_ = 0;     // the reader's begin at the last exchange
  std::unique_ptr<T[]> shown_;  // the ring of the last exchange, when it has been outgrown
};

/// Reading end of a mailbox; see Outbox.
template <typename T>
class Inbox {
 public:
  bool empty() const { return begin_ == end_; }
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }

  const T& front() const { return *item_at(begin_); }
  void pop() { ++begin_; }

  const T* item_at(std::uint64_t position) const { return items_ + (position & mask_); }
  /// Everything before `position` may be written over.
  void release_to(std::uint64_t position) { begin_ = position; }

 private:
  friend class Outbox<T>;

  const T* items_ = nullptr;
  std::uint64_t mask_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace weft
