// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "tests/bench/bench.h"

namespace weft::bench {

// One declaration and one line of the table per benchmark, in the order --list shows.

void run_packet_kernel(Reporter& reporter, std::span<const std::string_view> options);
void run_packet_switch(Reporter& reporter, std::span<const std::string_view> options);
void run_iss(Reporter& reporter, std::span<const std::string_view> options);
void run_rtl_loop(Reporter& reporter, std::span<const std::string_view> options);
void run_rtl_platform(Reporter& reporter, std::span<const std::string_view> options);
void run_rtl_skip(Reporter& reporter, std::span<const std::string_view> options);
void run_rtl_threads(Reporter& reporter, std::span<const std::string_view> options);

std::span<const Bench> all_benches() {
  static const std::vector<Bench> table{
      {"packet_kernel", "the packet engine inside SystemC over a plain loop", run_packet_kernel},
      {"packet_switch", "data packets over links around a 64-port switch", run_packet_switch},
      {"iss", "instructions per second of the management core", run_iss},
      {"rtl_loop", "RTL links inside SystemC over a plain C++ loop", run_rtl_loop},
      {"rtl_platform", "RTL links with switch, NPUs and firmware over links alone",
       run_rtl_platform},
      {"rtl_skip", "gain from not evaluating quiescent link ends", run_rtl_skip},
      {"rtl_threads", "RTL links on two threads over one", run_rtl_threads},
  };
  return table;
}

}  // namespace weft::bench
