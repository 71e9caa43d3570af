// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/fabric_nodes.h"

#include <algorithm>

#include "models/npu/npu_regs.h"
#include "models/switch/routes.h"
#include "models/system/route_graph.h"

namespace weft::tb {
namespace {

constexpr std::size_t kBlock = 64 * 1024;  // elements filled or compared at a time
constexpr Time kArming = Time::ns(250);    // how often it is looked whether all NPUs are armed

std::vector<std::string> names_of(const System& system) {
  std::vector<std::string> names;
  for (const std::size_t node : system.endpoints) names.push_back(system.nodes[node].name);
  return names;
}

/// The first port of a node that has a link.
unsigned first_port(const System& system, std::size_t node) {
  unsigned port = 0;
  while (!system.link_of(node, port)) ++port;
  return port;
}

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

}  // namespace

FabricNodes::FabricNodes(const Scenario& scenario, const std::vector<Link*>& links,
                         sc::LinkDomain& domain)
    : scenario_(scenario),
      format_(scenario.protocol),
      ring_(static_cast<unsigned>(scenario.system.endpoints.size()),
            scenario.workload.all_reduce.elements(), scenario.workload.all_reduce.pieces),
      data_(scenario.workload.all_reduce.type, scenario.sim.seed, names_of(scenario.system)),
      board_(scenario.system.endpoints.size()),
      npu_of_node_(scenario.system.nodes.size()),
      switch_of_node_(scenario.system.nodes.size()),
      switch_clock_(scenario.system.nodes.size(), Clock(1, 1)),
      domain_(domain),
      actors_(scenario.system.nodes.size()) {
  add_npus(links);
  add_switches(links);
  join(links);
  fill();
}

FabricNodes::~FabricNodes() = default;

AllReduceJob FabricNodes::job_of(unsigned rank) const {
  const std::size_t node = scenario_.system.endpoints[rank];
  const std::uint64_t bytes = scenario_.workload.all_reduce.bytes.bytes;
  AllReduceJob job;
  job.ring = ring_;
  job.type = scenario_.workload.all_reduce.type;
  job.rank = rank;
  job.next_node = static_cast<std::uint16_t>((rank + 1) % ring_.ranks());
  job.buffer = npu_regs::kHbmBase;
  job.staging = npu_regs::kHbmBase + round_up(bytes, 4096);
  job.exported = npu_regs::kHbmBase;
  job.export_size = scenario_.npus[node].device.hbm_size.bytes;
  job.token = static_cast<std::uint32_t>(Random(scenario_.sim.seed, "fabric", "token").draw(0));
  job.rings = npu_regs::kSramBase;
  job.begin = scenario_.workload.begin;
  return job;
}

const ElfImage* FabricNodes::firmware_of(std::size_t node) {
  if (!scenario_.runs_firmware()) return nullptr;
  const std::size_t image = scenario_.npus[node].image;
  images_.resize(scenario_.firmware.size());
  if (!images_[image]) {
    const FirmwareImage& file = scenario_.firmware[image];
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.bytes.data());
    images_[image] =
        std::make_unique<ElfImage>(ElfImage::parse({bytes, file.bytes.size()}, file.file));
  }
  return images_[image].get();
}

void FabricNodes::add_npus(const std::vector<Link*>& links) {
  const System& system = scenario_.system;
  std::vector<std::uint16_t> peers;
  for (const std::size_t node : system.endpoints) peers.push_back(system.node_id(node));
  for (unsigned rank = 0; rank < system.endpoints.size(); ++rank) {
    const std::size_t node = system.endpoints[rank];
    const std::size_t link = *system.link_of(node, 0);
    const unsigned side = system.links[link].ends[0].node == node ? 0 : 1;
    FabricNpu::Setup setup;
    setup.config = {scenario_.npus[node].device, scenario_.npus[node].core};
    setup.identity = {system.nodes[node].name, system.node_id(node),
                      static_cast<std::uint16_t>(rank), peers};
    setup.job = job_of(rank);
    setup.firmware = firmware_of(node);
    setup.hangs = hangs_of(node);
    npus_.push_back(std::make_unique<FabricNpu>(setup, format_, links[link]->port(side),
                                                links[link]->clock(), board_.log(rank)));
    npu_of_node_[node] = npus_.back().get();
  }
}

void FabricNodes::add_switches(const std::vector<Link*>& links) {
  const System& system = scenario_.system;
  const Routes routes(route_graph(system));
  const auto table = [&](std::size_t node) {  // output by node id
    std::vector<std::uint16_t> outputs;
    for (const std::size_t endpoint : system.endpoints) {
      outputs.push_back(routes.table(static_cast<std::uint32_t>(node))[endpoint]);
    }
    return outputs;
  };
  for (std::size_t node = 0; node < system.nodes.size(); ++node) {
    if (system.nodes[node].kind != NodeKind::kSwitch) continue;
    std::vector<LinkPort*> ports(system.nodes[node].ports);
    for (unsigned port = 0; port < ports.size(); ++port) {
      const auto link = system.link_of(node, port);
      if (!link) continue;
      const SystemLink& wired = system.links[*link];
      const bool is_a = wired.ends[0].node == node && wired.ends[0].port == port;
      ports[port] = &links[*link]->port(is_a ? 0 : 1);
    }
    switches_.push_back(std::make_unique<SwitchActor>(
        system.nodes[node].name, scenario_.switches[node], scenario_.protocol, ports, table(node)));
    switch_of_node_[node] = switches_.back().get();
    stall_ports(node, links[*system.link_of(node, first_port(system, node))]->clock());
  }
}

/// Hands links and hosts to the domain.
void FabricNodes::join(const std::vector<Link*>& links) {
  const System& system = scenario_.system;
  for (std::size_t node = 0; node < system.nodes.size(); ++node) {
    PortHost* host = switch_of_node_[node];
    if (npu_of_node_[node] != nullptr) host = &npu_of_node_[node]->node();
    const std::size_t link = *system.link_of(node, first_port(system, node));
    actors_[node] = domain_.links().add_actor(*host, links[link]->clock());
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto& ends = system.links[i].ends;
    domain_.links().join(*links[i], actors_[ends[0].node], actors_[ends[1].node]);
  }
}

void FabricNodes::fill() {
  std::vector<std::uint32_t> words;
  for (const auto& npu : npus_) {
    for (std::uint64_t first = 0; first < ring_.elements(); first += kBlock) {
      words.resize(std::min<std::uint64_t>(kBlock, ring_.elements() - first));
      data_.contribution(npu->rank(), first, words);
      npu->write(first, words);
    }
  }
}

void FabricNodes::act(Time now) {
  now_ = now;
  board_.match();
  if (went_.is_never()) start_when_armed();
  take_consoles();
}

/// An NPU must not be written to before it has exported its memory, so none starts before all have.
void FabricNodes::start_when_armed() {
  if (!std::all_of(npus_.begin(), npus_.end(), [](const auto& npu) { return npu->armed(); }))
    return;
  went_ = now_;
  for (const auto& npu : npus_) {
    npu->go(now_);
    domain_.links().wake_actor(actors_[scenario_.system.endpoints[npu->rank()]]);
  }
}

Time FabricNodes::next_stop(Time now) const {
  const Time begin = scenario_.workload.begin;
  if (now < begin) return begin;
  return went_.is_never() ? now + kArming : Time::never();
}

bool FabricNodes::loaded(Time) const {
  return std::all_of(npus_.begin(), npus_.end(), [](const auto& npu) { return npu->done(); });
}

Time FabricNodes::load_length(Time now) const {
  if (went_.is_never()) return Time{};
  Time end = now;
  if (loaded(now)) {
    end = went_;
    for (const auto& npu : npus_) end = std::max(end, npu->done_at());
  }
  return end - went_;
}

std::string FabricNodes::failure() const {
  for (const auto& npu : npus_) {
    if (auto why = npu->node().stopped()) return npu->name() + ": " + *why;
  }
  if (!loaded(now_)) return {};
  for (const auto& npu : npus_) {
    if (npu->status() == 0) continue;
    return npu->name() + " ended its part with " +
           std::string(to_string(static_cast<TxnStatus>(npu->status())));
  }
  return {};
}

Nodes::Watch FabricNodes::watch(std::size_t i) const {
  return {npus_[i]->progress(), npus_[i]->busy(now_) || board_.outstanding(i) != 0};
}

std::string FabricNodes::hang_reason(std::size_t i, Time still) const {
  return npus_[i]->name() + " has not got on for " + to_string(still) + ": it " +
         npus_[i]->state_text();
}

std::vector<std::string> FabricNodes::describe_hang(const std::vector<std::size_t>& still) const {
  std::vector<std::string> lines;
  for (const std::size_t i : still) {
    const FabricNpu& npu = *npus_[i];
    std::string line = npu.name() + ": " + npu.state_text();
    if (const std::uint64_t open = board_.outstanding(i); open != 0) {
      line += "; " + std::to_string(open) + " transactions under way";
    }
    if (const std::string pending = npu.node().npu().pending(); !pending.empty()) {
      line += "; " + pending.substr(0, pending.find('\n'));
    }
    lines.push_back(std::move(line));
  }
  for (const auto& one : switches_) {
    for (std::string& line : one->waiting()) lines.push_back(std::move(line));
  }
  return lines;
}

void FabricNodes::compare_block(std::uint64_t first, std::size_t count) {
  std::vector<std::uint32_t> words(count);
  data_.reduced(ring_, first, words);
  for (const auto& npu : npus_) npu->compare(first, words);
}

void FabricNodes::finish() {
  board_.match();
  take_consoles();
  for (std::uint64_t first = 0; first < ring_.elements(); first += kBlock) {
    compare_block(first, std::min<std::uint64_t>(kBlock, ring_.elements() - first));
  }
}

void FabricNodes::measure(RunResult& result) const {
  for (const auto& npu : npus_) {
    measure_npu(*npu, result);
    for (const std::string& line : npu->console()) {
      result.console.push_back(npu->name() + " says: " + line);
    }
  }
  for (std::size_t node = 0; node < switch_of_node_.size(); ++node) {
    if (switch_of_node_[node] == nullptr) continue;
    MetricWriter<NodeMetric> values(result.nodes[node]);
    const SwitchActor& one = *switch_of_node_[node];
    values[NodeMetric::kForwarded] = one.counters().forwarded;
    for (unsigned port = 0; port < scenario_.system.nodes[node].ports; ++port) {
      values[NodeMetric::kPeakQueue] = std::max<std::uint64_t>(
          values[NodeMetric::kPeakQueue], one.core().counters(port).peak_queued);
    }
    values[NodeMetric::kFaults] = one.counters().faults + one.counters().unroutable;
    values[NodeMetric::kOutstanding] = one.inside();
  }
}

void FabricNodes::measure_npu(const FabricNpu& npu, RunResult& result) const {
  const std::size_t rank = npu.rank();
  const Scoreboard::Counts& counts = board_.counts(rank);
  const NpuCounters& device = npu.node().npu().counters();
  MetricWriter<NodeMetric> values(result.nodes[scenario_.system.endpoints[rank]]);
  values[NodeMetric::kIssued] = counts.issued;
  values[NodeMetric::kRetired] = counts.retired;
  values[NodeMetric::kFailed] = counts.failed;
  values[NodeMetric::kMismatches] = npu.mismatches();
  values[NodeMetric::kOutstanding] = board_.outstanding(rank);
  values[NodeMetric::kCompletions] = device.completions;
  values[NodeMetric::kInstructions] = npu.node().core().instructions();
  values[NodeMetric::kTraps] = npu.node().stopped() ? 1 : 0;
  MetricWriter<RunMetric> run(result.run);
  run[RunMetric::kIssued] += counts.issued;
  run[RunMetric::kRetired] += counts.retired;
  run[RunMetric::kLost] += board_.lost(rank, result.settled);
  run[RunMetric::kDuplicated] += counts.duplicated + counts.unknown + device.duplicated;
  run[RunMetric::kMisordered] += counts.misordered + device.misordered;
  run[RunMetric::kCorrupted] += counts.corrupted + device.bad_packets + device.mismatched;
}

Time FabricNodes::switch_wait(std::size_t node, unsigned port, bool response) const {
  const TxnType type = response ? TxnType::kWriteResponse : TxnType::kWriteRequest;
  const SwitchCore::Wait& wait = switch_of_node_[node]->core().wait(port, format_.vc_of(type));
  return wait.packets == 0 ? Time{} : switch_clock_[node].edge(wait.cycles) / wait.packets;
}

void FabricNodes::add_to(Digest& digest, std::size_t node) const {
  if (npu_of_node_[node] != nullptr) npu_of_node_[node]->node().npu().add_to_digest(digest);
}

void FabricNodes::add_counters_to(Digest& digest, std::size_t node) const {
  if (const FabricNpu* npu = npu_of_node_[node]) digest.add(npu->node().core().instructions());
  if (const SwitchActor* one = switch_of_node_[node]) {
    const SwitchActor::Counters counters = one->counters();
    for (const std::uint64_t count : {counters.received, counters.forwarded, counters.slots,
                                      counters.poisoned, counters.unroutable, counters.faults}) {
      digest.add(count);
    }
  }
}

void FabricNodes::add_result_to(Digest& digest, std::size_t node) const {
  const FabricNpu* npu = npu_of_node_[node];
  if (npu == nullptr) return;
  digest.add(npu->memory_hash());
  npu->node().npu().add_to_result(digest);
}

std::size_t FabricNodes::memory_bytes() const {
  std::size_t bytes = board_.memory_bytes();
  for (const auto& npu : npus_) bytes += npu->node().memory_bytes();
  for (const auto& one : switches_) bytes += one->memory_bytes();
  return bytes;
}

}  // namespace weft::tb
