// SPDX-License-Identifier: Apache-2.0
#include "models/base/digest.h"

#include <bit>
#include <new>

#include <xxhash.h>

namespace weft {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the digest hashes words as they lie in memory, least significant byte first");

Hash128 from_xxh(XXH128_hash_t hash) { return {hash.high64, hash.low64}; }

XXH3_state_t* new_state() {
  XXH3_state_t* state = XXH3_createState();
  if (state == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(state);
  return state;
}

}  // namespace

std::string Hash128::hex() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::uint64_t half : {hi, lo}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(half >> shift) & 15u];
  }
  return text;
}

void Digest::Free::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

Digest::Digest() : state_(new_state()) {}

Digest::Digest(const Digest& other)
    : state_(new_state()), buffer_(other.buffer_), used_(other.used_) {
  XXH3_copyState(state_.get(), other.state_.get());
}

Digest& Digest::operator=(const Digest& other) {
  if (this != &other) *this = Digest(other);
  return *this;
}

void Digest::add(std::string_view text) {
  add(std::uint64_t{text.size()});
  flush();
  XXH3_128bits_update(state_.get(), text.data(), text.size());
}

Hash128 Digest::value() const {
  if (used_ == 0) return from_xxh(XXH3_128bits_digest(state_.get()));
  Digest copy(*this);
  copy.flush();
  return from_xxh(XXH3_128bits_digest(copy.state_.get()));
}

void Digest::reset() {
  XXH3_128bits_reset(state_.get());
  used_ = 0;
}

void Digest::flush() {
  XXH3_128bits_update(state_.get(), buffer_.data(), used_ * sizeof(buffer_[0]));
  used_ = 0;
}

Hash128 hash128(std::span<const std::uint8_t> bytes) {
  return from_xxh(XXH3_128bits(bytes.data(), bytes.size()));
}

std::uint64_t hash64(std::span<const std::uint8_t> bytes) { return hash128(bytes).lo; }

}  // namespace weft
