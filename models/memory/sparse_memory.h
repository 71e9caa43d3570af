// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace weft {

/// Bytes 0 to size - 1, zero until written. Only pages that were written take host memory.
class SparseMemory {
 public:
  static constexpr std::uint64_t kPageBytes = 64 * 1024;

  explicit SparseMemory(std::uint64_t size);

  std::uint64_t size() const { return size_; }
  bool contains(std::uint64_t at, std::uint64_t bytes) const {
    return at <= size_ && bytes <= size_ - at;
  }

  /// False, and nothing done, when a byte lies outside.
  bool read(std::uint64_t at, std::span<std::uint8_t> bytes) const;
  bool write(std::uint64_t at, std::span<const std::uint8_t> bytes);

  /// The page that holds byte `at`, which is inside; it takes host memory from now on. The last
  /// page may be shorter. Stays where it is as long as the memory lives.
  std::span<std::uint8_t> page(std::uint64_t at);

  /// Host memory taken by pages.
  std::uint64_t resident_bytes() const { return pages_ * kPageBytes; }
  /// The same, and what finds them.
  std::size_t memory_bytes() const;

 private:
  static constexpr std::uint64_t kFan = 256;
  using Page = std::unique_ptr<std::uint8_t[]>;
  using Folder = std::array<Page, kFan>;

  const std::uint8_t* find(std::uint64_t page) const {
    const Folder* folder = folders_[page / kFan].get();
    return folder == nullptr ? nullptr : (*folder)[page % kFan].get();
  }
  std::uint8_t* make(std::uint64_t page);

  std::uint64_t size_;
  std::uint64_t pages_ = 0;
  std::size_t used_folders_ = 0;
  std::vector<std::unique_ptr<Folder>> folders_;
};

}  // namespace weft
