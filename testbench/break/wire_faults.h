// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/base/random.h"

namespace weft::tb {

enum class FlitKind : std::uint8_t { kData, kCtrl, kBoot };

/// The name of a flit on one direction of a wire, independent of time: a DATA flit by its ordinal
/// (0, 1, 2, ... without wrapping) and attempt (0 for its first transmission), a CTRL or BOOT flit
/// by its place among its kind.
struct FlitName {
  FlitKind kind = FlitKind::kData;
  std::uint64_t ordinal = 0;
  unsigned attempt = 0;

  auto operator<=>(const FlitName&) const = default;
  std::string text() const;  ///< "DATA 12.1", "CTRL 3"
};

/// Names the flits of one direction in the order in which they leave.
class FlitNamer {
 public:
  /// Sequence numbers have `seq_bits` bits and at most `window` flits are repeated.
  FlitNamer(unsigned seq_bits, unsigned window);

  FlitName name(std::uint64_t head_slot);

 private:
  std::uint64_t mask_;
  std::uint64_t data_ = 0, ctrl_ = 0, boot_ = 0;  // of which kind how many were seen
  std::vector<unsigned> attempts_;                // by ordinal, size a power of two
};

/// What a channel does to a flit.
struct WireFault {
  enum class Kind : std::uint8_t {
    kFlip,       ///< the bits listed
    kBurst,      ///< `length` bits from `bits[0]` on: first and last flipped, others drawn
    kDrop,       ///< gone without a trace
    kDuplicate,  ///< arrives a second time right behind itself
    kMark,       ///< beat `bits[0]` is flagged by the PHY, its bits are right
    kCut         ///< its last `length` beats are missing
  };
  Kind kind = Kind::kDrop;
  std::vector<std::uint16_t> bits;  ///< bit i of byte b of the flit is 8 b + i
  unsigned length = 0;

  static WireFault flip(std::vector<std::uint16_t> bits) {
    return {Kind::kFlip, std::move(bits), 0};
  }
  static WireFault burst(std::uint16_t from, unsigned length) {
    return {Kind::kBurst, {from}, length};
  }
  static WireFault drop() { return {Kind::kDrop, {}, 0}; }
  static WireFault duplicate() { return {Kind::kDuplicate, {}, 0}; }
  static WireFault mark(unsigned beat = 0) {
    return {Kind::kMark, {static_cast<std::uint16_t>(beat)}, 0};
  }
  static WireFault cut(unsigned beats) { return {Kind::kCut, {}, beats}; }
};

/// Chances per flit of a random plan. Those of one flit exclude each other, in this order.
struct FaultRates {
  double corrupt = 0;  ///< 1 to 5 bits flipped or a burst of up to 512 bits, half each
  double drop = 0;
  double duplicate = 0;
  double mark = 0;
  unsigned run_min = 1;  ///< flits in a row that a corruption, drop or mark hits
  unsigned run_max = 1;
};

/// What happens to which flit of one direction: a list by name, and beside it random draws keyed by
/// seed and name, so that the same flits are hit whatever the timing.
class FaultPlan {
 public:
  FaultPlan() = default;

  FaultPlan& at(FlitName name, WireFault fault);
  /// Draws are keyed by `seed` and `direction`; flits from `first` on (of each kind) may be hit.
  FaultPlan& random(std::uint64_t seed, unsigned direction, FaultRates rates,
                    std::uint64_t first = 0);

  bool empty() const { return list_.empty() && !random_; }

  /// The fault of the next flit. Asked once per flit, in the order in which they leave.
  std::optional<WireFault> next(const FlitName& name);

 private:
  struct Draws {
    Random random;
    Threshold corrupt, drop, duplicate, mark;  // cumulative
    unsigned run_min, run_max;
    std::uint64_t first;
  };
  std::optional<WireFault> drawn(const FlitName& name);

  std::map<FlitName, WireFault> list_;
  std::optional<Draws> random_;
  std::optional<WireFault> run_;
  unsigned run_left_ = 0;
};

}  // namespace weft::tb
