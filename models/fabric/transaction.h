// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "models/protocol/protocol.h"

namespace weft {

/// What a packet of the transaction layer asks or answers; rtl/link/PROTOCOL.md, chapter 8. The
/// codes on the wire are the protocol file's.
enum class TxnType : std::uint8_t {
  kReadRequest = 1,     ///< answered by kReadResponse
  kWriteRequest,        ///< carries data; answered by kWriteResponse
  kWriteNotifyRequest,  ///< the same, and the owner counts a notification when it is written
  kReadResponse,        ///< carries the data, unless its status is other than kOk
  kWriteResponse,
};

/// How a transaction or a transfer ended.
enum class TxnStatus : std::uint8_t {
  kOk = 0,
  kBadDescriptor,  ///< the requester refused the descriptor
  kBadAddress,     ///< no such memory at the requester
  kBadLength,      ///< the requester refused the length
  kRemoteAddress,  ///< the owner exports no such range
  kBadToken,       ///< the range is exported under another token
  kNoPermission,   ///< the range is not exported for this
  kPoisoned,       ///< the data was known to be bad
  kUnsupported,    ///< the owner does not do this
};
inline constexpr std::size_t kTxnTypes = 5;
inline constexpr std::size_t kTxnStatuses = 9;

/// "write_notify_request"; "bad_token". "?" for a value that is none.
std::string_view to_string(TxnType type);
std::string_view to_string(TxnStatus status);

/// A place in the memory of the fabric: `offset` bytes into what `node` exports.
struct FabricAddress {
  static constexpr unsigned kOffsetBits = 48;
  static constexpr std::uint64_t kOffsetMask = (std::uint64_t{1} << kOffsetBits) - 1;

  std::uint16_t node = 0;
  std::uint64_t offset = 0;  ///< below 2^48

  constexpr std::uint64_t pack() const {
    return std::uint64_t{node} << kOffsetBits | (offset & kOffsetMask);
  }
  static constexpr FabricAddress unpack(std::uint64_t address) {
    return {static_cast<std::uint16_t>(address >> kOffsetBits), address & kOffsetMask};
  }
  bool operator==(const FabricAddress&) const = default;
};

/// The header of a transaction packet.
struct TxnHeader {
  TxnType type = TxnType::kReadRequest;
  std::uint8_t vc = 0;
  std::uint16_t dst = 0;     ///< node the packet goes to
  std::uint16_t src = 0;     ///< node it comes from
  std::uint16_t tag = 0;     ///< of the requester; a response repeats its request's
  std::uint64_t offset = 0;  ///< first byte in the owner's exported memory; 0 in responses
  std::uint32_t bytes = 0;   ///< 1 to max_payload(): of data carried, wanted or acknowledged
  std::uint32_t token = 0;   ///< right to the range; 0 in responses
  TxnStatus status = TxnStatus::kOk;  ///< kOk in requests
  std::uint8_t notify = 0;            ///< id to count, 0 to 63; kWriteNotifyRequest only
  bool last = false;                  ///< last packet of its transfer
  bool poison = false;                ///< the data is known to be bad

  bool is_request() const { return type <= TxnType::kWriteNotifyRequest; }
  bool carries_data() const {
    return type == TxnType::kWriteRequest || type == TxnType::kWriteNotifyRequest ||
           (type == TxnType::kReadResponse && status == TxnStatus::kOk);
  }
  bool operator==(const TxnHeader&) const = default;
};

/// Writes and reads packet headers as a protocol places them. Data follows the header from slot
/// kHeaderSlots on, byte 0 in the low byte of a slot; what is left of its last slot is 0.
class TxnFormat {
 public:
  static constexpr unsigned kHeaderSlots = 3;

  /// `protocol` was checked by Protocol::parse.
  explicit TxnFormat(const Protocol& protocol);

  /// Slots of a packet: the header, and the data if this type carries data.
  unsigned slots(TxnType type, std::uint32_t bytes) const {
    const bool data = type != TxnType::kReadRequest && type != TxnType::kWriteResponse;
    return kHeaderSlots + (data ? data_slots(bytes) : 0);
  }
  /// The same, knowing that a read response with an error carries no data.
  unsigned slots(const TxnHeader& header) const {
    return kHeaderSlots + (header.carries_data() ? data_slots(header.bytes) : 0);
  }
  static constexpr unsigned data_slots(std::uint32_t bytes) { return (bytes + 7) / 8; }

  /// Fills the first three slots, len (that of slots(header)) and header check included. Fields
  /// must fit: bytes 1 to max_payload(), offset below 2^48, notify below 64.
  void encode(const TxnHeader& header, std::span<std::uint64_t> slots) const;

  /// Reads the header of a whole packet; data is not looked at. False when the header check, the
  /// kind, the type, the number of bytes or the length (of `slots`, of its len field, by its type)
  /// is wrong; `out` is then undefined. A status that is not known reads as kUnsupported.
  bool decode(std::span<const std::uint64_t> slots, TxnHeader& out) const;

  std::uint32_t max_payload() const { return max_payload_; }
  /// VC a packet of this type travels on.
  unsigned vc_of(TxnType type) const {
    return type <= TxnType::kWriteNotifyRequest ? request_vc_ : response_vc_;
  }

  /// What a switch reads of a packet, from its first slot alone.
  std::uint16_t dst(std::uint64_t slot0) const {
    return static_cast<std::uint16_t>(slot0_.dst.get(slot0));
  }
  /// Whether the header check of the first slot is right.
  bool check(std::uint64_t slot0) const { return slot0_.hck.get(slot0) == check_of(slot0); }

 private:
  static constexpr std::uint8_t kNoCode = 0xFF;

  std::uint64_t check_of(std::uint64_t slot0) const;

  Protocol::PacketHeader slot0_;
  Protocol::TxnFields fields_;
  std::uint64_t covered_ = 0;  ///< bits of slot 0 below the check
  std::uint64_t kind_ = 0;
  unsigned request_vc_ = 0, response_vc_ = 0;
  std::uint32_t max_payload_ = 0;
  std::array<std::uint8_t, kTxnTypes + 1> type_codes_{};
  std::array<std::uint8_t, kTxnStatuses> status_codes_{};
  std::array<std::uint8_t, 256> types_{};     ///< by code; kNoCode where there is none
  std::array<std::uint8_t, 256> statuses_{};  ///< by code
  std::array<std::uint8_t, 256> crc8_{};
};

/// A transfer cut into packets: at multiples of the largest payload of the offset at the owner, so
/// that every packet but the first and the last is full and aligned.
///
///     for (Cut cut(offset, bytes, max_payload); !cut.done(); cut.next()) ...
class Cut {
 public:
  Cut(std::uint64_t offset, std::uint64_t bytes, std::uint32_t max_payload)
      : offset_(offset), bytes_(bytes), max_(max_payload) {}

  bool done() const { return at_ == bytes_; }
  /// Where the packet begins, in bytes from the start of the transfer, and at the owner.
  std::uint64_t at() const { return at_; }
  std::uint64_t offset() const { return offset_ + at_; }
  std::uint32_t bytes() const {
    const std::uint64_t room = max_ - offset() % max_;
    return static_cast<std::uint32_t>(room < bytes_ - at_ ? room : bytes_ - at_);
  }
  bool last() const { return bytes_ - at_ == bytes(); }
  void next() { at_ += bytes(); }

  /// Packets of such a transfer.
  static constexpr std::uint64_t packets(std::uint64_t offset, std::uint64_t bytes,
                                         std::uint32_t max_payload) {
    if (bytes == 0) return 0;
    return (offset + bytes - 1) / max_payload - offset / max_payload + 1;
  }

 private:
  std::uint64_t offset_, bytes_;
  std::uint32_t max_;
  std::uint64_t at_ = 0;
};

}  // namespace weft
