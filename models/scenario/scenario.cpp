// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/scenario.h"

#include <algorithm>
#include <map>

#include "models/fault/read_faults.h"

namespace weft {
namespace {

class Reader {
 public:
  Reader(const Config& config, ScenarioFiles& files) : config_(config), files_(files) {}

  Scenario read() {
    read_top();
    read_system();
    read_protocol();
    read_workload();
    refuse_other_nodes();
    for (std::size_t i = 0; i < scenario_.system.nodes.size(); ++i) read_node(i);
    for (const SystemLink& link : scenario_.system.links) read_link(link.name);
    read_params(config_, "sim", scenario_.sim);
    scenario_.faults = read_faults(config_, scenario_.system);
    scenario_.expectations = read_expectations(config_, scenario_.system);
    config_.check_all_used();
    check_scenario(scenario_, config_);
    hash_.add(effective_toml(config_));
    scenario_.config_hash = hash_.value();
    return std::move(scenario_);
  }

 private:
  void read_top() {
    config_.require("schema");
    read_params(config_, "", scenario_.top);
    const ScenarioTop& top = scenario_.top;
    if (top.schema != Scenario::kSchema) {
      config_.fail("schema", "schema " + std::to_string(top.schema) + " is not known",
                   "this Weft reads schema " + std::to_string(Scenario::kSchema));
    }
    config_.require("system");
    if (top.fidelity != Fidelity::kFlit) {
      config_.fail("fidelity", config_.require("fidelity").to_toml() + " is not built yet",
                   "this version runs \"flit\"");
    }
    if (top.payload != PayloadLevel::kReal) {
      config_.fail("payload", "\"timing\" is not built yet", "this version runs \"real\"");
    }
  }

  void read_system() {
    const ScenarioFiles::Text& text =
        fetch(ScenarioFiles::Kind::kSystem, "system", scenario_.top.system);
    scenario_.system = System::parse(text.text, text.file);
  }

  void read_protocol() {
    const ScenarioFiles::Text& text =
        fetch(ScenarioFiles::Kind::kProtocol, "protocol", scenario_.top.protocol);
    scenario_.protocol = Protocol::parse(text.text, text.file);
    scenario_.protocol_file = text.file;
  }

  /// The text stays until the next call.
  const ScenarioFiles::Text& fetch(ScenarioFiles::Kind kind, const std::string& key,
                                   const std::string& name) {
    text_ = files_.read(kind, name, config_, key);
    hash_.add(text_.text);
    return text_;
  }

  void read_workload() {
    Workload& workload = scenario_.workload;
    config_.require("workload.kind");
    read_params(config_, "workload", static_cast<WorkloadKeys&>(workload));
    if (workload.kind == WorkloadKind::kStream) {
      refuse_keys_of<AllReduceKeys>("all_reduce");
      read_stream(workload);
    } else {
      refuse_keys_of<StreamKeys>("stream", {"sizes", "vcs"});
      read_params(config_, "workload", workload.all_reduce);
    }
  }

  void read_stream(StreamKeys& stream) {
    read_params(config_, "workload", stream);
    if (const ConfigValue* sizes = list("workload.sizes", "[\"256B\"]")) {
      stream.sizes.clear();
      for (const ConfigValue& size : sizes->as_list()) stream.sizes.push_back(size.as_bytes());
    }
    if (const ConfigValue* weights = list("workload.vcs", "[1]")) {
      stream.vc_weights.clear();
      for (const ConfigValue& weight : weights->as_list()) {
        stream.vc_weights.push_back(weight.as_uint64());
      }
    }
  }

  /// Keys of T, and `more`, belong to workloads of another kind than this one.
  template <class T>
  void refuse_keys_of(std::string_view kind, std::initializer_list<const char*> more = {}) const {
    const std::vector<std::string> given = config_.keys_under("workload");
    const auto refuse = [&](const std::string& name) {
      if (std::find(given.begin(), given.end(), name) == given.end()) return;
      const std::string key = "workload." + name;
      config_.fail(key, "is a key of workloads of kind " + quoted(kind),
                   "this one is of kind " + config_.require("workload.kind").to_toml());
    };
    describe_params<T>([&](const ParamInfo& info) { refuse(std::string(info.name)); });
    for (const char* name : more) refuse(name);
  }

  /// A workload is for nodes of one kind.
  void refuse_other_nodes() const {
    const bool stream = scenario_.workload.kind == WorkloadKind::kStream;
    if (scenario_.system.has(NodeKind::kGenerator) == stream) return;
    config_.fail(
        "workload.kind",
        std::string(stream ? "\"stream\" is for generators, " : "\"all_reduce\" is for npus, ") +
            quoted(scenario_.top.system) + " is a system of " + (stream ? "npus" : "generators"),
        stream ? "\"all_reduce\" is for npus" : "\"stream\" is for generators");
  }

  void read_node(std::size_t i) {
    const SystemNode& node = scenario_.system.nodes[i];
    GeneratorConfig& generator = scenario_.generators.emplace_back();
    NpuSettings& npu = scenario_.npus.emplace_back();
    SwitchConfig& one = scenario_.switches.emplace_back();
    switch (node.kind) {
      case NodeKind::kGenerator:
        return read_params(config_, node.name, generator);
      case NodeKind::kNpu:
        return read_npu(node.name, npu);
      case NodeKind::kSwitch:
        return read_params(config_, node.name, one);
    }
  }

  void read_npu(const std::string& name, NpuSettings& npu) {
    read_params(config_, name, static_cast<NpuKeys&>(npu));
    read_params(config_, name, npu.device);
    if (!scenario_.runs_firmware()) return;
    const std::string key = name + ".firmware";
    const auto [known, added] = images_.emplace(npu.firmware, scenario_.firmware.size());
    npu.image = known->second;
    if (!added) return;
    const ScenarioFiles::Text& text = fetch(ScenarioFiles::Kind::kFirmware, key, npu.firmware);
    scenario_.firmware.push_back({npu.firmware, text.file, text.text});
  }

  const ConfigValue* list(const std::string& key, const char* otherwise) const {
    config_.note_default(key, otherwise);
    return config_.find(key);
  }

  void read_link(const std::string& name) {
    LinkSettings& link = scenario_.links.emplace_back();
    read_params(config_, name, static_cast<LinkKeys&>(link));
    const std::string key = name + ".phy.module";
    const std::string module = config_.get_string(key, PhyConfig{}.module);
    link.phy = phy_module(module, key);
    read_phy(config_, name + ".phy", link.phy);
  }

  const PhyConfig& phy_module(const std::string& module, const std::string& key) {
    const auto known = modules_.find(module);
    if (known != modules_.end()) return known->second;
    const ScenarioFiles::Text& text = fetch(ScenarioFiles::Kind::kPhy, key, module);
    PhyConfig phy = parse_phy_module(text.text, text.file);
    phy.module = module;
    return modules_.emplace(module, phy).first->second;
  }

  const Config& config_;
  ScenarioFiles& files_;
  Scenario scenario_;
  ScenarioFiles::Text text_;
  Digest hash_;
  std::map<std::string, PhyConfig> modules_;
  std::map<std::string, std::size_t> images_;  // by name: index into Scenario::firmware
};

}  // namespace

Scenario Scenario::read(const Config& config, ScenarioFiles& files) {
  return Reader(config, files).read();
}

Clock Scenario::link_clock(std::size_t link) const {
  return Clock::for_beat(8 * protocol.flit.beat, system.links[link].rate.bits_per_s);
}

Cycle Scenario::flight(std::size_t link) const {
  return link_clock(link).first_edge_at_or_after(links[link].phy.latency());
}

Cycle Scenario::window(std::size_t link) const {
  return std::min({sim.burst.cycles, flight(link), links[link].port.pipeline.cycles});
}

bool Scenario::runs_firmware() const {
  return workload.kind == WorkloadKind::kAllReduce &&
         workload.all_reduce.driver == AllReduceDriver::kFirmware;
}

std::vector<unsigned> Scenario::packet_slots() const {
  std::vector<unsigned> slots;
  for (const std::uint64_t bytes : workload.sizes) {
    slots.push_back(static_cast<unsigned>(1 + bytes / protocol.flit.slot));
  }
  return slots;
}

}  // namespace weft
