// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/flit_tamper.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace weft::tb {
namespace {

constexpr unsigned kFlitBits = kFlitSlots * 64;
constexpr unsigned kBeatBits = kSlotsPerBeat * 64;

}  // namespace

FlitTamper::FlitTamper(const FlitFormat& format, const FlitNamer& namer, Cycle latency,
                       std::uint64_t seed, std::string_view path, TamperWatch& watch)
    : format_(format), namer_(namer), latency_(latency), seed_(seed), path_(path), watch_(watch) {}

std::size_t FlitTamper::add(const Fault& fault, Cycle at, Cycle until) {
  rules_.push_back({&fault, at, until, Random(seed_, path_, fault.id), threshold(fault.probability),
                    0, 0, std::nullopt});
  return rules_.size() - 1;
}

bool FlitTamper::pass(Cycle sent, WireBeat& beat) {
  if ((beat.flags & WEFT_IN_LI_SOF) != 0) begin(sent, beat.slots[0]);
  beat.arrival = std::max(beat.arrival, next_free_);
  const unsigned index = std::min(index_++, kBeats - 1);
  if (name_.kind != FlitKind::kBoot) {
    std::memcpy(original_.data() + index * kSlotsPerBeat, beat.slots, sizeof beat.slots);
    std::memcpy(edited_.data() + index * kSlotsPerBeat, beat.slots, sizeof beat.slots);
    edit(index);
    std::memcpy(beat.slots, edited_.data() + index * kSlotsPerBeat, sizeof beat.slots);
    for (unsigned i = 0; i < flip_count_; ++i) {
      const unsigned bit = flips_[i];
      if (bit / kBeatBits == index) {
        beat.slots[bit % kBeatBits / 64] ^= std::uint64_t{1} << bit % 64;
      }
    }
  }
  const bool last = (beat.flags & WEFT_IN_LI_EOF) != 0;
  if (action_ == Action::kDrop) return false;
  copies_[index] = beat;
  next_free_ = beat.arrival + 1;
  if (last && action_ == Action::kDuplicate) copies_left_ = index + 1;
  if (last && (action_ == Action::kNone || action_ == Action::kDuplicate)) {
    const bool data = name_.kind == FlitKind::kData;
    const bool record = data && head_.rec < format_.vcs;
    PassedFlit flit{name_, beat.arrival, record || name_.kind == FlitKind::kCtrl, std::nullopt};
    if (record) flit.record = head_.rec;
    watch_.passed(flit);
  }
  return true;
}

bool FlitTamper::more(WireBeat& beat) {
  if (copies_left_ == 0) return false;
  beat = copies_[index_ - copies_left_];
  --copies_left_;
  beat.arrival = next_free_++;
  return true;
}

void FlitTamper::begin(Cycle sent, std::uint64_t head) {
  name_ = namer_.name(head);
  head_ = format_.unpack_head(head);
  sent_ = sent;
  index_ = 0;
  flip_count_ = 0;
  action_ = Action::kNone;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    Rule& rule = rules_[i];
    if (!counts(rule)) continue;
    if (action_ == Action::kNone && fires(rule, sent)) {
      action_ = action_of(rule);
      if (action_ == Action::kFlip) draw_flips(rule);
      if (action_ != Action::kNone) {
        ++rule.hits;
        const bool blank = action_ == Action::kBlank;
        if (blank && name_.kind == FlitKind::kCtrl) action_ = Action::kDrop;
        watch_.hit(i, sent, name_,
                   action_ == Action::kBlank ? std::optional<unsigned>(head_.rec) : std::nullopt);
      }
    }
    ++rule.seen;
  }
}

/// The flit under way is of those that a rule looks at.
bool FlitTamper::counts(const Rule& rule) const {
  if (name_.kind == FlitKind::kBoot || !info_of(rule.fault->kind).of_flits) return false;
  const bool data = name_.kind == FlitKind::kData;
  if (rule.fault->kind == FaultKind::kLoseCredit) return !data || head_.rec < format_.vcs;
  return rule.fault->flit == FlitClass::kAny || (rule.fault->flit == FlitClass::kData) == data;
}

bool FlitTamper::fires(const Rule& rule, Cycle sent) const {
  if (rule.hits >= rule.fault->count) return false;
  switch (rule.fault->trigger) {
    case Fault::Trigger::kAt:
      return sent >= rule.at;
    case Fault::Trigger::kAfter:
      return rule.seen >= rule.fault->after;
    case Fault::Trigger::kProbability:
      break;
  }
  return rule.chance.hit(rule.draws.draw(rule.seen));
}

FlitTamper::Action FlitTamper::action_of(const Rule& rule) const {
  switch (rule.fault->kind) {
    case FaultKind::kCorrupt:
      return Action::kFlip;
    case FaultKind::kDrop:
      return Action::kDrop;
    case FaultKind::kDuplicate:
      // What is put off now and by one flit more.
      return next_free_ + kBeats > sent_ + kMaxBacklog + latency_ ? Action::kNone
                                                                  : Action::kDuplicate;
    case FaultKind::kLoseCredit:
      return Action::kBlank;
    default:
      return Action::kNone;
  }
}

/// Up to 5 bits: CRC-32C misses none of those in a flit.
void FlitTamper::draw_flips(const Rule& rule) {
  const auto draw = rule.draws.block(rule.seen, 1);
  const auto wanted = 1 + static_cast<unsigned>(draw[0] % flips_.size());
  for (unsigned i = 0; i < wanted; ++i) {
    const auto bit = static_cast<std::uint16_t>((draw[1 + i / 3] >> 16 * (i % 3)) % kFlitBits);
    const auto end = flips_.begin() + flip_count_;
    if (std::find(flips_.begin(), end, bit) == end) flips_[flip_count_++] = bit;
  }
}

/// Changes what a beat says, and with the last one the flit's CRC, if it was right.
void FlitTamper::edit(unsigned beat) {
  const bool blank = action_ == Action::kBlank;
  if (blank && beat == 0) {
    Head head = head_;
    head.rec = format_.rec_none;
    edited_[0] = format_.pack(head);
  }
  if (beat != kBeats - 1) return;
  std::uint64_t& tail = edited_[kFlitSlots - 1];
  if (blank) tail &= ~format_.cnt.put(format_.cnt.low_mask);
  stick(tail);
  if (edited_ != original_ && FlitFormat::sealed(original_.data(), kFlitSlots)) {
    format_.seal(edited_.data(), kFlitSlots);
  }
}

/// Acknowledgements keep the value of the last flit before.
void FlitTamper::stick(std::uint64_t& tail) {
  const std::uint64_t ack = format_.ack.get(tail);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    Rule& rule = rules_[i];
    if (rule.fault->kind != FaultKind::kStuckAck || sent_ < rule.at || sent_ >= rule.until) {
      continue;
    }
    if (!rule.ack) rule.ack = last_ack_ ? *last_ack_ : ack;
    if (*rule.ack == ack) continue;
    tail = (tail & ~format_.ack.put(format_.ack.low_mask)) | format_.ack.put(*rule.ack);
    ++rule.hits;
    watch_.hit(i, sent_, name_, std::nullopt);
  }
  if (action_ != Action::kDrop) last_ack_ = format_.ack.get(tail);
}

}  // namespace weft::tb
