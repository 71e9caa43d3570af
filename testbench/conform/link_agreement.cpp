// SPDX-License-Identifier: Apache-2.0
#include "testbench/conform/link_agreement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace weft::tb {

namespace {

std::string num(std::uint64_t value) { return std::to_string(value); }

Traffic lengths(const Protocol& protocol, unsigned min_slots, unsigned max_slots) {
  Traffic traffic;
  traffic.min_slots = min_slots;
  traffic.max_slots = std::min(max_slots, protocol.max_packet_slots());
  traffic.vc_mask = (1u << protocol.vcs) - 1;
  return traffic;
}

void fill(ConformRun& run, const Traffic& traffic, std::uint64_t flits) {
  run.traffic = {traffic, traffic};
  run.traffic[1].seed += 17;
  for (Traffic& one : run.traffic) {
    one.packets = std::max<std::uint64_t>(1, flits * 30 / (traffic.min_slots + traffic.max_slots));
  }
}

AgreementRun unloaded(const Protocol& protocol, unsigned slots, unsigned delay) {
  AgreementRun entry;
  entry.run.name = "unloaded " + num(slots) + " slots D=" + num(delay);
  entry.unloaded = true;
  Traffic traffic = lengths(protocol, slots, slots);
  traffic.burst = 1;
  traffic.period = 1201 + 4 * std::uint64_t{delay};  // odd: every slot phase
  fill(entry.run, traffic, 0);
  for (Traffic& one : entry.run.traffic) one.packets = 64;
  entry.run.traffic[1].period += 2;
  entry.run.delay = {delay, delay};
  entry.run.keep_latency = true;
  return entry;
}

AgreementRun loaded(const Protocol& protocol, unsigned percent, std::uint64_t flits) {
  AgreementRun entry;
  entry.run.name = "load " + num(percent) + " %";
  Traffic traffic = lengths(protocol, 4, 36);  // 20 slots on average
  if (percent < 100) {
    // A flit carries 30 slots every 4 cycles; a group of packets keeps it busy for its share.
    traffic.burst = 10;
    traffic.period = 10 * 20 * 4 * 100 / (30 * std::uint64_t{percent});
  }
  fill(entry.run, traffic, flits);
  return entry;
}

AgreementRun lossy(const Protocol& protocol, std::string name, std::uint64_t flits,
                   FaultRates rates) {
  AgreementRun entry;
  entry.run.name = std::move(name);
  fill(entry.run, lengths(protocol, 1, 60), flits);
  for (unsigned i = 0; i < 2; ++i) entry.run.faults[i].random(3, i, rates);
  return entry;
}

double rate_of(const ConformResult& result) {
  return result.directions[0].rate() + result.directions[1].rate();
}

AgreementRow row_of(const AgreementRun& entry, const LinkPair& pair, const ConformResult& result,
                    const ConformResult& reference, const AgreementLimits& limits) {
  AgreementRow row;
  row.run = entry.run.name;
  row.pair = pair.name;
  row.unloaded = entry.unloaded;
  row.latency_min = UINT64_MAX;
  row.rate = rate_of(result);
  row.same_replays = row.same_resent = row.same_wire = true;
  for (unsigned i = 0; i < 2; ++i) {
    const ConformResult::Direction& mine = result.directions[i];
    const ConformResult::Direction& other = reference.directions[i];
    row.latency_min = std::min(row.latency_min, mine.latency.min);
    row.latency_max = std::max(row.latency_max, mine.latency.max);
    row.replays += mine.replays.size();
    row.resent += mine.resent;
    row.same_replays = row.same_replays && mine.replays == other.replays;
    row.same_resent = row.same_resent && mine.resent_hash == other.resent_hash;
    row.same_wire = row.same_wire && mine.wire_hash == other.wire_hash;
    if (other.rate() > 0) {
      row.rate_off = std::max(row.rate_off, std::abs(mine.rate() - other.rate()) / other.rate());
    }
    const auto& each = mine.latency.each;
    const auto& wanted = other.latency.each;
    for (std::size_t n = 0; n < std::min(each.size(), wanted.size()); ++n) {
      const std::uint64_t off = each[n] > wanted[n] ? each[n] - wanted[n] : wanted[n] - each[n];
      row.latency_off = std::max(row.latency_off, off);
    }
  }
  if (!result.ok()) row.complaints.push_back(result.text());
  if (entry.unloaded && row.latency_off > limits.latency_cycles) {
    row.complaints.push_back("latency differs by " + num(row.latency_off) + " cycles");
  }
  if (row.rate_off > limits.rate) {
    row.complaints.push_back("throughput differs by " + std::to_string(100 * row.rate_off) + " %");
  }
  if (entry.same_events && !row.same_replays) row.complaints.push_back("other replays");
  if (entry.same_events && !row.same_resent) row.complaints.push_back("other flits sent again");
  return row;
}

}  // namespace

std::vector<AgreementRun> agreement_runs(const Protocol& protocol, std::uint64_t flits) {
  std::vector<AgreementRun> runs;
  for (const unsigned slots : {1u, 10u, 30u, 31u, 100u, 515u}) {
    runs.push_back(unloaded(protocol, std::min(slots, protocol.max_packet_slots()), 38));
  }
  for (const unsigned delay : {8u, 600u}) runs.push_back(unloaded(protocol, 20, delay));
  for (const unsigned percent : {5u, 25u, 50u, 75u, 90u, 100u}) {
    runs.push_back(loaded(protocol, percent, flits));
  }
  AgreementRun apart;
  apart.run.name = "losses far apart";
  fill(apart.run, lengths(protocol, 1, 60), flits);
  for (std::uint64_t ordinal = 100; ordinal < flits / 2; ordinal += 997) {
    apart.run.faults[0].at({FlitKind::kData, ordinal, 0}, WireFault::flip({500, 501}));
    apart.run.faults[1].at({FlitKind::kData, ordinal + 450, 0}, WireFault::drop());
  }
  runs.push_back(apart);
  runs.push_back(lossy(protocol, "2 % corrupt", flits, {.corrupt = 0.02}));
  runs.push_back(lossy(protocol, "every kind of fault", flits,
                       {.corrupt = 0.005, .drop = 0.003, .duplicate = 0.003, .mark = 0.003}));
  runs.push_back(lossy(protocol, "runs of 3 to 4 flits", flits,
                       {.corrupt = 0.004, .run_min = 3, .run_max = 4}));
  AgreementRun trained = lossy(protocol, "trained and retrained twice", 4'000, {.corrupt = 0.01});
  trained.run.start_up = false;
  trained.run.pokes.push_back({0, 3000, ConformPoke::Kind::kRetrain});
  trained.run.pokes.push_back({1, 8000, ConformPoke::Kind::kUnlock, 50});
  runs.push_back(trained);
  return runs;
}

std::vector<AgreementRow> compare_links(const Protocol& protocol,
                                        const std::vector<LinkPair>& pairs,
                                        const std::vector<AgreementRun>& runs,
                                        const AgreementLimits& limits) {
  std::vector<AgreementRow> rows;
  for (const AgreementRun& entry : runs) {
    ConformResult reference;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ConformResult result = run_conform(protocol, pairs[i].first, pairs[i].second, entry.run);
      if (i == 0) reference = result;
      rows.push_back(row_of(entry, pairs[i], result, reference, limits));
    }
  }
  return rows;
}

std::string agreement_table(const std::vector<AgreementRow>& rows) {
  std::string text;
  char line[200];
  std::snprintf(line, sizeof line, "%-30s %-15s %13s %4s %9s %7s %8s %8s  %s\n", "run", "pair",
                "latency", "off", "slots/cyc", "off", "replays", "resent", "same beats");
  text += line;
  std::string last;
  for (const AgreementRow& row : rows) {
    std::snprintf(line, sizeof line,
                  "%-30s %-15s %6llu..%5llu %4llu %9.4f %6.2f%% %8llu %8llu  %s\n",
                  row.run == last ? "" : row.run.c_str(), row.pair.c_str(),
                  static_cast<unsigned long long>(row.latency_min),
                  static_cast<unsigned long long>(row.latency_max),
                  static_cast<unsigned long long>(row.latency_off), row.rate, 100 * row.rate_off,
                  static_cast<unsigned long long>(row.replays),
                  static_cast<unsigned long long>(row.resent), row.same_wire ? "yes" : "no");
    text += line;
    for (const std::string& complaint : row.complaints) text += "    FAIL " + complaint + "\n";
    last = row.run;
  }
  return text;
}

}  // namespace weft::tb
