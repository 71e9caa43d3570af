// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/scenario_sheet.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

#include "models/base/text.h"
#include "models/base/units.h"
#include "testbench/run/text_table.h"

namespace weft::tb {
namespace {

template <class Names, class E>
std::string name_of(const Names& names, E value) {
  for (const auto& one : names) {
    if (one.value == value) return std::string(one.name);
  }
  return "?";
}

/// "npu" and 12 of "npu12".
struct Numbered {
  std::string stem;
  std::optional<std::uint64_t> number;
};

Numbered numbered(const std::string& name) {
  const std::size_t last = name.find_last_not_of("0123456789");
  const std::string digits = name.substr(last + 1);
  if (digits.empty() || digits.size() > 9 || (digits[0] == '0' && digits.size() > 1)) {
    return {name, std::nullopt};
  }
  return {name.substr(0, last + 1), std::stoull(digits)};
}

std::string workload_text(const Scenario& scenario) {
  const Workload& workload = scenario.workload;
  const std::string begin = "from " + to_string(workload.begin) + " on";
  if (workload.kind == WorkloadKind::kAllReduce) {
    const AllReduceKeys& keys = workload.all_reduce;
    return "all_reduce (" + name_of(kAlgorithmNames, keys.algorithm) + ") of " +
           format_bytes(keys.bytes.bytes) + " " + name_of(kElementTypeNames, keys.type) + ", " +
           begin + ", driven by " + name_of(kDriverNames, keys.driver);
  }
  std::vector<std::string> sizes;
  for (const std::uint64_t bytes : workload.sizes) sizes.push_back(format_bytes(bytes));
  return "stream of packets of " + join(sizes, ", ") + ", " + begin + ", for " +
         to_string(workload.duration);
}

/// Rows of equal cells, drawn together with the names of what has them.
class Groups {
 public:
  void add(std::vector<std::string> cells, const std::string& name) {
    groups_[std::move(cells)].push_back(name);
  }

  void print(std::ostream& out, std::vector<std::string> header) const {
    header.insert(header.begin(), "number");
    header.emplace_back("which");
    std::vector<std::vector<std::string>> rows{header};
    for (const auto& [cells, names] : groups_) {
      std::vector<std::string> row{std::to_string(names.size())};
      row.insert(row.end(), cells.begin(), cells.end());
      row.push_back(names_text(names));
      rows.push_back(std::move(row));
    }
    std::vector<std::size_t> widths(header.size());
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool last = i + 1 == row.size();
        out << (i == 0 ? "  " : "") << row[i]
            << (last ? "\n" : std::string(widths[i] - row[i].size() + 2, ' '));
      }
    }
  }

 private:
  std::map<std::vector<std::string>, std::vector<std::string>> groups_;
};

void print_nodes(std::ostream& out, const Scenario& scenario) {
  Groups groups;
  for (std::size_t i = 0; i < scenario.system.nodes.size(); ++i) {
    const SystemNode& node = scenario.system.nodes[i];
    std::string runs = "-";
    if (node.kind == NodeKind::kNpu && scenario.runs_firmware()) {
      runs = scenario.firmware[scenario.npus[i].image].name;
    }
    groups.add({name_of(kNodeKindNames, node.kind), std::to_string(node.ports), runs}, node.name);
  }
  out << "nodes\n";
  groups.print(out, {"kind", "ports", "firmware"});
}

void print_links(std::ostream& out, const Scenario& scenario) {
  Groups groups;
  for (std::size_t i = 0; i < scenario.links.size(); ++i) {
    const LinkSettings& link = scenario.links[i];
    groups.add({name_of(kLinkLevelNames, link.level),
                format_rate(scenario.system.links[i].rate.bits_per_s),
                name_of(kLinkStartNames, link.start), link.phy.module,
                format_length_um(link.phy.fibre.um), format_double(link.phy.pre_fec_ber),
                std::to_string(scenario.flight(i)), std::to_string(scenario.window(i))},
               scenario.system.links[i].name);
  }
  out << "links, flight and window in cycles\n";
  groups.print(out, {"level", "rate", "start", "phy", "fibre", "pre_fec_ber", "flight", "window"});
}

void print_faults(std::ostream& out, const Scenario& scenario) {
  if (scenario.faults.empty()) return;
  out << "faults\n";
  for (const Fault& fault : scenario.faults) {
    out << "  " << fault.id << "  " << name_of(fault.kind) << " at " << fault.where << ", expected "
        << name_of(fault.expect) << "\n";
  }
}

/// Each line of [expect] once, with the number of parts it is about.
void print_expectations(std::ostream& out, const Scenario& scenario) {
  std::vector<std::pair<std::string, std::size_t>> lines;
  for (const Expectation& one : scenario.expectations) {
    const std::string text = one.pattern + " = " + one.wanted;
    auto line = std::find_if(lines.begin(), lines.end(),
                             [&](const auto& known) { return known.first == text; });
    if (line == lines.end()) line = lines.emplace(line, text, 0);
    ++line->second;
  }
  out << "expected\n";
  for (const auto& [text, parts] : lines) {
    out << "  " << text;
    if (parts > 1) out << "  (" << parts << " parts)";
    out << "\n";
  }
}

}  // namespace

std::string names_text(const std::vector<std::string>& names) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < names.size();) {
    const Numbered first = numbered(names[i]);
    std::size_t n = 1;
    for (; first.number && i + n < names.size(); ++n) {
      const Numbered next = numbered(names[i + n]);
      if (next.stem != first.stem || next.number != *first.number + n) break;
    }
    if (n > 2) {
      texts.push_back(names[i] + " to " + names[i + n - 1]);
      i += n;
    } else {
      texts.push_back(names[i++]);
    }
  }
  constexpr std::size_t kMost = 6;
  if (texts.size() > kMost) {
    texts.resize(kMost);
    texts.emplace_back("...");
  }
  return join(texts, ", ");
}

void print_scenario_sheet(std::ostream& out, const std::string& file, const Scenario& scenario) {
  out << "scenario  " << file << "\nconfig    " << scenario.config_hash.hex() << ", seed "
      << scenario.sim.seed << "\nprotocol  " << scenario.protocol.name << ", version "
      << scenario.protocol.version << "\nworkload  " << workload_text(scenario) << "\n";
  print_nodes(out, scenario);
  print_links(out, scenario);
  print_faults(out, scenario);
  print_expectations(out, scenario);
  out << "good; nothing was run\n";
}

}  // namespace weft::tb
