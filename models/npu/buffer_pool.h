// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace weft {

/// Buffers of one size, named by number. Made when first needed, kept for ever.
class BufferPool {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  BufferPool(std::size_t bytes, std::size_t limit) : bytes_(bytes), limit_(limit) {}

  bool available() const { return !free_.empty() || buffers_.size() < limit_; }
  /// One of them; available() said so.
  std::uint32_t take() {
    if (free_.empty()) {
      free_.reserve(buffers_.size() + 1);
      buffers_.push_back(std::make_unique<std::uint8_t[]>(bytes_));
      return static_cast<std::uint32_t>(buffers_.size() - 1);
    }
    const std::uint32_t buffer = free_.back();
    free_.pop_back();
    return buffer;
  }
  /// kNone is allowed.
  void give(std::uint32_t buffer) {
    if (buffer != kNone) free_.push_back(buffer);
  }
  std::span<std::uint8_t> bytes(std::uint32_t buffer, std::size_t n) {
    return {buffers_[buffer].get(), n};
  }
  /// Buffers taken and not given back.
  std::size_t in_use() const { return buffers_.size() - free_.size(); }

  std::size_t memory_bytes() const {
    return buffers_.size() * (bytes_ + sizeof(buffers_[0])) + free_.capacity() * sizeof(free_[0]);
  }

 private:
  std::size_t bytes_;
  std::size_t limit_;
  std::vector<std::unique_ptr<std::uint8_t[]>> buffers_;
  std::vector<std::uint32_t> free_;
};

}  // namespace weft
