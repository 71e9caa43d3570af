// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/base/random.h"
#include "models/workload/element_type.h"
#include "models/workload/ring_all_reduce.h"

namespace weft {

/// The numbers that ranks contribute to a collective, and what has to come out: computed element by
/// element in plain arithmetic, independent of any engine that is under test.
class CollectiveData {
 public:
  /// `names` of the ranks key their random streams.
  CollectiveData(ElementType type, std::uint64_t seed, const std::vector<std::string>& names);

  /// Words of `rank` from element `first` on. fp32: k / 2^23 for a random whole k from -2^23 to
  /// 2^23 - 1; int32: 32 random bits.
  void contribution(unsigned rank, std::uint64_t first, std::span<std::uint32_t> words) const;

  /// The all-reduced words from element `first` on. fp32 addition is not associative, so the sum
  /// of a chunk is taken in the order of the ring: from the rank whose number is the chunk's,
  /// along the ring, each adding its own number to what has arrived.
  void reduced(const RingAllReduce& ring, std::uint64_t first,
               std::span<std::uint32_t> words) const;

 private:
  void reduce_chunk(unsigned ranks, unsigned chunk, std::uint64_t first,
                    std::span<std::uint32_t> words) const;

  ElementType type_;
  std::vector<Random> streams_;
};

}  // namespace weft
