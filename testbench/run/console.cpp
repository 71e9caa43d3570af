// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/console.h"

#include <algorithm>
#include <ostream>

#include "models/base/text.h"
#include "models/base/units.h"
#include "testbench/run/console_tables.h"
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

/// "16 generators", "8 npus, 1 switch"
std::string nodes_text(const System& system) {
  std::string text;
  for (const EnumName<NodeKind>& kind : kNodeKindNames) {
    const auto n = std::count_if(system.nodes.begin(), system.nodes.end(),
                                 [&](const SystemNode& node) { return node.kind == kind.value; });
    if (n == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(n) + " " + std::string(kind.name);
    if (n > 1) text += kind.value == NodeKind::kSwitch ? "es" : "s";
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

template <class Names, class E>
std::string_view name_of(const Names& names, E value) {
  for (const auto& one : names) {
    if (one.value == value) return one.name;
  }
  return "?";
}

std::string workload_text(const Scenario& scenario) {
  const Workload& workload = scenario.workload;
  if (workload.kind == WorkloadKind::kAllReduce) {
    const AllReduceKeys& keys = workload.all_reduce;
    return "all_reduce: " + std::string(name_of(kAlgorithmNames, keys.algorithm)) + ", " +
           format_bytes(keys.bytes.bytes) + " of " +
           std::string(name_of(kElementTypeNames, keys.type)) + " in each NPU, " +
           (scenario.runs_firmware() ? "driven by firmware" : "driven without firmware") +
           ", from " + to_string(workload.begin) + " on";
  }
  std::vector<std::string> sizes;
  for (const std::uint64_t bytes : workload.sizes) sizes.push_back(format_bytes(bytes));
  return "stream: packets of " + join(sizes, ", ") + " and a header, for " +
         to_string(workload.duration) +
         (workload.begin == Time{} ? "" : " from " + to_string(workload.begin) + " on");
}

std::vector<std::string> approximations(const Scenario& scenario) {
  std::vector<std::string> texts{
      "PHY: which codewords fail is drawn from their law, no bit is decoded; no jitter, no skew"};
  if (scenario.system.has(NodeKind::kNpu)) {
    texts.push_back("NPU: memory by bandwidth and latency; one instruction per core cycle");
  }
  if (scenario.system.has(NodeKind::kSwitch)) {
    texts.push_back("switch: whole packets, arbitration without pipeline hazards");
  }
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
    case Ending::kFirmware:
      return "FIRMWARE FAULT";
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
      << "system        " << s.top.system << ": " << nodes_text(s.system) << ", "
      << count(links, "link") << " of " << span_of(links, rate, format_rate) << "; protocol "
      << s.protocol.name << " version " << s.protocol.version << "\n"
      << "workload      " << workload_text(s) << "\n"
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
  print_tables(out, scenario, result);
  out << "\n";
  print_invariants(out, result);
  out << "run digest " << result.digest.hex() << "  result hash " << result.result_hash.hex()
      << "\n";
  const double mega = static_cast<double>(result.evaluated) / 1e6;
  const double part = result.clocks == 0 ? 0
                                         : static_cast<double>(result.evaluated) /
                                               static_cast<double>(result.clocks);
  out << to_string(result.sim_time) << " simulated, " << fixed(mega, 2)
      << " M clocks of link ends (" << percent_text(part) << " of all)\n"
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
