// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/hang.h"

namespace weft::tb {
namespace {

using namespace link_regs;

/// ", VC 1 waits for credit (2 of 1024 units)"
std::string credits_waited_for(const RegisterPage& sender, const RegisterPage& receiver) {
  std::string text;
  for (unsigned vc = 0; vc < sender.vcs(); ++vc) {
    if ((sender.stalled() >> vc & 1) == 0) continue;
    text += ", VC " + std::to_string(vc) + " waits for credit (" +
            std::to_string(sender.credit(vc)) + " of " +
            std::to_string(receiver.at(kRxBufOffset, vc)) + " units)";
  }
  return text;
}

std::string describe_end(const Platform& platform, std::size_t link, unsigned side) {
  const RegisterPage& page = platform.registers(link, side);
  std::string text = end_name(platform.scenario(), link, side) + ": " +
                     std::to_string(platform.host(link, side).in_flight()) +
                     " transactions under way; state " + page.state_name();
  const std::uint64_t flits =
      (page.at(kTopOffset) - page.at(kBaseOffset)) & platform.scenario().protocol.seq_mask();
  if (flits != 0) text += ", " + std::to_string(flits) + " flits not acknowledged";
  return text + credits_waited_for(page, platform.registers(link, 1 - side));
}

}  // namespace

std::vector<std::string> describe_hang(const Platform& platform,
                                       const std::vector<std::size_t>& links) {
  std::vector<std::string> lines;
  for (const std::size_t link : links) {
    for (unsigned side : {0u, 1u}) lines.push_back(describe_end(platform, link, side));
  }
  return lines;
}

}  // namespace weft::tb
