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
    sizes();
    vc_weights();
    for (std::size_t i = 0; i < s_.system.nodes.size(); ++i) generator(i);
    for (std::size_t i = 0; i < s_.system.links.size(); ++i) link(i);
    round_trips();
    traffic();
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
    if (s_.sim.until <= s_.workload.begin) {
      config_.fail("sim.until", "the run stops before generators begin",
                   "later than workload.begin, " + quoted(to_string(s_.workload.begin)));
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
