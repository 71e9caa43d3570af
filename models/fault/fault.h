// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/config.h"
#include "models/base/time.h"

namespace weft {

enum class FaultKind {
  kCorrupt,
  kDrop,
  kDuplicate,
  kLoseCredit,
  kStuckAck,
  kLaneDown,
  kLinkFlap,
  kBerDrift,
  kPortStall,
  kNpuHang,
};
inline constexpr std::array kFaultKindNames{
    EnumName<FaultKind>{FaultKind::kCorrupt, "corrupt"},
    EnumName<FaultKind>{FaultKind::kDrop, "drop"},
    EnumName<FaultKind>{FaultKind::kDuplicate, "duplicate"},
    EnumName<FaultKind>{FaultKind::kLoseCredit, "lose_credit"},
    EnumName<FaultKind>{FaultKind::kStuckAck, "stuck_ack"},
    EnumName<FaultKind>{FaultKind::kLaneDown, "lane_down"},
    EnumName<FaultKind>{FaultKind::kLinkFlap, "link_flap"},
    EnumName<FaultKind>{FaultKind::kBerDrift, "ber_drift"},
    EnumName<FaultKind>{FaultKind::kPortStall, "port_stall"},
    EnumName<FaultKind>{FaultKind::kNpuHang, "npu_hang"},
};

/// What recovery from a fault is right.
enum class Recovery {
  kNoneNeeded,  ///< nobody repeats anything
  kReplayed,    ///< flits are repeated, the link stays up
  kRetrained,   ///< the link trains again, and loses nothing
  kLinkDown,    ///< the link goes down and stays down
  kHang,        ///< the run stands still
  kDegraded,    ///< the link goes on with fewer lanes; not built
};
inline constexpr std::array kRecoveryNames{
    EnumName<Recovery>{Recovery::kNoneNeeded, "none_needed"},
    EnumName<Recovery>{Recovery::kReplayed, "replayed"},
    EnumName<Recovery>{Recovery::kRetrained, "retrained"},
    EnumName<Recovery>{Recovery::kLinkDown, "link_down"},
    EnumName<Recovery>{Recovery::kHang, "hang"},
    EnumName<Recovery>{Recovery::kDegraded, "degraded"},
};

/// Which flits a fault looks at.
enum class FlitClass { kData, kCtrl, kAny };
inline constexpr std::array kFlitClassNames{
    EnumName<FlitClass>{FlitClass::kData, "data"},
    EnumName<FlitClass>{FlitClass::kCtrl, "ctrl"},
    EnumName<FlitClass>{FlitClass::kAny, "any"},
};

/// Which part of an npu hangs.
enum class NpuPart { kCore, kDevice };
inline constexpr std::array kNpuPartNames{
    EnumName<NpuPart>{NpuPart::kCore, "core"},
    EnumName<NpuPart>{NpuPart::kDevice, "device"},
};

/// What kind of place a fault of a kind has.
enum class FaultPlace { kLink, kPort, kNpu };

struct FaultKindInfo {
  FaultPlace place;
  bool of_flits;  ///< hits single flits; the others last from `at` to `until`
  std::string_view sentence;
};
const FaultKindInfo& info_of(FaultKind kind);
std::string_view name_of(FaultKind kind);
std::string_view name_of(Recovery recovery);

/// A part that a fault breaks.
struct FaultTarget {
  std::string name;                            ///< "link3", "link3.a_to_b", "sw0.port3", "npu3"
  std::size_t part = 0;                        ///< index of the link or the node in the system
  unsigned port = 0;                           ///< of a switch
  std::array<bool, 2> directions{true, true};  ///< of a link: a to b, b to a
};

/// An entry of [[fault]].
///
/// A fault of flits hits, in each direction of each target, the first flit that leaves at or after
/// `at`, or the one that leaves after `after` others; with `probability` each flit by chance, from
/// the first on. It hits `count` flits. Only flits of class `flit` are looked at, counted and hit.
/// A fault that lasts begins in the first link cycle at or after `at` and ends in the first one at
/// or after `until`.
struct Fault {
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

  enum class Trigger { kAt, kAfter, kProbability };

  FaultKind kind = FaultKind::kCorrupt;
  std::string id;     ///< "fault[0]": what its draws are keyed by
  std::string where;  ///< as written
  Trigger trigger = Trigger::kAt;
  Time at;
  std::uint64_t after = 0;  ///< flits
  double probability = 0;
  Time until = Time::never();
  std::uint64_t count = 1;  ///< flits; kUnlimited: all
  FlitClass flit = FlitClass::kData;
  unsigned lane = 0;
  double ber = 0;
  NpuPart part = NpuPart::kCore;
  Recovery expect = Recovery::kReplayed;
  Time within = Time::never();       ///< never() only with Recovery::kHang
  std::vector<FaultTarget> targets;  ///< at least one
  SourcePos pos;
};

}  // namespace weft
