// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/wire_faults.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace weft::tb {

std::string FlitName::text() const {
  const std::string number = std::to_string(ordinal);
  switch (kind) {
    case FlitKind::kData:
      return "DATA " + number + "." + std::to_string(attempt);
    case FlitKind::kCtrl:
      return "CTRL " + number;
    case FlitKind::kBoot:
      return "BOOT " + number;
  }
  return number;
}

FlitNamer::FlitNamer(unsigned seq_bits, unsigned window)
    : mask_((std::uint64_t{1} << seq_bits) - 1), attempts_(std::bit_ceil(2 * window)) {}

FlitName FlitNamer::name(std::uint64_t head_slot) {
  const unsigned type = head_slot >> 45 & 7;
  if (type == 2) return {FlitKind::kCtrl, ctrl_++, 0};
  if (type != 1) return {FlitKind::kBoot, boot_++, 0};
  const bool repeated = (head_slot >> 43 & 1) != 0;
  if (!repeated || data_ == 0) {
    attempts_[data_ & (attempts_.size() - 1)] = 0;
    return {FlitKind::kData, data_++, 0};
  }
  const std::uint64_t back = (data_ - 1 - (head_slot & 0xFFFF)) & mask_;
  const std::uint64_t ordinal = data_ - 1 - std::min(back, data_ - 1);
  return {FlitKind::kData, ordinal, ++attempts_[ordinal & (attempts_.size() - 1)]};
}

FaultPlan& FaultPlan::at(FlitName name, WireFault fault) {
  list_[name] = std::move(fault);
  return *this;
}

FaultPlan& FaultPlan::random(std::uint64_t seed, unsigned direction, FaultRates rates,
                             std::uint64_t first) {
  double sum = rates.corrupt;
  const Threshold corrupt = threshold(sum);
  const Threshold drop = threshold(sum += rates.drop);
  const Threshold duplicate = threshold(sum += rates.duplicate);
  const Threshold mark = threshold(sum += rates.mark);
  random_ = Draws{Random(seed, "wire" + std::to_string(direction), "faults"),
                  corrupt,
                  drop,
                  duplicate,
                  mark,
                  rates.run_min,
                  rates.run_max,
                  first};
  return *this;
}

std::optional<WireFault> FaultPlan::next(const FlitName& name) {
  if (!list_.empty()) {
    const auto found = list_.find(name);
    if (found != list_.end()) return found->second;
  }
  return random_ ? drawn(name) : std::nullopt;
}

std::optional<WireFault> FaultPlan::drawn(const FlitName& name) {
  const Draws& draws = *random_;
  const bool in_run = run_left_ > 0;
  if (!in_run && name.ordinal < draws.first) return std::nullopt;
  const std::uint64_t sub = std::uint64_t{name.attempt} << 8 | static_cast<unsigned>(name.kind);
  const auto draw = draws.random.block(name.ordinal, sub);
  if (!in_run && !draws.mark.hit(draw[0])) return std::nullopt;
  const bool one_beat = name.kind == FlitKind::kBoot;
  const unsigned flit_bits = one_beat ? 512 : 2048;
  WireFault fault;
  if (in_run) {
    --run_left_;
    fault = *run_;
  } else if (draws.corrupt.hit(draw[0])) {
    fault.kind = WireFault::Kind::kFlip;
  } else if (draws.drop.hit(draw[0])) {
    fault = WireFault::drop();
  } else if (draws.duplicate.hit(draw[0])) {
    return WireFault::duplicate();
  } else {
    fault = WireFault::mark();
  }
  if (!in_run && draws.run_max > 1) {
    run_ = fault;
    run_left_ =
        draws.run_min - 1 + static_cast<unsigned>(draw[3] % (draws.run_max - draws.run_min + 1));
  }
  if (fault.kind == WireFault::Kind::kMark) {
    return WireFault::mark(one_beat ? 0 : static_cast<unsigned>(draw[1] & 3));
  }
  if (fault.kind != WireFault::Kind::kFlip) return fault;
  if ((draw[2] & 1) != 0) {  // bits
    const unsigned count = 1 + static_cast<unsigned>((draw[2] >> 1) % 5);
    std::vector<std::uint16_t> bits;
    for (unsigned i = 0; i < count; ++i) {
      const auto bit = static_cast<std::uint16_t>((draw[1] >> 12 * i & 0xFFF) % flit_bits);
      if (std::find(bits.begin(), bits.end(), bit) == bits.end()) bits.push_back(bit);
    }
    return WireFault::flip(std::move(bits));
  }
  const unsigned length = 2 + static_cast<unsigned>((draw[2] >> 1) % 511);
  const auto from = static_cast<std::uint16_t>((draw[1] & 0xFFFF) % (flit_bits - length + 1));
  return WireFault::burst(from, length);
}

}  // namespace weft::tb
