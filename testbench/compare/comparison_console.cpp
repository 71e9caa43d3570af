// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>

#include "models/base/text.h"
#include "testbench/compare/comparison.h"
#include "testbench/run/text_table.h"

namespace weft::tb {
namespace {

constexpr std::size_t kMostLines = 5;   // of things that are all alike
constexpr std::size_t kMostAlike = 2;   // metrics of numbered parts that are shown one by one
constexpr std::size_t kMostValue = 40;  // bytes of a value in the table of inputs

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Six digits, without an exponent where there is no need for one.
std::string number(double value, bool with_sign = false) {
  if (std::fabs(value) >= 1e5 && std::fabs(value) < 1e15) {
    return printed(with_sign ? "%+.0f" : "%.0f", value);
  }
  return printed(with_sign ? "%+.6g" : "%.6g", value);
}

std::string percent(double value) {
  if (!std::isfinite(value)) return "from 0";
  if (value != 0 && std::fabs(value) < 0.05) return printed("%+.1g%%", value);
  return printed("%+.1f%%", value);
}

/// Two digits of its half are enough.
std::string interval_text(const MeanDifference& means) {
  if (!means.interval) return "";
  const auto [low, high] = *means.interval;
  if (low == high) return "no spread";
  const int digits =
      std::clamp(1 - static_cast<int>(std::floor(std::log10((high - low) / 2))), 0, 9);
  return (low < 0 ? "" : "+") + fixed(low, digits) + " .. " + (high < 0 ? "" : "+") +
         fixed(high, digits);
}

/// "link3.flits" -> "link*.flits": metrics of one name are alike whatever the number of their part.
std::string pattern_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return name;
  return numbers_to_stars(name.substr(0, dot)) + name.substr(dot);
}

void print_lines(std::ostream& out, const std::vector<std::string>& lines, const char* before) {
  for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i) {
    out << before << lines[i] << "\n";
  }
  if (lines.size() > kMostLines) {
    out << before << lines.size() - kMostLines << " more\n";
  }
}

void print_side(std::ostream& out, const char* letter, const Side& side,
                const std::vector<std::string>& warnings) {
  out << letter << "  " << side.name << "\n";
  const std::size_t count = side.runs.size();
  if (count != 0) {
    out << "   " << count << (count == 1 ? " run, seed " : " runs, seeds ") << seeds_text(side.runs)
        << "; config " << side.runs.front().config_hash.substr(0, 16);
    if (count == 1) out << ", digest " << side.runs.front().digest;
    out << "\n";
  }
  print_lines(out, warnings, "   ");
  std::vector<std::string> failures = side.lost;
  for (const ComparedRun& run : side.runs) {
    if (run.passed()) continue;
    std::string why = run.reason;
    for (const std::string& check : run.failed_checks) why += (why.empty() ? "" : "; ") + check;
    failures.push_back("seed " + std::to_string(run.seed) + ": " + run.verdict + ": " + why +
                       "\n     repeat with: " + run.repeat);
  }
  if (failures.empty()) return;
  out << "   " << failures.size() << " of " << count + side.lost.size() << " failed\n";
  print_lines(out, failures, "   ");
}

std::string value_text(const std::string& toml) {
  if (toml.empty()) return "-";
  return toml.size() <= kMostValue ? toml : toml.substr(0, kMostValue - 3) + "...";
}

void print_inputs(std::ostream& out, const Comparison& comparison) {
  const ComparedRun& a = comparison.a.runs.front();
  const ComparedRun& b = comparison.b.runs.front();
  out << "\ninput\n";
  if (a.program != b.program) {
    out << "program differs: A " << a.program << "\n                 B " << b.program << "\n";
  }
  const bool same_files = comparison.files_known;
  if (!same_files && a.config_hash != b.config_hash) {
    out << (comparison.files_kept ? "PHY and firmware files are not compared: those that can be "
                                    "read\nnow are not those of the runs\n"
                                  : "files that the scenarios name (protocol, system, ...) are not "
                                    "compared: those that can\nbe read now are not those of the "
                                    "runs\n");
  }
  if (comparison.inputs.empty()) {
    const bool other_seed = a.seed != b.seed;
    out << (same_files || a.config_hash == b.config_hash
                ? (other_seed ? "equal but for the seed\n" : "equal\n")
            : comparison.files_kept ? "keys of the scenario, system and protocol are equal\n"
                                    : "keys of the scenario are equal\n");
    return;
  }
  TextTable table({"key", "A", "B"});
  for (const InputDifference& one : comparison.inputs) {
    table.add({(one.file.empty() ? "" : one.file + ": ") + one.key, value_text(one.a),
               value_text(one.b)});
  }
  table.print(out);
}

void add_row(TextTable& table, const MetricDifference& one, bool with_interval) {
  const MeanDifference& means = one.means;
  std::vector<std::string> row{one.name,
                               one.unit,
                               number(means.a),
                               number(means.b),
                               one.equal ? "=" : number(means.difference, true),
                               one.equal ? "" : percent(one.percent())};
  if (with_interval) {
    row.push_back(one.equal ? "" : interval_text(means));
    row.emplace_back(one.equal || one.seen() ? "" : "no difference seen");
  }
  table.add(std::move(row));
}

using Group = std::vector<const MetricDifference*>;

/// Differences that are seen before those that are not, then by size.
const MetricDifference* greatest(const Group& group) {
  return *std::max_element(group.begin(), group.end(),
                           [](const MetricDifference* x, const MetricDifference* y) {
                             if (x->seen() != y->seen()) return y->seen();
                             return std::fabs(x->percent()) < std::fabs(y->percent());
                           });
}

/// "7 more link*.flits" and what they do.
std::vector<std::string> rest_row(const std::string& pattern, const Group& group,
                                  const MetricDifference* shown, bool with_interval) {
  std::size_t unseen = 0;
  double low = INFINITY;
  double high = -INFINITY;
  for (const MetricDifference* one : group) {
    if (one == shown) continue;
    low = std::min(low, one->percent());
    high = std::max(high, one->percent());
    if (!one->seen()) ++unseen;
  }
  std::vector<std::string> row{
      "  " + std::to_string(group.size() - 1) + " more " + pattern, "", "", "", "", percent(low)};
  if (percent(low) != percent(high)) row[5] += " .. " + percent(high);
  if (!with_interval) return row;
  row.emplace_back("");
  const bool all = unseen == group.size() - 1;
  row.push_back(unseen == 0 ? ""
                            : "no difference seen" + (all ? "" : " in " + std::to_string(unseen)));
  return row;
}

/// A row for each metric that differs, or for each group of numbered parts.
void add_rows(TextTable& table, const MetricComparison& metrics, bool all) {
  const bool with_interval = metrics.method != Method::kSingle;
  std::map<std::string, Group> groups;
  for (const MetricDifference& one : metrics.metrics) {
    if (!one.equal) groups[pattern_of(one.name)].push_back(&one);
  }
  for (const MetricDifference& one : metrics.metrics) {
    if (all) {
      add_row(table, one, with_interval);
      continue;
    }
    if (one.equal) continue;
    const std::string pattern = pattern_of(one.name);
    const Group& group = groups[pattern];
    if (group.size() <= kMostAlike) {
      add_row(table, one, with_interval);
    } else if (group.front() == &one) {
      const MetricDifference* shown = greatest(group);
      add_row(table, *shown, with_interval);
      table.add(rest_row(pattern, group, shown, with_interval));
    }
  }
}

void print_method(std::ostream& out, const Comparison& comparison) {
  switch (comparison.metrics.method) {
    case Method::kSingle:
      out << "\nmetrics: difference is B - A; one run tells nothing of chance: --runs N does\n";
      return;
    case Method::kPaired:
      out << "\nmetrics: means of " << comparison.a.runs.size()
          << " runs; difference is B - A with its 95 % interval, paired by seed\n";
      return;
    case Method::kIndependent:
      break;
  }
  out << "\nmetrics: means of " << comparison.a.runs.size() << " and " << comparison.b.runs.size()
      << " runs of other seeds; difference is B - A with its 95 % interval (Welch)\n";
}

/// How many of so many differences chance would show.
void print_chance(std::ostream& out, const MetricComparison& metrics) {
  if (metrics.method == Method::kSingle) return;
  std::size_t varying = 0;
  std::size_t seen = 0;
  for (const MetricDifference& one : metrics.metrics) {
    if (one.equal || one.means.interval->low == one.means.interval->high) continue;
    ++varying;
    if (one.seen()) ++seen;
  }
  if (varying == 0) return;
  out << seen << " of " << varying << " metrics that vary differ; chance alone would show about "
      << fixed(static_cast<double>(varying) * (1 - kConfidence), 0) << "\n";
}

void print_names(std::ostream& out, const char* where, const std::vector<std::string>& names) {
  if (names.empty()) return;
  out << names.size() << (names.size() == 1 ? " metric " : " metrics ") << where << ": "
      << join({names.data(), std::min(names.size(), kMostLines)}, ", ")
      << (names.size() > kMostLines ? ", ..." : "") << "\n";
}

void print_metrics(std::ostream& out, const Comparison& comparison, bool all) {
  const MetricComparison& metrics = comparison.metrics;
  print_method(out, comparison);
  const std::size_t equal = metrics.equal();
  if (all || equal != metrics.metrics.size()) {
    std::vector<std::string> header{"metric", "unit", "A", "B", "difference", "of A"};
    if (metrics.method != Method::kSingle) {
      header.insert(header.end(), {"95 % interval", ""});
    }
    TextTable table(header);
    add_rows(table, metrics, all);
    table.print(out);
  }
  out << equal << " of " << metrics.metrics.size() << " metrics equal in all runs"
      << (equal == 0 || all ? "\n" : " (--all shows them)\n");
  print_chance(out, metrics);
  print_names(out, "only in A", metrics.only_a);
  print_names(out, "only in B", metrics.only_b);
  print_names(out, "not in every run", metrics.not_always);
}

/// What hashes say: whether runs of a seed went the same way, and had the same result.
void print_hashes(std::ostream& out, const Comparison& comparison) {
  std::size_t pairs = 0;
  std::size_t digests = 0;
  std::size_t results = 0;
  for (const ComparedRun& a : comparison.a.runs) {
    for (const ComparedRun& b : comparison.b.runs) {
      if (a.seed != b.seed || a.digest.empty() || b.digest.empty()) continue;
      ++pairs;
      digests += a.digest == b.digest ? 1 : 0;
      results += a.result_hash == b.result_hash ? 1 : 0;
    }
  }
  if (pairs == 0) return;
  const auto of_pairs = [&](std::size_t equal) {
    if (pairs == 1) return std::string(equal == 0 ? "differs" : "equal");
    return "equal for " + std::to_string(equal) + " of " + std::to_string(pairs) + " seeds";
  };
  out << "run digest " << of_pairs(digests) << ", result hash " << of_pairs(results) << "\n";
}

}  // namespace

void print_comparison(std::ostream& out, const Comparison& comparison, bool all) {
  print_side(out, "A", comparison.a, comparison.warnings_a);
  print_side(out, "B", comparison.b, comparison.warnings_b);
  if (comparison.a.runs.empty() || comparison.b.runs.empty()) {
    out << "\nnothing to compare: " << (comparison.a.runs.empty() ? "A" : "B")
        << " has no run that came to its end\n";
    return;
  }
  print_inputs(out, comparison);
  print_metrics(out, comparison, all);
  print_hashes(out, comparison);
}

}  // namespace weft::tb
