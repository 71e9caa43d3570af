// SPDX-License-Identifier: Apache-2.0
#include "testbench/break/link_faults.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weft::tb {
namespace {

constexpr unsigned kDriftSteps = 16;

/// Both ends of a span of `cycles` included, if it does not end.
Cycle after(Cycle cycle, Cycle cycles) { return cycle > kNever - cycles ? kNever : cycle + cycles; }

}  // namespace

/// One direction of the link and the rules of its tamper.
class LinkFaults::Direction final : public TamperWatch {
 public:
  Direction(LinkFaults& faults, unsigned number, const Setup& setup)
      : faults_(faults),
        number_(number),
        tamper_(faults.format_,
                FlitNamer(setup.protocol.sequence.width, setup.protocol.sequence.window),
                faults.link_.wire_from(number).latency(), setup.seed,
                setup.name + (number == 0 ? ".a_to_b" : ".b_to_a"), *this) {}

  void add(const Entry& entry, std::size_t number) {
    if (rules_.empty()) faults_.link_.wire_from(number_).set_tap(&tamper_);
    tamper_.add(*entry.fault, entry.from, entry.until);
    rules_.push_back(number);
  }

  void hit(std::size_t rule, Cycle sent, const FlitName& name,
           std::optional<unsigned> record) override {
    const std::size_t number = rules_[rule];
    const bool credit = faults_.entries_[number].fault->kind == FaultKind::kLoseCredit;
    faults_.hit(number_, {number, sent, name, credit, record});
  }
  void passed(const PassedFlit& flit) override { faults_.passed(number_, flit); }

 private:
  LinkFaults& faults_;
  unsigned number_;
  FlitTamper tamper_;
  std::vector<std::size_t> rules_;  // entries
};

LinkFaults::LinkFaults(Link& link, const Setup& setup, ErrorProfiles& profiles)
    : link_(link),
      phy_(setup.phy),
      profiles_(profiles),
      format_(setup.protocol),
      history_(link, [this](unsigned side, std::uint64_t ordinal, Cycle cycle) {
        accepted(side, ordinal, cycle);
      }) {
  for (unsigned from : {0u, 1u})
    directions_[from] = std::make_unique<Direction>(*this, from, setup);
}

LinkFaults::~LinkFaults() = default;

std::size_t LinkFaults::add(const Fault& fault, const FaultTarget& target) {
  const Clock& clock = link_.clock();
  const Cycle until = fault.until.is_never() ? kNever : clock.first_edge_at_or_after(fault.until);
  Entry entry{&fault, &target, clock.first_edge_at_or_after(fault.at), until};
  entries_.push_back(entry);
  if (!entry.of_flits() && fault.kind != FaultKind::kStuckAck) return entries_.size() - 1;
  for (unsigned from : {0u, 1u}) {
    if (target.directions[from]) directions_[from]->add(entry, entries_.size() - 1);
  }
  return entries_.size() - 1;
}

void LinkFaults::arm() {
  for (unsigned from : {0u, 1u}) {
    arm_locks(from);
    arm_profiles(from);
  }
}

/// The receiver of a direction loses lock for as long as any flap of it lasts.
void LinkFaults::arm_locks(unsigned direction) {
  std::vector<std::pair<Cycle, Cycle>> spans;
  for (const Entry& entry : entries_) {
    if (entry.fault->kind != FaultKind::kLinkFlap || !entry.target->directions[direction]) continue;
    spans.emplace_back(entry.from, entry.until);
  }
  std::sort(spans.begin(), spans.end());
  LinkEnd& receiver = link_.end(1 - direction);
  for (std::size_t i = 0; i < spans.size();) {
    auto [from, until] = spans[i];
    for (++i; i < spans.size() && spans[i].first <= until; ++i) {
      until = std::max(until, spans[i].second);
    }
    receiver.set_phy_lock(from, false);
    if (until != kNever) receiver.set_phy_lock(until, true);
  }
}

void LinkFaults::arm_profiles(unsigned direction) {
  std::vector<Cycle> cycles;  // in which error rates change
  for (const Entry& entry : entries_) {
    if (!entry.target->directions[direction]) continue;
    const bool drift = entry.fault->kind == FaultKind::kBerDrift;
    if (!drift && entry.fault->kind != FaultKind::kLaneDown) continue;
    for (unsigned step = 0; step < (drift ? kDriftSteps : 1); ++step) {
      cycles.push_back(entry.from + (entry.until - entry.from) * step / kDriftSteps);
    }
    if (entry.until != kNever) cycles.push_back(entry.until);
  }
  std::sort(cycles.begin(), cycles.end());
  cycles.erase(std::unique(cycles.begin(), cycles.end()), cycles.end());
  PhyDirection* phy = link_.wire_from(direction).phy();
  if (!cycles.empty() && phy == nullptr) throw std::logic_error("a wire without PHY has no lanes");
  for (const Cycle cycle : cycles) {
    phy->change_profile(cycle, profiles_.get(phy_.code(), lane_ber(direction, cycle)));
  }
}

/// Bit error rates of the lanes from `cycle` on.
std::vector<double> LinkFaults::lane_ber(unsigned direction, Cycle cycle) const {
  PhyConfig phy = phy_;
  const auto holds = [&](const Entry& entry, FaultKind kind) {
    return entry.fault->kind == kind && entry.target->directions[direction] &&
           entry.from <= cycle && cycle < entry.until;
  };
  for (const Entry& entry : entries_) {
    if (!holds(entry, FaultKind::kBerDrift)) continue;
    unsigned step = 0;
    while (step < kDriftSteps &&
           entry.from + (entry.until - entry.from) * step / kDriftSteps <= cycle) {
      ++step;
    }
    const double rise = (entry.fault->ber - phy_.pre_fec_ber) * step / kDriftSteps;
    phy.pre_fec_ber = std::max(phy.pre_fec_ber, phy_.pre_fec_ber + rise);
  }
  std::vector<double> ber = phy.lane_ber();
  for (double& lane : ber) lane = std::min(lane, 0.5);
  for (const Entry& entry : entries_) {
    if (holds(entry, FaultKind::kLaneDown)) ber.at(entry.fault->lane) = 0.5;
  }
  return ber;
}

void LinkFaults::hit(unsigned direction, const Open& open) {
  Entry& entry = entries_[open.number];
  ++entry.hits[direction];
  entry.first = std::min(entry.first, open.sent);
  entry.last = std::max(entry.last, open.sent);
  if (!entry.of_flits()) return;
  ++entry.open;
  open_[direction].push_back(open);
}

void LinkFaults::close(const Open& open, Cycle cycle) {
  Entry& entry = entries_[open.number];
  --entry.open;
  entry.worst = std::max(entry.worst, cycle - open.sent);
  entry.back = std::max(entry.back, cycle);
}

void LinkFaults::passed(unsigned direction, const PassedFlit& flit) {
  for (Entry& entry : entries_) {
    if (entry.fault->kind == FaultKind::kStuckAck && entry.target->directions[direction] &&
        flit.arrival >= entry.until) {
      entry.passed[direction] = std::min(entry.passed[direction], flit.arrival);
    }
  }
  std::vector<Open>& open = open_[direction];
  const auto made_good = [&](const Open& one) {
    const bool told =
        flit.tells_credit && (!one.record || !flit.record || one.record == flit.record);
    const bool good = one.credit ? told : one.name.kind != FlitKind::kData;
    if (good) close(one, flit.arrival);
    return good;
  };
  if (!open.empty()) open.erase(std::remove_if(open.begin(), open.end(), made_good), open.end());
}

void LinkFaults::accepted(unsigned side, std::uint64_t ordinal, Cycle cycle) {
  const unsigned direction = 1 - side;
  for (Entry& entry : entries_) {
    if (entry.of_flits() || entry.fault->kind == FaultKind::kStuckAck) continue;
    if (entry.target->directions[direction] && cycle >= entry.until) {
      entry.passed[direction] = std::min(entry.passed[direction], cycle);
    }
  }
  std::vector<Open>& open = open_[direction];
  const auto made_good = [&](const Open& one) {
    const bool good =
        !one.credit && one.name.kind == FlitKind::kData && one.name.ordinal <= ordinal;
    if (good) close(one, cycle);
    return good;
  };
  if (!open.empty()) open.erase(std::remove_if(open.begin(), open.end(), made_good), open.end());
}

/// When what lasted is over; kNever while it is not.
Cycle LinkFaults::end_of_lasting(const Entry& entry, bool done) const {
  const bool stuck = entry.fault->kind == FaultKind::kStuckAck;
  Cycle back = entry.until == kNever ? kNever : history_.up_from(entry.until);
  for (unsigned from : {0u, 1u}) {
    if (!entry.target->directions[from] || (stuck && entry.hits[from] == 0)) continue;
    if (entry.passed[from] == kNever && done && !stuck) continue;
    back = std::max(back, entry.passed[from]);
  }
  return back;
}

FaultScore LinkFaults::score(std::size_t number, bool done) const {
  const Entry& entry = entries_[number];
  const Fault& fault = *entry.fault;
  FaultScore score;
  score.id = fault.id;
  score.kind = fault.kind;
  score.where = entry.target->name;
  score.expected = fault.expect;
  score.within = fault.within;
  score.hits = entry.hits[0] + entry.hits[1];
  const bool counted = entry.of_flits() || fault.kind == FaultKind::kStuckAck;
  score.happened = counted ? score.hits != 0 : link_.end(0).cycle() > entry.from;
  if (!score.happened) return score;
  if (!entry.of_flits()) {
    judge(entry, entry.from, entry.until, end_of_lasting(entry, done), score);
    return score;
  }
  const Cycle back = entry.open == 0 ? history_.up_from(entry.back) : kNever;
  judge(entry, entry.first, entry.last, back, score);
  // Several hits: the one that took longest.
  if (score.recovered && score.seen != Recovery::kLinkDown) {
    score.took = link_.clock().edge(std::max(entry.worst, back - entry.back));
  }
  return score;
}

/// Fills in what was seen of a fault that broke the link in [begin, end] and was over at `back`.
void LinkFaults::judge(const Entry& entry, Cycle begin, Cycle end, Cycle back,
                       FaultScore& score) const {
  const Clock& clock = link_.clock();
  score.begin = clock.edge(begin);
  score.end = end == kNever ? Time::never() : clock.edge(end);
  score.recovered = back != kNever;
  const Time within = entry.fault->within;
  Cycle to = within.is_never() ? kNever : after(end, clock.first_edge_at_or_after(within));
  if (score.recovered) to = std::max(to, back);
  score.replays = history_.replays_in(begin, to);
  score.retrains = history_.retrains_in(begin, to);
  if (score.recovered && back >= end) score.took = clock.edge(back - end);
  if (history_.restarted_in(begin, to) || history_.down_for_good(begin, to)) {
    score.seen = Recovery::kLinkDown;
    const Cycle lost = history_.lost_in(begin, to);
    score.took = lost == kNever ? Time{} : clock.edge(lost - begin);
  } else if (score.retrains != 0) {
    score.seen = Recovery::kRetrained;
  } else if (score.replays != 0) {
    score.seen = Recovery::kReplayed;
  }
}

}  // namespace weft::tb
