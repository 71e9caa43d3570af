// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace weft {

/// A 128-bit hash.
struct Hash128 {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;

  bool operator==(const Hash128&) const = default;
  /// 32 lower-case hex digits, most significant first.
  std::string hex() const;
};

/// Streaming XXH3-128 (seed 0) of what is added, in order; the same on every machine.
///
/// A word is hashed as 8 bytes, least significant first. A span is the same as its words one by
/// one. A string is its length as a word and then its bytes, so that neighbours cannot blur.
class Digest {
 public:
  Digest();
  Digest(const Digest& other);
  Digest(Digest&&) noexcept = default;
  Digest& operator=(const Digest& other);
  Digest& operator=(Digest&&) noexcept = default;
  ~Digest() = default;

  void add(std::uint64_t word) {
    buffer_[used_++] = word;
    if (used_ == buffer_.size()) flush();
  }
  void add(std::span<const std::uint64_t> words) {
    for (std::uint64_t word : words) add(word);
  }
  void add(std::string_view text);
  void add(Hash128 hash) {
    add(hash.hi);
    add(hash.lo);
  }
  /// Without this, a string literal would be hashed as a bool or an address.
  void add(const char* text) { add(std::string_view(text)); }

  /// The hash of everything added so far; more may be added afterwards.
  Hash128 value() const;
  /// Back to nothing added.
  void reset();

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };

  void flush();

  std::unique_ptr<XXH3_state_s, Free> state_;
  std::array<std::uint64_t, 8> buffer_{};
  std::size_t used_ = 0;
};

/// XXH3-128 of some bytes at once.
Hash128 hash128(std::span<const std::uint8_t> bytes);
/// Lower half of XXH3-128 of some bytes.
std::uint64_t hash64(std::span<const std::uint8_t> bytes);

}  // namespace weft
