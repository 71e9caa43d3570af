// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/console.h"

#include <algorithm>
#include <ostream>

#include "models/base/text.h"
#include "models/base/units.h"
#include "testbench/run/text_table.h"
#include "testbench/run/version.h"

namespace weft::tb {
namespace {

/// "one thing", "3 things"
std::string count(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

/// "800Gb/s" or "400Gb/s to 800Gb/s": what a value of every link amounts to.
template <class Value, class Text>
std::string span_of(std::size_t links, Value value, Text text) {
  auto least = value(0), most = value(0);
  for (std::size_t i = 1; i < links; ++i) {
    least = std::min(least, value(i));
    most = std::max(most, value(i));
  }
  return least == most ? text(least) : text(least) + " to " + text(most);
}

/// "8 rtl" or "1 rtl (link3), 7 model"
std::string levels_of(const Scenario& scenario) {
  std::string text;
  for (const EnumName<LinkLevel>& level : kLinkLevelNames) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < scenario.links.size(); ++i) {
      if (scenario.links[i].level == level.value) names.push_back(scenario.system.links[i].name);
    }
    if (names.empty()) continue;
    text +=
        (text.empty() ? "" : ", ") + std::to_string(names.size()) + " " + std::string(level.name);
    if (names.size() < scenario.links.size() && names.size() <= 4) {
      text += " (" + join(names, ", ") + ")";
    }
  }
  return text;
}

std::string rtl_tools(const Platform& platform) {
  for (std::size_t i = 0; i < platform.links(); ++i) {
    if (!platform.build(i).empty()) return platform.build(i);
  }
  return {};
}

std::string window_text(const Scenario& scenario) {
  const auto number = [](Cycle cycles) { return std::to_string(cycles); };
  const std::size_t links = scenario.links.size();
  return span_of(
             links, [&](std::size_t i) { return scenario.window(i); }, number) +
         " cycles = min(burst " + number(scenario.sim.burst.cycles) + ", flight " +
         span_of(
             links, [&](std::size_t i) { return scenario.flight(i); }, number) +
         ", port pipeline " +
         span_of(
             links, [&](std::size_t i) { return scenario.links[i].port.pipeline.cycles; }, number) +
         ")";
}

std::string sizes_text(const Workload& workload) {
  std::vector<std::string> sizes;
  for (const std::uint64_t bytes : workload.sizes) sizes.push_back(format_bytes(bytes));
  return "packets of " + join(sizes, ", ") + " and a header, for " + to_string(workload.duration) +
         (workload.begin == Time{} ? "" : " from " + to_string(workload.begin) + " on");
}

std::vector<std::string> approximations(const Scenario& scenario) {
  std::vector<std::string> texts{
      "PHY: which codewords fail is drawn from their law, no bit is decoded; no jitter, no skew"};
  const auto up = std::count_if(scenario.links.begin(), scenario.links.end(),
                                [](const auto& link) { return link.start == LinkStart::kUp; });
  if (up != 0)
    texts.push_back(count(static_cast<std::size_t>(up), "link") + " began as if trained");
  if (std::any_of(scenario.links.begin(), scenario.links.end(),
                  [](const auto& link) { return link.start == LinkStart::kTrain; })) {
    texts.push_back("PHY training: a time that passes");
  }
  return texts;
}

std::string ns(std::uint64_t fs, int digits) {
  return fixed(static_cast<double>(fs) / 1e6, digits);
}

std::string gbps(std::uint64_t bits_per_s) {
  return fixed(static_cast<double>(bits_per_s) / 1e9, 1);
}

std::string percent(double part) {
  const double value = 100 * part;
  return fixed(value, value == static_cast<int>(value) ? 0 : 1) + "%";
}

/// "10%" or "10%/20%" of the nodes at a and b.
std::string load_text(const Scenario& scenario, std::size_t link) {
  const auto load = [&](unsigned side) {
    return percent(scenario.generators[scenario.system.links[link].ends[side].node].load);
  };
  return load(0) == load(1) ? load(0) : load(0) + "/" + load(1);
}

void print_links(std::ostream& out, const Scenario& scenario, const RunResult& result) {
  TextTable table({"link", "level", "load", "packets", "flits", "bad", "replays", "resent",
                   "stall ns", "p50 ns", "p99 ns", "p99.9 ns", "a>b Gb/s", "b>a Gb/s"});
  for (std::size_t i = 0; i < result.links.size(); ++i) {
    const auto number = [&](LinkMetric metric) { return std::to_string(result.value(i, metric)); };
    const auto time = [&](LinkMetric metric) {
      return result.value(i, LinkMetric::kRetired) == 0 ? "-" : ns(result.value(i, metric), 1);
    };
    table.add({scenario.system.links[i].name,
               scenario.links[i].level == LinkLevel::kRtl ? "rtl" : "model", load_text(scenario, i),
               number(LinkMetric::kRetired), number(LinkMetric::kFlits), number(LinkMetric::kBad),
               number(LinkMetric::kReplays), number(LinkMetric::kReplayed),
               ns(result.value(i, LinkMetric::kStall), 0), time(LinkMetric::kLatencyP50),
               time(LinkMetric::kLatencyP99), time(LinkMetric::kLatencyP999),
               gbps(result.value(i, LinkMetric::kThroughputAb)),
               gbps(result.value(i, LinkMetric::kThroughputBa))});
  }
  table.print(out);
  for (const std::string& text : result.down) out << text << "\n";
}

void print_invariants(std::ostream& out, const RunResult& result) {
  const auto number = [&](RunMetric metric) { return std::to_string(result.value(metric)); };
  out << "retired " << number(RunMetric::kRetired) << " of " << number(RunMetric::kIssued)
      << "; lost " << number(RunMetric::kLost) << ", duplicated " << number(RunMetric::kDuplicated)
      << ", misordered " << number(RunMetric::kMisordered) << ", corrupted silently "
      << number(RunMetric::kCorrupted) << "; credits leaked "
      << (result.settled ? number(RunMetric::kCreditsLeaked) : "not known") << "; replays "
      << number(RunMetric::kReplays) << "\n";
}

const char* ending_text(Ending ending) {
  switch (ending) {
    case Ending::kDone:
      break;
    case Ending::kUntil:
      return "INCOMPLETE";
    case Ending::kHung:
      return "HUNG";
    case Ending::kInterrupted:
      return "INTERRUPTED";
    case Ending::kRtlFault:
      return "RTL FAULT";
  }
  return "DONE";
}

void print_checks(std::ostream& out, const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    out << (check.passed() ? "ok    " : "FAIL  ") << check.what << " = " << check.seen;
    if (check.seen != check.wanted) out << ", expected " << check.wanted;
    if (check.parts > 1) out << "  (" << check.met << " of " << check.parts << " parts)";
    out << "\n";
  }
}

}  // namespace

void print_header(std::ostream& out, const Platform& platform, const std::string& scenario_name) {
  const Scenario& s = platform.scenario();
  const std::size_t links = s.links.size();
  const auto rate = [&](std::size_t i) { return s.system.links[i].rate.bits_per_s; };
  out << version_text() << ", " << build_text() << "\n"
      << "scenario      " << scenario_name << "  seed " << s.sim.seed << "  config "
      << s.config_hash.hex().substr(0, 16) << "\n"
      << "system        " << s.top.system << ": " << count(s.system.nodes.size(), "node") << ", "
      << count(links, "link") << " of " << span_of(links, rate, format_rate) << "; protocol "
      << s.protocol.name << " version " << s.protocol.version << "\n"
      << "workload      stream: " << sizes_text(s.workload) << "\n"
      << "levels        fidelity flit; payload real; links " << levels_of(s) << "; PHY " << links
      << " statistical\n";
  if (const std::string tools = rtl_tools(platform); !tools.empty()) {
    out << "rtl           " << tools << "\n";
  }
  for (const std::string& text : approximations(s)) out << "approximated  " << text << "\n";
  out << "window        " << window_text(s) << "; " << count(s.sim.threads, "thread")
      << "; idle clocks " << (s.sim.idle_skip ? "left out" : "evaluated") << "\n\n";
}

void print_result(std::ostream& out, const Scenario& scenario, const RunResult& result) {
  print_links(out, scenario, result);
  out << "\n";
  print_invariants(out, result);
  out << "run digest " << result.digest.hex() << "  result hash " << result.result_hash.hex()
      << "\n";
  const double mega = static_cast<double>(result.evaluated) / 1e6;
  const double part = result.clocks == 0 ? 0
                                         : static_cast<double>(result.evaluated) /
                                               static_cast<double>(result.clocks);
  out << to_string(result.sim_time) << " simulated, " << fixed(mega, 2)
      << " M clocks of link ends (" << percent(part) << " of all)\n"
      << fixed(static_cast<double>(result.memory_bytes) / 1024 /
                   static_cast<double>(result.links.size()),
               1)
      << " KiB of memory per link with its ends, ports, wires and nodes\n"
      << fixed(result.wall_s, 2) << " s wall, "
      << fixed(result.wall_s > 0 ? mega / result.wall_s : 0, 2) << " M clocks/s wall\n";
}

void print_verdict(std::ostream& out, const RunResult& result, const Verdict& verdict,
                   const std::string& repeat) {
  out << "\n";
  print_checks(out, verdict.checks);
  out << "repeat with: " << repeat << "\n";
  if (result.ending != Ending::kDone) {
    out << ending_text(result.ending) << "  " << result.reason << "\n";
    for (const std::string& line : result.waiting) out << "  " << line << "\n";
  }
  const auto met = std::count_if(verdict.checks.begin(), verdict.checks.end(),
                                 [](const Check& check) { return check.passed(); });
  const bool judged = verdict.exit == Exit::kPass || verdict.exit == Exit::kFail;
  if (judged) {
    out << (verdict.exit == Exit::kPass ? "PASS  " : "FAIL  ") << met << " of "
        << count(verdict.checks.size(), "check") << "\n";
  }
}

}  // namespace weft::tb
