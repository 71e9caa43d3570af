// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "testbench/report/csv_table.h"

namespace weft::tb {

/// A table of summary.json or fidelity.json as it stands there.
struct ReportTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

struct ReportMetric {
  std::string name;
  double value = 0;
  std::string unit;
};

/// summary.json. What a run that goes on, or was killed, does not know yet is empty.
struct ReportSummary {
  std::string version, commit, build;
  std::string scenario, seed, config_hash, started;
  std::string verdict, ending, reason;
  std::string digest, result_hash, repeat;
  std::optional<double> sim_time_ns, wall_s;
  bool ended = false;                                           ///< the record of the end is there
  std::vector<std::pair<std::string, std::string>> invariants;  ///< name and value, in order
  std::vector<std::string> waiting;                             ///< of a run that hung
  ReportTable checks;
  std::vector<bool> checks_passed;  ///< by row of checks
  ReportTable faults;
  std::vector<ReportMetric> metrics;

  const ReportMetric* metric(const std::string& name) const;
};

struct ReportNode {
  std::string name, kind, id;
};

/// What one end of a link sent. A figure that was not read is nothing.
struct ReportDirection {
  std::optional<double> utilisation_pct, resent, replays;
  std::string state;
};

struct ReportLink {
  std::string name, level;
  double rate_gbps = 0;
  std::array<std::size_t, 2> nodes{};    ///< at a and at b
  std::array<ReportDirection, 2> sends;  ///< a to b, b to a
};

/// What one direction of a link did in one stretch of time.
struct SeriesCell {
  double utilisation_pct = 0;
  double resent = 0;
  bool up = false;
  bool known = false;
};

/// link_series.csv by stretch of time.
struct LinkSeriesData {
  struct Row {
    std::string link;
    unsigned side = 0;              ///< 0: a to b, 1: b to a
    std::vector<SeriesCell> cells;  ///< by stretch
  };

  std::vector<double> ends_ns;  ///< of the stretches; the first begins at 0
  std::vector<Row> rows;        ///< both directions of a link are neighbours

  double begin_ns(std::size_t stretch) const { return stretch == 0 ? 0 : ends_ns[stretch - 1]; }
};

struct LatencyCount {
  double latency_ns = 0;
  double count = 0;
};

/// Transactions by latency, at one node; ascending.
struct NodeLatency {
  std::string node;
  std::vector<LatencyCount> counts;

  double total() const;
  /// The least latency that `part` (0..1) of the transactions do not exceed.
  double percentile(double part) const;
};

/// Mean latency at one node, in parts.
struct NodeBreakdown {
  std::string node;
  std::vector<double> mean_ns;  ///< by part of ReportData::parts
};

/// What report.html shows: the files of a run directory, read.
struct ReportData {
  ReportSummary summary;
  std::vector<ReportNode> nodes;
  std::vector<ReportLink> links;
  CsvTable link_table;  ///< links.csv as it stands
  LinkSeriesData series;
  std::vector<NodeLatency> latency;
  std::vector<std::string> parts;  ///< of the breakdown, in order
  std::vector<NodeBreakdown> breakdown;
  ReportTable fidelity;
  std::string scenario_text, log_text;
  std::vector<std::string> notes;  ///< what is missing or cannot be read, a sentence each
};

/// The text of a file of the run directory, or nothing if it is not there.
using FileReader = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads what there is. A file that is missing or damaged becomes a note and an empty part: a
/// report of what is left is what the reader of a broken run needs.
ReportData read_report_data(const FileReader& read);

}  // namespace weft::tb
