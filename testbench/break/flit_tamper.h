// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/random.h"
#include "models/fault/fault.h"
#include "models/link/flit.h"
#include "models/link/wire.h"
#include "testbench/break/wire_faults.h"

namespace weft::tb {

/// A flit that a FlitTamper has let pass whole.
struct PassedFlit {
  FlitName name;
  Cycle arrival = 0;               ///< of its last beat
  bool tells_credit = false;       ///< it carries a credit limit
  std::optional<unsigned> record;  ///< VC of its record; nothing in a CTRL flit, which tells of all
};

/// Told what a FlitTamper does, in the order in which flits leave.
class TamperWatch {
 public:
  virtual ~TamperWatch() = default;
  /// Rule `rule` hit flit `name`, whose first beat left in cycle `sent`. `record`: the VC whose
  /// credit record is lost.
  virtual void hit(std::size_t rule, Cycle sent, const FlitName& name,
                   std::optional<unsigned> record) = 0;
  /// The flit arrives as it left, or with another acknowledgement.
  virtual void passed(const PassedFlit& flit) = 0;
};

/// Breaks the flits of one direction of a link: corrupt, drop, duplicate, lose_credit, stuck_ack.
///
/// Which flits depends on the cycles in which flits leave, on their number, and on draws by that
/// number; so on nothing that windows, threads or idle skipping change. Of several rules that
/// would hit a flit the first does. BOOT flits are never touched.
class FlitTamper final : public WireTap {
 public:
  /// Most cycles that duplicates put off what follows them; then no more are made.
  static constexpr Cycle kMaxBacklog = 32;

  /// `latency` is the wire's; `path` names the direction and keys the draws. Format and watch live
  /// longer.
  FlitTamper(const FlitFormat& format, const FlitNamer& namer, Cycle latency, std::uint64_t seed,
             std::string_view path, TamperWatch& watch);

  /// A rule for a fault that lasts in the cycles [at, until), or begins at `at`. The fault lives
  /// longer. Before the first beat. Returns the number of the rule.
  std::size_t add(const Fault& fault, Cycle at, Cycle until);

  bool pass(Cycle sent, WireBeat& beat) override;
  bool more(WireBeat& beat) override;

 private:
  enum class Action { kNone, kFlip, kDrop, kDuplicate, kBlank };
  struct Rule {
    const Fault* fault;
    Cycle at, until;
    Random draws;
    Threshold chance;
    std::uint64_t seen = 0, hits = 0;  // flits that count
    std::optional<std::uint64_t> ack;  // that stuck
  };

  void begin(Cycle sent, std::uint64_t head);
  bool counts(const Rule& rule) const;
  bool fires(const Rule& rule, Cycle sent) const;
  Action action_of(const Rule& rule) const;
  void draw_flips(const Rule& rule);
  void edit(unsigned beat);
  void stick(std::uint64_t& tail);

  const FlitFormat& format_;
  FlitNamer namer_;
  Cycle latency_;
  std::uint64_t seed_;
  std::string path_;
  TamperWatch& watch_;
  std::vector<Rule> rules_;

  // The flit under way.
  FlitName name_;
  Head head_;
  Cycle sent_ = 0;
  Action action_ = Action::kNone;
  unsigned index_ = 0;  // of its next beat
  std::array<std::uint64_t, kFlitSlots> original_{};
  std::array<std::uint64_t, kFlitSlots> edited_{};
  std::array<std::uint16_t, 5> flips_{};
  unsigned flip_count_ = 0;
  std::array<WireBeat, kBeats> copies_;  // of what went on, for duplicates
  unsigned copies_left_ = 0;

  Cycle next_free_ = 0;  // arrivals before it are taken
  std::optional<std::uint64_t> last_ack_;
};

}  // namespace weft::tb
