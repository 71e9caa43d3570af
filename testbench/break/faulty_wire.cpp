// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/faulty_wire.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weft::tb {

namespace {
using Kind = WireFault::Kind;
}  // namespace

FaultyWire::FaultyWire(unsigned delay, FaultPlan plan, FlitNamer namer, std::uint64_t seed)
    : delay_(delay),
      plan_(std::move(plan)),
      planned_(!plan_.empty()),
      namer_(std::move(namer)),
      noise_(seed, "wire", "burst") {}

FaultyWire::Beat& FaultyWire::push(std::uint64_t cycle) {
  if (tail_ - head_ == ring_.size()) {
    std::vector<Beat> wider(ring_.size() * 2);
    for (std::uint64_t i = head_; i < tail_; ++i) wider[i & (wider.size() - 1)] = at(i);
    ring_ = std::move(wider);
  }
  Beat& beat = ring_[tail_++ & (ring_.size() - 1)];
  beat.cycle = any_ ? std::max(cycle + delay_, last_arrival_ + 1) : cycle + delay_;
  any_ = true;
  last_arrival_ = beat.cycle;
  return beat;
}

void FaultyWire::damage(Beat& beat, unsigned index) {
  const unsigned from = index * 512;
  const auto flip = [&](unsigned bit) {
    if (bit >= from && bit < from + 512) {
      beat.slots[(bit - from) / 64] ^= std::uint64_t{1} << (bit - from) % 64;
    }
  };
  if (fault_->kind == Kind::kFlip) {
    for (const unsigned bit : fault_->bits) flip(bit);
  } else if (fault_->kind == Kind::kBurst) {
    const unsigned first = fault_->bits.at(0);
    const unsigned last = first + fault_->length - 1;
    for (unsigned bit = std::max(first, from); bit <= last && bit < from + 512; ++bit) {
      const std::uint64_t drawn = noise_.block(flits_, bit / 64)[0] >> bit % 64 & 1;
      if (bit == first || bit == last || drawn != 0) flip(bit);
    }
  } else if (fault_->kind == Kind::kMark && fault_->bits.at(0) == index) {
    beat.bad = true;
  }
}

void FaultyWire::send(std::uint64_t cycle, const std::uint64_t* slots, bool sof, bool eof) {
  if (sof) {
    name_ = namer_.name(slots[0]);
    fault_ = planned_ ? plan_.next(name_) : std::nullopt;
    if (any_ && last_arrival_ + 1 > cycle + delay_ + kMaxBacklog) fault_ = WireFault::drop();
    index_ = flit_beats_ = 0;
    ++flits_;
    ++counts_.flits;
    if (fault_) {
      switch (fault_->kind) {
        case Kind::kFlip:
        case Kind::kBurst:
          ++counts_.corrupted;
          break;
        case Kind::kDrop:
          ++counts_.dropped;
          break;
        case Kind::kDuplicate:
          ++counts_.duplicated;
          break;
        case Kind::kMark:
          ++counts_.marked;
          break;
        case Kind::kCut:
          ++counts_.cut;
          break;
      }
    }
  }
  const unsigned index = index_++;
  const unsigned beats = name_.kind == FlitKind::kBoot ? 1 : 4;
  const bool lost = fault_ && (fault_->kind == Kind::kDrop ||
                               (fault_->kind == Kind::kCut && index + fault_->length >= beats));
  if (!lost) {
    Beat& beat = push(cycle);
    beat.origin = flits_ - 1;
    beat.sof = sof;
    beat.eof = eof;
    beat.bad = false;
    std::memcpy(beat.slots.data(), slots, sizeof beat.slots);
    ++flit_beats_;
    if (fault_) damage(beat, index);
  }
  if (eof && fault_ && fault_->kind == Kind::kDuplicate) {
    std::array<Beat, 4> copy;
    const unsigned count = std::min<unsigned>(flit_beats_, copy.size());
    for (unsigned i = 0; i < count; ++i) copy[i] = at(tail_ - count + i);
    for (unsigned i = 0; i < count; ++i) {
      Beat& beat = push(cycle);
      const std::uint64_t arrival = beat.cycle;
      beat = copy[i];
      beat.cycle = arrival;
    }
  }
}

}  // namespace weft::tb
