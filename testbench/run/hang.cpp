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

/// What a link end waits for; empty when it is up and at rest.
std::string describe_end(const Platform& platform, std::size_t link, unsigned side) {
  const RegisterPage& page = platform.registers(link, side);
  const std::uint64_t flits =
      (page.at(kTopOffset) - page.at(kBaseOffset)) & platform.scenario().protocol.seq_mask();
  const std::string credits = credits_waited_for(page, platform.registers(link, 1 - side));
  if (page.state() == StatusState::kActive && flits == 0 && credits.empty()) return {};
  std::string text = end_name(platform.scenario(), link, side) + ": state " + page.state_name();
  if (flits != 0) text += ", " + std::to_string(flits) + " flits not acknowledged";
  return text + credits;
}

}  // namespace

std::vector<std::string> describe_hang(const Platform& platform,
                                       const std::vector<std::size_t>& still) {
  std::vector<std::string> lines = platform.nodes().describe_hang(still);
  for (std::size_t link = 0; link < platform.links(); ++link) {
    for (unsigned side : {0u, 1u}) {
      std::string text = describe_end(platform, link, side);
      if (!text.empty()) lines.push_back(std::move(text));
    }
  }
  return lines;
}

}  // namespace weft::tb
