// SPDX-License-Identifier: Apache-2.0
#include "tests/firmware/ring_oracle.h"

namespace weft::firmware_test {

namespace {

struct Ring {
  unsigned n;
  std::uint64_t elements;
  unsigned pieces;

  std::uint64_t begin(unsigned chunk) const { return elements * chunk / n; }
  std::uint64_t size(unsigned chunk) const { return begin(chunk + 1) - begin(chunk); }
  std::uint64_t piece_begin(unsigned chunk, unsigned p) const { return size(chunk) * p / pieces; }
  std::uint64_t piece_size(unsigned chunk, unsigned p) const {
    return piece_begin(chunk, p + 1) - piece_begin(chunk, p);
  }
  std::uint64_t slot() const { return (elements + n - 1) / n; }
  /// Pieces of `chunk` below `p` that are sent.
  std::uint64_t sent(unsigned chunk, unsigned p) const {
    std::uint64_t count = 0;
    for (unsigned i = 0; i < p; ++i) {
      count += piece_size(chunk, i) != 0;
    }
    return count;
  }
  std::uint64_t sent(unsigned chunk) const { return sent(chunk, pieces); }

  unsigned scattered(unsigned r, unsigned s) const { return (r + n - s) % n; }
  unsigned gathered(unsigned r, unsigned s) const { return (r + 1 + n - s) % n; }
  /// Notifications of id 0 until step s of the rank before r has sent piece p.
  std::uint64_t reduced(unsigned r, unsigned s, unsigned p) const {
    const unsigned before = (r + n - 1) % n;
    std::uint64_t count = sent(scattered(before, s), p + 1);
    for (unsigned i = 0; i < s; ++i) {
      count += sent(scattered(before, i));
    }
    return count;
  }
  std::uint64_t finished(unsigned r, unsigned s, unsigned p) const {
    const unsigned before = (r + n - 1) % n;
    std::uint64_t count = sent(gathered(before, s), p + 1);
    for (unsigned i = 0; i < s; ++i) {
      count += sent(gathered(before, i));
    }
    return count;
  }
};

/// Adds the descriptors of one piece.
void add_piece(const Ring& ring, unsigned r, unsigned chunk, unsigned p, bool reduces,
               std::uint64_t staged, RingEntry write, std::vector<RingEntry>& out) {
  const std::uint64_t offset = ring.piece_begin(chunk, p);
  write.rank = (r + 1) % ring.n;
  write.local = ring.begin(chunk) + offset;
  write.remote += offset;
  write.elements = ring.piece_size(chunk, p);
  if (write.elements == 0) {
    return;
  }
  if (reduces) {
    out.push_back({true, 0, r, write.local, staged + offset, write.elements, write.needs});
  }
  out.push_back(write);
}

struct Rank {
  std::vector<RingEntry> list;
  std::size_t next = 0;
  std::array<std::uint64_t, 2> notified{};
  std::vector<std::uint32_t> buffer;
  std::vector<std::uint32_t> staging;
};

bool can_go_on(const Rank& rank) {
  return rank.next < rank.list.size() && rank.notified[0] >= rank.list[rank.next].needs[0] &&
         rank.notified[1] >= rank.list[rank.next].needs[1];
}

void perform(Rank& self, std::vector<Rank>& ranks) {
  const RingEntry& entry = self.list[self.next++];
  Rank& other = ranks[entry.rank];
  std::vector<std::uint32_t>& remote =
      entry.is_reduce || entry.notify == 0 ? other.staging : other.buffer;
  for (std::uint64_t i = 0; i < entry.elements; ++i) {
    if (entry.is_reduce) {
      self.buffer.at(entry.local + i) += remote.at(entry.remote + i);
    } else {
      remote.at(entry.remote + i) = self.buffer.at(entry.local + i);
    }
  }
  if (!entry.is_reduce) {
    ++other.notified[entry.notify];
  }
}

std::uint32_t number(unsigned rank, std::uint64_t element) {
  return static_cast<std::uint32_t>((rank + 1) * 0x9E3779B1u + element * 0x85EBCA77u);
}

}  // namespace

std::vector<RingEntry> ring_entries(unsigned n, unsigned r, std::uint64_t elements,
                                    unsigned pieces) {
  const Ring ring{n, elements, pieces};
  std::vector<RingEntry> out;
  for (unsigned s = 0; s + 1 < n; ++s) {
    const unsigned chunk = ring.scattered(r, s);
    for (unsigned p = 0; p < pieces; ++p) {
      RingEntry write{.notify = 0, .remote = s * ring.slot()};
      write.needs[0] = s == 0 ? 0 : ring.reduced(r, s - 1, p);
      add_piece(ring, r, chunk, p, s > 0, (s - 1) * ring.slot(), write, out);
    }
  }
  for (unsigned s = 0; s + 1 < n; ++s) {
    const unsigned chunk = ring.gathered(r, s);
    for (unsigned p = 0; p < pieces; ++p) {
      RingEntry write{.notify = 1, .remote = ring.begin(chunk)};
      write.needs[0] = ring.reduced(r, n - 2, s == 0 ? p : pieces - 1);
      write.needs[1] = s == 0 ? 0 : ring.finished(r, s - 1, p);
      add_piece(ring, r, chunk, p, s == 0, (n - 2) * ring.slot(), write, out);
    }
  }
  return out;
}

std::array<std::uint64_t, 8> ring_words(const RingEntry& entry, unsigned cookie,
                                        const RingPlaces& places) {
  constexpr std::uint64_t kHbm = 0x10'0000'0000;
  const bool to_staging = entry.is_reduce || entry.notify == 0;
  const std::uint64_t far = (to_staging ? places.staging : places.buffer) + entry.remote * 4;
  const std::uint64_t node = kFirstNode + entry.rank;
  const std::uint64_t kind = entry.is_reduce ? 4 | 1 << 16 : 2 | entry.notify << 24;
  const std::uint64_t irq = 1 << 8;
  return {kind | irq | std::uint64_t{cookie} << 32,
          places.buffer + entry.local * 4,
          entry.is_reduce ? far : node << 48 | (far - kHbm),
          entry.elements * 4,
          entry.is_reduce ? 0 : places.token,
          0,
          0,
          0};
}

std::array<std::uint64_t, 2> ring_notifications(unsigned n, unsigned r, std::uint64_t elements,
                                                unsigned pieces) {
  const Ring ring{n, elements, pieces};
  return {ring.reduced(r, n - 2, pieces - 1), ring.finished(r, n - 2, pieces - 1)};
}

std::vector<unsigned> ring_arrivals(unsigned n, unsigned r, std::uint64_t elements,
                                    unsigned pieces) {
  std::vector<unsigned> ids;
  for (const RingEntry& entry : ring_entries(n, (r + n - 1) % n, elements, pieces)) {
    if (!entry.is_reduce) {
      ids.push_back(entry.notify);
    }
  }
  return ids;
}

bool ring_adds_up(unsigned n, std::uint64_t elements, unsigned pieces) {
  std::vector<Rank> ranks(n);
  std::vector<std::uint32_t> sums(elements);
  for (unsigned r = 0; r < n; ++r) {
    ranks[r].list = ring_entries(n, r, elements, pieces);
    ranks[r].staging.resize((n - 1) * ((elements + n - 1) / n));
    for (std::uint64_t i = 0; i < elements; ++i) {
      ranks[r].buffer.push_back(number(r, i));
      sums[i] += number(r, i);
    }
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (Rank& rank : ranks) {
      for (; can_go_on(rank); moved = true) {
        perform(rank, ranks);
      }
    }
  }
  for (unsigned r = 0; r < n; ++r) {
    if (ranks[r].next != ranks[r].list.size() || ranks[r].buffer != sums ||
        ranks[r].notified != ring_notifications(n, r, elements, pieces)) {
      return false;
    }
  }
  return true;
}

}  // namespace weft::firmware_test
