// SPDX-License-Identifier: Apache-2.0
#include "models/fault/read_faults.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "models/base/text.h"
#include "models/fault/fault_keys.h"

namespace weft {
namespace {

constexpr std::uint64_t kMostFlits = 1'000'000'000;

/// Everything that a fault of a kind can be at.
std::vector<FaultTarget> places(FaultPlace place, const System& system) {
  std::vector<FaultTarget> found;
  if (place == FaultPlace::kLink) {
    for (std::size_t i = 0; i < system.links.size(); ++i) {
      const std::string& name = system.links[i].name;
      found.push_back({name, i, 0, {true, true}});
      found.push_back({name + ".a_to_b", i, 0, {true, false}});
      found.push_back({name + ".b_to_a", i, 0, {false, true}});
    }
    return found;
  }
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const SystemNode& node = system.nodes[i];
    if (place == FaultPlace::kNpu && node.kind == NodeKind::kNpu) {
      found.push_back({node.name, i, 0, {true, true}});
    }
    if (place != FaultPlace::kPort || node.kind != NodeKind::kSwitch) continue;
    for (unsigned port = 0; port < node.ports; ++port) {
      if (!system.link_of(i, port)) continue;
      found.push_back({node.name + ".port" + std::to_string(port), i, port, {true, true}});
    }
  }
  return found;
}

std::string_view words_for(FaultPlace place) {
  switch (place) {
    case FaultPlace::kLink:
      return "link";
    case FaultPlace::kPort:
      return "linked port of a switch";
    case FaultPlace::kNpu:
      break;
  }
  return "npu";
}

class Reader {
 public:
  Reader(const Config& entry, const System& system, std::size_t index)
      : entry_(entry), system_(system) {
    fault_.id = "fault[" + std::to_string(index) + "]";
    fault_.pos = entry.pos("kind");
  }

  Fault read() {
    fault_.kind = entry_.get_enum("kind", kFaultKindNames);
    check_keys();
    read_where();
    if (info_of(fault_.kind).of_flits) {
      read_trigger();
    } else {
      read_span();
    }
    read_rest();
    read_expect();
    return std::move(fault_);
  }

 private:
  /// Refuses keys that faults of this kind do not have; a key that none has is left for others.
  void check_keys() const {
    const std::vector<std::string> given = entry_.keys_under("");
    for (const FaultKey& key : fault_keys()) {
      const bool has = std::find(given.begin(), given.end(), key.name) != given.end();
      if (!has && key.needed_by(fault_.kind)) entry_.require(key.name);
      if (!has || key.of(fault_.kind)) continue;
      entry_.fail(key.name, "is no key of faults of kind " + quoted(name_of(fault_.kind)),
                  "it has " + keys_of_kind());
    }
  }

  std::string keys_of_kind() const {
    std::vector<std::string> names;
    for (const FaultKey& key : fault_keys()) {
      if (key.of(fault_.kind)) names.emplace_back(key.name);
    }
    return join(names, ", ");
  }

  void read_where() {
    fault_.where = entry_.get_string("where");
    const FaultPlace place = info_of(fault_.kind).place;
    const std::vector<FaultTarget> all = places(place, system_);
    for (const FaultTarget& target : all) {
      if (key_match(fault_.where, target.name)) fault_.targets.push_back(target);
    }
    if (!fault_.targets.empty()) return;
    const std::string what(words_for(place));
    if (all.empty()) {
      entry_.fail("where", quoted(name_of(fault_.kind)) + " is for a" +
                               (place == FaultPlace::kNpu ? "n " : " ") + what +
                               ", of which the system has none");
    }
    std::vector<std::string> names;
    const bool starred = fault_.where.find('*') != std::string::npos;
    for (const FaultTarget& target : all) {
      std::string name = starred ? numbers_to_stars(target.name) : target.name;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    entry_.fail("where", "no " + what + " is called " + quoted(fault_.where),
                name_hint(fault_.where, views));
  }

  void read_trigger() {
    using Trigger = Fault::Trigger;
    const bool at = entry_.has("at"), after = entry_.has("after");
    const bool probability = entry_.has("probability");
    if (at + after + probability > 1) {
      entry_.fail(at ? "at" : "after",
                  std::string("there is ") + (probability ? "probability" : "after") + " too",
                  "one of at, after and probability says which flit is hit");
    }
    if (at + after + probability == 0) {
      throw InputError(fault_.pos, fault_.id, "says not which flit is hit",
                       "one of at = \"8us\", after = \"500flits\" and probability = 1e-3");
    }
    fault_.trigger = at ? Trigger::kAt : after ? Trigger::kAfter : Trigger::kProbability;
    if (at) fault_.at = entry_.get_time("at");
    if (after) fault_.after = flits("after");
    if (probability) {
      fault_.probability = entry_.get_probability("probability");
      if (fault_.probability == 0) entry_.fail("probability", "0 hits no flit");
    }
    fault_.count = probability ? Fault::kUnlimited : 1;
    if (entry_.has("count")) {
      fault_.count = entry_.get_uint64("count");
      if (fault_.count < 1 || fault_.count > kMostFlits) {
        entry_.fail("count", std::to_string(fault_.count) + " flits cannot be hit",
                    "1 to " + std::to_string(kMostFlits));
      }
    }
  }

  /// "500flits", with a space or without, "1flit" too.
  std::uint64_t flits(const char* key) const {
    const std::string text = entry_.get_string(key);
    std::string_view number = trim(text);
    for (const std::string_view unit : {"flits", "flit"}) {
      if (!number.ends_with(unit)) continue;
      number = trim(number.substr(0, number.size() - unit.size()));
      std::uint64_t value = 0;
      const auto [rest, error] =
          std::from_chars(number.data(), number.data() + number.size(), value);
      if (error == std::errc() && rest == number.data() + number.size() && value <= kMostFlits) {
        return value;
      }
      break;
    }
    entry_.fail(key, quoted(text) + " is no number of flits",
                "a whole number such as \"500flits\"; a time is given with at");
  }

  void read_span() {
    fault_.at = entry_.get_time("at");
    if (!entry_.has("until")) return;
    fault_.until = entry_.get_time("until");
    if (fault_.until <= fault_.at) {
      entry_.fail("until", quoted(to_string(fault_.until)) + " is not after at, " +
                               quoted(to_string(fault_.at)));
    }
  }

  void read_rest() {
    if (entry_.has("flit")) fault_.flit = entry_.get_enum("flit", kFlitClassNames);
    if (entry_.has("what")) fault_.part = entry_.get_enum("what", kNpuPartNames);
    if (entry_.has("lane")) {
      const std::uint64_t lane = entry_.get_uint64("lane");
      fault_.lane = static_cast<unsigned>(std::min<std::uint64_t>(lane, ~0u));
    }
    if (!entry_.has("ber")) return;
    fault_.ber = entry_.get_double("ber");
    if (!(fault_.ber >= 0 && fault_.ber <= 0.5)) {
      entry_.fail("ber", "no bit error rate lies outside of [0, 0.5]");
    }
  }

  void read_expect() {
    fault_.expect = entry_.get_enum("expect", kRecoveryNames);
    const bool for_link = info_of(fault_.kind).place == FaultPlace::kLink;
    if (fault_.expect == Recovery::kDegraded) {
      entry_.fail("expect", "\"degraded\" is not built yet: a link has all of its lanes or none",
                  "a link whose lane comes back has \"replayed\" or \"retrained\"");
    }
    const bool of_link = fault_.expect == Recovery::kReplayed ||
                         fault_.expect == Recovery::kRetrained ||
                         fault_.expect == Recovery::kLinkDown;
    if (of_link && !for_link) {
      entry_.fail("expect", quoted(name_of(fault_.expect)) + " is what links do",
                  "\"none_needed\" or \"hang\"");
    }
    if (entry_.has("within")) {
      fault_.within = entry_.get_time("within");
    } else if (fault_.expect != Recovery::kHang) {
      throw InputError(fault_.pos, fault_.id + ".within", "is missing",
                       "how long the recovery may take, such as \"2us\"");
    }
    if (fault_.until.is_never() && !info_of(fault_.kind).of_flits &&
        fault_.expect != Recovery::kLinkDown && fault_.expect != Recovery::kHang) {
      throw InputError(
          fault_.pos, fault_.id + ".until",
          "is missing: what never ends has no " + std::string("recovery"),
          "until, or expect = \"hang\"" + std::string(for_link ? " or \"link_down\"" : ""));
    }
  }

  const Config& entry_;
  const System& system_;
  Fault fault_;
};

}  // namespace

std::vector<Fault> read_faults(const Config& config, const System& system) {
  std::vector<Fault> faults;
  for (const Config& entry : config.get_tables("fault")) {
    faults.push_back(Reader(entry, system, faults.size()).read());
  }
  return faults;
}

}  // namespace weft
