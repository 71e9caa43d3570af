// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft {

/// Finds what is outstanding by (node, tag): a fixed number of entries, open addressing.
class TagTable {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  explicit TagTable(std::size_t entries)
      : entries_(std::bit_ceil(entries * 2)), mask_(entries_.size() - 1) {}

  /// The pair is not in the table, and there is room.
  void insert(std::uint16_t node, std::uint16_t tag, std::uint32_t value) {
    std::size_t at = home(key(node, tag));
    while (entries_[at].value != kNone) at = (at + 1) & mask_;
    entries_[at] = {key(node, tag), value};
  }
  /// kNone when it is not there.
  std::uint32_t find(std::uint16_t node, std::uint16_t tag) const {
    return entries_[place(key(node, tag))].value;
  }
  void erase(std::uint16_t node, std::uint16_t tag) {
    std::size_t hole = place(key(node, tag));
    if (entries_[hole].value == kNone) return;
    for (std::size_t at = (hole + 1) & mask_; entries_[at].value != kNone; at = (at + 1) & mask_) {
      // What lies on the way from its home past the hole moves up.
      if (((at - home(entries_[at].key)) & mask_) >= ((at - hole) & mask_)) {
        entries_[hole] = entries_[at];
        hole = at;
      }
    }
    entries_[hole].value = kNone;
  }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    std::uint32_t key = 0;
    std::uint32_t value = kNone;
  };

  static std::uint32_t key(std::uint16_t node, std::uint16_t tag) {
    return std::uint32_t{node} << 16 | tag;
  }
  std::size_t home(std::uint32_t key) const {
    return (std::uint64_t{key} * 0x9E3779B97F4A7C15u >> 32) & mask_;
  }
  std::size_t place(std::uint32_t key) const {
    std::size_t at = home(key);
    while (entries_[at].value != kNone && entries_[at].key != key) at = (at + 1) & mask_;
    return at;
  }

  std::vector<Entry> entries_;
  std::size_t mask_;
};

}  // namespace weft
