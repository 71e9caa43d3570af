// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/scenario_keys.h"

#include <algorithm>

#include "models/fault/fault_keys.h"
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

ParamInfo metric_key(const std::string& prefix, const MetricInfo& metric) {
  ParamInfo info;
  info.name = "expect." + prefix + std::string(metric.name);
  info.kind = metric.kind == MetricKind::kFlag ? "flag" : "range";
  info.unit = std::string(metric.unit);
  info.sentence = std::string(metric.sentence);
  return info;
}

KeyGroup metrics_of(std::string title, const std::string& prefix, MetricScope scope) {
  KeyGroup group{std::move(title), {}};
  for (const MetricInfo& metric : metrics(scope)) group.keys.push_back(metric_key(prefix, metric));
  return group;
}

KeyGroup metrics_of(std::string title, const std::string& prefix, NodeKind kind) {
  KeyGroup group{std::move(title), {}};
  const std::span<const MetricInfo> all = metrics(MetricScope::kNode);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto sentence = node_metric_sentence(kind, static_cast<NodeMetric>(i));
    if (!sentence) continue;
    ParamInfo key = metric_key(prefix, all[i]);
    if (key.name.ends_with(".mismatches") && kind == NodeKind::kNpu) key.unit = "elements";
    key.sentence = std::string(*sentence);
    group.keys.push_back(std::move(key));
  }
  return group;
}

/// A default that depends on other keys.
KeyGroup without_default(KeyGroup group, std::string_view name) {
  for (ParamInfo& key : group.keys) {
    if (key.name == name) key.default_value.clear();
  }
  return group;
}

}  // namespace

std::vector<KeyGroup> scenario_keys() {
  std::vector<KeyGroup> groups;
  groups.push_back(required(keys_of<ScenarioTop>("A scenario", ""), {"schema", "system"}));

  groups.push_back(required(keys_of<WorkloadKeys>("Workload: what the nodes do", "workload"),
                            {"workload.kind"}));
  KeyGroup stream = keys_of<StreamKeys>(
      "Workload of kind \"stream\": each generator sends packets to the one it is linked to",
      "workload");
  stream.keys.push_back({"workload.sizes", "list", "B", "[\"256B\"]", "multiples of a slot",
                         "payload of a packet; one of these is drawn for each"});
  stream.keys.push_back({"workload.vcs", "list", "weight", "[1]", "up to one per VC",
                         "how often VC 0, 1, ... are drawn, relative to each other"});
  groups.push_back(std::move(stream));
  groups.push_back(keys_of<AllReduceKeys>(
      "Workload of kind \"all_reduce\": every npu gets the sum of the buffers of all", "workload"));

  groups.push_back(keys_of<GeneratorConfig>("Nodes of kind \"generator\"", "gen*"));
  KeyGroup npus = keys_of<NpuKeys>("Nodes of kind \"npu\"", "npu*");
  add<NpuConfig>(npus, "npu*");
  groups.push_back(std::move(npus));
  groups.push_back(keys_of<SwitchConfig>("Nodes of kind \"switch\"", "sw*"));
  KeyGroup links = keys_of<LinkKeys>("Links", "link*");
  add<PhyConfig>(links, "link*.phy");
  groups.push_back(std::move(links));
  groups.push_back({"What breaks: entries of [[fault]]", fault_key_infos()});
  groups.push_back(keys_of<SimKeys>("The run", "sim"));
  groups.push_back(
      metrics_of("What is expected of the run: true, a number or a range", "", MetricScope::kRun));
  groups.push_back(metrics_of("What is expected of a link", "link*.", MetricScope::kLink));
  groups.push_back(metrics_of("What is expected of a generator", "gen*.", NodeKind::kGenerator));
  groups.push_back(metrics_of("What is expected of an npu", "npu*.", NodeKind::kNpu));
  groups.push_back(metrics_of("What is expected of a switch", "sw*.", NodeKind::kSwitch));
  groups.push_back(required(keys_of<SystemNode>("A system file: nodes", "node[]"),
                            {"node[].name", "node[].kind"}));
  groups.push_back(without_default(required(keys_of<SystemLink>("A system file: links", "link[]"),
                                            {"link[].name", "link[].a", "link[].b"}),
                                   "link[].rate"));
  return groups;
}

}  // namespace weft
