// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace weft {

/// Buffers for packets of 1 to kChunkSlots slots. They come in sizes of powers of two and are used
/// again; no heap once enough of them have been in use at a time.
class SlotPool {
 public:
  static constexpr unsigned kChunkSlots = 1u << 17;

  /// Of a buffer that holds `slots` slots.
  std::uint32_t take(unsigned slots) {
    std::uint32_t& first = free_[size_class(slots)];
    if (first == kNone) return carve(size_class(slots));
    const std::uint32_t handle = first;
    first = static_cast<std::uint32_t>(*at(handle));
    return handle;
  }
  /// `slots` as given to take().
  void give(std::uint32_t handle, unsigned slots) {
    std::uint32_t& first = free_[size_class(slots)];
    *at(handle) = first;
    first = handle;
  }
  std::uint64_t* at(std::uint32_t handle) {
    return &chunks_[handle / kChunkUnits][std::size_t{handle % kChunkUnits} * kUnit];
  }

  std::size_t memory_bytes() const { return chunks_.size() * kChunkSlots * sizeof(std::uint64_t); }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  static constexpr unsigned kUnit = 8;  // slots, a cache line
  static constexpr unsigned kChunkUnits = kChunkSlots / kUnit;

  static unsigned size_class(unsigned slots) {
    return static_cast<unsigned>(std::bit_width((slots - 1) / kUnit));
  }
  std::uint32_t carve(unsigned size) {
    const unsigned units = 1u << size;
    if (chunks_.empty() || used_ + units > kChunkUnits) {
      chunks_.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(kChunkSlots));
      used_ = 0;
    }
    const auto handle = static_cast<std::uint32_t>((chunks_.size() - 1) * kChunkUnits + used_);
    used_ += units;
    return handle;
  }

  std::vector<std::unique_ptr<std::uint64_t[]>> chunks_;
  unsigned used_ = 0;  // units of the last chunk
  std::array<std::uint32_t, 15> free_ = filled();

  static constexpr std::array<std::uint32_t, 15> filled() {
    std::array<std::uint32_t, 15> result{};
    for (std::uint32_t& first : result) first = kNone;
    return result;
  }
};

}  // namespace weft
