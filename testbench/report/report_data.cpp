// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/report_data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "testbench/report/report_json.h"

namespace weft::tb {
namespace {

bool is_up(const std::string& state) { return state == "up" || state == "ACTIVE"; }

std::optional<unsigned> side_of(const std::string& direction) {
  if (direction == "a_to_b") return 0u;
  if (direction == "b_to_a") return 1u;
  return std::nullopt;
}

/// The files of a run directory, by name; what is wrong with them becomes notes.
class Files {
 public:
  Files(const FileReader& read, std::vector<std::string>& notes) : read_(read), notes_(notes) {}

  std::string text(const std::string& name) const {
    std::optional<std::string> text = read_(name);
    if (!text) notes_.push_back(name + " is not there");
    return text.value_or("");
  }

  CsvTable table(const std::string& name) const {
    CsvTable table = parse_csv(text(name));
    if (table.dropped != 0) {
      notes_.push_back(name + ": " + std::to_string(table.dropped) +
                       " rows do not have as many cells as the header");
    }
    return table;
  }

 private:
  const FileReader& read_;
  std::vector<std::string>& notes_;
};

void read_direction(ReportData& data, std::size_t row,
                    const std::map<std::string, std::size_t>& names) {
  const CsvTable& table = data.link_table;
  const auto link = names.find(table.text(row, table.column("link")));
  const auto side = side_of(table.text(row, table.column("direction")));
  if (link == names.end() || !side) return;
  ReportDirection& to = data.links[link->second].sends[*side];
  to.utilisation_pct = table.number(row, table.column("utilisation_pct"));
  to.resent = table.number(row, table.column("flits_resent"));
  to.replays = table.number(row, table.column("replays"));
  to.state = table.text(row, table.column("state"));
}

void read_link_table(const Files& files, ReportData& data) {
  data.link_table = files.table("links.csv");
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < data.links.size(); ++i) names.emplace(data.links[i].name, i);
  for (std::size_t row = 0; row < data.link_table.rows.size(); ++row) {
    read_direction(data, row, names);
  }
}

/// Distinct, ascending.
std::vector<double> stretch_ends(const CsvTable& table) {
  std::vector<double> ends;
  const std::size_t column = table.column("time_ns");
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::optional<double> end = table.number(row, column);
    if (end && *end > 0 && (ends.empty() || ends.back() != *end)) ends.push_back(*end);
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

void read_series(const Files& files, LinkSeriesData& series) {
  const CsvTable table = files.table("link_series.csv");
  series.ends_ns = stretch_ends(table);
  const std::size_t time = table.column("time_ns"), name = table.column("link");
  const std::size_t direction = table.column("direction"), resent = table.column("flits_resent");
  const std::size_t used = table.column("utilisation_pct"), state = table.column("state");
  std::map<std::string, std::size_t> first_row;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto side = side_of(table.text(row, direction));
    const auto end = table.number(row, time);
    if (!side || !end || *end <= 0) continue;
    const auto [at, is_new] = first_row.emplace(table.text(row, name), series.rows.size());
    for (unsigned i = 0; is_new && i < 2; ++i) {
      series.rows.push_back({at->first, i, std::vector<SeriesCell>(series.ends_ns.size())});
    }
    const auto stretch = static_cast<std::size_t>(
        std::lower_bound(series.ends_ns.begin(), series.ends_ns.end(), *end) -
        series.ends_ns.begin());
    series.rows[at->second + *side].cells[stretch] = {table.number(row, used).value_or(0),
                                                      table.number(row, resent).value_or(0),
                                                      is_up(table.text(row, state)), true};
  }
}

/// Of a run without its end: what links.csv would say, as far as the series knows it.
void fill_directions(ReportData& data) {
  std::map<std::string, const LinkSeriesData::Row*> rows;
  for (const auto& row : data.series.rows) {
    rows.emplace(row.link + (row.side == 0 ? ">" : "<"), &row);
  }
  for (ReportLink& link : data.links) {
    for (unsigned side : {0u, 1u}) {
      const auto found = rows.find(link.name + (side == 0 ? ">" : "<"));
      if (found == rows.end() || link.sends[side].utilisation_pct) continue;
      double busy = 0, resent = 0;
      for (std::size_t i = 0; i < data.series.ends_ns.size(); ++i) {
        const SeriesCell& cell = found->second->cells[i];
        busy += cell.utilisation_pct * (data.series.ends_ns[i] - data.series.begin_ns(i));
        resent += cell.resent;
      }
      link.sends[side] = {busy / data.series.ends_ns.back(), resent, std::nullopt,
                          found->second->cells.back().up ? "up" : "down"};
    }
  }
}

void read_latency(const Files& files, std::vector<NodeLatency>& latency) {
  const CsvTable table = files.table("latency.csv");
  const std::size_t node = table.column("node"), ns = table.column("latency_ns");
  const std::size_t count = table.column("count");
  std::map<std::string, std::size_t> index;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto value = table.number(row, ns), n = table.number(row, count);
    if (!value || !n || *n <= 0 || *value < 0) continue;
    const auto [at, is_new] = index.emplace(table.text(row, node), latency.size());
    if (is_new) latency.push_back({at->first, {}});
    latency[at->second].counts.push_back({*value, *n});
  }
  for (NodeLatency& one : latency) {
    std::sort(one.counts.begin(), one.counts.end(), [](const auto& left, const auto& right) {
      return left.latency_ns < right.latency_ns;
    });
  }
}

void read_breakdown(const Files& files, ReportData& data) {
  const CsvTable table = files.table("breakdown.csv");
  const std::size_t node = table.column("node"), part = table.column("part");
  const std::size_t mean = table.column("mean_ns");
  std::map<std::string, std::size_t> node_index, part_index;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto value = table.number(row, mean);
    if (!value) continue;
    const auto [at, is_new] = node_index.emplace(table.text(row, node), data.breakdown.size());
    if (is_new) data.breakdown.push_back({at->first, {}});
    const auto [p, new_part] = part_index.emplace(table.text(row, part), data.parts.size());
    if (new_part) data.parts.push_back(p->first);
    std::vector<double>& means = data.breakdown[at->second].mean_ns;
    means.resize(std::max(means.size(), p->second + 1));
    means[p->second] = *value;
  }
  for (NodeBreakdown& one : data.breakdown) one.mean_ns.resize(data.parts.size());
}

}  // namespace

const ReportMetric* ReportSummary::metric(const std::string& name) const {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const ReportMetric& metric) { return metric.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

double NodeLatency::total() const {
  double sum = 0;
  for (const LatencyCount& one : counts) sum += one.count;
  return sum;
}

double NodeLatency::percentile(double part) const {
  const double rank = std::max(1.0, std::ceil(part * total() - 1e-9));
  double seen = 0;
  for (const LatencyCount& one : counts) {
    seen += one.count;
    if (seen >= rank) return one.latency_ns;
  }
  return counts.empty() ? 0 : counts.back().latency_ns;
}

ReportData read_report_data(const FileReader& read) {
  ReportData data;
  const Files files(read, data.notes);
  read_summary_json(files.text("summary.json"), data);
  read_topology_json(files.text("topology.json"), data);
  read_fidelity_json(files.text("fidelity.json"), data);
  read_link_table(files, data);
  read_series(files, data.series);
  if (!data.series.ends_ns.empty()) fill_directions(data);
  read_latency(files, data.latency);
  read_breakdown(files, data);
  data.scenario_text = files.text("scenario.toml");
  data.log_text = files.text("log.txt");
  return data;
}

}  // namespace weft::tb
