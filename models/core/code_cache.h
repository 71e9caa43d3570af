// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "models/core/micro_op.h"

namespace weft {

/// The decoded instruction of every second byte of a memory, once it was executed.
///
/// One array for the whole memory, so that the next instruction and the target of a branch are
/// found by adding to a pointer. It comes as zero pages that the system gives memory to when they
/// are first written: what holds no code costs nothing. Offsets count bytes of the memory.
class CodeCache {
 public:
  explicit CodeCache(std::size_t memory_bytes);

  /// Entry of offset 0. One entry behind the last is never decoded.
  MicroOp* ops() { return ops_.get(); }
  std::size_t entries() const { return entries_; }

  void put(std::size_t offset, const MicroOp& op);

  /// Not 0 when a store of up to 8 bytes at `offset` may have hit code: call written().
  std::uint8_t may_hit(std::size_t offset) const { return lines_[offset >> kLineShift]; }
  const std::uint8_t* lines() const { return lines_.data(); }
  static constexpr unsigned kLineShift = 8;

  /// Forgets what was decoded from any of these bytes.
  void written(std::size_t offset, std::size_t size);
  void clear() { written(0, 2 * entries_); }

  /// What is in use.
  std::size_t memory_bytes() const;

 private:
  struct Free {
    void operator()(void* p) const { std::free(p); }
  };

  void mark(std::size_t offset);

  std::size_t entries_;
  std::unique_ptr<MicroOp[], Free> ops_;
  // Per 256 bytes: an instruction with a byte here, or in the next 8 bytes, was decoded.
  std::vector<std::uint8_t> lines_;
};

}  // namespace weft
