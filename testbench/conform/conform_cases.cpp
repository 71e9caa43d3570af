// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "testbench/conform/link_conform.h"

namespace weft::tb {

namespace {

using Runs = std::vector<ConformRun>;

std::string num(std::uint64_t value) { return std::to_string(value); }

/// Packets of `traffic` that fill about `flits` DATA flits.
std::uint64_t packets_for(std::uint64_t flits, const Traffic& traffic) {
  return std::max<std::uint64_t>(1, flits * 30 * 2 / (traffic.min_slots + traffic.max_slots));
}

unsigned all_vcs(const Protocol& protocol) { return (1u << protocol.vcs) - 1; }

Traffic lengths(unsigned min_slots, unsigned max_slots, std::uint64_t packets = 0) {
  Traffic traffic;
  traffic.min_slots = min_slots;
  traffic.max_slots = max_slots;
  traffic.packets = packets;
  return traffic;
}

/// A run with the same traffic both ways, `flits` DATA flits in all.
ConformRun both_ways(std::string name, Traffic traffic, std::uint64_t flits, unsigned delay = 38) {
  ConformRun run;
  run.name = std::move(name);
  traffic.packets = packets_for((flits + 1) / 2, traffic);
  run.traffic = {traffic, traffic};
  run.traffic[1].seed += 1000;
  run.delay = {delay, delay};
  return run;
}

Runs single_packets(const Protocol& protocol, std::uint64_t) {
  Runs runs;
  for (const unsigned delay : {8u, 38u, 600u}) {
    ConformRun run;
    run.name = "single D=" + num(delay);
    Traffic traffic = lengths(1, protocol.max_packet_slots(), 60);
    traffic.vc_mask = all_vcs(protocol);
    traffic.burst = 1;
    traffic.period = 4 * std::uint64_t{delay} + 1203;
    run.traffic = {traffic, traffic};
    run.traffic[1].seed = 77;
    run.traffic[1].period += 2;
    run.delay = {delay, delay};
    runs.push_back(run);
  }
  return runs;
}

/// Both ways flat out, packets of these lengths on one VC.
auto saturated(unsigned min_slots, unsigned max_slots) {
  return [=](const Protocol& protocol, std::uint64_t flits) {
    const unsigned most = std::min(max_slots, protocol.max_packet_slots());
    Runs runs{both_ways("one VC", lengths(std::min(min_slots, most), most), flits / 2)};
    Traffic spread = lengths(std::min(min_slots, most), most);
    spread.vc_mask = all_vcs(protocol);
    runs.push_back(both_ways("all VCs", spread, flits / 2));
    return runs;
  };
}

Runs mixed_vcs(const Protocol& protocol, std::uint64_t flits) {
  Runs runs;
  Traffic traffic = lengths(1, protocol.max_packet_slots());
  traffic.vc_mask = all_vcs(protocol);
  for (const unsigned bubble : {0u, 100u, 250u}) {
    traffic.bubble = bubble;
    traffic.free_max = 400;
    runs.push_back(
        both_ways("bubble " + num(bubble), traffic, bubble == 250 ? flits / 8 : flits / 3));
  }
  return runs;
}

Runs starved_vc(const Protocol& protocol, std::uint64_t flits) {
  Runs runs;
  for (const unsigned slots : {3u, 100u}) {
    Traffic traffic = lengths(1, slots);
    traffic.vc_mask = all_vcs(protocol);
    traffic.starved_vc = static_cast<int>(protocol.vcs) - 1;
    traffic.starve = 3 * std::uint64_t{protocol.timers.stall_t};
    runs.push_back(both_ways("up to " + num(slots) + " slots", traffic, flits / 2));
  }
  return runs;
}

Runs bursts(const Protocol& protocol, std::uint64_t flits) {
  Runs runs;
  for (const unsigned burst : {3u, 40u, 400u}) {
    Traffic traffic = lengths(1, 40);
    traffic.vc_mask = all_vcs(protocol);
    traffic.burst = burst;
    traffic.period = 700 + 5 * std::uint64_t{burst};
    traffic.free_max = 90;
    runs.push_back(both_ways("bursts of " + num(burst), traffic, flits / 3));
  }
  return runs;
}

Runs one_direction(const Protocol& protocol, std::uint64_t flits) {
  Runs runs;
  for (unsigned from = 0; from < 2; ++from) {
    ConformRun run;
    run.name = "from end " + num(from);
    Traffic traffic = lengths(1, 64);
    traffic.vc_mask = all_vcs(protocol);
    traffic.packets = packets_for(flits / 2, traffic);
    run.traffic[from] = traffic;
    runs.push_back(run);
  }
  return runs;
}

Runs slow_host(const Protocol& protocol, std::uint64_t flits) {
  Traffic traffic = lengths(1, 200);
  traffic.vc_mask = all_vcs(protocol);
  traffic.free_max = 2 * protocol.timers.stall_t;
  return {both_ways("frees late", traffic, flits)};
}

Runs delays(const Protocol& protocol, std::uint64_t flits) {
  Runs runs;
  for (const unsigned delay : {8u, 9u, 10u, 11u, 17u, 100u, 173u, 300u, 600u}) {
    Traffic traffic = lengths(1, 64);
    traffic.vc_mask = all_vcs(protocol);
    traffic.free_max = 50;
    runs.push_back(both_ways("D=" + num(delay), traffic, flits / 10, delay));
  }
  runs.push_back(runs.back());
  runs.back().name = "D=21 and 333";
  runs.back().delay = {21, 333};
  return runs;
}

/// Few packets, at random times and every phase of flight against slots: now and then a new flit
/// leaves in the very cycle in which all before it are acknowledged.
Runs sparse(const Protocol& protocol, std::uint64_t flits) {
  Runs runs;
  for (unsigned delay = 264; delay < 264 + 2 * protocol.flit.beats; ++delay) {
    Traffic traffic = lengths(1, 60);
    traffic.vc_mask = all_vcs(protocol);
    traffic.bubble = 255;
    traffic.seed = delay;
    runs.push_back(both_ways("D=" + num(delay), traffic, flits / 8, delay));
  }
  return runs;
}

Runs bring_up(const Protocol& protocol, std::uint64_t) {
  Runs runs;
  for (const unsigned delay : {8u, 38u, 301u, 600u}) {
    Traffic traffic = lengths(1, 64);
    traffic.vc_mask = all_vcs(protocol);
    runs.push_back(both_ways("D=" + num(delay), traffic, 100, delay));
    runs.back().start_up = false;
    runs.back().seed = delay;
  }
  return runs;
}

Runs sequence_wrap(const Protocol& protocol, std::uint64_t) {
  Runs runs;
  const std::uint64_t wrap = std::uint64_t{1} << protocol.sequence.width;
  runs.push_back(both_ways("clean", lengths(20, 40), 2 * 3 * wrap));
  runs.push_back(both_ways("lossy", lengths(20, 40), 2 * 3 * wrap));
  for (unsigned i = 0; i < 2; ++i) {
    for (std::uint64_t n = 1; n <= 2; ++n) {  // around each wrap, first and repeated
      runs.back().faults[i].at({FlitKind::kData, n * wrap - 2 + i, 0}, WireFault::flip({900}));
      runs.back().faults[i].at({FlitKind::kData, n * wrap + i, 0}, WireFault::flip({1}));
      runs.back().faults[i].at({FlitKind::kData, n * wrap + i, 1}, WireFault::drop());
    }
  }
  return runs;
}

ConformRun retrain_run(const Protocol& protocol, std::string name, std::uint64_t seed) {
  Traffic traffic = lengths(1, 90);
  traffic.vc_mask = all_vcs(protocol);
  traffic.free_max = 200;
  traffic.seed = seed;
  return both_ways(std::move(name), traffic, 600);
}

Runs retrains(const Protocol& protocol, std::uint64_t) {
  Runs runs;
  for (unsigned i = 0; i < 24; ++i) {
    ConformRun run = retrain_run(protocol, "register, cycle " + num(300 + i), i + 1);
    run.pokes.push_back({i & 1, 300 + i, ConformPoke::Kind::kRetrain});
    runs.push_back(run);
    run.name = "lock lost, cycle " + num(400 + i);
    run.pokes = {{i & 1, 400 + i, ConformPoke::Kind::kUnlock, 1 + 37 * std::uint64_t{i}}};
    run.start_up = (i & 2) != 0;
    if (!run.start_up) run.pokes[0].cycle += protocol.timers.train_t + 500;
    runs.push_back(run);
    run.name = "both ends, " + num(i) + " cycles apart";
    run.start_up = true;
    run.pokes = {{0, 500, ConformPoke::Kind::kUnlock, 60},
                 {1, 500 + 4 * i, ConformPoke::Kind::kUnlock, 60}};
    runs.push_back(run);
    run.name = "in a replay, " + num(i);
    run.pokes = {{0, 520 + 3 * i, ConformPoke::Kind::kRetrain}};
    run.faults[0].at({FlitKind::kData, 100, 0}, WireFault::flip({77}));
    run.faults[1].at({FlitKind::kData, 101, 0}, WireFault::drop());
    runs.push_back(run);
  }
  return runs;
}

Runs hot_resets(const Protocol& protocol, std::uint64_t) {
  Runs runs;
  const Protocol::Timers& timers = protocol.timers;
  for (unsigned i = 0; i < 8; ++i) {
    // Quiet at the reset: nothing is lost, and the link works afterwards.
    Traffic traffic = lengths(1, 64);
    traffic.vc_mask = all_vcs(protocol);
    traffic.burst = 50;
    traffic.period = 8 * std::uint64_t{timers.hrst_t} + 4 * std::uint64_t{timers.train_t} + 4000;
    ConformRun run;
    run.name = "reset by end " + num(i & 1) + ", cycle " + num(6000 + i);
    traffic.packets = 150;
    run.traffic = {traffic, traffic};
    run.traffic[1].seed = 50 + i;
    run.start_up = (i & 2) != 0;
    run.pokes.push_back({i & 1, 6000 + i, ConformPoke::Kind::kHotReset});
    runs.push_back(run);
  }
  return runs;
}

/// The last flits of a burst are lost without a trace, once or several times in a row: only the
/// replay timer can help, and in the end a retrain.
Runs lost_tails(const Protocol& protocol, std::uint64_t) {
  Runs runs;
  for (unsigned times = 1; times <= protocol.timers.replay_num + 2; ++times) {
    for (unsigned from = 0; from < 2; ++from) {
      ConformRun run;
      run.name = "lost " + num(times) + " times from end " + num(from);
      Traffic traffic = lengths(20, 30, 24);
      traffic.vc_mask = all_vcs(protocol);
      traffic.burst = 3;
      traffic.period = 8 * std::uint64_t{protocol.timers.replay_t};
      traffic.free_max = 40;
      run.traffic[from] = traffic;
      if (times % 2 == 0) {
        run.traffic[1 - from] = traffic;
        run.traffic[1 - from].period += 333;
      }
      for (std::uint64_t ordinal = from; ordinal < 24; ordinal += 1 + from) {
        for (unsigned attempt = 0; attempt < times; ++attempt) {
          run.faults[from].at({FlitKind::kData, ordinal, attempt}, WireFault::drop());
        }
      }
      runs.push_back(run);
    }
  }
  return runs;
}

constexpr unsigned kSwept = 40;

/// A fault of each kind. BOOT flits are one beat long.
std::vector<std::pair<std::string, WireFault>> every_fault(bool boot) {
  std::vector<std::pair<std::string, WireFault>> faults{
      {"head bit", WireFault::flip({3})},
      {"type bits", WireFault::flip({45, 46})},
      {"payload bits", WireFault::flip({130, 131, 400})},
      {"crc bit", WireFault::flip({static_cast<std::uint16_t>(boot ? 511 : 2047)})},
      {"burst", WireFault::burst(boot ? 20 : 300, boot ? 300 : 900)},
      {"drop", WireFault::drop()},
      {"duplicate", WireFault::duplicate()},
      {"mark", WireFault::mark(boot ? 0 : 2)}};
  if (!boot) {
    faults.emplace_back("cut 1", WireFault::cut(1));
    faults.emplace_back("cut 3", WireFault::cut(3));
  }
  return faults;
}

std::string kind_name(FlitKind kind) {
  return kind == FlitKind::kData ? "DATA" : kind == FlitKind::kCtrl ? "CTRL" : "BOOT";
}

/// Hits each of the first flits of `kind` in each direction with each fault, one at a time; DATA
/// also with its first repetition hit again.
Runs sweep(const ConformRun& base, FlitKind kind, unsigned count) {
  Runs runs;
  for (unsigned direction = 0; direction < 2; ++direction) {
    for (const auto& [name, fault] : every_fault(kind == FlitKind::kBoot)) {
      for (unsigned ordinal = 0; ordinal < count; ++ordinal) {
        ConformRun run = base;
        run.name =
            kind_name(kind) + " " + num(ordinal) + " from end " + num(direction) + ", " + name;
        run.seed = ordinal + 1;
        run.expect_faults = false;
        run.faults[direction].at({kind, ordinal, 0}, fault);
        runs.push_back(run);
        if (kind != FlitKind::kData || name == "duplicate") continue;
        run.name += ", twice";
        run.faults[direction].at({kind, ordinal, 1}, fault);
        runs.push_back(run);
      }
    }
  }
  return runs;
}

/// Bursts with pauses both ways, so that DATA and CTRL flits take turns.
ConformRun sweep_base(const Protocol& protocol) {
  ConformRun run;
  Traffic traffic = lengths(1, 70);
  traffic.vc_mask = all_vcs(protocol);
  traffic.packets = 45;
  traffic.burst = 3;
  traffic.period = 231;
  traffic.free_max = 60;
  run.traffic = {traffic, traffic};
  run.traffic[1].seed = 5;
  run.traffic[1].period = 317;
  return run;
}

Runs loses_any_data(const Protocol& protocol, std::uint64_t) {
  return sweep(sweep_base(protocol), FlitKind::kData, kSwept);
}

Runs loses_any_ctrl(const Protocol& protocol, std::uint64_t) {
  return sweep(sweep_base(protocol), FlitKind::kCtrl, kSwept);
}

Runs loses_any_boot(const Protocol& protocol, std::uint64_t) {
  ConformRun base = sweep_base(protocol);
  base.traffic[0].packets = base.traffic[1].packets = 6;
  base.start_up = false;
  Runs runs = sweep(base, FlitKind::kBoot, 12);
  // The flits that end the bring-up.
  for (const FlitKind kind : {FlitKind::kCtrl, FlitKind::kData}) {
    for (ConformRun& run : sweep(base, kind, 4)) runs.push_back(run);
  }
  return runs;
}

Runs retrain_loses_any_boot(const Protocol& protocol, std::uint64_t) {
  ConformRun base = sweep_base(protocol);
  base.traffic[0].packets = base.traffic[1].packets = 18;
  base.pokes.push_back({0, 600, ConformPoke::Kind::kRetrain});
  Runs runs = sweep(base, FlitKind::kBoot, 34);
  for (unsigned i = 0; i < runs.size(); i += 3) runs[i].pokes[0].end = 1;
  return runs;
}

Runs random_loss(const Protocol& protocol, std::uint64_t flits, FaultRates rates,
                 const char* name) {
  Runs runs;
  const std::array<Traffic, 4> shapes{lengths(1, 3), lengths(10, 10), lengths(1, 515),
                                      lengths(1, 90)};
  for (unsigned i = 0; i < shapes.size(); ++i) {
    Traffic traffic = shapes[i];
    traffic.max_slots = std::min(traffic.max_slots, protocol.max_packet_slots());
    traffic.vc_mask = i == 1 ? 1 : all_vcs(protocol);
    traffic.free_max = 1 + 100 * i;
    if (i == 3) {
      traffic.burst = 30;
      traffic.period = 500;
    }
    ConformRun run = both_ways(name + num(i), traffic, flits / 4, i == 2 ? 150 : 38);
    run.seed = i + 1;
    for (unsigned direction = 0; direction < 2; ++direction) {
      run.faults[direction].random(run.seed, direction, rates);
    }
    runs.push_back(run);
  }
  return runs;
}

Runs two_percent(const Protocol& protocol, std::uint64_t flits) {
  return random_loss(protocol, flits, {.corrupt = 0.02}, "2 % corrupt ");
}

Runs every_kind(const Protocol& protocol, std::uint64_t flits) {
  return random_loss(protocol, flits,
                     {.corrupt = 0.01, .drop = 0.005, .duplicate = 0.01, .mark = 0.005},
                     "every kind ");
}

Runs runs_of_flits(const Protocol& protocol, std::uint64_t flits) {
  return random_loss(protocol, flits,
                     {.corrupt = 0.006, .drop = 0.001, .mark = 0.002, .run_min = 3, .run_max = 4},
                     "runs of 3 to 4 ");
}

Runs heavy_loss(const Protocol& protocol, std::uint64_t flits) {
  return random_loss(protocol, flits,
                     {.corrupt = 0.1, .drop = 0.05, .duplicate = 0.05, .mark = 0.05},
                     "one in four ");
}

Runs no_skip(const Protocol& protocol, std::uint64_t) {
  Runs runs = single_packets(protocol, 0);
  for (ConformRun& run : retrains(protocol, 0)) {
    if (runs.size() < 12) runs.push_back(run);
  }
  for (ConformRun& run : bring_up(protocol, 0)) runs.push_back(run);
  for (ConformRun& run : runs) run.skip = false;
  return runs;
}

}  // namespace

const std::vector<ConformCase>& conform_cases() {
  static const std::vector<ConformCase> cases{
      {"SinglePackets", true, single_packets, 0},
      {"SaturatedSmall", true, saturated(1, 3), 20'000},
      {"SaturatedTenSlots", true, saturated(10, 10), 20'000},
      {"SaturatedLargest", true, saturated(515, 515), 20'000},
      {"MixedVcs", true, mixed_vcs, 20'000},
      {"StarvedVc", true, starved_vc, 8'000},
      {"Bursts", true, bursts, 10'000},
      {"OneDirection", true, one_direction, 10'000},
      {"SlowHost", true, slow_host, 6'000},
      {"Delays", true, delays, 20'000},
      {"Sparse", true, sparse, 16'000},
      {"BringUp", true, bring_up, 0},
      {"SequenceWrap", true, sequence_wrap, 0, 12},
      {"Retrain", true, retrains, 0, 24},
      {"HotReset", true, hot_resets, 0},
      {"LostTails", true, lost_tails, 0, 200},
      {"NeverSkipped", true, no_skip, 0},
      {"LosesAnyData", false, loses_any_data, 0, 2000},
      {"LosesAnyCtrl", false, loses_any_ctrl, 0, 250},
      {"LosesAnyBoot", false, loses_any_boot, 0, 300},
      {"RetrainLosesAnyBoot", false, retrain_loses_any_boot, 0, 400},
      {"TwoPercentLoss", false, two_percent, 3'000'000, 1000},
      {"EveryKindOfFault", false, every_kind, 3'000'000, 1000},
      {"RunsOfLostFlits", false, runs_of_flits, 2'000'000, 1000},
      {"HeavyLoss", false, heavy_loss, 100'000, 1000},
      {"LongClean", false, mixed_vcs, 2'000'000},
  };
  return cases;
}

}  // namespace weft::tb
