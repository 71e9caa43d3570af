// SPDX-License-Identifier: Apache-2.0
#include "models/fault/fault_keys.h"

#include <string>

namespace weft {
namespace {

constexpr std::uint32_t bit(FaultKind kind) { return 1u << static_cast<unsigned>(kind); }
constexpr std::uint32_t kAll = (1u << kFaultKindNames.size()) - 1;
constexpr std::uint32_t kOfFlits = bit(FaultKind::kCorrupt) | bit(FaultKind::kDrop) |
                                   bit(FaultKind::kDuplicate) | bit(FaultKind::kLoseCredit);
constexpr std::uint32_t kLasting = kAll & ~kOfFlits;
constexpr std::uint32_t kMayLastForEver =
    bit(FaultKind::kLaneDown) | bit(FaultKind::kPortStall) | bit(FaultKind::kNpuHang);

constexpr std::array kKeys{
    FaultKey{"kind", kAll, kAll, "choice", "", "",
             "corrupt | drop | duplicate | lose_credit | stuck_ack | lane_down | link_flap | "
             "ber_drift | port_stall | npu_hang",
             "what breaks; see weft list faults"},
    FaultKey{"where", kAll, kAll, "text", "name", "", "",
             "links (\"link3\", \"link*\"), directions of links (\"link3.a_to_b\"), ports of "
             "switches (\"sw0.port3\") or npus, as the kind has it"},
    FaultKey{"at", kAll, kLasting, "time", "us", "", "",
             "when it begins; a fault of flits hits the first one that leaves then or later"},
    FaultKey{"after", kOfFlits, 0, "text", "flits", "", "",
             "instead of at: how many flits leave before the one that is hit"},
    FaultKey{"probability", kOfFlits, 0, "number", "ratio", "", "[0.0, 1.0]",
             "instead of at: chance of each flit to be hit"},
    FaultKey{"until", kLasting, kLasting & ~kMayLastForEver, "time", "us", "", "",
             "when it ends; left out: never"},
    FaultKey{"count", kOfFlits, 0, "integer", "flits", "1", "[1, 1000000000]",
             "most flits it hits in a direction, one after the other; with probability: no limit"},
    FaultKey{"flit", kOfFlits & ~bit(FaultKind::kLoseCredit), 0, "choice", "", "\"data\"",
             "data | ctrl | any", "which flits it looks at, counts and hits"},
    FaultKey{"lane", bit(FaultKind::kLaneDown), 0, "integer", "lane", "0", "[0, 63]",
             "the lane that is down"},
    FaultKey{"ber", bit(FaultKind::kBerDrift), bit(FaultKind::kBerDrift), "number", "1/bit", "",
             "[0.0, 0.5]",
             "bit error rate before FEC that is reached just before until, when the link's own "
             "comes back"},
    FaultKey{"what", bit(FaultKind::kNpuHang), 0, "choice", "", "\"core\"", "core | device",
             "the part that hangs"},
    FaultKey{"expect", kAll, kAll, "choice", "", "",
             "none_needed | replayed | retrained | link_down | hang",
             "what recovery is right; another one, or none, fails the run"},
    FaultKey{"within", kAll, 0, "time", "us", "", "",
             "longest time that the recovery may take, from the hit or from the end of what "
             "lasts; of link_down: from the beginning. Not needed with hang"},
};

}  // namespace

std::span<const FaultKey> fault_keys() { return kKeys; }

std::vector<ParamInfo> fault_key_infos() {
  std::vector<ParamInfo> infos;
  for (const FaultKey& key : kKeys) {
    ParamInfo info;
    info.name = "fault[]." + std::string(key.name);
    info.kind = std::string(key.type);
    info.unit = std::string(key.unit);
    info.default_value = std::string(key.otherwise);
    info.range = std::string(key.range);
    info.sentence = std::string(key.sentence);
    if (key.needed == kAll) info.sentence += " (must be given)";
    infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace weft
