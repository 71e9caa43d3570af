// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/report_tables.h"

#include <algorithm>
#include <set>

#include "testbench/report/latency_chart.h"
#include "testbench/report/markup.h"

namespace weft::tb {
namespace {

std::string cell(const std::string& html, bool number = false, const std::string& more = {}) {
  return std::string("<td") + (number ? " class=\"n\"" : "") + more + ">" + html + "</td>";
}

/// Text as a cell; numbers to the right.
std::string text_cell(const std::string& text) {
  return cell(escaped(readable(text)), parse_number(text).has_value());
}

/// `numbers` are the names of the columns that go to the right.
std::string head(const std::vector<std::string>& names, const std::set<std::string>& numbers) {
  std::string out = "<thead><tr>";
  for (const std::string& name : names) {
    out += numbers.count(name) == 0 ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">";
    out += escaped(name) + "</th>";
  }
  return out + "</tr></thead>\n";
}

std::string table(const std::string& id, const std::vector<std::string>& names,
                  const std::set<std::string>& numbers, bool sortable, const std::string& rows) {
  return "<div class=\"scroll\"><table" + attribute("id", id) +
         (sortable ? " class=\"sortable\"" : "") + ">" + head(names, numbers) + "<tbody>\n" + rows +
         "</tbody></table></div>\n";
}

std::vector<std::string> headings(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(heading(column));
  return names;
}

/// Headings of the columns that hold numbers and nothing else.
std::set<std::string> number_columns(const std::vector<std::string>& columns,
                                     const std::vector<std::vector<std::string>>& rows) {
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool all = std::all_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row[i].empty() || parse_number(row[i]).has_value();
    });
    if (all) numbers.insert(heading(columns[i]));
  }
  return numbers;
}

/// A sign that does not need its colour.
std::string outcome(bool good) {
  return good ? "<span class=\"good\">\u2713 ok</span>" : "<span class=\"bad\">\u2717 FAIL</span>";
}

bool is_one_of(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; });
}

/// What must be 0 in a sound run.
bool must_be_zero(const std::string& invariant) {
  return is_one_of(invariant, {"lost", "duplicated", "misordered", "corrupted", "credits_leaked"});
}

std::string busy_cell(const CsvTable& links, std::size_t row, std::size_t column) {
  const double percent = links.number(row, column).value_or(0);
  return cell("<span class=\"meter\"><i style=\"width:" + decimal(std::clamp(percent, 0.0, 100.0)) +
                  "%\"></i></span>" + escaped(links.text(row, column)),
              true);
}

/// A count that tells of trouble stands out when it is not 0.
bool is_trouble(const std::string& column, const std::string& text) {
  return is_one_of(column, {"flits_resent", "replays", "bad"}) && !text.empty() && text != "0";
}

std::string link_row(const CsvTable& links, std::size_t row) {
  std::string out = "<tr" + attribute("data-link", links.text(row, links.column("link"))) + ">";
  for (std::size_t i = 0; i < links.columns.size(); ++i) {
    const std::string& text = links.text(row, i);
    if (links.columns[i] == "utilisation_pct") {
      out += busy_cell(links, row, i);
    } else if (links.columns[i] == "direction") {
      out += cell(text == "a_to_b"   ? "a \u2192 b"
                  : text == "b_to_a" ? "b \u2192 a"
                                     : escaped(text));
    } else if (is_trouble(links.columns[i], text)) {
      out += cell("<b class=\"trouble\">" + escaped(readable(text)) + "</b>", true);
    } else {
      out += text_cell(text);
    }
  }
  return out + "</tr>\n";
}

/// As measured where the summary has it, else of the histogram.
double mean_ns(const ReportSummary& summary, const NodeLatency& node) {
  const ReportMetric* measured = summary.metric(node.node + ".latency_mean");
  if (measured != nullptr && measured->unit == "ns") return measured->value;
  double sum = 0;
  for (const LatencyCount& one : node.counts) sum += one.count * one.latency_ns;
  return sum / node.total();
}

std::string percentile_row(const NodeLatency& node, double mean) {
  const auto ns = [](double value) { return cell(grouped(value, 1), true); };
  return "<tr>" + cell(escaped(node.node)) + cell(grouped(node.total()), true) + ns(mean) +
         ns(node.percentile(0.5)) + ns(node.percentile(0.99)) + ns(node.percentile(0.999)) +
         ns(node.counts.back().latency_ns) + "</tr>\n";
}

std::string level_cell(const std::string& level) {
  const char* sign = level == "exact" ? "\u25cf" : level == "approximate" ? "\u25d0" : "\u25cb";
  std::string words = level;
  std::replace(words.begin(), words.end(), '_', ' ');
  return cell(std::string(sign) + " " + escaped(words), false, " class=\"level\"");
}

}  // namespace

std::string checks_html(const ReportSummary& summary) {
  std::string rows;
  for (std::size_t i = 0; i < summary.checks.rows.size(); ++i) {
    const bool passed = i < summary.checks_passed.size() && summary.checks_passed[i];
    rows += "<tr>" + cell(outcome(passed));
    for (const std::string& text : summary.checks.rows[i]) rows += cell(escaped(text));
    rows += "</tr>\n";
  }
  if (rows.empty()) return {};
  return table("checks", {"", "what", "expected", "seen", "parts that met it"}, {}, false, rows);
}

std::string invariants_html(const ReportSummary& summary) {
  std::string rows;
  for (const auto& [name, value] : summary.invariants) {
    const bool broken = must_be_zero(name) && value != "0" && parse_number(value);
    rows += "<tr>" + cell(escaped(heading(name))) +
            cell(escaped(readable(value)) + (broken ? " <b class=\"bad\">\u2717</b>" : ""), true) +
            "</tr>\n";
  }
  if (rows.empty()) return {};
  return table("invariants", {"transactions, flits, credits", "count"}, {"count"}, false, rows);
}

std::string faults_html(const ReportSummary& summary) {
  std::string rows;
  for (const auto& row : summary.faults.rows) {
    rows += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string& column = summary.faults.columns[i];
      const bool scored = is_one_of(column, {"passed", "met"}) && is_one_of(row[i], {"yes", "no"});
      rows += scored ? cell(outcome(row[i] == "yes")) : text_cell(row[i]);
    }
    rows += "</tr>\n";
  }
  if (rows.empty()) return {};
  return table("faults", headings(summary.faults.columns),
               number_columns(summary.faults.columns, summary.faults.rows), true, rows);
}

std::string links_html(const CsvTable& links) {
  std::string rows;
  const std::size_t shown = std::min(links.rows.size(), kMostLinkRows);
  for (std::size_t row = 0; row < shown; ++row) rows += link_row(links, row);
  if (rows.empty()) return {};
  std::string out =
      "<p class=\"tools\"><label>Show rows with <input type=\"search\" data-filter=\"links\" "
      "placeholder=\"link3\"></label> <span class=\"quiet\">Press a heading to sort.";
  if (shown < links.rows.size()) {
    out += " The first " + grouped(static_cast<double>(shown)) + " of " +
           grouped(static_cast<double>(links.rows.size())) + " rows: links.csv has them all.";
  }
  return out + "</span></p>\n" +
         table("links", headings(links.columns), number_columns(links.columns, links.rows), true,
               rows);
}

std::string percentiles_html(const ReportData& data) {
  if (data.latency.empty()) return {};
  std::string rows;
  double sum = 0, transactions = 0;
  for (const NodeLatency& node : data.latency) {
    const double mean = mean_ns(data.summary, node);
    rows += percentile_row(node, mean);
    sum += mean * node.total();
    transactions += node.total();
  }
  if (data.latency.size() > 1) {
    rows = percentile_row(all_latency(data.latency), sum / transactions) + rows;
  }
  const std::vector<std::string> names{"transactions", "mean, ns",  "p50, ns",
                                       "p99, ns",      "p99.9, ns", "longest, ns"};
  std::vector<std::string> columns{"node"};
  columns.insert(columns.end(), names.begin(), names.end());
  return table("percentiles", columns, {names.begin(), names.end()}, true, rows);
}

std::string fidelity_html(const ReportTable& fidelity) {
  std::string rows;
  for (const auto& row : fidelity.rows) {
    rows += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      rows += fidelity.columns[i] == "level" ? level_cell(row[i]) : text_cell(row[i]);
    }
    rows += "</tr>\n";
  }
  if (rows.empty()) return {};
  return table("fidelity", headings(fidelity.columns), {}, true, rows);
}

std::string log_html(const std::string& log) {
  std::size_t begin = log.size(), lines = 0;
  while (begin > 0 && lines < kMostLogLines) {
    const std::size_t before = begin < 2 ? std::string::npos : log.rfind('\n', begin - 2);
    begin = before == std::string::npos ? 0 : before + 1;
    ++lines;
  }
  if (lines == 0) return {};
  const std::string cut =
      begin > 0 ? "the last " + std::to_string(lines) + " lines; all of it is in log.txt"
                : "log.txt";
  return "<p class=\"quiet\">" + cut + "</p>\n<pre>" +
         escaped(std::string_view(log).substr(begin)) + "</pre>\n";
}

}  // namespace weft::tb
