// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/link_series.h"

#include <algorithm>

#include "testbench/record/csv.h"

namespace weft::tb {
namespace {

constexpr const char* kFile = "link_series.csv";

std::string header() {
  return csv_row({"time_ns", "link", "direction", "flits", "flits_resent", "replays",
                  "utilisation_pct", "state"});
}

std::size_t most_stretches(std::size_t links) {
  const std::size_t fit = LinkSeries::kMostRows / (2 * std::max<std::size_t>(1, links));
  return std::clamp<std::size_t>(fit, 20, LinkSeries::kMostStretches);
}

}  // namespace

LinkSeries::LinkSeries(const Platform& platform, const RunDirectory& directory)
    : platform_(platform),
      directory_(directory),
      most_(most_stretches(platform.links())),
      file_(directory.rows(kFile)) {
  file_.add(header());
}

void LinkSeries::sample(bool last) {
  const Time now = platform_.now();
  const Time begin = stretches_.empty() ? Time{} : stretches_.back().end;
  if (now == begin || (!last && now < begin + length_)) return;
  if (stretches_.size() == most_) merge();
  stretches_.push_back(look());
  file_.add(rows_of(stretches_.size() - 1));
}

LinkSeries::Stretch LinkSeries::look() const {
  Stretch stretch{platform_.now(), {}};
  stretch.links.resize(platform_.links());
  for (std::size_t i = 0; i < platform_.links(); ++i) {
    for (unsigned side : {0u, 1u}) {
      const LinkEnd& end = platform_.link(i).end(side);
      stretch.links[i][side] = {end.counters().flits_sent, end.counters().flits_repeated, end.up()};
    }
  }
  return stretch;
}

std::string LinkSeries::rows_of(std::size_t stretch) const {
  const Stretch& now = stretches_[stretch];
  const Time begin = stretch == 0 ? Time{} : stretches_[stretch - 1].end;
  const Protocol& protocol = platform_.scenario().protocol;
  std::string rows;
  for (std::size_t i = 0; i < now.links.size(); ++i) {
    const Clock& clock = platform_.link(i).clock();
    const Cycle cycles = clock.edges_before(now.end) - clock.edges_before(begin);
    for (unsigned side : {0u, 1u}) {
      const Count before = stretch == 0 ? Count{} : stretches_[stretch - 1].links[i][side];
      const Count& count = now.links[i][side];
      const std::uint64_t flits = count.flits - before.flits;
      const std::uint64_t resent = count.resent - before.resent;
      rows += csv_row(
          {ns_text(now.end.fs()), platform_.scenario().system.links[i].name,
           side == 0 ? "a_to_b" : "b_to_a", std::to_string(flits), std::to_string(resent), "",
           percent_cell((flits + resent) * protocol.flit.beats, cycles), count.up ? "up" : "down"});
    }
  }
  return rows;
}

/// Two neighbouring stretches become one. They are counts since the run began: the first goes.
void LinkSeries::merge() {
  std::vector<Stretch> kept;
  for (std::size_t i = 1; i < stretches_.size(); i += 2) kept.push_back(std::move(stretches_[i]));
  if (stretches_.size() % 2 == 1) kept.push_back(std::move(stretches_.back()));
  stretches_ = std::move(kept);
  length_ = length_ * 2;
  std::string rows = header();
  for (std::size_t i = 0; i < stretches_.size(); ++i) rows += rows_of(i);
  directory_.write(kFile, rows);
  file_ = directory_.rows_after(kFile, rows.size());
}

}  // namespace weft::tb
