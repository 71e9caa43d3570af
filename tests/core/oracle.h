// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

namespace weft {

/// What both sides show of a hart between two instructions.
struct HartState {
  bool trapped = false;
  std::uint64_t pc = 0;
  std::array<std::uint64_t, 32> x{};
  std::uint64_t memory_hash = 0;

  /// "x7: 0x1, oracle 0x2" for all that differs from `oracle`; empty when nothing does. After a
  /// trap only the registers count.
  std::string difference(const HartState& oracle) const;
};

/// FNV-1a, as the oracle computes it.
std::uint64_t memory_hash(std::span<const std::uint8_t> bytes);

/// The program oracle_unicorn at the other end of two pipes. Throws std::runtime_error when it
/// cannot be started or stops answering.
class Oracle {
 public:
  Oracle(const std::string& program, std::uint64_t base, std::uint64_t size);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  void write(std::uint64_t address, std::span<const std::uint8_t> bytes);
  void set(const HartState& state);
  /// Up to `count` instructions; the state hashes the `size` bytes at `address`.
  HartState run(unsigned count, std::uint64_t address, std::uint64_t size);

 private:
  std::string answer();

  pid_t child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace weft
