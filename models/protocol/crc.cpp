// SPDX-License-Identifier: Apache-2.0
#include "models/protocol/crc.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_set>
#include <vector>

namespace weft {
namespace {

std::uint64_t reversed(std::uint64_t value, unsigned width) {
  std::uint64_t out = 0;
  for (unsigned i = 0; i < width; ++i) out |= ((value >> i) & 1) << (width - 1 - i);
  return out;
}

}  // namespace

std::uint64_t crc_bit_serial(const CrcParams& crc, std::uint64_t state,
                             std::span<const std::uint8_t> bytes) {
  const std::uint64_t backwards = reversed(crc.poly, crc.width);
  for (std::uint8_t byte : bytes) {
    for (unsigned i = 0; i < 8; ++i) {
      if (crc.reflect) {
        const std::uint64_t out = (state ^ (byte >> i)) & 1;
        state = (state >> 1) ^ (out != 0 ? backwards : 0);
      } else {
        const std::uint64_t out = ((state >> (crc.width - 1)) ^ (byte >> (7 - i))) & 1;
        state = ((state << 1) & crc.mask()) ^ (out != 0 ? crc.poly : 0);
      }
    }
  }
  return state;
}

std::uint64_t crc_residue(const CrcParams& crc) {
  const unsigned bytes = (crc.width + 7) / 8;
  const std::uint64_t check = crc.init ^ crc.xorout;
  std::array<std::uint8_t, 8> sent{};
  for (unsigned i = 0; i < bytes; ++i) {
    const unsigned place = crc.reflect ? i : bytes - 1 - i;
    sent[place] = static_cast<std::uint8_t>(check >> (8 * i));
  }
  return crc_bit_serial(crc, crc.init, std::span(sent).first(bytes));
}

Crc32::Crc32(const CrcParams& crc) : params_(crc) {
  if (!crc.reflect || crc.width > 32 || crc.width < 8) {
    throw std::invalid_argument("Crc32 needs a reflected CRC of 8 to 32 bits");
  }
  for (unsigned b = 0; b < 256; ++b) {
    const std::uint8_t byte = static_cast<std::uint8_t>(b);
    slice_[0][b] = static_cast<std::uint32_t>(crc_bit_serial(crc, 0, {&byte, 1}));
    byte_by_top_[(slice_[0][b] >> (crc.width - 8)) & 0xFF] = byte;
  }
  for (unsigned k = 1; k < 8; ++k) {
    for (unsigned b = 0; b < 256; ++b) slice_[k][b] = update_byte(slice_[k - 1][b], 0);
  }
}

std::uint32_t Crc32::advance(std::uint32_t state, std::size_t bytes) const {
  for (std::size_t i = 0; i < bytes; ++i) state = update_byte(state, 0);
  return state;
}

std::uint32_t Crc32::retreat(std::uint32_t state, std::size_t bytes) const {
  const std::uint32_t mask = static_cast<std::uint32_t>(params_.mask());
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::uint8_t low = byte_by_top_[(state >> (params_.width - 8)) & 0xFF];
    state = (((state ^ slice_[0][low]) << 8) & mask) | low;
  }
  return state;
}

HammingDistance hamming_distance(const CrcParams& crc, unsigned bits) {
  if (bits > 16384) throw std::invalid_argument("hamming_distance: too many bits");
  // x^i modulo the polynomial; the order of bits in the state does not matter here.
  std::vector<std::uint64_t> power(bits);
  std::uint64_t value = 1;
  for (unsigned i = 0; i < bits; ++i) {
    power[i] = value;
    const bool out = ((value >> (crc.width - 1)) & 1) != 0;
    value = ((value << 1) & crc.mask()) ^ (out ? crc.poly : 0);
  }
  // A filter in front of the set: one bit per hash.
  constexpr unsigned kFilterBits = 20;
  const auto hash = [](std::uint64_t v) {
    return static_cast<std::size_t>((v * 0x9E3779B97F4A7C15u) >> (64 - kFilterBits));
  };
  std::vector<bool> filter(std::size_t{1} << kFilterBits);
  std::unordered_set<std::uint64_t> pairs;  // 1 + x^i, i > 0
  pairs.reserve(bits);
  for (unsigned i = 1; i < bits; ++i) {
    if (power[i] == 1) return {2};
    pairs.insert(1 ^ power[i]);
    filter[hash(1 ^ power[i])] = true;
  }
  for (unsigned i = 1; i < bits; ++i) {
    if (pairs.count(power[i]) != 0) return {3};
  }
  for (unsigned i = 1; i < bits; ++i) {
    for (unsigned j = i + 1; j < bits; ++j) {
      const std::uint64_t sum = power[i] ^ power[j];
      if (filter[hash(sum)] && pairs.count(sum) != 0) return {4};
    }
  }
  // x + 1 divides the polynomial when it has an even number of terms, the leading one included.
  const bool even_terms = __builtin_popcountll(crc.poly & crc.mask()) % 2 == 1;
  return {even_terms ? 6u : 5u};
}

}  // namespace weft
