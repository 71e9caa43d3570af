// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/platform.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "models/link/link_model.h"
#include "models/protocol/emit_sv.h"
#include "systemc/link/kernel_time.h"
#include "testbench/run/fabric_nodes.h"
#include "testbench/run/machine_error.h"
#include "testbench/run/stream_nodes.h"

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
  nodes_ = make_nodes();
  faults_ = std::make_unique<FaultPlay>(scenario_, all_links(), profiles_);
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
  part.registers.assign(2, RegisterPage(scenario_.protocol.vcs));
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
  auto core = std::make_unique<sc::RtlCore>(object, straps, end_name(scenario_, i, side));
  if (wave != waves.end()) add_waves(*wave, *core);
  return core;
}

/// Waves that begin later are opened by the run_until() that comes to their time.
void Platform::add_waves(const WaveRequest& request, sc::RtlCore& core) {
  if (request.in_run_directory) {
    core.check_waves();
    later_waves_.push_back({request, &core});
    return;
  }
  if (request.from == Time{}) {
    core.open_waves(request.file, scenario_.link_clock(request.link));
    return;
  }
  std::error_code none;
  const bool was_there = std::filesystem::exists(request.file, none);
  if (!std::ofstream(request.file, std::ios::app)) {
    throw InputError({request.file}, "", "cannot write waves to this file");
  }
  if (!was_there) std::filesystem::remove(request.file, none);
  later_waves_.push_back({request, &core});
}

void Platform::open_later_waves(Time until) {
  std::erase_if(later_waves_, [&](const LaterWaves& later) {
    if (later.request.from >= until) return false;
    try {
      later.core->open_waves(later.request.file, scenario_.link_clock(later.request.link));
    } catch (const InputError& error) {  // the input was not refused when there was time for it
      throw MachineError(error.what());
    }
    return true;
  });
}

Wire Platform::make_wire(std::size_t i, unsigned from) {
  const PhyConfig& phy = scenario_.links[i].phy;
  const std::string path = scenario_.system.links[i].name + (from == 0 ? ".a_to_b" : ".b_to_a");
  return Wire(std::make_unique<PhyDirection>(phy, scenario_.link_clock(i), scenario_.sim.seed, path,
                                             profiles_.get(phy.code(), phy.lane_ber())));
}

std::vector<Link*> Platform::all_links() const {
  std::vector<Link*> links;
  for (const Part& part : links_) links.push_back(part.link.get());
  return links;
}

std::unique_ptr<Nodes> Platform::make_nodes() {
  const std::vector<Link*> links = all_links();
  if (scenario_.workload.kind == WorkloadKind::kAllReduce) {
    return std::make_unique<FabricNodes>(scenario_, links, *domain_);
  }
  return std::make_unique<StreamNodes>(scenario_, links, *domain_);
}

void Platform::run_until(Time until) {
  if (until <= now_) return;
  if (!later_waves_.empty()) open_later_waves(until);
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

std::uint64_t Platform::evaluated() const {
  std::uint64_t sum = 0;
  for (const Part& part : links_) {
    for (unsigned side : {0u, 1u}) sum += part.link->end(side).counters().evals;
  }
  return sum;
}

std::size_t Platform::memory_bytes() const {
  std::size_t bytes = domain_->links().memory_bytes();
  for (const Part& part : links_) bytes += part.core_bytes;
  return bytes + nodes_->memory_bytes();
}

}  // namespace weft::tb
