// SPDX-License-Identifier: Apache-2.0
#include "models/core/code_cache.h"

#include <algorithm>
#include <new>
#include <type_traits>

namespace weft {

static_assert(std::is_trivially_copyable_v<MicroOp>);
static_assert(static_cast<unsigned>(OpCode::kUndecoded) == 0);

CodeCache::CodeCache(std::size_t memory_bytes)
    : entries_(memory_bytes / 2), lines_((memory_bytes >> kLineShift) + 1) {
  ops_.reset(static_cast<MicroOp*>(std::calloc(entries_ + 1, sizeof(MicroOp))));
  if (ops_ == nullptr) throw std::bad_alloc();
}

void CodeCache::put(std::size_t offset, const MicroOp& op) {
  ops_[offset / 2] = op;
  mark(offset);
  mark(offset + op.bytes() - 1);
  mark(offset - std::min<std::size_t>(offset, 7));  // a store of 8 bytes that ends here
}

void CodeCache::mark(std::size_t offset) { lines_[offset >> kLineShift] = 1; }

void CodeCache::written(std::size_t offset, std::size_t size) {
  if (size == 0) return;
  const std::size_t end = offset + size - 1;
  constexpr std::size_t kLine = std::size_t{1} << kLineShift;
  for (std::size_t line = offset >> kLineShift; line <= end >> kLineShift; ++line) {
    if (lines_[line] == 0) continue;
    // An instruction that starts 2 bytes before may reach in.
    const std::size_t begin = std::max(offset, line * kLine);
    const std::size_t first = (begin - std::min<std::size_t>(begin, 2)) / 2;
    const std::size_t last = std::min({end / 2, ((line + 1) * kLine - 1) / 2, entries_ - 1});
    std::fill(&ops_[first], &ops_[last] + 1, MicroOp());
  }
}

std::size_t CodeCache::memory_bytes() const {
  const auto used = static_cast<std::size_t>(std::count(lines_.begin(), lines_.end(), 1));
  return lines_.size() + used * (std::size_t{1} << kLineShift) / 2 * sizeof(MicroOp);
}

}  // namespace weft
