// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/watched_links.h"

#include <algorithm>

#include "models/base/text.h"

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
    for (const RunSummary::Check& check : outcome.summary->checks) {
      if (!check.passed) add_words(check.what, words);
    }
    add_words(outcome.summary->reason, words);
    for (const std::string& line : outcome.summary->waiting) add_words(line, words);
  }
  add_words(outcome.message, words);
  return words;
}

template <class Names>
std::vector<std::string> named_links(const WatchedScenario& scenario,
                                     const std::vector<std::string>& words, Names names) {
  std::vector<std::string> links;
  for (const std::string& word : words) {
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
  plan.links = named_links(scenario, words, [](const auto& link, const std::string& word) {
    return glob_match(word, link.name);
  });
  if (plan.links.empty()) {
    plan.links = named_links(scenario, words, [](const auto& link, const std::string& word) {
      return glob_match(word, link.nodes[0]) || glob_match(word, link.nodes[1]);
    });
  }
  plan.named = !plan.links.empty();
  for (const WatchedScenario::Link& link : scenario.rtl_links) {
    if (!plan.named && plan.links.size() < kMostUnnamed) plan.links.push_back(link.name);
  }
  if (outcome.summary) set_window(scenario, outcome, window, plan);
  return plan;
}

}  // namespace weft::tb
