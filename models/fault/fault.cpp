// SPDX-License-Identifier: Apache-2.0
#include "models/fault/fault.h"

namespace weft {
namespace {

constexpr std::array<FaultKindInfo, kFaultKindNames.size()> kInfos{{
    {FaultPlace::kLink, true, "flips 1 to 5 bits of a flit, which its CRC cannot miss"},
    {FaultPlace::kLink, true, "a flit never arrives"},
    {FaultPlace::kLink, true, "a flit arrives twice; what follows it arrives later"},
    {FaultPlace::kLink, true,
     "a credit update does not arrive: the record of a DATA flit is blanked, a CTRL flit is lost"},
    {FaultPlace::kLink, false,
     "acknowledgements arrive with the value they had when the fault began"},
    {FaultPlace::kLink, false, "half of the bits of one lane are wrong, which no FEC repairs"},
    {FaultPlace::kLink, false, "the receiver loses the PHY's lock"},
    {FaultPlace::kLink, false,
     "the bit error rate before FEC rises, in 16 steps, from the link's own to ber"},
    {FaultPlace::kPort, false, "the switch begins to send no packet out of a port"},
    {FaultPlace::kNpu, false, "an npu's core executes nothing, or its device takes no packet"},
}};

}  // namespace

const FaultKindInfo& info_of(FaultKind kind) { return kInfos[static_cast<std::size_t>(kind)]; }

std::string_view name_of(FaultKind kind) {
  return kFaultKindNames[static_cast<std::size_t>(kind)].name;
}

std::string_view name_of(Recovery recovery) {
  return kRecoveryNames[static_cast<std::size_t>(recovery)].name;
}

}  // namespace weft
