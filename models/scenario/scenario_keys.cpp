// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/scenario_keys.h"

#include <algorithm>

#include "models/scenario/scenario.h"

namespace weft {
namespace {

template <class T>
void add(KeyGroup& group, const std::string& prefix) {
  describe_params<T>([&](const ParamInfo& info) {
    group.keys.push_back(info);
    if (!prefix.empty()) group.keys.back().name = prefix + '.' + info.name;
  });
}

template <class T>
KeyGroup keys_of(std::string title, const std::string& prefix) {
  KeyGroup group{std::move(title), {}};
  add<T>(group, prefix);
  return group;
}

/// Keys without default.
KeyGroup required(KeyGroup group, std::initializer_list<std::string_view> names) {
  for (ParamInfo& key : group.keys) {
    if (std::find(names.begin(), names.end(), key.name) == names.end()) continue;
    key.default_value.clear();
    key.sentence += " (must be given)";
  }
  return group;
}

KeyGroup metrics_of(std::string title, const std::string& prefix, MetricScope scope) {
  KeyGroup group{std::move(title), {}};
  for (const MetricInfo& metric : metrics(scope)) {
    ParamInfo info;
    info.name = "expect." + prefix + std::string(metric.name);
    info.kind = metric.kind == MetricKind::kFlag ? "flag" : "range";
    info.unit = std::string(metric.unit);
    info.sentence = std::string(metric.sentence);
    group.keys.push_back(std::move(info));
  }
  return group;
}

}  // namespace

std::vector<KeyGroup> scenario_keys() {
  std::vector<KeyGroup> groups;
  groups.push_back(required(keys_of<ScenarioTop>("A scenario", ""), {"schema", "system"}));

  KeyGroup workload = keys_of<Workload>("Workload: what the nodes do", "workload");
  workload.keys.push_back({"workload.sizes", "list", "B", "[\"256B\"]", "multiples of a slot",
                           "payload of a packet; one of these is drawn for each"});
  workload.keys.push_back({"workload.vcs", "list", "weight", "[1]", "up to one per VC",
                           "how often VC 0, 1, ... are drawn, relative to each other"});
  groups.push_back(required(std::move(workload), {"workload.kind"}));

  groups.push_back(keys_of<GeneratorConfig>("Nodes of kind \"generator\"", "gen*"));
  KeyGroup links = keys_of<LinkKeys>("Links", "link*");
  add<PhyConfig>(links, "link*.phy");
  groups.push_back(std::move(links));
  groups.push_back(keys_of<SimKeys>("The run", "sim"));
  groups.push_back(
      metrics_of("What is expected of the run: true, a number or a range", "", MetricScope::kRun));
  groups.push_back(metrics_of("What is expected of a link", "link*.", MetricScope::kLink));
  groups.push_back(metrics_of("What is expected of a node", "gen*.", MetricScope::kNode));
  groups.push_back(required(keys_of<SystemNode>("A system file: nodes", "node[]"),
                            {"node[].name", "node[].kind"}));
  groups.push_back(required(keys_of<SystemLink>("A system file: links", "link[]"),
                            {"link[].name", "link[].a", "link[].b"}));
  return groups;
}

}  // namespace weft
