// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace weft::firmware_test {

/// One descriptor of a ring all-reduce and what must have arrived before it.
struct RingEntry {
  bool is_reduce = false;
  unsigned notify = 0;
  unsigned rank = 0;         ///< of the NPU that `remote` is in
  std::uint64_t local = 0;   ///< element in the buffer
  std::uint64_t remote = 0;  ///< element in the staging (reduce, notify 0) or buffer
  std::uint64_t elements = 0;
  std::array<std::uint64_t, 2> needs{};  ///< notifications of ids 0 and 1

  bool operator==(const RingEntry&) const = default;
};

/// Local addresses of a job's data, and its token.
struct RingPlaces {
  std::uint64_t buffer;
  std::uint64_t staging;
  std::uint32_t token;
};

/// Rank r is node kFirstNode + r.
inline constexpr unsigned kFirstNode = 100;

/// The definition of the algorithm as formulas, without state carried from piece to piece: `n`
/// NPUs, `elements` in all, `pieces` to a chunk. The list of rank `r`, in order.
std::vector<RingEntry> ring_entries(unsigned n, unsigned r, std::uint64_t elements,
                                    unsigned pieces);

/// The descriptor of an int32 job that `entry` is.
std::array<std::uint64_t, 8> ring_words(const RingEntry& entry, unsigned cookie,
                                        const RingPlaces& places);

/// Notifications {id 0, id 1} that rank `r` must have had when it is done.
std::array<std::uint64_t, 2> ring_notifications(unsigned n, unsigned r, std::uint64_t elements,
                                                unsigned pieces);

/// The ids in the order in which they come from the rank before `r`.
std::vector<unsigned> ring_arrivals(unsigned n, unsigned r, std::uint64_t elements,
                                    unsigned pieces);

/// Runs the lists of all ranks on numbers; false if they get stuck or the sums are wrong.
bool ring_adds_up(unsigned n, std::uint64_t elements, unsigned pieces);

}  // namespace weft::firmware_test
