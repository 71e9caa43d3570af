// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The checker's own reading of chapters 1 to 3 of rtl/link/PROTOCOL.md: what bits mean and what
/// the checks over them are. It shares no code and no constant with the model or the RTL.
namespace weft::tb::wire {

inline constexpr unsigned kSlotsPerBeat = 8;
inline constexpr unsigned kBeats = 4;                           ///< OFL-1.2, DATA and CTRL
inline constexpr unsigned kFlitSlots = kBeats * kSlotsPerBeat;  ///< head and tail included
inline constexpr unsigned kPayloadSlots = kFlitSlots - 2;       ///< OFL-1.4
inline constexpr unsigned kFirstFull = 255;                     ///< OFL-4.4
inline constexpr unsigned kNoRecord = 31;
inline constexpr unsigned kMaxVcs = 16;
inline constexpr std::uint32_t kCrcResidue = 0xB798B438;  ///< OFL-3.1
inline constexpr std::uint32_t kCreditMask = 0x7FFF;      ///< 15-bit limits

enum class Type : std::uint8_t { kNone = 0, kData = 1, kCtrl = 2, kBoot = 4 };

/// Operation of a BOOT flit (chapter 7).
enum class Boot : std::uint8_t { kParam = 1, kCinit = 2, kRetrain = 3, kResync = 4, kHrst = 5 };

/// Fields of a head (chapter 2).
struct Head {
  std::uint16_t seq = 0;
  std::uint16_t hcs = 0;
  std::uint8_t first = 0;
  std::uint8_t ep = 0;
  std::uint8_t nak_ep = 0;
  std::uint8_t rec = 0;
  bool nak = false;
  bool poll = false;
  bool rtx = false;
  std::uint8_t type_bits = 0;  ///< bits 47:45 as they are; 1, 2 and 4 are types
  bool reserved_clear = false;

  Type type() const {
    const bool one_hot = type_bits == 1 || type_bits == 2 || type_bits == 4;
    return one_hot ? static_cast<Type>(type_bits) : Type::kNone;
  }
  std::uint8_t boot_op() const { return seq & 15; }
  bool boot_seen() const { return (seq >> 4 & 1) != 0; }
};

/// Fields of a tail (chapter 3).
struct Tail {
  std::uint16_t ack = 0;
  std::uint16_t cnt = 0;
  bool psn = false;
  std::uint32_t crc = 0;
};

Head decode_head(std::uint64_t slot);
Tail decode_tail(std::uint64_t slot);

/// OFL-2.2: the head check sequence that belongs to bits 47:0 of a head.
std::uint16_t head_check(std::uint64_t head);

/// CRC-32C register (initial value all ones, no final inversion) after `slots` slots.
/// Over a whole good flit it is kCrcResidue.
std::uint32_t crc_register(const std::uint64_t* data, std::size_t slots);

/// OFL-3.1, OFL-3.2: the CRC of a flit of `slots` slots, over all but its last four bytes.
std::uint32_t flit_crc(const std::uint64_t* data, std::size_t slots);

/// True when an error pattern (received XOR sent) over a whole flit of `slots` slots is itself a
/// codeword of the CRC: no receiver can see it.
bool crc_cannot_see(const std::uint64_t* pattern, std::size_t slots);

/// Number of payload slots as OFL-4.4 writes it.
inline unsigned first_field(std::uint64_t missing) {
  return missing >= kPayloadSlots ? kFirstFull : static_cast<unsigned>(missing);
}

/// The 19 bits of a packet header the link reads (chapter 4), and a NOP slot (kind 0).
struct PacketHead {
  unsigned kind, vc, len;
  explicit PacketHead(std::uint64_t slot)
      : kind(slot & 7), vc(slot >> 3 & 15), len(slot >> 7 & 1023) {}
};

/// A flit as one side of the wire saw it. A BOOT flit fills the first eight slots.
struct Flit {
  std::uint64_t start = 0;  ///< cycle of the first beat
  std::uint64_t last = 0;   ///< cycle of the last beat
  unsigned beats = 0;
  std::uint64_t number = 0;  ///< among the flits of its sender, if known
  Head head;
  Tail tail;
  bool good = false;  ///< OFL-6.2 without OFL-4.4, which needs the receiver's state
  std::array<std::uint64_t, kFlitSlots> slots{};

  const std::uint64_t* payload() const { return slots.data() + 1; }
  unsigned slot_count() const { return beats * kSlotsPerBeat; }
  std::uint64_t tail_slot() const { return slots[slot_count() - 1]; }
};

/// Fills head, tail and `good` from beats and slots. Sequence numbers have `seq_bits` bits and
/// records name one of `vcs` VCs.
void decode(Flit& flit, unsigned seq_bits, unsigned vcs);

}  // namespace weft::tb::wire
