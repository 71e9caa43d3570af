// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weft {

/// What a ring all-reduce moves: who sends which elements when.
///
/// The elements are divided into one chunk per rank and each chunk into pieces, as evenly as whole
/// elements allow. In step s of the reduce-scatter, 0 to ranks - 2, rank r sends chunk r - s
/// (modulo ranks) to rank r + 1, into slot s of its staging area, and what arrives is added to the
/// own chunk before that is sent on in the next step. In step s of the all-gather it sends chunk
/// r + 1 - s, which is a finished sum, into the place where the next rank keeps that chunk.
class RingAllReduce {
 public:
  /// Elements first to first + count - 1 of the buffer.
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
  };

  /// Throws std::invalid_argument for 0 ranks or pieces.
  RingAllReduce(unsigned ranks, std::uint64_t elements, unsigned pieces);

  unsigned ranks() const { return ranks_; }
  unsigned pieces() const { return pieces_; }
  std::uint64_t elements() const { return elements_; }

  Range chunk(unsigned c) const;
  Range piece(unsigned c, unsigned p) const;
  /// Chunk that `rank` sends in step `s` of the reduce-scatter; it received what it adds to it in
  /// step s - 1.
  unsigned scatter_chunk(unsigned rank, unsigned s) const {
    return (rank + ranks_ - s % ranks_) % ranks_;
  }
  /// Chunk that `rank` sends in step `s` of the all-gather. That of s = ranks - 1 arrives last and
  /// is not sent.
  unsigned gather_chunk(unsigned rank, unsigned s) const { return scatter_chunk(rank + 1, s); }
  /// Steps of each of the two phases.
  unsigned steps() const { return ranks_ - 1; }

  /// Elements of a staging slot: the longest chunk. There are steps() slots.
  std::uint64_t slot_elements() const { return (elements_ + ranks_ - 1) / ranks_; }
  std::uint64_t staging_elements() const { return slot_elements() * steps(); }

 private:
  unsigned ranks_;
  std::uint64_t elements_;
  unsigned pieces_;
};

}  // namespace weft
