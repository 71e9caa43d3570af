// SPDX-License-Identifier: Apache-2.0
#include "models/workload/collective_data.h"

#include <algorithm>
#include <array>
#include <bit>

namespace weft {
namespace {

constexpr unsigned kPerBlock = 8;  // words of one draw

float to_float(std::uint32_t bits) {
  const auto k = static_cast<std::int32_t>(bits) >> 8;  // 24 bits, signed: exact in a float
  return static_cast<float>(k) / 8388608.0F;
}

std::uint32_t add(ElementType type, std::uint32_t a, std::uint32_t b) {
  if (type == ElementType::kInt32) return a + b;
  return std::bit_cast<std::uint32_t>(std::bit_cast<float>(a) + std::bit_cast<float>(b));
}

}  // namespace

CollectiveData::CollectiveData(ElementType type, std::uint64_t seed,
                               const std::vector<std::string>& names)
    : type_(type) {
  streams_.reserve(names.size());
  for (const std::string& name : names) streams_.emplace_back(seed, name, "collective.data");
}

void CollectiveData::contribution(unsigned rank, std::uint64_t first,
                                  std::span<std::uint32_t> words) const {
  std::array<std::uint64_t, 4> block{};
  std::uint64_t drawn = ~std::uint64_t{0};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint64_t element = first + i;
    if (element / kPerBlock != drawn) {
      drawn = element / kPerBlock;
      block = streams_[rank].block(drawn);
    }
    const auto place = static_cast<unsigned>(element % kPerBlock);
    const auto bits = static_cast<std::uint32_t>(block[place / 2] >> (32 * (place % 2)));
    words[i] = type_ == ElementType::kInt32 ? bits : std::bit_cast<std::uint32_t>(to_float(bits));
  }
}

void CollectiveData::reduced(const RingAllReduce& ring, std::uint64_t first,
                             std::span<std::uint32_t> words) const {
  const std::uint64_t end = first + words.size();
  for (unsigned c = 0; c < ring.ranks(); ++c) {
    const RingAllReduce::Range chunk = ring.chunk(c);
    const std::uint64_t from = std::max(first, chunk.first);
    const std::uint64_t to = std::min(end, chunk.first + chunk.count);
    if (from < to) reduce_chunk(ring.ranks(), c, from, words.subspan(from - first, to - from));
  }
}

void CollectiveData::reduce_chunk(unsigned ranks, unsigned chunk, std::uint64_t first,
                                  std::span<std::uint32_t> words) const {
  std::vector<std::uint32_t> own(words.size());
  contribution(chunk, first, words);
  for (unsigned k = 1; k < ranks; ++k) {
    contribution((chunk + k) % ranks, first, own);
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = add(type_, own[i], words[i]);
  }
}

}  // namespace weft
