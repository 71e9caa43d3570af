// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "models/base/units.h"
#include "models/scenario/scenario.h"

namespace weft {
namespace {

class Checker {
 public:
  Checker(Scenario& scenario, const Config& config) : s_(scenario), config_(config) {}

  void run() {
    if (s_.workload.kind == WorkloadKind::kStream) {
      sizes();
      vc_weights();
      for (std::size_t i = 0; i < s_.system.nodes.size(); ++i) generator(i);
      traffic();
    } else {
      all_reduce();
      for (std::size_t i = 0; i < s_.system.nodes.size(); ++i) fabric_node(i);
    }
    if (s_.sim.until <= s_.workload.begin) {
      config_.fail("sim.until", "the run stops before the workload begins",
                   "later than workload.begin, " + quoted(to_string(s_.workload.begin)));
    }
    for (std::size_t i = 0; i < s_.system.links.size(); ++i) link(i);
    for (const Fault& fault : s_.faults) this->fault(fault);
    cores_hang_once();
    round_trips();
    for (const Warning& warning : s_.protocol.warnings) warn(warning);
  }

 private:
  void sizes() const {
    const Protocol& protocol = s_.protocol;
    const std::vector<std::uint64_t>& all = s_.workload.sizes;
    constexpr const char* kKey = "workload.sizes";
    if (all.empty() || all.size() > Workload::kMostSizes) {
      config_.fail(kKey, "1 to " + std::to_string(Workload::kMostSizes) + " sizes are wanted");
    }
    for (const std::uint64_t bytes : all) {
      const std::string text = quoted(format_bytes(bytes));
      if (bytes % protocol.flit.slot != 0) {
        config_.fail(kKey, text + " is no whole number of slots",
                     "a multiple of " + std::to_string(protocol.flit.slot) + "B");
      }
      if (bytes > protocol.packet.max_payload) {
        config_.fail(kKey, text + " is more than a packet carries",
                     "at most " + quoted(format_bytes(protocol.packet.max_payload)) +
                         " in protocol " + protocol.name);
      }
    }
  }

  void vc_weights() const {
    const std::vector<std::uint64_t>& all = s_.workload.vc_weights;
    constexpr const char* kKey = "workload.vcs";
    if (all.empty() || all.size() > s_.protocol.vcs) {
      config_.fail(kKey,
                   std::to_string(all.size()) + " weights for " + std::to_string(s_.protocol.vcs) +
                       " virtual channels",
                   "a weight for each of VC 0, 1, ...; those left out get no packets");
    }
    std::uint64_t sum = 0;
    for (const std::uint64_t weight : all) {
      if (weight > 1'000'000) config_.fail(kKey, "a weight above 1000000");
      sum += weight;
    }
    if (sum == 0) config_.fail(kKey, "all weights are 0", "at least one VC carries packets");
  }

  void generator(std::size_t node) const {
    const std::vector<unsigned> packets = s_.packet_slots();
    const unsigned longest = *std::max_element(packets.begin(), packets.end());
    if (s_.generators[node].queue / s_.protocol.flit.slot < longest) {
      config_.fail(s_.system.nodes[node].name + ".queue",
                   quoted(format_bytes(s_.generators[node].queue)) + " holds no packet of " +
                       std::to_string(longest * s_.protocol.flit.slot) + " bytes",
                   "header and payload of the largest of workload.sizes");
    }
    const double consume = s_.generators[node].consume;
    if (consume > 0 && consume < 1e-6) {
      config_.fail(s_.system.nodes[node].name + ".consume", "nothing is consumed in any run's time",
                   "0 for at once, or 1e-6 and more");
    }
  }

  void link(std::size_t i) {
    const SystemLink& link = s_.system.links[i];
    const LinkSettings& settings = s_.links[i];
    const Clock clock = s_.link_clock(i);
    if (rate_error(settings.phy, clock) > 1e-12) {
      throw InputError(link.pos, link.name + ".rate",
                       quoted(format_rate(link.rate.bits_per_s)) + " is more than " +
                           settings.phy.module + " carries behind its FEC",
                       std::to_string(settings.phy.lanes) + " lanes of " +
                           format_rate(settings.phy.lane_rate.bits_per_s) + "; see " + link.name +
                           ".phy");
    }
    if (s_.flight(i) == 0) {
      config_.fail(link.name + ".phy.fibre", "the other end is reached in no time",
                   "a link takes at least one cycle");
    }
    if (settings.level != LinkLevel::kRtl && !settings.rtl.empty()) {
      config_.fail(link.name + ".rtl", "the link is of level \"model\"",
                   link.name + ".level = \"rtl\" makes use of a link object");
    }
    const Time look = clock.edge(2 * settings.port.pipeline.cycles + 1024);
    if (s_.sim.until < look) {
      config_.fail("sim.until", quoted(to_string(s_.sim.until)) + " is too short",
                   "the ports of " + link.name + " alone want " + quoted(to_string(look)));
    }
    by_flight_[s_.flight(i)].push_back(i);
  }

  /// Window and timers of the protocol against every length of link there is.
  void round_trips() {
    for (const auto& [flight, links] : by_flight_) {
      std::string where = " (" + s_.system.links[links.front()].name;
      if (links.size() > 1) where += " and " + std::to_string(links.size() - 1) + " more";
      where += ")";
      try {
        const std::uint64_t round_trip = round_trip_cycles(s_.protocol, flight);
        for (Warning& warning : check_against_round_trip(s_.protocol, round_trip)) {
          warning.message += where;
          warn(warning);
        }
      } catch (const InputError& error) {
        throw InputError(error.pos, error.key, error.message + where, error.hint);
      }
    }
  }

  void traffic() const {
    const bool any = std::any_of(s_.generators.begin(), s_.generators.end(),
                                 [](const GeneratorConfig& one) { return one.load > 0; });
    if (!any) {
      config_.fail(s_.system.nodes[0].name + ".load", "no generator sends anything",
                   "a load above 0 for at least one node");
    }
  }

  void all_reduce() const {
    constexpr const char* kKey = "workload.bytes";
    const AllReduceKeys& job = s_.workload.all_reduce;
    const std::uint64_t ranks = s_.system.endpoints.size();
    if (ranks < 2) config_.fail("workload.kind", "there is one npu alone");
    if (job.bytes.bytes % AllReduceKeys::kElementBytes != 0) {
      config_.fail(kKey, quoted(format_bytes(job.bytes.bytes)) + " is no whole number of elements",
                   "a multiple of 4B");
    }
    if (job.elements() < ranks) {
      config_.fail(kKey,
                   quoted(format_bytes(job.bytes.bytes)) + " is less than an element for each of " +
                       std::to_string(ranks) + " npus",
                   "at least " + format_bytes(ranks * AllReduceKeys::kElementBytes));
    }
  }

  void fabric_node(std::size_t i) const {
    if (s_.system.nodes[i].kind == NodeKind::kNpu) npu(i);
    if (s_.system.nodes[i].kind == NodeKind::kSwitch) fabric_switch(i);
  }

  void npu(std::size_t i) const {
    const std::uint64_t wanted =
        s_.workload.all_reduce.hbm_bytes(static_cast<unsigned>(s_.system.endpoints.size()));
    const Bytes size = s_.npus[i].device.hbm_size;
    if (wanted > size.bytes) {
      config_.fail("workload.bytes",
                   quoted(format_bytes(s_.workload.all_reduce.bytes.bytes)) +
                       " and what arrives meanwhile do not fit the HBM of " +
                       s_.system.nodes[i].name,
                   format_bytes(wanted) + " are wanted, " + s_.system.nodes[i].name +
                       ".hbm_size is " + format_bytes(size.bytes));
    }
  }

  void fabric_switch(std::size_t i) const {
    const std::string& name = s_.system.nodes[i].name;
    const SwitchConfig& config = s_.switches[i];
    if (config.forwarding == Forwarding::kCutThrough) {
      config_.fail(name + ".forwarding", "\"cut_through\" is not built yet where flits move",
                   "this version runs \"store_and_forward\"");
    }
    const std::uint64_t buffer = s_.protocol.credits.rx_units * s_.protocol.credits.unit;
    if (config.buffer.bytes != 0 && config.buffer.bytes != buffer) {
      config_.fail(name + ".buffer",
                   quoted(format_bytes(config.buffer.bytes)) + " is not what link ends have",
                   "0B, or " + format_bytes(buffer) + " as in protocol " + s_.protocol.name);
    }
    const std::uint64_t longest = s_.protocol.max_packet_slots() * s_.protocol.flit.slot;
    if (config.egress.bytes < longest) {
      config_.fail(name + ".egress",
                   quoted(format_bytes(config.egress.bytes)) + " holds no packet of " +
                       std::to_string(longest) + " bytes",
                   "at least the largest packet of protocol " + s_.protocol.name);
    }
    pipelines_in(i);
  }

  /// A packet passes the pipelines of two ports within the latency of a switch.
  void pipelines_in(std::size_t i) const {
    const SystemNode& node = s_.system.nodes[i];
    std::vector<std::size_t> links;
    for (unsigned port = 0; port < node.ports; ++port) {
      if (const auto link = s_.system.link_of(i, port)) links.push_back(*link);
    }
    const auto pipeline = [&](std::size_t link) { return s_.links[link].port.pipeline.cycles; };
    for (const std::size_t link : links) {
      if (pipeline(link) == pipeline(links[0])) continue;
      config_.fail(s_.system.links[link].name + ".port.pipeline",
                   "the ports of " + node.name + " have different pipelines",
                   s_.system.links[links[0]].name + ".port.pipeline is " +
                       format_cycles(pipeline(links[0])) + ", this one " +
                       format_cycles(pipeline(link)));
    }
    std::uint64_t sum = 0;
    std::string names;
    for (std::size_t j = 0; j < links.size() && j < 2; ++j) {
      sum += pipeline(links[j]);
      names += (names.empty() ? "" : " and ") + s_.system.links[links[j]].name + ".port.pipeline";
    }
    const std::uint64_t latency = s_.switches[i].latency.cycles;
    if (latency >= sum) return;
    config_.fail(node.name + ".latency",
                 quoted(format_cycles(latency)) +
                     " is less than the two port pipelines within it, " + format_cycles(sum),
                 names);
  }

  void fault(const Fault& fault) const {
    if (fault.kind == FaultKind::kNpuHang && fault.part == NpuPart::kCore && !s_.runs_firmware()) {
      throw InputError(fault.pos, fault.id + ".what", "no core runs anything in this scenario",
                       "what = \"device\", or workload.driver = \"firmware\"");
    }
    for (const FaultTarget& target : fault.targets) {
      if (info_of(fault.kind).place != FaultPlace::kLink) return;
      const PhyConfig& phy = s_.links[target.part].phy;
      if (fault.kind == FaultKind::kLaneDown && fault.lane >= phy.lanes) {
        throw InputError(fault.pos, fault.id + ".lane",
                         target.name + " has no lane " + std::to_string(fault.lane),
                         "lanes 0 to " + std::to_string(phy.lanes - 1));
      }
      if (fault.kind == FaultKind::kBerDrift && fault.ber <= phy.pre_fec_ber) {
        throw InputError(fault.pos, fault.id + ".ber",
                         "is not above pre_fec_ber of " + target.name);
      }
    }
  }

  void cores_hang_once() const {
    std::map<std::size_t, const Fault*> hangs;  // by node
    for (const Fault& fault : s_.faults) {
      if (fault.kind != FaultKind::kNpuHang || fault.part != NpuPart::kCore) continue;
      for (const FaultTarget& target : fault.targets) {
        if (hangs.emplace(target.part, &fault).second) continue;
        throw InputError(fault.pos, fault.id, "the core of " + target.name + " hangs already",
                         hangs[target.part]->id + " does that; once in a run is built");
      }
    }
  }

  void warn(const Warning& warning) {
    std::string text = warning.to_string();
    if (std::find(s_.warnings.begin(), s_.warnings.end(), text) == s_.warnings.end()) {
      s_.warnings.push_back(std::move(text));
    }
  }

  Scenario& s_;
  const Config& config_;
  std::map<Cycle, std::vector<std::size_t>> by_flight_;  // links
};

}  // namespace

void check_scenario(Scenario& scenario, const Config& config) { Checker(scenario, config).run(); }

}  // namespace weft
