// SPDX-License-Identifier: Apache-2.0
#include "models/phy/error_profile.h"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>

#include "models/phy/codeword_error.h"

namespace weft {

namespace {

// Mean wait of 10^21 s at 800 Gb/s.
constexpr double kNeverFails = 1e-30;

std::vector<double> convolve(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> sum(a.size() + b.size() - 1, 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) sum[i + j] += a[i] * b[j];
  }
  return sum;
}

// High half of the product: uniform below n but for n / 2^64.
std::uint64_t scaled(std::uint64_t draw, std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(draw) * n) >> 64);
}

std::size_t first_hit(const std::vector<Threshold>& thresholds, std::uint64_t draw) {
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    if (thresholds[i].hit(draw)) return i;
  }
  return thresholds.size();
}

}  // namespace

/// The draws of one codeword, one after the other.
class ErrorProfile::Draws {
 public:
  Draws(const Random& random, std::uint64_t codeword) : random_(random), codeword_(codeword) {}

  std::uint64_t next() {
    if (used_ == block_.size()) {
      block_ = random_.block(codeword_, sub_++);
      used_ = 0;
    }
    return block_[used_++];
  }
  std::uint64_t below(std::uint64_t n) { return scaled(next(), n); }

 private:
  const Random& random_;
  std::uint64_t codeword_;
  std::uint64_t sub_ = 0;
  std::array<std::uint64_t, 4> block_{};
  std::size_t used_ = 4;
};

ErrorProfile::ErrorProfile(const FecCode& code, const std::vector<double>& lane_ber)
    : code_(code), miscorrection_(threshold(miscorrection_rate(code))), group_of_(code.symbols) {
  if (lane_ber.empty() || code.symbols > Symbols{}.size()) {
    throw std::invalid_argument("error profile without lanes, or of a code that is too long");
  }
  std::vector<double> distinct;
  for (double ber : lane_ber) {
    if (!(ber >= 0 && ber <= 0.5)) throw std::invalid_argument("bit error rate not in [0, 0.5]");
    if (std::find(distinct.begin(), distinct.end(), ber) != distinct.end()) continue;
    distinct.push_back(ber);
    add_group(ber, lane_ber);
  }
  count_from_.resize(groups_.size());
  for (std::size_t g = groups_.size(); g-- > 0;) {
    count_from_[g] = g + 1 == groups_.size() ? groups_[g].count_law
                                             : convolve(groups_[g].count_law, count_from_[g + 1]);
  }
  make_count_thresholds();
}

void ErrorProfile::add_group(double ber, const std::vector<double>& lane_ber) {
  Group group;
  for (unsigned i = 0; i < code_.symbols; ++i) {
    if (lane_ber[i % lane_ber.size()] != ber) continue;
    group.symbols.push_back(static_cast<std::uint16_t>(i));
    group_of_[i] = static_cast<std::uint16_t>(groups_.size());
  }
  const double bad = symbol_error_rate(ber, code_.symbol_bits);
  group.count_law = binomial(static_cast<unsigned>(group.symbols.size()), bad);
  for (unsigned i = 0; i + 1 < code_.symbol_bits; ++i) {
    const double within = symbol_error_rate(ber, i + 1);
    group.next_flip.push_back(threshold(within));
    group.first_flip.push_back(threshold(bad > 0 ? within / bad : 1.0));
  }
  group.first_flip.push_back(Threshold{0, true});
  groups_.push_back(std::move(group));
}

void ErrorProfile::make_count_thresholds() {
  const std::vector<double>& law = count_law();
  double tail = 0;
  for (unsigned i = code_.symbols; i > code_.correctable; --i) tail += law[i];
  if (tail < kNeverFails) return;
  codeword_error_rate_ = std::min(tail, 1.0);
  gap_ = Geometric(codeword_error_rate_);
  double sum = 0;
  for (unsigned i = code_.correctable + 1; i < code_.symbols; ++i) {
    sum += law[i];
    count_.push_back(threshold(std::min(sum / tail, 1.0)));
    if (count_.back().always) return;
  }
  count_.push_back(Threshold{0, true});
}

unsigned ErrorProfile::count_for(std::uint64_t draw) const {
  const auto above = std::partition_point(count_.begin(), count_.end(),
                                          [draw](const Threshold& t) { return !t.hit(draw); });
  return code_.correctable + 1 + static_cast<unsigned>(above - count_.begin());
}

CodewordFailure ErrorProfile::draw_failure(const Random& random, std::uint64_t codeword) const {
  Draws draws(random, codeword);
  const unsigned received = count_for(draws.next());
  return {received, miscorrection_.hit(draws.next())};
}

/// How many of `remaining` bad symbols in groups `group`, group + 1... fall to `group`.
unsigned ErrorProfile::share(Draws& draws, std::size_t group, unsigned remaining) const {
  if (group + 1 == groups_.size()) return remaining;
  const std::vector<double>& own = groups_[group].count_law;
  const std::vector<double>& rest = count_from_[group + 1];
  const double total = count_from_[group][remaining];
  const std::uint64_t draw = draws.next();
  double sum = 0;
  unsigned last = 0;
  for (unsigned i = 0; i < own.size() && i <= remaining; ++i) {
    if (remaining - i >= rest.size() || own[i] * rest[remaining - i] == 0) continue;
    sum += own[i] * rest[remaining - i];
    last = i;
    if (threshold(std::min(sum / total, 1.0)).hit(draw)) break;
  }
  return last;
}

std::uint16_t ErrorProfile::flips(Draws& draws, const Group& group) const {
  std::size_t bit = first_hit(group.first_flip, draws.next());
  unsigned flips = 1u << bit;
  while (bit + 1 < code_.symbol_bits) {
    bit += first_hit(group.next_flip, draws.next()) + 1;
    if (bit >= code_.symbol_bits) break;
    flips |= 1u << bit;
  }
  return static_cast<std::uint16_t>(flips);
}

void ErrorProfile::draw(const Random& random, std::uint64_t codeword,
                        CodewordErrors& errors) const {
  Draws draws(random, codeword);
  errors.symbols.clear();
  static_cast<CodewordFailure&>(errors) = {count_for(draws.next()),
                                           miscorrection_.hit(draws.next())};

  Symbols bad;
  unsigned remaining = errors.received;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::vector<std::uint16_t>& symbols = groups_[g].symbols;
    const unsigned count = share(draws, g, remaining);
    remaining -= count;
    // Floyd's sample without replacement: each subset of this size is equally likely.
    for (std::size_t top = symbols.size() - count; top < symbols.size(); ++top) {
      const std::uint16_t pick = symbols[draws.below(top + 1)];
      bad.set(bad.test(pick) ? symbols[top] : pick);
    }
  }
  Symbols harmed;
  if (errors.miscorrected && errors.received + code_.correctable <= code_.symbols) {
    while (harmed.count() < code_.correctable) {
      const std::uint64_t pick = draws.below(code_.symbols);
      if (!bad.test(pick)) harmed.set(pick);
    }
  }
  for (unsigned i = 0; i < code_.symbols; ++i) {
    const std::uint16_t symbol = static_cast<std::uint16_t>(i);
    if (bad.test(i)) {
      errors.symbols.push_back({symbol, flips(draws, groups_[group_of_[i]])});
    } else if (harmed.test(i)) {
      const std::uint64_t others = (std::uint64_t{1} << code_.symbol_bits) - 1;
      errors.symbols.push_back({symbol, static_cast<std::uint16_t>(1 + draws.below(others))});
    }
  }
}

std::shared_ptr<const ErrorProfile> ErrorProfiles::get(const FecCode& code,
                                                       const std::vector<double>& lane_ber) {
  const bool alike =
      std::adjacent_find(lane_ber.begin(), lane_ber.end(), std::not_equal_to<>{}) == lane_ber.end();
  // How many lanes there are matters only when they differ.
  const std::vector<double> lanes =
      alike && !lane_ber.empty() ? std::vector<double>{lane_ber.front()} : lane_ber;
  auto& made =
      made_[Key{code.symbols, code.data_symbols, code.symbol_bits, code.correctable, lanes}];
  if (!made) made = std::make_shared<const ErrorProfile>(code, lanes);
  return made;
}

}  // namespace weft
