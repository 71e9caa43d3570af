// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/platform.h"

#include <algorithm>
#include <cmath>

#include "models/link/link_model.h"
#include "models/protocol/emit_sv.h"
#include "systemc/link/kernel_time.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

/// Both ends of a link have their own, and so has every run with another seed.
std::uint32_t session_of(std::uint64_t seed, const std::string& end) {
  const auto session = static_cast<std::uint32_t>(Random(seed, end, "link.session").draw(0));
  return session == 0 ? 1 : session;
}

}  // namespace

std::string end_name(const Scenario& scenario, std::size_t link, unsigned side) {
  return scenario.system.links[link].name + (side == 0 ? ".a" : ".b");
}

Platform::Platform(const Scenario& scenario, LinkObjects& objects,
                   const std::vector<WaveRequest>& waves)
    : scenario_(scenario) {
  sc::use_femtoseconds();
  sc::LinkWindowsConfig config;
  config.burst = scenario.sim.burst.cycles;
  config.threads = scenario.sim.threads;
  domain_ = std::make_unique<sc::LinkDomain>("links", config);
  links_.resize(scenario.system.links.size());
  for (std::size_t i = 0; i < links_.size(); ++i) add_link(i, objects, waves);
}

Platform::~Platform() = default;

void Platform::add_link(std::size_t i, LinkObjects& objects,
                        const std::vector<WaveRequest>& waves) {
  const LinkSettings& settings = scenario_.links[i];
  Part& part = links_[i];
  LinkConfig config =
      LinkConfig::of(scenario_.protocol, scenario_.link_clock(i), settings.port.pipeline.cycles);
  config.idle_skip = scenario_.sim.idle_skip;
  std::array<std::unique_ptr<LinkCore>, 2> cores;
  for (unsigned side : {0u, 1u}) cores[side] = make_core(i, side, objects, waves, part);
  part.link = std::make_unique<Link>(config, std::move(cores[0]), std::move(cores[1]),
                                     make_wire(i, 0), make_wire(i, 1));
  for (unsigned side : {0u, 1u}) {
    const std::size_t node = scenario_.system.links[i].ends[side].node;
    part.hosts[side] = std::make_unique<StreamHost>(
        stream_config(i, side, part.link->clock()), part.link->port(side), part.link->clock(),
        scenario_.sim.seed, scenario_.system.nodes[node].name);
    part.registers.emplace_back(scenario_.protocol.vcs);
  }
  StreamHost::connect(*part.hosts[0], *part.hosts[1]);
  domain_->links().add(*part.link, *part.hosts[0], *part.hosts[1]);
}

std::unique_ptr<LinkCore> Platform::make_core(std::size_t i, unsigned side, LinkObjects& objects,
                                              const std::vector<WaveRequest>& waves, Part& part) {
  const LinkSettings& settings = scenario_.links[i];
  weft_link_straps straps{};
  straps.session = session_of(scenario_.sim.seed, end_name(scenario_, i, side));
  straps.start_up = settings.start == LinkStart::kUp ? 1 : 0;
  if (settings.level == LinkLevel::kModel) {
    part.core_bytes += sizeof(LinkModel);
    return std::make_unique<LinkModel>(scenario_.protocol, straps);
  }
  const auto wave = std::find_if(waves.begin(), waves.end(), [&](const WaveRequest& request) {
    return request.link == i && request.side == side;
  });
  const std::shared_ptr<sc::RtlObject> object = objects.get(settings.rtl, wave != waves.end());
  part.build = object->face().build;
  part.core_bytes += object->face().state_bytes;
  part.other_timers = emit_sv_package(scenario_.protocol) != object->face().package_text;
  auto core = std::make_unique<sc::RtlCore>(object, straps);
  if (wave != waves.end()) core->open_waves(wave->file, scenario_.link_clock(i));
  return core;
}

Wire Platform::make_wire(std::size_t i, unsigned from) {
  const PhyConfig& phy = scenario_.links[i].phy;
  const std::string path = scenario_.system.links[i].name + (from == 0 ? ".a_to_b" : ".b_to_a");
  return Wire(std::make_unique<PhyDirection>(phy, scenario_.link_clock(i), scenario_.sim.seed, path,
                                             profiles_.get(phy.code(), phy.lane_ber())));
}

StreamConfig Platform::stream_config(std::size_t i, unsigned side, const Clock& clock) const {
  const GeneratorConfig& generator =
      scenario_.generators[scenario_.system.links[i].ends[side].node];
  const Workload& workload = scenario_.workload;
  StreamConfig config = StreamConfig::of(scenario_.protocol);
  // A full load is offered too: what is sent must not depend on how much the link takes.
  config.load = std::min(generator.load, std::nextafter(1.0, 0.0));
  config.packets = scenario_.packet_slots();
  config.vc_weights.assign(workload.vc_weights.begin(), workload.vc_weights.end());
  config.burst_flits = generator.burst;
  config.queue_slots = static_cast<unsigned>(generator.queue / scenario_.protocol.flit.slot);
  config.consume = generator.consume;
  config.start = clock.first_edge_at_or_after(workload.begin);
  config.stop = clock.first_edge_at_or_after(workload.begin + workload.duration);
  return config;
}

void Platform::run_until(Time until) {
  if (until <= now_) return;
  domain_->links().set_end(until);
  domain_->wake(0);
  sc_core::sc_start(sc::to_sc(until - now_));
  now_ = until;
}

void Platform::program_timers() {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (!links_[i].other_timers) continue;
    for (unsigned side : {0u, 1u}) {
      for (const RegisterWrite& write : timer_writes(scenario_.protocol)) {
        links_[i].link->port(side).csr_write(0, write.offset, write.value);
      }
    }
    domain_->wake(i);
  }
}

void Platform::request_registers() {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    Link& link = *links_[i].link;
    const Cycle now = link.clock().first_edge_at_or_after(now_);
    for (unsigned side : {0u, 1u}) links_[i].registers[side].request(link.port(side), now);
    domain_->wake(i);
  }
}

Time Platform::register_turnaround() const {
  Time longest;
  for (const Part& part : links_) {
    const Cycle cycles = part.registers[0].turnaround(part.link->config().port.pipeline);
    longest = std::max(longest, part.link->clock().edge(cycles));
  }
  return longest;
}

void Platform::take_registers() {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    for (unsigned side : {0u, 1u}) {
      if (links_[i].registers[side].take(links_[i].link->port(side))) continue;
      throw MachineError("link end " + end_name(scenario_, i, side) +
                         " does not answer a register read");
    }
  }
}

std::uint64_t Platform::outstanding(std::size_t link) const {
  return host(link, 0).in_flight() + host(link, 1).in_flight();
}

std::uint64_t Platform::evaluated() const {
  std::uint64_t sum = 0;
  for (const Part& part : links_) {
    for (unsigned side : {0u, 1u}) sum += part.link->end(side).counters().evals;
  }
  return sum;
}

std::size_t Platform::memory_bytes() const {
  std::size_t bytes = domain_->links().memory_bytes();
  for (const Part& part : links_) {
    bytes += part.core_bytes;
    for (const auto& host : part.hosts) bytes += host->memory_bytes();
  }
  return bytes;
}

}  // namespace weft::tb
