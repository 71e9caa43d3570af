// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weft {

/// A cyclic redundancy check as catalogues write them.
struct CrcParams {
  unsigned width = 32;       ///< bits, 8 to 64
  std::uint64_t poly = 0;    ///< without its leading term
  bool reflect = true;       ///< least significant bit of each byte first, state shifts right
  std::uint64_t init = 0;    ///< state before the first byte, as the state is held
  std::uint64_t xorout = 0;  ///< XORed to the state to make the check

  std::uint64_t mask() const { return ~std::uint64_t{0} >> (64 - width); }
  bool operator==(const CrcParams&) const = default;
};

/// State after `bytes`, one bit at a time: the definition, for any parameters.
std::uint64_t crc_bit_serial(const CrcParams& crc, std::uint64_t state,
                             std::span<const std::uint8_t> bytes);

/// What a receiver's state is after data and check, sent least significant byte first when
/// reflected and most significant first when not, before the final XOR.
std::uint64_t crc_residue(const CrcParams& crc);

/// A reflected CRC of at most 32 bits in tables: slicing by 8 over little-endian 64-bit slots.
class Crc32 {
 public:
  /// `crc` must be reflected and at most 32 bits wide.
  explicit Crc32(const CrcParams& crc);

  std::uint32_t init() const { return static_cast<std::uint32_t>(params_.init); }
  std::uint32_t finish(std::uint32_t state) const {
    return state ^ static_cast<std::uint32_t>(params_.xorout);
  }
  const CrcParams& params() const { return params_; }

  /// State after 8 bytes, the lowest byte of `slot` first.
  std::uint32_t update(std::uint32_t state, std::uint64_t slot) const {
    slot ^= state;
    std::uint32_t next = 0;
    for (unsigned i = 0; i < 8; ++i) next ^= slice_[7 - i][(slot >> (8 * i)) & 0xFF];
    return next;
  }
  std::uint32_t update(std::uint32_t state, std::span<const std::uint64_t> slots) const {
    for (std::uint64_t slot : slots) state = update(state, slot);
    return state;
  }
  std::uint32_t update_byte(std::uint32_t state, std::uint8_t byte) const {
    return slice_[0][(state ^ byte) & 0xFF] ^ (state >> 8);
  }
  std::uint32_t update_bytes(std::uint32_t state, std::span<const std::uint8_t> bytes) const {
    for (std::uint8_t byte : bytes) state = update_byte(state, byte);
    return state;
  }

  /// State after `bytes` zero bytes, and the state that becomes `state` after them.
  std::uint32_t advance(std::uint32_t state, std::size_t bytes) const;
  std::uint32_t retreat(std::uint32_t state, std::size_t bytes) const;

  /// State after byte b and k zero bytes, from state 0; k below 8.
  std::uint32_t slice(unsigned k, unsigned b) const { return slice_[k][b]; }

 private:
  CrcParams params_;
  std::array<std::array<std::uint32_t, 256>, 8> slice_{};
  std::array<std::uint8_t, 256> byte_by_top_{};  // inverse of the top bytes of slice_[0]
};

/// How many flipped bits a CRC surely notices, less one.
struct HammingDistance {
  unsigned at_least = 0;  ///< 2, 3 or 4 are exact; 5 and 6 are lower bounds
};

/// Distance over codewords of `bits` bits, check included: looks for codewords of weight 2, 3 and
/// 4 (by shift invariance those that hold bit 0), and for the factor x + 1 that excludes odd
/// weights. Quadratic in `bits`; 2048 bits take milliseconds. `bits` at most 16384.
HammingDistance hamming_distance(const CrcParams& crc, unsigned bits);

}  // namespace weft
