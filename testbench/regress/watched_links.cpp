// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/watched_links.h"

#include <algorithm>
#include <utility>

#include "models/base/text.h"
#include "testbench/report/csv_table.h"

namespace weft::tb {
namespace {

constexpr std::size_t kMostNamed = 4;
constexpr std::size_t kMostUnnamed = 8;

/// Words that may be names or patterns of parts: "link3" of "link3.replays", "npu*" of "npu*.up".
void add_words(std::string_view text, std::vector<std::string>& words) {
  const auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '*';
  };
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (in_word(c)) {
      word += c;
    } else if (!word.empty()) {
      // "*" alone names everything, and so nothing.
      if (word != "*") words.push_back(word);
      word.clear();
    }
  }
}

/// Words of a failure, what tells most first.
std::vector<std::string> words_of(const RunOutcome& outcome) {
  std::vector<std::string> words;
  if (outcome.summary) {
    add_words(outcome.summary->reason, words);
    // What else failed when the RTL stopped the run is not a cause.
    if (outcome.summary->ending == "rtl_fault") return words;
    for (const RunSummary::Check& check : outcome.summary->checks) {
      if (check.passed) continue;
      add_words(check.seen, words);  // "18 (link1.replays)": the part that is worst
      add_words(check.what, words);
    }
    for (const std::string& line : outcome.summary->waiting) add_words(line, words);
  }
  add_words(outcome.message, words);
  return words;
}

template <class Names>
std::vector<std::string> named_links(const WatchedScenario& scenario,
                                     const std::vector<std::string>& words, bool pattern,
                                     Names names) {
  std::vector<std::string> links;
  for (const std::string& word : words) {
    if ((word.find('*') != std::string::npos) != pattern) continue;
    for (const WatchedScenario::Link& link : scenario.rtl_links) {
      if (links.size() == kMostNamed) return links;
      if (!names(link, word)) continue;
      if (std::find(links.begin(), links.end(), link.name) == links.end()) {
        links.push_back(link.name);
      }
    }
  }
  return links;
}

/// All that failed are links that were to repeat nothing.
bool only_unwanted_repeats(const RunOutcome& outcome) {
  if (!outcome.summary || outcome.summary->ending != "done") return false;
  const std::vector<RunSummary::Check>& checks = outcome.summary->checks;
  return std::all_of(checks.begin(), checks.end(), [](const RunSummary::Check& check) {
    const bool repeats = check.what.ends_with(".replays") || check.what.ends_with(".replayed");
    return check.passed || (repeats && check.wanted == "0");
  });
}

/// Sets when waves begin, and end.
void set_window(const WatchedScenario& scenario, const RunOutcome& outcome, Time window,
                WavePlan& plan) {
  const RunSummary& summary = *outcome.summary;
  const Time end = Time::from_fs(summary.sim_time_fs);
  const bool hung = summary.ending == "hung";
  const bool fault = summary.ending == "rtl_fault" || summary.ending == "firmware_fault";
  if (outcome.end.timed_out) plan.until = end;
  if (!hung && !fault && !outcome.end.timed_out) return;
  const Time before = window + (hung ? scenario.watchdog : Time{});
  plan.from = end > before ? end - before : Time{};
}

}  // namespace

WatchedScenario WatchedScenario::of(const Scenario& scenario) {
  WatchedScenario watched;
  watched.watchdog = scenario.sim.watchdog;
  for (std::size_t i = 0; i < scenario.links.size(); ++i) {
    if (scenario.links[i].level != LinkLevel::kRtl) continue;
    const SystemLink& link = scenario.system.links[i];
    Link one{link.name, {}};
    for (std::size_t side = 0; side < 2; ++side) {
      one.nodes[side] = scenario.system.nodes[link.ends[side].node].name;
    }
    watched.rtl_links.push_back(std::move(one));
  }
  return watched;
}

WavePlan plan_waves(const WatchedScenario& scenario, const RunOutcome& outcome, Time window) {
  WavePlan plan;
  const std::vector<std::string> words = words_of(outcome);
  for (const bool pattern : {false, true}) {  // "link1" tells more than "link*"
    if (plan.links.empty()) {
      plan.links = named_links(scenario, words, pattern, [](const auto& link, const auto& word) {
        return glob_match(word, link.name);
      });
    }
    if (plan.links.empty()) {
      plan.links = named_links(scenario, words, pattern, [](const auto& link, const auto& word) {
        return glob_match(word, link.nodes[0]) || glob_match(word, link.nodes[1]);
      });
    }
  }
  plan.named = !plan.links.empty();
  for (const WatchedScenario::Link& link : scenario.rtl_links) {
    if (!plan.named && plan.links.size() < kMostUnnamed) plan.links.push_back(link.name);
  }
  if (outcome.summary) set_window(scenario, outcome, window, plan);
  return plan;
}

void narrow_to_first_repeat(const RunOutcome& outcome, std::string_view series, Time window,
                            WavePlan& plan) {
  if (!plan.named || plan.from || !only_unwanted_repeats(outcome)) return;
  const CsvTable table = parse_csv(series);
  const std::size_t time = table.column("time_ns"), link = table.column("link");
  const std::size_t resent = table.column("flits_resent");
  Time before, end;  // ends of stretches
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const Time here = Time::ns(static_cast<std::uint64_t>(table.number(row, time).value_or(0)));
    if (here != end) before = std::exchange(end, here);
    if (table.number(row, resent).value_or(0) == 0) continue;
    const std::string& name = table.text(row, link);
    if (std::find(plan.links.begin(), plan.links.end(), name) == plan.links.end()) continue;
    plan.from = before > window ? before - window : Time{};
    plan.until = end;
    plan.note =
        "they end at " + to_string(end) + ", after the first flit that " + name + " repeats";
    return;
  }
}

}  // namespace weft::tb
