// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "tests/core/assembler.h"

namespace weft {

/// Numbers of one stream, one after the other.
class Dice {
 public:
  explicit Dice(Random random) : random_(random) {}

  std::uint64_t bits() { return random_.draw(next_++); }
  std::uint64_t below(std::uint64_t n) { return random_.below(next_++, n); }
  std::int32_t between(std::int32_t lo, std::int32_t hi) {
    return lo + static_cast<std::int32_t>(below(static_cast<std::uint64_t>(hi - lo) + 1));
  }
  template <class T, std::size_t N>
  const T& pick(const T (&values)[N]) {
    return values[below(N)];
  }
  /// A register value: edges of the ranges as often as anything else.
  std::uint64_t value();

 private:
  Random random_;
  std::uint64_t next_ = 0;
};

/// A random program of RV64IMAC_Zicsr that never traps and never leaves itself.
///
/// sp, s0 and s1 are pointers that it leaves alone; it loads and stores up to 2 KiB around them.
/// The first instructions set the CSRs that the rest uses.
class RandomProgram {
 public:
  RandomProgram(Random random, unsigned units);

  std::span<const std::uint8_t> bytes() const { return program_.bytes(); }

 private:
  struct Jump {
    std::size_t at;      // offset of the jump
    std::size_t base;    // what its offset counts from
    std::uint32_t bits;  // with offset 0
    std::size_t unit;    // which it goes to
  };

  unsigned rd();
  unsigned source() { return static_cast<unsigned>(dice_.below(32)); }
  unsigned pointer();
  void add_unit(std::size_t unit);
  void add_register_op();
  void add_immediate_op();
  void add_memory();
  void add_atomic();
  void add_reserved_pair();
  void add_csr();
  void add_compressed();
  void add_compressed_memory();
  void add_jump(std::size_t unit);
  void add_indirect_jump(std::size_t unit);
  void add_compressed_jump(std::size_t unit);
  std::size_t near(std::size_t unit);

  Dice dice_;
  std::size_t units_;
  rv_asm::Program program_;
  std::vector<std::size_t> starts_;
  std::vector<Jump> jumps_;
};

}  // namespace weft
