// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weft {

/// Place of a field in a slot: bits lsb to lsb + width - 1. Width 0 means "not placed".
struct BitField {
  std::uint8_t slot = 0;  ///< slot of the flit; meaningful for payload fields only
  std::uint8_t lsb = 0;
  std::uint8_t width = 0;

  constexpr unsigned msb() const { return lsb + width - 1u; }
  /// Biggest value the field holds.
  constexpr std::uint64_t max() const {
    return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  }
  constexpr std::uint64_t mask() const { return max() << lsb; }
  constexpr std::uint64_t get(std::uint64_t word) const { return (word >> lsb) & max(); }
  /// `value` in its place; it must fit. Or the parts of a word together.
  constexpr std::uint64_t put(std::uint64_t value) const { return value << lsb; }
  /// `word` with this field replaced.
  constexpr std::uint64_t set(std::uint64_t word, std::uint64_t value) const {
    return (word & ~mask()) | (value << lsb);
  }
};

/// A field as a protocol file names it; made by field().
template <class Owner>
struct FieldKey {
  std::string_view name;
  BitField Owner::*member;
  std::string_view sentence;
};
template <class Owner>
constexpr FieldKey<Owner> field(std::string_view name, BitField Owner::*member,
                                std::string_view sentence) {
  return {name, member, sentence};
}

}  // namespace weft
