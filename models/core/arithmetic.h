// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

/// The M extension and the operations on words, as functions of 64-bit register values. Division
/// by 0 and overflow give what table 7.1 of the unprivileged architecture says.
namespace weft::rv {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

constexpr std::int64_t as_signed(std::uint64_t a) { return static_cast<std::int64_t>(a); }

/// The lower half, its sign extended.
constexpr std::uint64_t word(std::uint64_t a) {
  return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(a)});
}

constexpr std::uint64_t mulh(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(SignedWide{as_signed(a)} * as_signed(b) >> 64);
}
constexpr std::uint64_t mulhsu(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(SignedWide{as_signed(a)} * static_cast<SignedWide>(b) >> 64);
}
constexpr std::uint64_t mulhu(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(Wide{a} * b >> 64);
}

/// Signed division and remainder of `Int`, std::int32_t for words.
template <class Int>
constexpr std::uint64_t div(std::uint64_t a, std::uint64_t b) {
  const auto n = static_cast<Int>(a), d = static_cast<Int>(b);
  if (d == 0) return ~std::uint64_t{0};
  if (d == -1) return static_cast<std::uint64_t>(std::int64_t{static_cast<Int>(0 - a)});
  return static_cast<std::uint64_t>(std::int64_t{n / d});
}
template <class Int>
constexpr std::uint64_t rem(std::uint64_t a, std::uint64_t b) {
  const auto n = static_cast<Int>(a), d = static_cast<Int>(b);
  if (d == -1) return 0;
  return static_cast<std::uint64_t>(std::int64_t{d == 0 ? n : static_cast<Int>(n % d)});
}

/// The same without sign, of std::uint32_t or std::uint64_t; a word's result is sign extended.
template <class Uint>
constexpr std::uint64_t divu(std::uint64_t a, std::uint64_t b) {
  const auto n = static_cast<Uint>(a), d = static_cast<Uint>(b);
  const Uint q = d == 0 ? static_cast<Uint>(~Uint{0}) : n / d;
  return sizeof(Uint) == 4 ? word(q) : q;
}
template <class Uint>
constexpr std::uint64_t remu(std::uint64_t a, std::uint64_t b) {
  const auto n = static_cast<Uint>(a), d = static_cast<Uint>(b);
  const Uint r = d == 0 ? n : n % d;
  return sizeof(Uint) == 4 ? word(r) : r;
}

}  // namespace weft::rv
