// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weft {

/// An executable for a 64-bit RISC-V core: what goes where in memory, and the names in it (ELF-64
/// object file format 1.5; RISC-V ELF psABI 1.0).
class ElfImage {
 public:
  /// Bytes for memory at `address` (the physical one), followed by zeros up to `size`.
  struct Segment {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    bool executable = false;
    std::vector<std::uint8_t> bytes;  ///< no more than `size`
  };
  struct Symbol {
    std::uint64_t address = 0;
    std::uint64_t size = 0;  ///< 0: up to the next one
    std::string name;
  };

  /// Reads the bytes of `file`, a name for messages. Throws InputError for everything that is not a
  /// whole, little-endian, statically linked RISC-V 64 executable without floating point in its
  /// calls.
  static ElfImage parse(std::span<const std::uint8_t> bytes, const std::string& file);

  const std::string& file() const { return file_; }
  std::uint64_t entry() const { return entry_; }
  /// By address; they do not overlap.
  const std::vector<Segment>& segments() const { return segments_; }
  /// Functions and labels, by address.
  const std::vector<Symbol>& symbols() const { return symbols_; }

  /// "name+0x12", "name", or "" when no symbol lies at or before `pc` in its segment.
  std::string symbol_at(std::uint64_t pc) const;

  /// Writes the segments into `memory`, which lies at `base`, and zeros behind their bytes. Throws
  /// InputError when a segment does not fit; nothing was written then.
  void load_into(std::span<std::uint8_t> memory, std::uint64_t base) const;

 private:
  std::string file_;
  std::uint64_t entry_ = 0;
  std::vector<Segment> segments_;
  std::vector<Symbol> symbols_;
};

}  // namespace weft
