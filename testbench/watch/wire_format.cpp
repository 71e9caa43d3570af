// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/wire_format.h"

#include <bit>

namespace weft::tb::wire {
namespace {

static_assert(std::endian::native == std::endian::little, "slots are read as little-endian words");

constexpr std::uint32_t kCrcPoly = 0x82F63B78;  // 0x1EDC6F41 with its bits reversed
constexpr std::uint16_t kHcsPoly = 0xA6BC;      // 0x3D65 with its bits reversed
constexpr std::size_t kCrcLanes = 16;
constexpr std::size_t kHcsBytes = 6;

template <typename Word, std::size_t kLanes>
using Tables = std::array<std::array<Word, 256>, kLanes>;

// Lane k holds what a byte does to the register when k more bytes follow it.
template <typename Word, std::size_t kLanes>
constexpr Tables<Word, kLanes> make_tables(Word poly) {
  Tables<Word, kLanes> tables{};
  for (unsigned value = 0; value < 256; ++value) {
    Word reg = static_cast<Word>(value);
    for (int bit = 0; bit < 8; ++bit) {
      reg = static_cast<Word>((reg >> 1) ^ ((reg & 1) != 0 ? poly : 0));
    }
    tables[0][value] = reg;
  }
  for (std::size_t lane = 1; lane < kLanes; ++lane) {
    for (unsigned value = 0; value < 256; ++value) {
      const Word before = tables[lane - 1][value];
      tables[lane][value] = static_cast<Word>((before >> 8) ^ tables[0][before & 255]);
    }
  }
  return tables;
}

constexpr Tables<std::uint32_t, kCrcLanes> kCrc = make_tables<std::uint32_t, kCrcLanes>(kCrcPoly);
constexpr Tables<std::uint16_t, kHcsBytes> kHcs = make_tables<std::uint16_t, kHcsBytes>(kHcsPoly);

template <std::size_t kFrom>
std::uint32_t eight_bytes(std::uint64_t word) {
  return kCrc[kFrom + 7][word & 255] ^ kCrc[kFrom + 6][word >> 8 & 255] ^
         kCrc[kFrom + 5][word >> 16 & 255] ^ kCrc[kFrom + 4][word >> 24 & 255] ^
         kCrc[kFrom + 3][word >> 32 & 255] ^ kCrc[kFrom + 2][word >> 40 & 255] ^
         kCrc[kFrom + 1][word >> 48 & 255] ^ kCrc[kFrom][word >> 56];
}

std::uint32_t run(std::uint32_t reg, const std::uint64_t* data, std::size_t slots) {
  std::size_t i = 0;
  for (; i + 2 <= slots; i += 2) {
    reg = eight_bytes<8>(data[i] ^ reg) ^ eight_bytes<0>(data[i + 1]);
  }
  if (i < slots) reg = eight_bytes<0>(data[i] ^ reg);
  return reg;
}

}  // namespace

Head decode_head(std::uint64_t slot) {
  Head head;
  head.seq = static_cast<std::uint16_t>(slot);
  head.first = static_cast<std::uint8_t>(slot >> 16);
  head.ep = slot >> 24 & 3;
  head.nak_ep = slot >> 26 & 3;
  head.rec = slot >> 36 & 31;
  head.nak = (slot >> 41 & 1) != 0;
  head.poll = (slot >> 42 & 1) != 0;
  head.rtx = (slot >> 43 & 1) != 0;
  head.type_bits = slot >> 45 & 7;
  head.hcs = static_cast<std::uint16_t>(slot >> 48);
  head.reserved_clear = (slot >> 28 & 255) == 0 && (slot >> 44 & 1) == 0;
  return head;
}

Tail decode_tail(std::uint64_t slot) {
  Tail tail;
  tail.ack = static_cast<std::uint16_t>(slot);
  tail.cnt = slot >> 16 & kCreditMask;
  tail.psn = (slot >> 31 & 1) != 0;
  tail.crc = static_cast<std::uint32_t>(slot >> 32);
  return tail;
}

std::uint16_t head_check(std::uint64_t head) {
  std::uint16_t reg = 0;
  for (std::size_t i = 0; i < kHcsBytes; ++i) reg ^= kHcs[kHcsBytes - 1 - i][head >> 8 * i & 255];
  return reg ^ 0xFFFF;
}

std::uint32_t crc_register(const std::uint64_t* data, std::size_t slots) {
  return run(0xFFFFFFFF, data, slots);
}

std::uint32_t flit_crc(const std::uint64_t* data, std::size_t slots) {
  std::uint32_t reg = run(0xFFFFFFFF, data, slots - 1);
  const std::uint64_t last = data[slots - 1];
  for (int i = 0; i < 4; ++i) reg = (reg >> 8) ^ kCrc[0][(reg ^ (last >> 8 * i)) & 255];
  return ~reg;
}

bool crc_cannot_see(const std::uint64_t* pattern, std::size_t slots) {
  return run(0, pattern, slots) == 0;
}

void decode(Flit& flit, unsigned seq_bits, unsigned vcs) {
  flit.good = false;
  if (flit.beats == 0) return;
  flit.head = decode_head(flit.slots[0]);
  flit.tail = decode_tail(flit.tail_slot());
  const Type type = flit.head.type();
  const unsigned beats = type == Type::kBoot ? 1 : kBeats;
  if (type == Type::kNone || flit.beats != beats || !flit.head.reserved_clear) return;
  if (flit.head.hcs != head_check(flit.slots[0])) return;
  if (type != Type::kBoot) {
    if (flit.head.seq >> seq_bits != 0) return;
    if (flit.head.rec < 16 && flit.head.rec >= vcs) return;
  }
  flit.good = crc_register(flit.slots.data(), flit.slot_count()) == kCrcResidue;
}

}  // namespace weft::tb::wire
