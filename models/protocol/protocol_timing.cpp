// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "models/protocol/protocol.h"

namespace weft {

std::uint64_t round_trip_cycles(const Protocol& protocol, std::uint64_t flight_cycles,
                                std::uint64_t ack_delay_cycles) {
  const std::uint64_t n = protocol.flit.beats;
  const std::uint64_t pipelines = protocol.timing.txp + protocol.timing.rxp;
  return 2 * flight_cycles + 2 * pipelines + (n - 1) + n + n + ack_delay_cycles;
}

std::vector<Warning> check_against_round_trip(const Protocol& protocol,
                                              std::uint64_t round_trip_cycles) {
  const std::uint64_t n = protocol.flit.beats;
  const std::uint64_t least = round_trip_cycles + protocol.timers.ack_t + 2 * n;
  if (protocol.timers.replay_t <= least) {
    throw InputError(
        protocol.replay_t_pos, "timers.replay_t",
        "the replay timer of " + std::to_string(protocol.timers.replay_t) +
            " cycles fires without a loss: an ack may take " + std::to_string(least) +
            " cycles (round trip " + std::to_string(round_trip_cycles) + ", ack_t " +
            std::to_string(protocol.timers.ack_t) + ", two flits)",
        "about three round trips: " + std::to_string(3 * round_trip_cycles) + "cycles");
  }
  std::vector<Warning> warnings;
  const std::uint64_t window_cycles = protocol.sequence.window * n;
  if (window_cycles < round_trip_cycles) {
    const std::uint64_t flits = (round_trip_cycles + n - 1) / n;
    const std::uint64_t permille = window_cycles * 1000 / round_trip_cycles;
    warnings.push_back({protocol.window_pos, "sequence.window",
                        "a window of " + std::to_string(protocol.sequence.window) +
                            " flits is shorter than the round trip of " +
                            std::to_string(round_trip_cycles) + " cycles (" +
                            std::to_string(flits) + " flits): throughput is at most " +
                            std::to_string(permille / 10) + "." + std::to_string(permille % 10) +
                            " %, " + std::to_string((1000 - permille) / 10) + "." +
                            std::to_string((1000 - permille) % 10) + " % is lost"});
  }
  return warnings;
}

double efficiency(const Protocol& protocol, unsigned payload_bytes, unsigned header_bytes) {
  const unsigned slot = protocol.flit.slot;
  const unsigned slots = (payload_bytes + header_bytes + slot - 1) / slot;
  if (slots == 0) return 0;
  const double capacity = static_cast<double>(protocol.data_slots() * slot) / protocol.flit_bytes();
  return capacity * payload_bytes / (static_cast<double>(slots) * slot);
}

}  // namespace weft
