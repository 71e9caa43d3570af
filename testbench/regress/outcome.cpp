// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/outcome.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "models/base/text.h"
#include "testbench/run/judge.h"

namespace weft::tb {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kTailBytes = 64 << 10;
constexpr std::size_t kMessageBytes = 400;

template <class T>
T value_or(const Json& json, const char* key, T otherwise) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return otherwise;
  return found->get<T>();
}

void read_checks(const Json& list, RunSummary& summary) {
  for (const Json& check : list) {
    summary.checks.push_back(
        {check.at("what").get<std::string>(), value_or<std::string>(check, "wanted", ""),
         value_or<std::string>(check, "seen", ""), check.at("passed").get<bool>()});
  }
}

std::optional<RunSummary> read_summary(const std::filesystem::path& directory,
                                       std::string& problem) {
  std::ifstream file(directory / "summary.json", std::ios::binary);
  if (!file) {
    problem = "it left no summary.json";
    return std::nullopt;
  }
  std::ostringstream text;
  text << file.rdbuf();
  try {
    return RunSummary::parse(text.str());
  } catch (const std::exception& error) {
    problem = "its summary.json cannot be read: " + printable(error.what());
    return std::nullopt;
  }
}

/// The line that tells most about a run that ended badly: the first of a refusal, which its hints
/// follow, and the last of anything else.
std::string telling_line(const std::filesystem::path& output, bool first) {
  std::string found;
  for (const std::string& line : last_lines(output, 200)) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with("hint:")) continue;
    found = text;
    if (first) break;
  }
  return printable(found, kMessageBytes);
}

std::string with_line(const std::string& message, const std::string& line) {
  return line.empty() ? message : message + ": " + line;
}

std::string check_text(const RunSummary::Check& check) {
  std::string text = check.what + " = " + check.seen;
  if (check.seen != check.wanted) text += ", expected " + check.wanted;
  return printable(text, kMessageBytes);
}

std::string exit_text(int exit) { return "exit " + std::to_string(exit); }

/// Rules for every run that left by itself, told by what it left.
class Judge {
 public:
  Judge(RunOutcome& outcome, const std::filesystem::path& output, const RunExpectation& expected)
      : outcome_(outcome), output_(output), expected_(expected), exit_(outcome.end.exit) {}

  void judge(const std::string& problem) {
    if (exit_ == static_cast<int>(Exit::kRefused)) return refused();
    if (!problem.empty()) return lost(problem);
    summary_ = &*outcome_.summary;
    if (!summary_->ended) return lost("it lost its end record");
    if (summary_->exit != exit_) {
      return lost("its end record says " + exit_text(summary_->exit));
    }
    if (summary_->seed != expected_.seed) {
      return lost("it ran with seed " + std::to_string(summary_->seed));
    }
    if (exit_ != expected_.exit) return fail(kind(), why());
    if (exit_ == static_cast<int>(Exit::kPass)) passed();
  }

 private:
  void fail(FailureKind kind, std::string message) {
    outcome_.kind = kind;
    outcome_.message = std::move(message);
  }
  void refused() {
    if (expected_.exit == exit_) return;
    fail(FailureKind::kRefused, with_line("refused", telling_line(output_, true)));
  }
  void lost(const std::string& what) {
    const bool machine = exit_ == static_cast<int>(Exit::kMachine) || exit_ == 127;
    std::string line;
    if (exit_ != static_cast<int>(Exit::kPass)) line = telling_line(output_, false);
    fail(machine ? FailureKind::kMachine : FailureKind::kLost,
         with_line(exit_text(exit_) + ", " + what, line));
  }
  /// It claims to be right: is there anything behind it?
  void passed() {
    if (summary_->verdict != "pass") {
      return fail(FailureKind::kLost,
                  "exit 0, its end record says " + weft::quoted(summary_->verdict));
    }
    if (summary_->checks.empty()) return fail(FailureKind::kEmpty, "it checked nothing");
    if (summary_->retired == 0) return fail(FailureKind::kEmpty, "it retired nothing");
    for (const RunSummary::Check& check : summary_->checks) {
      if (!check.passed) return fail(FailureKind::kLost, "exit 0 with " + check_text(check));
    }
  }
  FailureKind kind() const {
    if (exit_ == static_cast<int>(Exit::kHung)) return FailureKind::kHung;
    if (exit_ == static_cast<int>(Exit::kMachine)) return FailureKind::kMachine;
    if (exit_ == static_cast<int>(Exit::kInterrupted)) return FailureKind::kStopped;
    return FailureKind::kCheck;
  }
  std::string why() const {
    if (exit_ == static_cast<int>(Exit::kPass)) {
      return "it passed, exit " + std::to_string(expected_.exit) + " was expected";
    }
    if (!summary_->reason.empty()) return printable(summary_->reason, kMessageBytes);
    for (const RunSummary::Check& check : summary_->checks) {
      if (!check.passed) return check_text(check);
    }
    return with_line(exit_text(exit_), telling_line(output_, false));
  }

  RunOutcome& outcome_;
  const std::filesystem::path& output_;
  const RunExpectation& expected_;
  int exit_;
  const RunSummary* summary_ = nullptr;
};

std::string simulated(const RunOutcome& outcome) {
  if (!outcome.summary || outcome.summary->sim_time_fs == 0) return {};
  return " at " + std::to_string(outcome.summary->sim_time_fs / 1'000'000'000) + "us simulated";
}

}  // namespace

RunSummary RunSummary::parse(const std::string& text) {
  const Json json = Json::parse(text);
  if (const int schema = json.at("schema").get<int>(); schema != 1) {
    throw std::runtime_error("it is of schema " + std::to_string(schema));
  }
  RunSummary summary;
  summary.ended = value_or(json, "end", false);
  summary.seed = json.at("seed").get<std::uint64_t>();
  summary.verdict = json.at("verdict").get<std::string>();
  summary.ending = value_or<std::string>(json, "ending", "");
  summary.reason = value_or<std::string>(json, "reason", "");
  summary.exit = value_or(json, "exit", -1);
  summary.config_hash = value_or<std::string>(json, "config_hash", "");
  summary.digest = value_or<std::string>(json, "digest", "");
  summary.sim_time_fs = value_or<std::uint64_t>(json, "sim_time_fs", 0);
  if (const auto found = json.find("invariants"); found != json.end() && found->is_object()) {
    summary.retired = value_or<std::uint64_t>(*found, "retired", 0);
  }
  summary.waiting = value_or<std::vector<std::string>>(json, "waiting", {});
  if (const auto found = json.find("checks"); found != json.end()) read_checks(*found, summary);
  return summary;
}

const char* failure_kind_name(FailureKind kind) {
  switch (kind) {
    case FailureKind::kNone:
      break;
    case FailureKind::kCheck:
      return "check";
    case FailureKind::kHung:
      return "hung";
    case FailureKind::kEmpty:
      return "empty";
    case FailureKind::kLost:
      return "lost";
    case FailureKind::kRefused:
      return "refused";
    case FailureKind::kMachine:
      return "machine";
    case FailureKind::kTimeout:
      return "timeout";
    case FailureKind::kSignal:
      return "signal";
    case FailureKind::kStopped:
      return "stopped";
  }
  return "none";
}

RunOutcome judge_run(const ChildEnd& end, const std::filesystem::path& directory,
                     const std::filesystem::path& output, const RunExpectation& expected) {
  RunOutcome outcome;
  outcome.end = end;
  std::string problem;
  outcome.summary = read_summary(directory, problem);
  if (end.stopped) {
    outcome.kind = FailureKind::kStopped;
    outcome.message = "stopped before its end";
  } else if (end.timed_out) {
    outcome.kind = FailureKind::kTimeout;
    outcome.message = "timed out" + simulated(outcome);
  } else if (end.signal != 0) {
    outcome.kind = FailureKind::kSignal;
    outcome.message = with_line(
        "died by signal " + std::to_string(end.signal) + " (" + strsignal(end.signal) + ")",
        telling_line(output, false));
  } else {
    Judge(outcome, output, expected).judge(problem);
  }
  return outcome;
}

std::vector<std::string> last_lines(const std::filesystem::path& file, std::size_t most) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const auto size = static_cast<std::size_t>(in.tellg());
  const std::size_t from = size > kTailBytes ? size - kTailBytes : 0;
  in.seekg(static_cast<std::streamoff>(from));
  std::string text(size - from, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (from != 0 && !lines.empty()) lines.erase(lines.begin());  // a part of a line
  if (lines.size() > most)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
  return lines;
}

}  // namespace weft::tb
