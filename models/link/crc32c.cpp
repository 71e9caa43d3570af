// SPDX-License-Identifier: Apache-2.0
#include "models/link/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace weft {
namespace {

constexpr std::uint32_t reflect(std::uint32_t value, unsigned width) {
  std::uint32_t out = 0;
  for (unsigned i = 0; i < width; ++i) out |= ((value >> i) & 1u) << (width - 1 - i);
  return out;
}

/// Tables of a reflected CRC: [k][b] is the state after byte b and k zero bytes, from state 0.
template <class Word, std::size_t kSlices>
constexpr auto make_tables(std::uint32_t poly) {
  const auto reflected = static_cast<Word>(reflect(poly, 8 * sizeof(Word)));
  std::array<std::array<Word, 256>, kSlices> tables{};
  for (unsigned b = 0; b < 256; ++b) {
    Word state = static_cast<Word>(b);
    for (int bit = 0; bit < 8; ++bit) {
      state = static_cast<Word>((state >> 1) ^ ((state & 1) ? reflected : 0));
    }
    tables[0][b] = state;
  }
  for (std::size_t k = 1; k < kSlices; ++k) {
    for (unsigned b = 0; b < 256; ++b) {
      const Word before = tables[k - 1][b];
      tables[k][b] = static_cast<Word>((before >> 8) ^ tables[0][before & 0xFF]);
    }
  }
  return tables;
}

constexpr auto kCrcTables = make_tables<std::uint32_t, 8>(Crc32c::kPoly);
constexpr auto kHeadTables = make_tables<std::uint16_t, 6>(HeadCheck::kPoly);

std::uint64_t load64(const unsigned char* p) {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

#if defined(__x86_64__)

constexpr std::uint32_t kReflectedPoly = reflect(Crc32c::kPoly, 32);

/// x^n mod P, reflected: bit 31 is x^0.
constexpr std::uint32_t power_of_x(unsigned n) {
  std::uint32_t value = 0x80000000u;
  for (; n > 0; --n) value = (value >> 1) ^ ((value & 1) ? kReflectedPoly : 0);
  return value;
}

/// Factor by which a state, multiplied without carries and reduced by the instruction over 8
/// bytes, becomes the state after `bytes` zero bytes. The product of two reflected 32-bit words is
/// one place short, the instruction adds 32: hence 33.
constexpr std::uint32_t shift_factor(unsigned bytes) { return power_of_x(8 * bytes - 33); }

constexpr std::size_t kLane = 80;  // three of them, and little more, are a flit

__attribute__((target("sse4.2,pclmul"))) std::uint64_t times(std::uint32_t state,
                                                             std::uint32_t factor) {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128(static_cast<int>(state)),
                                               _mm_cvtsi32_si128(static_cast<int>(factor)), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

/// Three lanes at once hide the three cycles the instruction takes; they are then joined.
__attribute__((target("sse4.2,pclmul"))) std::uint32_t update_by_instruction(std::uint32_t state,
                                                                             const void* data,
                                                                             std::size_t size) {
  const auto* p = static_cast<const unsigned char*>(data);
  while (size >= 3 * kLane) {
    std::uint64_t a = state;
    std::uint64_t b = 0;
    std::uint64_t c = 0;
    for (std::size_t i = 0; i < kLane; i += 8) {
      a = _mm_crc32_u64(a, load64(p + i));
      b = _mm_crc32_u64(b, load64(p + kLane + i));
      c = _mm_crc32_u64(c, load64(p + 2 * kLane + i));
    }
    const std::uint64_t joined = times(static_cast<std::uint32_t>(a), shift_factor(2 * kLane)) ^
                                 times(static_cast<std::uint32_t>(b), shift_factor(kLane));
    state = static_cast<std::uint32_t>(_mm_crc32_u64(0, joined) ^ c);
    p += 3 * kLane;
    size -= 3 * kLane;
  }
  std::uint64_t wide = state;
  for (; size >= 8; size -= 8, p += 8) wide = _mm_crc32_u64(wide, load64(p));
  state = static_cast<std::uint32_t>(wide);
  if (size >= 4) {
    std::uint32_t word;
    std::memcpy(&word, p, sizeof word);
    state = _mm_crc32_u32(state, word);
    p += 4;
    size -= 4;
  }
  for (; size > 0; --size, ++p) state = _mm_crc32_u8(state, *p);
  return state;
}

#endif

}  // namespace

std::uint32_t Crc32c::update_by_table(std::uint32_t state, const void* data, std::size_t size) {
  const auto* p = static_cast<const unsigned char*>(data);
  for (; size >= 8; size -= 8, p += 8) {
    const std::uint64_t word = load64(p) ^ state;
    state = 0;
    for (unsigned i = 0; i < 8; ++i) state ^= kCrcTables[7 - i][(word >> (8 * i)) & 0xFF];
  }
  for (; size > 0; --size, ++p) state = (state >> 8) ^ kCrcTables[0][(state ^ *p) & 0xFF];
  return state;
}

bool Crc32c::has_instruction() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
#else
  return false;
#endif
}

Crc32c::Update Crc32c::choose() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_instruction()) return update_by_instruction;
#endif
  return update_by_table;
}

const Crc32c::Update Crc32c::best_ = Crc32c::choose();

std::uint16_t HeadCheck::of(std::uint64_t head) {
  std::uint16_t state = kXorOut;
  for (unsigned i = 0; i < 6; ++i) state ^= kHeadTables[5 - i][(head >> (8 * i)) & 0xFF];
  return state;
}

std::uint8_t PacketHeaderCheck::of(std::uint64_t header, unsigned bits) {
  std::uint8_t state = 0;
  while (bits-- > 0) {
    const bool out = ((state >> 7) ^ (header >> bits)) & 1;
    state = static_cast<std::uint8_t>((state << 1) ^ (out ? kPoly : 0));
  }
  return state;
}

}  // namespace weft
