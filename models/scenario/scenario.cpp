// SPDX-License-Identifier: Apache-2.0
#include "models/scenario/scenario.h"

#include <algorithm>
#include <map>

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
    for (const SystemNode& node : scenario_.system.nodes) {
      GeneratorConfig& generator = scenario_.generators.emplace_back();
      read_params(config_, node.name, generator);
    }
    for (const SystemLink& link : scenario_.system.links) read_link(link.name);
    read_params(config_, "sim", scenario_.sim);
    refuse_faults();
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
    read_params(config_, "workload", workload);
    if (const ConfigValue* sizes = list("workload.sizes", "[\"256B\"]")) {
      workload.sizes.clear();
      for (const ConfigValue& size : sizes->as_list()) workload.sizes.push_back(size.as_bytes());
    }
    if (const ConfigValue* weights = list("workload.vcs", "[1]")) {
      workload.vc_weights.clear();
      for (const ConfigValue& weight : weights->as_list()) {
        workload.vc_weights.push_back(weight.as_uint64());
      }
    }
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

  void refuse_faults() const {
    const std::vector<Config>& faults = config_.get_tables("fault");
    if (faults.empty()) return;
    throw InputError(faults.front().pos(""), "fault", "faults are not built yet",
                     "a link that fails now and then: \"link*\".phy.pre_fec_ber");
  }

  const Config& config_;
  ScenarioFiles& files_;
  Scenario scenario_;
  ScenarioFiles::Text text_;
  Digest hash_;
  std::map<std::string, PhyConfig> modules_;
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

std::vector<unsigned> Scenario::packet_slots() const {
  std::vector<unsigned> slots;
  for (const std::uint64_t bytes : workload.sizes) {
    slots.push_back(static_cast<unsigned>(1 + bytes / protocol.flit.slot));
  }
  return slots;
}

}  // namespace weft
