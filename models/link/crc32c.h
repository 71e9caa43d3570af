// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft {

/// The three checks of the OFL link, fast. What they are: rtl/link/PROTOCOL.md, OFL-2.2 (head
/// check), OFL-3.1 (CRC of a flit) and chapter 4 (header check of a packet).
///
/// States are "raw": before the final XOR, so that a run may be cut anywhere.
struct Crc32c {
  static constexpr std::uint32_t kPoly = 0x1EDC6F41;
  static constexpr std::uint32_t kInit = 0xFFFFFFFF;
  static constexpr std::uint32_t kXorOut = 0xFFFFFFFF;
  /// State after data and its own check, sent lowest byte first, before the final XOR ...
  static constexpr std::uint32_t kRawResidue = 0xB798B438;

  /// State after `size` more bytes. Uses the machine's instruction where there is one.
  static std::uint32_t update(std::uint32_t state, const void* data, std::size_t size) {
    return best_(state, data, size);
  }
  /// The same by tables (slicing by 8), on any machine.
  static std::uint32_t update_by_table(std::uint32_t state, const void* data, std::size_t size);
  /// Whether update() is done by an instruction.
  static bool has_instruction();

 private:
  using Update = std::uint32_t (*)(std::uint32_t, const void*, std::size_t);
  static Update choose();
  static const Update best_;
};

/// CRC-16 over the six low bytes of a flit's head.
struct HeadCheck {
  static constexpr std::uint16_t kPoly = 0x3D65;
  static constexpr std::uint16_t kInit = 0;
  static constexpr std::uint16_t kXorOut = 0xFFFF;

  /// Check over bits 47:0; higher bits are not looked at.
  static std::uint16_t of(std::uint64_t head);
};

/// CRC-8 over the low bits of a packet header, highest bit first, initial value and XOR 0.
struct PacketHeaderCheck {
  static constexpr std::uint8_t kPoly = 0x07;

  /// Check over bits `bits` - 1 to 0.
  static std::uint8_t of(std::uint64_t header, unsigned bits);
};

}  // namespace weft
