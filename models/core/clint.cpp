// SPDX-License-Identifier: Apache-2.0
#include "models/core/clint.h"

namespace weft {
namespace {

constexpr std::uint64_t kMsip = 0x0, kMtimecmp = 0x4000, kMtime = 0xBFF8;

/// Whether the access lies in the register of 8 bytes at `reg`: all of it, or one half.
bool hits(std::uint64_t reg, std::uint64_t offset, unsigned size) {
  if (size == 8) return offset == reg;
  return size == 4 && (offset == reg || offset == reg + 4);
}

std::uint64_t part(std::uint64_t value, std::uint64_t offset, unsigned size) {
  if (size == 8) return value;
  return offset % 8 == 4 ? value >> 32 : value & 0xffff'ffff;
}

}  // namespace

bool Clint::load(std::uint64_t offset, unsigned size, Time at, std::uint64_t& value) const {
  if (offset == kMsip && size == 4) {
    value = msip_ ? 1 : 0;
  } else if (hits(kMtimecmp, offset, size)) {
    value = part(mtimecmp_, offset, size);
  } else if (hits(kMtime, offset, size)) {
    value = part(mtime(at), offset, size);
  } else {
    return false;
  }
  return true;
}

bool Clint::store(std::uint64_t offset, unsigned size, std::uint64_t value) {
  if (offset == kMsip && size == 4) {
    msip_ = (value & 1) != 0;
  } else if (!hits(kMtimecmp, offset, size)) {
    return false;
  } else if (size == 8) {
    mtimecmp_ = value;
  } else {
    const unsigned shift = offset % 8 == 4 ? 32 : 0;
    const std::uint64_t mask = std::uint64_t{0xffff'ffff} << shift;
    mtimecmp_ = (mtimecmp_ & ~mask) | (value << shift & mask);
  }
  return true;
}

Time Clint::timer_due() const {
  if (mtimecmp_ > Time::max().fs() / kTickFs) return Time::never();
  return Time::from_fs(mtimecmp_ * kTickFs);
}

}  // namespace weft
