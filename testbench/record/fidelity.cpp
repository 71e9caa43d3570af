// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/fidelity.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace weft::tb {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExact = "exact";
constexpr const char* kApproximate = "approximate";
constexpr const char* kNotModelled = "not_modelled";

/// What a run touched.
struct Used {
  bool rtl, model, train, errors, replays, marks, npus, firmware, switches, islip, streams, fec;
};

template <class F>
bool any_link(const Scenario& scenario, F is) {
  return std::any_of(scenario.links.begin(), scenario.links.end(), is);
}

Used used_by(const Platform& platform, const RunResult& result) {
  const Scenario& s = platform.scenario();
  const auto level = [&](LinkLevel wanted) {
    return any_link(s, [&](const LinkSettings& link) { return link.level == wanted; });
  };
  Used used{};
  used.rtl = level(LinkLevel::kRtl);
  used.model = level(LinkLevel::kModel);
  used.train = any_link(s, [](const LinkSettings& l) { return l.start == LinkStart::kTrain; });
  used.marks = any_link(s, [](const LinkSettings& l) { return l.phy.mark_bad; });
  used.fec = any_link(s, [](const LinkSettings& l) { return l.phy.fec != FecKind::kNone; });
  for (std::size_t i = 0; i < result.links.size(); ++i) {
    used.errors |= result.value(i, LinkMetric::kCodewordsFailed) != 0;
  }
  used.replays = result.value(RunMetric::kReplays) != 0;
  used.npus = s.system.has(NodeKind::kNpu);
  used.firmware = s.runs_firmware();
  used.switches = s.system.has(NodeKind::kSwitch);
  for (std::size_t i = 0; i < s.system.nodes.size(); ++i) {
    used.islip |=
        s.system.nodes[i].kind == NodeKind::kSwitch && s.switches[i].crossbar == Crossbar::kIslip;
  }
  used.streams = s.workload.kind == WorkloadKind::kStream;
  return used;
}

void add(Json& list, const char* part, const char* feature, const char* level, const char* why,
         bool exercised) {
  list.push_back({{"part", part},
                  {"feature", feature},
                  {"level", level},
                  {"why", why},
                  {"exercised", exercised}});
}

void add_links(Json& list, const Used& used) {
  add(list, "link", "link layer, level rtl", kExact, "the synthesisable RTL itself, every clock",
      used.rtl);
  add(list, "link", "link layer, level model", kExact,
      "a model that agrees with the RTL in every cycle of every conformance run", used.model);
  add(list, "link", "replay", kExact, "flits are really lost and sent again", used.replays);
  add(list, "link", "training", kApproximate, "a time that passes; the parameter exchange is real",
      used.train);
  add(list, "link", "clock differences", kNotModelled, "all ends of a link share one clock", true);
}

void add_phy(Json& list, const Used& used) {
  add(list, "phy", "errors behind the FEC", kApproximate,
      "which codewords fail is drawn from the law of the code; no bit is decoded", used.errors);
  add(list, "phy", "latency", kApproximate,
      "modules, fibre and FEC as fixed times; a flit arrives when its last codeword has", true);
  add(list, "phy", "marking of failed codewords", kExact,
      "all beats of a failed codeword are flagged", used.marks);
  add(list, "phy", "jitter, skew, equalisation", kNotModelled, "lanes are alike and constant",
      true);
  add(list, "phy", "FEC decoding", kNotModelled, "only its outcome is", used.fec);
}

void add_nodes(Json& list, const Used& used) {
  add(list, "npu", "registers, DMA, translation, notification", kExact,
      "the model is the specification that the firmware is written for", used.npus);
  add(list, "npu", "memory timing", kApproximate,
      "a data rate and a latency; no banks, rows or refresh", used.npus);
  add(list, "npu", "reduction", kExact, "IEEE 754 single precision, in the order of the ring",
      used.npus);
  add(list, "npu", "compute engines", kNotModelled, "an NPU moves and reduces data", used.npus);
  add(list, "core", "instruction set RV64IMAC_Zicsr", kExact, "each instruction is executed",
      used.firmware);
  add(list, "core", "core timing", kApproximate,
      "one instruction per cycle; no caches, no pipeline hazards", used.firmware);
  add(list, "switch", "queues, credits, routing", kExact, "every packet waits where it would wait",
      used.switches);
  add(list, "switch", "switch timing", kApproximate,
      "whole packets after a fixed latency; arbitration without pipeline hazards", used.switches);
  add(list, "switch", "iSLIP matching", kApproximate, "a matching is done within a cycle",
      used.islip);
  add(list, "generator", "traffic", kExact, "every slot of every packet is checked", used.streams);
}

/// Of the files beside this one.
void add_figures(Json& list, const Used& used) {
  add(list, "latency", "latency.csv", kExact,
      "measured of every transaction; buckets are at most 1/64 of their value wide", true);
  add(list, "latency", "breakdown.csv: serialise, flight_fec, switch", kApproximate,
      "computed for a packet of mean size from rates and configured times, not measured", true);
  add(list, "latency", "breakdown.csv: replay", kApproximate,
      "computed: share of flits sent again by the round trip of the link", used.replays);
  add(list, "latency", "breakdown.csv: memory", kApproximate,
      "computed: latency and data rate of the owner's memory, nobody else using it", used.npus);
  add(list, "latency", "breakdown.csv: queue", kApproximate,
      "measured in each switch: mean wait, beyond its latency, of the requests and the responses "
      "that left by the outputs on the way, those to and from other nodes included",
      used.switches);
  add(list, "latency", "breakdown.csv: other", kApproximate,
      "what the other parts leave of the measured mean: waiting at the ends and for credit, ports "
      "and link ends",
      true);
  add(list, "links", "link_series.csv: replays", kNotModelled,
      "the counter is a register, read at the end of a run: links.csv has it", true);
}

}  // namespace

std::string fidelity_json(const Platform& platform, const RunResult& result) {
  const Used used = used_by(platform, result);
  Json list = Json::array();
  add_links(list, used);
  add_phy(list, used);
  add_nodes(list, used);
  add_figures(list, used);
  return list.dump(1) + "\n";
}

}  // namespace weft::tb
