// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/rtl_fabric.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "models/link/link_model.h"
#include "systemc/verilated/rtl_core.h"

namespace weft::bench {

namespace {

constexpr std::uint64_t kSeed = 1;

Protocol ofl() {
  const std::string path = std::string(WEFT_SOURCE_DIR) + "/models/protocol/ofl.toml";
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return Protocol::parse(text.str(), path);
}

unsigned number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0) {
    throw std::invalid_argument("a number from 1 on is wanted, not '" + std::string(text) + "'");
  }
  return value;
}

}  // namespace

RtlSetup RtlSetup::from(std::span<const std::string_view> options) {
  RtlSetup setup;
  std::string object = std::string(WEFT_BUILD_DIR) + "/links/ofl.so";
  bool model = false;
  for (std::size_t i = 0; i < options.size(); i += 2) {
    if (i + 1 == options.size()) throw std::invalid_argument("an option without a value");
    const std::string_view value = options[i + 1];
    if (options[i] == "--links") {
      setup.links = number(value);
    } else if (options[i] == "--repeats") {
      setup.repeats = number(value);
    } else if (options[i] == "--object") {
      object = value;
    } else if (options[i] == "--level" && (value == "rtl" || value == "model")) {
      model = value == "model";
    } else {
      throw std::invalid_argument("unknown option '" + std::string(options[i]) + "'");
    }
  }
  setup.protocol = ofl();
  if (model) {
    setup.what = "model";
    setup.core = [protocol = setup.protocol](const weft_link_straps& straps) {
      return std::make_unique<LinkModel>(protocol, straps);
    };
  } else {
    const auto rtl = sc::RtlObject::load(object);
    rtl->check_protocol(setup.protocol);
    setup.what = std::string("rtl (") + rtl->face().build + ", " +
                 std::to_string(rtl->face().state_bytes >> 10) + " KiB an end)";
    setup.core = [rtl](const weft_link_straps& straps) { return sc::load_rtl_core(rtl, straps); };
  }
  return setup;
}

RtlFabric::RtlFabric(const RtlSetup& setup, unsigned links, const Traffic& traffic, bool idle_skip)
    : clock_(Clock::for_beat(512, 800'000'000'000)) {
  LinkConfig config = LinkConfig::of(setup.protocol, clock_, kPipeline);
  config.idle_skip = idle_skip;
  tb::StreamConfig stream = tb::StreamConfig::of(setup.protocol);
  stream.load = traffic.load;
  stream.burst_flits = traffic.burst_flits;
  stream.packets = {traffic.packet_slots};
  stream.vc_weights.assign(setup.protocol.vcs, 1);
  // Of each VC: all together keep the line full through both pipelines.
  stream.queue_slots = std::max(768u, 2 * traffic.packet_slots);
  for (unsigned i = 0; i < links; ++i) {
    const std::string path = "link" + std::to_string(i);
    Site site;
    site.link = std::make_unique<Link>(config, setup.core({2 * i + 1, 1}),
                                       setup.core({2 * i + 2, 1}), Wire(kLatency), Wire(kLatency));
    const Clock& clock = site.link->clock();
    site.a =
        std::make_unique<tb::StreamHost>(stream, site.link->port(0), clock, kSeed, path + ".a");
    site.b =
        std::make_unique<tb::StreamHost>(stream, site.link->port(1), clock, kSeed, path + ".b");
    tb::StreamHost::connect(*site.a, *site.b);
    sites_.push_back(std::move(site));
  }
}

void RtlFabric::run_bare(Cycle until, Cycle burst) {
  while (ran_ < until) {
    const Cycle end = std::min(until, ran_ + burst);
    for (Site& site : sites_) {
      site.a->advance(ran_, end);
      site.b->advance(ran_, end);
      site.link->run(end);
      site.link->exchange();
      site.a->exchange();
      site.b->exchange();
    }
    ran_ = end;
  }
}

void RtlFabric::add_to(sc::LinkWindows& windows) {
  for (Site& site : sites_) windows.add(*site.link, *site.a, *site.b);
}

void RtlFabric::run(sc::LinkWindows& windows, Time& now, Time until) {
  windows.set_end(until);
  while (now < until) now = std::min(until, windows.run(now));
}

RtlFabric::Work RtlFabric::work() const {
  Work work;
  Digest digest;
  for (const Site& site : sites_) {
    site.link->add_to(digest);
    for (const unsigned side : {0u, 1u}) {
      const LinkEnd& end = site.link->end(side);
      const LinkPort::Faults& faults = end.port().faults();
      work.evals += end.counters().evals;
      work.flits += end.counters().flits_accepted;
      work.errors += faults.framing + faults.overruns + faults.space;
    }
    for (const tb::StreamHost* host : {site.a.get(), site.b.get()}) {
      host->add_to(digest);
      work.packets += host->counters().packets_received;
      work.bytes += host->counters().slots_received * sizeof(std::uint64_t);
      work.errors += host->counters().errors();
    }
  }
  work.digest = digest.value();
  return work;
}

std::string RtlFabric::Work::text() const {
  return std::to_string(flits) + " flits, " + std::to_string(packets) + " packets, " +
         std::to_string(bytes) + " bytes checked, " + std::to_string(errors) + " errors, digest " +
         digest.hex();
}

}  // namespace weft::bench
