// SPDX-License-Identifier: Apache-2.0
#include "testbench/conform/traffic.h"

#include <array>
#include <bit>

namespace weft::tb {

namespace {

// Finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators").
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// CRC-8, polynomial 0x07, most significant bit first.
constexpr std::array<std::uint8_t, 256> kCrc8 = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned value = 0; value < 256; ++value) {
    unsigned reg = value;
    for (int bit = 0; bit < 8; ++bit) reg = (reg << 1) ^ ((reg & 0x80) != 0 ? 0x107 : 0);
    table[value] = static_cast<std::uint8_t>(reg);
  }
  return table;
}();

// Bits 34:0, bit 34 first. Leading zeros do not change a CRC that starts at 0.
std::uint8_t header_check(std::uint64_t bits) {
  std::uint8_t reg = 0;
  for (int byte = 4; byte >= 0; --byte) reg = kCrc8[reg ^ (bits >> 8 * byte & 255)];
  return reg;
}

}  // namespace

unsigned Traffic::slots(unsigned vc, std::uint64_t index) const {
  if (min_slots == max_slots) return min_slots;
  const std::uint64_t draw = mix(seed ^ mix(vc + 1) ^ mix(index * 3 + 1));
  return min_slots + static_cast<unsigned>(draw % (max_slots - min_slots + 1));
}

unsigned Traffic::vc(std::uint64_t n) const {
  const auto used = static_cast<unsigned>(std::popcount(vc_mask));
  unsigned pick = used == 1 ? 0 : static_cast<unsigned>(mix(seed + mix(n)) % used);
  unsigned vc = 0;
  for (unsigned left = vc_mask; pick != 0 || (left & 1) == 0; left >>= 1, ++vc) pick -= left & 1;
  return vc;
}

std::uint64_t packet_header(unsigned vc, unsigned slots, std::uint64_t index) {
  const std::uint64_t bits =
      (1 + index % 7) | std::uint64_t{vc} << 3 | std::uint64_t{slots} << 7 | (index & 0xFFFF) << 19;
  return bits | std::uint64_t{header_check(bits)} << 35 | (index & 0x1FFFFF) << 43;
}

PacketWords::PacketWords(const Traffic& traffic, unsigned vc, std::uint64_t index)
    : slots_(traffic.slots(vc, index)), pattern_(static_cast<unsigned>(index % 16)) {
  header_ = packet_header(vc, slots_, index);
  key_ = mix(traffic.seed ^ mix(vc) ^ mix(index));
}

std::uint64_t PacketWords::operator()(unsigned slot) const {
  if (slot == 0) return header_;
  switch (pattern_) {
    case 5:
      return 0;
    case 9:
      return ~std::uint64_t{0};
    case 13:
      return header_;
    default:
      return mix(key_ + slot);
  }
}

}  // namespace weft::tb
