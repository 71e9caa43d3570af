// SPDX-License-Identifier: Apache-2.0
#include "models/fabric/transaction.h"

#include <tuple>

namespace weft {
namespace {

constexpr std::array<std::string_view, kTxnTypes> kTypeNames{
    "read_request", "write_request", "write_notify_request", "read_response", "write_response"};
constexpr std::array<std::string_view, kTxnStatuses> kStatusNames{
    "ok",        "bad_descriptor", "bad_address", "bad_length", "remote_address",
    "bad_token", "no_permission",  "poisoned",    "unsupported"};

/// The codes of T as the protocol lists them, from codes[first] on.
template <class T, std::size_t N>
void list_codes(const T& values, std::size_t first, std::array<std::uint8_t, N>& codes) {
  static_assert(std::tuple_size_v<decltype(T::params)> <= N);
  const auto one = [&](const auto& param) {
    codes[first++] = static_cast<std::uint8_t>(values.*(param.member));
  };
  std::apply([&](const auto&... param) { (one(param), ...); }, T::params);
}

}  // namespace

std::string_view to_string(TxnType type) {
  const auto index = static_cast<std::size_t>(type) - 1;
  return index < kTypeNames.size() ? kTypeNames[index] : "?";
}

std::string_view to_string(TxnStatus status) {
  const auto index = static_cast<std::size_t>(status);
  return index < kStatusNames.size() ? kStatusNames[index] : "?";
}

TxnFormat::TxnFormat(const Protocol& protocol)
    : slot0_(protocol.packet_header),
      fields_(protocol.transactions.fields),
      covered_((std::uint64_t{1} << protocol.packet_header.hck.lsb) - 1),
      kind_(protocol.transactions.kind),
      request_vc_(protocol.transactions.request_vc),
      response_vc_(protocol.transactions.response_vc),
      max_payload_(protocol.packet.max_payload) {
  list_codes(protocol.transactions.types, 1, type_codes_);
  list_codes(protocol.transactions.statuses, 0, status_codes_);
  types_.fill(kNoCode);
  for (std::size_t i = 1; i < type_codes_.size(); ++i) {
    types_[type_codes_[i]] = static_cast<std::uint8_t>(i);
  }
  statuses_.fill(static_cast<std::uint8_t>(TxnStatus::kUnsupported));
  for (std::size_t i = 0; i < status_codes_.size(); ++i) {
    statuses_[status_codes_[i]] = static_cast<std::uint8_t>(i);
  }
  for (unsigned byte = 0; byte < crc8_.size(); ++byte) {
    unsigned crc = byte;
    for (unsigned bit = 0; bit < 8; ++bit) {
      crc = (crc << 1) ^ ((crc & 0x80) != 0 ? protocol.packet.hck_poly : 0);
    }
    crc8_[byte] = static_cast<std::uint8_t>(crc);
  }
}

std::uint64_t TxnFormat::check_of(std::uint64_t slot0) const {
  // From state 0, zero bits ahead of the covered ones change nothing.
  const std::uint64_t covered = slot0 & covered_;
  std::uint8_t crc = 0;
  for (unsigned lsb = (slot0_.hck.lsb + 7u) & ~7u; lsb != 0;) {
    lsb -= 8;
    crc = crc8_[crc ^ (covered >> lsb & 0xFF)];
  }
  return crc;
}

void TxnFormat::encode(const TxnHeader& header, std::span<std::uint64_t> slots) const {
  std::array<std::uint64_t, kHeaderSlots> out{};
  const auto put = [&](const BitField& field, std::uint64_t value) {
    out[field.slot] |= field.put(value);
  };
  put(slot0_.kind, kind_);
  put(slot0_.vc, header.vc);
  put(slot0_.len, this->slots(header));
  put(slot0_.dpoison, header.poison);
  put(slot0_.dst, header.dst);
  put(fields_.tag, header.tag);
  put(fields_.last, header.last);
  put(fields_.type, type_codes_[static_cast<std::size_t>(header.type)]);
  put(fields_.offset, header.offset);
  put(fields_.src, header.src);
  put(fields_.token, header.token);
  put(fields_.bytes, header.bytes);
  put(fields_.status, status_codes_[static_cast<std::size_t>(header.status)]);
  put(fields_.notify, header.notify);
  put(slot0_.hck, check_of(out[0]));
  for (unsigned i = 0; i < kHeaderSlots; ++i) slots[i] = out[i];
}

bool TxnFormat::decode(std::span<const std::uint64_t> slots, TxnHeader& out) const {
  if (slots.size() < kHeaderSlots || !check(slots[0]) || slot0_.kind.get(slots[0]) != kind_) {
    return false;
  }
  const auto get = [&](const BitField& field) { return field.get(slots[field.slot]); };
  const std::uint8_t type = types_[get(fields_.type)];
  if (type == kNoCode) return false;
  out.type = static_cast<TxnType>(type);
  out.vc = static_cast<std::uint8_t>(get(slot0_.vc));
  out.dst = static_cast<std::uint16_t>(get(slot0_.dst));
  out.src = static_cast<std::uint16_t>(get(fields_.src));
  out.tag = static_cast<std::uint16_t>(get(fields_.tag));
  out.offset = get(fields_.offset);
  out.bytes = static_cast<std::uint32_t>(get(fields_.bytes));
  out.token = static_cast<std::uint32_t>(get(fields_.token));
  out.status = static_cast<TxnStatus>(statuses_[get(fields_.status)]);
  out.notify = static_cast<std::uint8_t>(get(fields_.notify));
  out.last = get(fields_.last) != 0;
  out.poison = get(slot0_.dpoison) != 0;
  return out.bytes - 1 < max_payload_ && slot0_.len.get(slots[0]) == slots.size() &&
         this->slots(out) == slots.size();
}

}  // namespace weft
