// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft {

/// A T for each node ever named; open addressing, grows when new nodes appear and never shrinks.
template <typename T>
class NodeTable {
 public:
  T& operator[](std::uint16_t node) {
    std::size_t at = place(node);
    if (!entries_[at].used) {
      if (++used_ * 2 > entries_.size()) {
        grow();
        at = place(node);
      }
      entries_[at] = {T{}, node, true};
    }
    return entries_[at].value;
  }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    T value{};
    std::uint16_t node = 0;
    bool used = false;
  };

  std::size_t place(std::uint16_t node) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t at = node * std::size_t{0x9E3779B1} >> 7 & mask;
    while (entries_[at].used && entries_[at].node != node) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<Entry> old = std::exchange(entries_, std::vector<Entry>(entries_.size() * 2));
    for (const Entry& entry : old) {
      if (entry.used) entries_[place(entry.node)] = entry;
    }
  }

  std::vector<Entry> entries_ = std::vector<Entry>(8);
  std::size_t used_ = 0;
};

}  // namespace weft
