// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/report.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "models/base/error.h"
#include "models/base/text.h"
#include "testbench/report/heat_map.h"
#include "testbench/report/latency_chart.h"
#include "testbench/report/markup.h"
#include "testbench/report/report_tables.h"
#include "testbench/report/topology_picture.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

constexpr const char* kStyle =
#include "report_style.inc"
    ;
constexpr const char* kScript =
#include "report_script.inc"
    ;

/// A part of the page, or a sentence in its place.
std::string section(const std::string& id, const std::string& title, const std::string& body,
                    const std::string& otherwise) {
  return "<section" + attribute("id", id) + ">\n<h2>" + escaped(title) + "</h2>\n" +
         (body.empty() ? "<p class=\"none\">" + escaped(otherwise) + "</p>\n" : body) +
         "</section>\n";
}

std::string fact(const std::string& name, const std::string& value) {
  if (value.empty()) return {};
  return "<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd></div>\n";
}

/// Sign, word and class of a verdict.
struct Seal {
  const char* sign;
  const char* word;
  const char* kind;
};

Seal seal_of(const ReportSummary& summary) {
  if (summary.verdict == "pass") return {"\u2713", "PASS", "good"};
  if (summary.verdict == "fail") return {"\u2717", "FAIL", "bad"};
  if (summary.verdict == "hung") return {"\u2717", "HUNG", "bad"};
  if (summary.verdict == "fault") return {"\u2717", "FAULT", "bad"};
  if (summary.verdict == "interrupted") return {"\u25d0", "INTERRUPTED", "open"};
  return {"\u25d0", "NO END", "open"};
}

std::string reason_html(const ReportSummary& summary) {
  std::string out;
  if (!summary.ended) {
    out +=
        "<p class=\"warning\">This run has no record of its end: it still goes on, or it was "
        "killed. Below is what it had written.</p>\n";
  }
  if (!summary.reason.empty()) out += "<p class=\"reason\">" + escaped(summary.reason) + "</p>\n";
  if (!summary.waiting.empty()) {
    out += "<pre>" + escaped(join(summary.waiting, "\n")) + "</pre>\n";
  }
  return out;
}

std::string repeat_html(const std::string& repeat) {
  if (repeat.empty()) return {};
  return "<p class=\"repeat\"><span>repeat with</span> <code id=\"repeat\">" + escaped(repeat) +
         "</code> <button type=\"button\" data-copy=\"repeat\">copy</button></p>\n";
}

std::string tile(const std::string& name, const std::string& value, const std::string& unit) {
  return "<div class=\"tile\"><b>" + escaped(value) + "</b><span>" + escaped(unit) + "</span><em>" +
         escaped(name) + "</em></div>\n";
}

std::string metric_tile(const ReportSummary& summary, const char* metric, const char* name) {
  const ReportMetric* found = summary.metric(metric);
  if (found == nullptr) return {};
  if (found->unit != "ns") return tile(name, grouped(found->value, 2), found->unit);
  const std::string text = time_text(found->value);
  const std::size_t space = text.find(' ');
  return tile(name, text.substr(0, space), text.substr(space + 1));
}

std::string invariant_tile(const ReportSummary& summary, const char* invariant, const char* name,
                           const char* unit) {
  for (const auto& [key, value] : summary.invariants) {
    if (key == invariant && parse_number(value)) return tile(name, readable(value), unit);
  }
  return {};
}

std::string latency_tiles(const ReportData& data) {
  if (data.latency.empty()) return {};
  const NodeLatency all = all_latency(data.latency);
  const auto one = [&](const char* name, double part) {
    const std::string text = time_text(all.percentile(part));
    const std::size_t space = text.find(' ');
    return tile(name, text.substr(0, space), text.substr(space + 1));
  };
  return one("latency p50", 0.5) + one("latency p99", 0.99) + one("latency p99.9", 0.999);
}

std::string busiest_tile(const ReportData& data) {
  double most = -1;
  std::string name;
  for (const ReportLink& link : data.links) {
    for (const ReportDirection& sends : link.sends) {
      if (sends.utilisation_pct.value_or(-1) <= most) continue;
      most = *sends.utilisation_pct;
      name = link.name;
    }
  }
  return name.empty() ? std::string() : tile("busiest: " + name, decimal(most, 1), "%");
}

std::string tiles_html(const ReportData& data) {
  const ReportSummary& summary = data.summary;
  return "<div class=\"tiles\">\n" + metric_tile(summary, "collective.time", "collective time") +
         metric_tile(summary, "collective.algbw", "algorithm bandwidth") +
         metric_tile(summary, "collective.busbw", "bus bandwidth") +
         invariant_tile(summary, "retired", "retired", "transactions") +
         invariant_tile(summary, "replays", "replays", "events") + latency_tiles(data) +
         busiest_tile(data) + "</div>\n";
}

std::string header_html(const ReportData& data) {
  const ReportSummary& summary = data.summary;
  const Seal seal = seal_of(summary);
  const auto time = [](const std::optional<double>& ns) { return ns ? time_text(*ns) : ""; };
  return "<header>\n<p class=\"seal " + std::string(seal.kind) + "\" id=\"verdict\">" + seal.sign +
         " " + seal.word + "</p>\n<h1>" +
         escaped(summary.scenario.empty() ? "a run" : summary.scenario) + "</h1>\n" +
         reason_html(summary) + "<dl class=\"facts\">\n" + fact("seed", summary.seed) +
         fact("simulated", time(summary.sim_time_ns)) +
         fact("wall", summary.wall_s ? decimal(*summary.wall_s, 2) + " s" : "") +
         fact("started", summary.started) +
         fact("weft", summary.version + " (" + summary.commit + "), " + summary.build) +
         fact("configuration", summary.config_hash) + fact("run digest", summary.digest) +
         fact("result hash", summary.result_hash) + "</dl>\n" + repeat_html(summary.repeat) +
         "</header>\n" + tiles_html(data);
}

std::string scale_html() {
  std::string out =
      "<div class=\"scale\"><span>utilisation, %: 0</span><svg viewBox=\"0 0 220 12\">";
  for (int i = 0; i <= 10; ++i) {
    out += "<rect class=\"u" + std::to_string(i) + "\" x=\"" + std::to_string(20 * i) +
           "\" width=\"20\" height=\"12\"/>";
  }
  return out + "</svg><span>100</span></div>\n";
}

std::string caption(const std::string& text) {
  return "<p class=\"quiet\">" + escaped(text) + "</p>\n";
}

std::string topology_html(const ReportData& data) {
  const std::string svg = topology_svg(data);
  if (svg.empty()) return {};
  return scale_html() +
         caption(
             "The half of a link next to a node has the colour of what that node sent. "
             "A diamond: flits were sent again, with the number of replays where there is "
             "room. A cross and dashes: not up when last seen.") +
         "<div class=\"picture\">" + svg + "</div>\n";
}

std::string heat_map_html(const ReportData& data) {
  const std::string svg = heat_map_svg(data);
  if (svg.empty()) return {};
  return scale_html() +
         caption(
             "A row per link and direction (upper: from a to b). The line at the foot of a "
             "cell: flits were sent again. A thin grey line: not up. Drag to look closer, "
             "double-click to go back. " +
             heat_map_note(data)) +
         "<div class=\"picture\">" + svg + "</div>\n";
}

std::string latency_html(const ReportData& data) {
  const std::string svg = latency_svg(data.latency);
  if (svg.empty()) return {};
  return caption(
             "Share of transactions that took at most so long; upwards each step leaves a "
             "tenth of the rest. Thick: all nodes; thin: each. Drag to look closer, "
             "double-click to go back.") +
         "<div class=\"picture\">" + svg + "</div>\n";
}

std::string breakdown_html(const ReportData& data) {
  const std::string svg = breakdown_svg(data);
  if (svg.empty()) return {};
  return caption(
             "Where the mean latency of a transaction goes. What of it is measured and what "
             "is computed stands in the fidelity table.") +
         svg;
}

std::string notes_html(const std::vector<std::string>& notes) {
  if (notes.empty()) return {};
  std::string out = "<section id=\"notes\">\n<h2>What this page lacks</h2>\n<ul>\n";
  for (const std::string& note : notes) out += "<li>" + escaped(note) + "</li>\n";
  return out + "</ul>\n</section>\n";
}

std::string pre(const std::string& text) {
  return text.empty() ? std::string() : "<pre>" + escaped(text) + "</pre>\n";
}

std::string sections_html(const ReportData& data) {
  const char* at_end = "Written when a run ends; this one has no such file.";
  std::string out =
      "<div class=\"pair\">\n" +
      section("s-checks", "Checks", checks_html(data.summary), "Nothing was judged.") +
      section("s-invariants", "Invariants", invariants_html(data.summary), "Nothing was counted.") +
      "</div>\n";
  const std::string faults = faults_html(data.summary);
  if (!faults.empty()) out += section("s-faults", "Faults", faults, "");
  return out + section("s-topology", "System", topology_html(data), "topology.json is not there.") +
         section("s-heat", "Links by time", heat_map_html(data),
                 "link_series.csv has no stretch of time.") +
         section("s-latency", "Latency", latency_html(data), at_end) +
         section("s-percentiles", "Latency by node", percentiles_html(data), at_end) +
         section("s-breakdown", "Latency in parts", breakdown_html(data), at_end) +
         section("s-links", "Links", links_html(data.link_table), at_end) +
         section("s-fidelity", "Fidelity", fidelity_html(data.fidelity),
                 "fidelity.json is not there.") +
         section("s-scenario", "Effective scenario", pre(data.scenario_text),
                 "scenario.toml is not there.") +
         section("s-log", "Log", log_html(data.log_text), "log.txt is empty.") +
         notes_html(data.notes);
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    throw MachineError("cannot read " + quoted(path.string(), 200));
  }
  return text;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::path made = path;
  made += ".partial";
  std::error_code error;
  {
    std::ofstream file(made, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (file) std::filesystem::rename(made, path, error);
    if (file && !error) return;
  }
  std::filesystem::remove(made, error);
  throw MachineError("cannot write " + quoted(path.string(), 200));
}

}  // namespace

std::string report_html(const ReportData& data) {
  const std::string title =
      std::string(seal_of(data.summary).word) + " " + data.summary.scenario + " - weft";
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<title>" +
         escaped(title) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n" +
         header_html(data) + "<main>\n" + sections_html(data) +
         "</main>\n<div id=\"tip\" role=\"status\"></div>\n<script>" + kScript +
         "</script>\n</body>\n</html>\n";
}

ReportData read_report_directory(const std::filesystem::path& directory) {
  return read_report_data([&](const std::string& name) -> std::optional<std::string> {
    const std::filesystem::path path = directory / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return file_text(path);
  });
}

std::filesystem::path write_report(const std::filesystem::path& directory) {
  if (!std::filesystem::is_regular_file(directory / ".weft-run")) {
    throw InputError({directory.string(), 0, 0}, "", "no run left this directory",
                     "weft run SCENARIO --out DIR makes one");
  }
  std::filesystem::path page = directory / "report.html";
  write_file(page, report_html(read_report_directory(directory)));
  return page;
}

}  // namespace weft::tb
