// SPDX-License-Identifier: Apache-2.0
#include "testbench/watch/scoreboard.h"

#include <algorithm>
#include <tuple>

namespace weft::tb {
namespace {

bool same_request(const TxnHeader& a, const TxnHeader& b) {
  return a.tag == b.tag && a.offset == b.offset && a.bytes == b.bytes && a.type == b.type;
}

}  // namespace

/// What a node told since the last match().
class Scoreboard::Log final : public TxnWatch {
 public:
  void issued(Time at, const TxnHeader& request, std::uint64_t hash) override {
    issued_.push_back({request, at, hash});
  }
  void performed(Time at, const TxnHeader& request, TxnStatus, std::uint64_t hash) override {
    performed_.push_back({request, at, hash});
  }
  void retired(Time at, const TxnHeader& response, Time issued, std::uint64_t) override {
    retired_.push_back({response, at, at.fs() - issued.fs()});
  }

  std::vector<Entry> issued_, performed_, retired_;
};

Scoreboard::Scoreboard(std::size_t nodes) : counts_(nodes), latency_(nodes) {
  for (std::size_t i = 0; i < nodes; ++i) logs_.push_back(std::make_unique<Log>());
}

Scoreboard::~Scoreboard() = default;

TxnWatch& Scoreboard::log(std::size_t node) { return *logs_[node]; }

void Scoreboard::match() {
  for (std::size_t node = 0; node < logs_.size(); ++node) {
    for (const Entry& entry : logs_[node]->issued_) issue(node, entry);
    logs_[node]->issued_.clear();
  }
  for (std::size_t node = 0; node < logs_.size(); ++node) {
    for (const Entry& entry : logs_[node]->performed_) {
      ++counts_[node].performed;
      if (entry.header.carries_data()) counts_[node].written += entry.header.bytes;
      perform(entry);
    }
    logs_[node]->performed_.clear();
  }
  for (std::size_t node = 0; node < logs_.size(); ++node) {
    for (const Entry& entry : logs_[node]->retired_) retire(node, entry);
    logs_[node]->retired_.clear();
  }
}

void Scoreboard::issue(std::size_t node, const Entry& entry) {
  ++counts_[node].issued;
  Flow& way = flow(entry.header.src, entry.header.dst);
  if (way.open.size() <= entry.header.tag) way.open.resize(entry.header.tag + std::size_t{1});
  ++way.open[entry.header.tag];
  way.issued.emplace_back(entry.header.tag, entry.time);
  way.entries.push_back(entry);
}

void Scoreboard::perform(const Entry& entry) {
  const std::uint16_t from = entry.header.src;
  if (from >= counts_.size()) return;
  Flow& way = flow(from, entry.header.dst);
  const auto begin = way.entries.begin() + static_cast<std::ptrdiff_t>(way.begin);
  const auto found = std::find_if(begin, way.entries.end(), [&](const Entry& one) {
    return same_request(one.header, entry.header);
  });
  if (found == way.entries.end()) return perform_late(way, entry);
  way.skipped.insert(way.skipped.end(), begin, found);
  if (found->hash != entry.hash) ++counts_[from].corrupted;
  way.begin = static_cast<std::size_t>(found - way.entries.begin()) + 1;
  if (way.begin > 1024 && way.begin * 2 > way.entries.size()) {
    way.entries.erase(way.entries.begin(),
                      way.entries.begin() + static_cast<std::ptrdiff_t>(way.begin));
    way.begin = 0;
  }
}

/// A request that is not among those still to come.
void Scoreboard::perform_late(Flow& way, const Entry& entry) {
  const std::uint16_t from = entry.header.src;
  const auto late = std::find_if(way.skipped.begin(), way.skipped.end(), [&](const Entry& one) {
    return same_request(one.header, entry.header);
  });
  if (late != way.skipped.end()) {
    ++counts_[from].misordered;
    way.skipped.erase(late);
    return;
  }
  const bool seen =
      std::any_of(way.entries.begin(), way.entries.begin() + static_cast<std::ptrdiff_t>(way.begin),
                  [&](const Entry& one) { return same_request(one.header, entry.header); });
  ++(seen ? counts_[from].duplicated : counts_[from].unknown);
}

void Scoreboard::retire(std::size_t node, const Entry& entry) {
  const std::uint16_t tag = entry.header.tag;
  Flow& way = flow(entry.header.dst, entry.header.src);
  std::vector<std::uint32_t>& open = way.open;
  if (tag >= open.size()) {
    ++counts_[node].unknown;
    return;
  }
  if (open[tag] == 0) {
    ++counts_[node].duplicated;
    return;
  }
  --open[tag];
  while (!way.issued.empty() && open[way.issued.front().first] == 0) way.issued.pop_front();
  ++counts_[node].retired;
  if (entry.header.status != TxnStatus::kOk) ++counts_[node].failed;
  latency_[node].add(entry.hash);
}

std::uint64_t Scoreboard::outstanding() const {
  std::uint64_t sum = 0;
  for (std::size_t node = 0; node < counts_.size(); ++node) sum += outstanding(node);
  return sum;
}

Scoreboard::Oldest Scoreboard::oldest() const {
  Oldest oldest;
  for (const auto& [key, way] : flows_) {
    if (way.issued.empty()) continue;
    const Oldest one{way.issued.front().second, static_cast<std::uint16_t>(key >> 16),
                     static_cast<std::uint16_t>(key)};
    if (std::tie(one.since, one.from) < std::tie(oldest.since, oldest.from)) oldest = one;
  }
  return oldest;
}

std::uint64_t Scoreboard::lost(std::size_t node, bool drained) const {
  std::uint64_t sum = 0;
  for (const auto& [key, way] : flows_) {
    if (key >> 16 != node) continue;
    sum += way.skipped.size();
    if (drained) sum += way.entries.size() - way.begin;
  }
  return sum;
}

std::size_t Scoreboard::memory_bytes() const {
  std::size_t entries = 0;
  for (const auto& log : logs_) {
    entries += log->issued_.capacity() + log->performed_.capacity() + log->retired_.capacity();
  }
  for (const auto& [key, way] : flows_) entries += way.entries.capacity() + way.skipped.capacity();
  return entries * sizeof(Entry) + latency_.size() * sizeof(LatencyHistogram);
}

}  // namespace weft::tb
