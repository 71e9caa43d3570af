// SPDX-License-Identifier: Apache-2.0
#include "models/workload/ring_all_reduce.h"

#include <stdexcept>

namespace weft {
namespace {

/// Part i of n of a range.
RingAllReduce::Range part(const RingAllReduce::Range& whole, unsigned i, unsigned n) {
  const std::uint64_t begin = whole.count * i / n;
  return {whole.first + begin, whole.count * (i + 1) / n - begin};
}

}  // namespace

RingAllReduce::RingAllReduce(unsigned ranks, std::uint64_t elements, unsigned pieces)
    : ranks_(ranks), elements_(elements), pieces_(pieces) {
  if (ranks == 0 || pieces == 0) throw std::invalid_argument("a ring of nobody, or in no pieces");
}

RingAllReduce::Range RingAllReduce::chunk(unsigned c) const {
  return part({0, elements_}, c, ranks_);
}

RingAllReduce::Range RingAllReduce::piece(unsigned c, unsigned p) const {
  return part(chunk(c), p, pieces_);
}

}  // namespace weft
