// SPDX-License-Identifier: Apache-2.0
#include "models/phy/phy_direction.h"

#include <array>
#include <bit>
#include <limits>
#include <stdexcept>
#include <utility>

namespace weft {

namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
// No run gets here (5 h hold 2^42 codewords), and no bit number overflows before it.
constexpr std::uint64_t kLastCodeword = std::uint64_t{1} << 51;

unsigned draw_offset(const PhyConfig& config, std::uint64_t seed, std::string_view path) {
  const Random random(seed, path, "phy.alignment");
  return static_cast<unsigned>(
      random.below(0, CodewordGrid::offsets(config.code(), config.interleave)));
}

}  // namespace

PhyDirection::PhyDirection(const PhyConfig& config, Clock link_clock, std::uint64_t seed,
                           std::string_view path)
    : PhyDirection(config, link_clock, seed, path,
                   std::make_shared<const ErrorProfile>(config.code(), config.lane_ber())) {}

PhyDirection::PhyDirection(const PhyConfig& config, Clock link_clock, std::uint64_t seed,
                           std::string_view path, std::shared_ptr<const ErrorProfile> profile)
    : profile_(std::move(profile)),
      grid_(config.code(), config.interleave, draw_offset(config, seed, path)),
      gaps_(seed, path, "phy.gap"),
      errors_(seed, path, "phy.errors"),
      headers_(seed, path, "phy.header"),
      latency_cycles_(link_clock.first_edge_at_or_after(config.latency())),
      mark_bad_(config.mark_bad && config.fec != FecKind::kNone),
      next_(failure_at_or_after(0, 0)),
      oldest_(next_) {
  if (!(profile_->code() == config.code())) {
    throw std::invalid_argument("error profile of another code");
  }
  wake_ = next_.span.first;
  stats_.codeword_error_rate = profile_->codeword_error_rate();
}

PhyDirection::Failure PhyDirection::failure_at_or_after(std::uint64_t codeword,
                                                        std::uint64_t ordinal) const {
  std::size_t stretch = 0;  // behind how many changes the codeword is
  while (stretch < changes_.size() && changes_[stretch].first <= codeword) ++stretch;
  for (;; ++stretch) {
    const bool last = stretch == changes_.size();
    const std::uint64_t end = last ? kLastCodeword : changes_[stretch].first;
    const ErrorProfile& profile = stretch == 0 ? *profile_ : *changes_[stretch - 1].profile;
    if (codeword < end) {
      const std::uint64_t gap = profile.gap(gaps_.block(ordinal, stretch)[0]);
      if (gap < end - codeword) {
        return {ordinal, codeword + gap, grid_.cycles(codeword + gap)};
      }
    }
    if (last) return {ordinal, kLastCodeword, {kNever, kNever}};
    codeword = end;
  }
}

const ErrorProfile& PhyDirection::profile_of(std::uint64_t codeword) const {
  const ErrorProfile* profile = profile_.get();
  for (const Stretch& change : changes_) {
    if (change.first <= codeword) profile = change.profile.get();
  }
  return *profile;
}

void PhyDirection::change_profile(std::uint64_t from, std::shared_ptr<const ErrorProfile> profile) {
  if (!(profile->code() == profile_->code())) {
    throw std::invalid_argument("error profile of another code");
  }
  std::uint64_t low = 0, high = kLastCodeword;  // the first codeword of `from` or later
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (grid_.cycles(middle).first < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (next_cycle_ != 0 || (!changes_.empty() && low < changes_.back().first)) {
    throw std::logic_error("a change of error rates lies in the past");
  }
  changes_.push_back({low, std::move(profile)});
  next_ = oldest_ = failure_at_or_after(0, 0);
  wake_ = next_.span.first;
}

PhyDirection::Effect PhyDirection::disturb(std::uint64_t cycle, std::uint64_t (&slots)[8]) {
  if (cycle < next_cycle_) throw std::logic_error("beats handed to a PHY out of order");
  meet_failures(cycle);
  next_cycle_ = cycle + 1;
  wake_ = next_cycle_ < laid_to_ ? 0 : next_.span.first;
  if (cycle >= laid_to_) return {};

  const Damage& damage = damage_of(cycle);
  Effect effect{false, damage.marked};
  for (unsigned i = 0; i < 8; ++i) {
    slots[i] ^= damage.flips[i];
    stats_.bits_flipped += static_cast<unsigned>(std::popcount(damage.flips[i]));
    effect.damaged |= damage.flips[i] != 0;
  }
  stats_.beats_damaged += effect.damaged;
  stats_.beats_marked += effect.marked;
  return effect;
}

void PhyDirection::idle_until(std::uint64_t cycle) {
  if (cycle < next_cycle_) return;
  meet_failures(cycle);
  next_cycle_ = cycle + 1;
  wake_ = next_cycle_ < laid_to_ ? 0 : next_.span.first;
}

/// Counts the failing codewords that the wire has begun by `cycle` and lays out the damage of those
/// that reach it.
void PhyDirection::meet_failures(std::uint64_t cycle) {
  while (next_.span.first <= cycle) {
    ++stats_.failed;
    const CodewordFailure failure =
        profile_of(next_.codeword).draw_failure(errors_, next_.codeword);
    stats_.bad_symbols += failure.received;
    stats_.miscorrected += failure.miscorrected;
    const bool over = next_.span.last < cycle;
    if (!over) lay(next_);
    next_ = after(next_);
    if (over) oldest_ = next_;
  }
  while (oldest_.ordinal != next_.ordinal && oldest_.span.last < cycle) oldest_ = after(oldest_);
}

void PhyDirection::lay(const Failure& failure) {
  if (damage_.empty()) {
    damage_.assign(std::bit_ceil(grid_.span_limit()), Damage{kNever, false, {}});
  }
  laid_to_ = failure.span.last + 1;
  profile_of(failure.codeword).draw(errors_, failure.codeword, scratch_);
  if (mark_bad_ && !scratch_.miscorrected) {
    for (std::uint64_t cycle = failure.span.first; cycle <= failure.span.last; ++cycle) {
      damage_of(cycle).marked = true;
    }
  }
  for (const BadSymbol& bad : scratch_.symbols) {
    if (bad.symbol >= grid_.code().data_symbols) break;  // parity is not passed on
    for (unsigned flips = bad.flips; flips != 0; flips &= flips - 1) {
      const CodewordGrid::Place place =
          grid_.place(failure.codeword, bad.symbol, static_cast<unsigned>(std::countr_zero(flips)));
      Damage& damage = damage_of(place.cycle);
      if (!place.header) {
        damage.flips[place.bit / 64] ^= std::uint64_t{1} << place.bit % 64;
        continue;
      }
      std::array<std::uint64_t, 4> pattern = headers_.block(place.cycle * 2 + place.bit / 256);
      if ((pattern[0] | pattern[1] | pattern[2] | pattern[3]) == 0) pattern[0] = 1;
      for (unsigned i = 0; i < 4; ++i) damage.flips[place.bit / 64 + i] ^= pattern[i];
    }
  }
}

PhyDirection::Damage& PhyDirection::damage_of(std::uint64_t cycle) {
  Damage& damage = damage_[cycle & (damage_.size() - 1)];
  if (damage.cycle != cycle) damage = Damage{cycle, false, {}};
  return damage;
}

CycleSpan PhyDirection::next_failure(std::uint64_t cycle) const {
  Failure failure = oldest_;
  while (failure.span.last < cycle) failure = after(failure);
  return failure.span;
}

PhyDirection::Stats PhyDirection::stats() const {
  Stats stats = stats_;
  stats.codewords = next_cycle_ == 0 ? 0 : grid_.begun(next_cycle_ - 1);
  return stats;
}

}  // namespace weft
