// SPDX-License-Identifier: Apache-2.0
#include "models/memory/sparse_memory.h"

#include <algorithm>
#include <cstring>

namespace weft {

SparseMemory::SparseMemory(std::uint64_t size)
    : size_(size), folders_(size / (kPageBytes * kFan) + 1) {}

std::uint8_t* SparseMemory::make(std::uint64_t page) {
  std::unique_ptr<Folder>& folder = folders_[page / kFan];
  if (!folder) {
    folder = std::make_unique<Folder>();
    ++used_folders_;
  }
  Page& bytes = (*folder)[page % kFan];
  if (!bytes) {
    bytes = std::make_unique<std::uint8_t[]>(kPageBytes);
    ++pages_;
  }
  return bytes.get();
}

bool SparseMemory::read(std::uint64_t at, std::span<std::uint8_t> bytes) const {
  if (!contains(at, bytes.size())) return false;
  while (!bytes.empty()) {
    const std::uint64_t start = at % kPageBytes;
    const std::size_t run = std::min<std::size_t>(bytes.size(), kPageBytes - start);
    if (const std::uint8_t* page = find(at / kPageBytes)) {
      std::memcpy(bytes.data(), page + start, run);
    } else {
      std::memset(bytes.data(), 0, run);
    }
    bytes = bytes.subspan(run);
    at += run;
  }
  return true;
}

bool SparseMemory::write(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  if (!contains(at, bytes.size())) return false;
  while (!bytes.empty()) {
    const std::uint64_t start = at % kPageBytes;
    const std::size_t run = std::min<std::size_t>(bytes.size(), kPageBytes - start);
    std::memcpy(make(at / kPageBytes) + start, bytes.data(), run);
    bytes = bytes.subspan(run);
    at += run;
  }
  return true;
}

std::span<std::uint8_t> SparseMemory::page(std::uint64_t at) {
  const std::uint64_t first = at / kPageBytes * kPageBytes;
  return {make(at / kPageBytes), static_cast<std::size_t>(std::min(kPageBytes, size_ - first))};
}

std::size_t SparseMemory::memory_bytes() const {
  return sizeof(*this) + folders_.capacity() * sizeof(folders_[0]) +
         used_folders_ * sizeof(Folder) + resident_bytes();
}

}  // namespace weft
