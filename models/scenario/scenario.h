// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "models/base/config.h"
#include "models/base/digest.h"
#include "models/base/params.h"
#include "models/core/core.h"
#include "models/fault/fault.h"
#include "models/link/cycle.h"
#include "models/npu/npu_config.h"
#include "models/phy/phy_config.h"
#include "models/protocol/protocol.h"
#include "models/scenario/expectation.h"
#include "models/scenario/workload.h"
#include "models/switch/switch_config.h"
#include "models/system/system.h"

namespace weft {

enum class Fidelity { kFlit, kPacket, kFlow };
inline constexpr std::array kFidelityNames{
    EnumName<Fidelity>{Fidelity::kFlit, "flit"},
    EnumName<Fidelity>{Fidelity::kPacket, "packet"},
    EnumName<Fidelity>{Fidelity::kFlow, "flow"},
};

enum class PayloadLevel { kReal, kTiming };
inline constexpr std::array kPayloadNames{
    EnumName<PayloadLevel>{PayloadLevel::kReal, "real"},
    EnumName<PayloadLevel>{PayloadLevel::kTiming, "timing"},
};

enum class LinkLevel { kModel, kRtl };
inline constexpr std::array kLinkLevelNames{
    EnumName<LinkLevel>{LinkLevel::kRtl, "rtl"},
    EnumName<LinkLevel>{LinkLevel::kModel, "model"},
};

enum class LinkStart { kTrain, kUp };
inline constexpr std::array kLinkStartNames{
    EnumName<LinkStart>{LinkStart::kTrain, "train"},
    EnumName<LinkStart>{LinkStart::kUp, "up"},
};

/// Keys that stand in no section.
struct ScenarioTop {
  unsigned schema = 0;
  std::string system;
  std::string protocol = "ofl";
  Fidelity fidelity = Fidelity::kFlit;
  PayloadLevel payload = PayloadLevel::kReal;

  static constexpr auto params = std::tuple{
      param("schema", &ScenarioTop::schema, "version", "version of the file's format: 1"),
      param("system", &ScenarioTop::system, "name",
            "who is connected to whom: the name of a system that comes with Weft, or a path"),
      param("protocol", &ScenarioTop::protocol, "name",
            "the link's rules and numbers: the name of a protocol that comes with Weft, or a path"),
      param("fidelity", &ScenarioTop::fidelity, one_of(kFidelityNames),
            "what moves: flits, packets or flows"),
      param("payload", &ScenarioTop::payload, one_of(kPayloadNames),
            "whether packets carry data that is checked, or a tag"),
  };
};

/// ["gen*"]: a node of kind "generator".
struct GeneratorConfig {
  double load = 0.5;
  unsigned burst = 0;
  std::uint64_t queue = 16384;
  double consume = 0;

  static constexpr auto params = std::tuple{
      param("load", &GeneratorConfig::load, "ratio", range(0.0, 1.0),
            "packets offered, as a part of what the link could carry in full flits"),
      param("burst", &GeneratorConfig::burst, "flits", range(0u, 4096u),
            "packets come in bursts of at least so many flits; 0: each alone"),
      param("queue", &GeneratorConfig::queue, "B", range(8, 1 << 30),
            "transmit queue of each VC; the generator waits while it is full"),
      param("consume", &GeneratorConfig::consume, "ratio", range(0.0, 16.0),
            "how fast received packets are consumed and their buffer given back; 0: at once"),
  };
};

/// ["npu*"], without what the NPU is made of.
struct NpuKeys {
  std::string firmware = "collective";
  CoreConfig core;

  static constexpr auto params = std::tuple{
      param("firmware", &NpuKeys::firmware, "name",
            "what the core runs: the name of a firmware that comes with Weft, or the path of an "
            "ELF file; not loaded with workload.driver = \"engine\""),
      group("core", &NpuKeys::core),
  };
};

/// A node of kind "npu".
struct NpuSettings : NpuKeys {
  NpuConfig device;
  std::size_t image = 0;  ///< index into Scenario::firmware; meaningless where none is loaded
};

struct PortKeys {
  Cycles pipeline{16};

  static constexpr auto params = std::tuple{
      param("pipeline", &PortKeys::pipeline, "cycles", range(Cycles{1}, Cycles{65536}),
            "link cycles from node to link, and again from link to node"),
  };
};

/// ["link*"], without its PHY.
struct LinkKeys {
  LinkLevel level = LinkLevel::kModel;
  LinkStart start = LinkStart::kTrain;
  std::string rtl;
  PortKeys port;

  static constexpr auto params = std::tuple{
      param("level", &LinkKeys::level, one_of(kLinkLevelNames),
            "what a link end is made of: the RTL, or the model of it"),
      param("start", &LinkKeys::start, one_of(kLinkStartNames),
            "whether the link trains first, or begins as if it had"),
      param("rtl", &LinkKeys::rtl, "name",
            "link object of level rtl: a name in the folder of link objects, or a path; empty: "
            "that of the protocol"),
      group("port", &LinkKeys::port),
  };
};

struct SimKeys {
  std::uint64_t seed = 1;
  Cycles burst{32};
  bool idle_skip = true;
  unsigned threads = 1;
  Time until = Time::max();
  Time watchdog = Time::us(100);

  static constexpr auto params = std::tuple{
      param("seed", &SimKeys::seed, "number", "what everything random follows from"),
      param("burst", &SimKeys::burst, "cycles", range(Cycles{1}, Cycles{65536}),
            "most cycles a link end is evaluated at a stretch; changes speed, never results"),
      param("idle_skip", &SimKeys::idle_skip, "flag",
            "leave out clocks in which a link end is at rest; changes speed, never results"),
      param("threads", &SimKeys::threads, "threads", range(1u, 256u),
            "threads that share the links; changes speed, never results"),
      param("until", &SimKeys::until, "us", range(Time::ns(1), Time::max()),
            "stop at this simulated time, even if not all is done"),
      param("watchdog", &SimKeys::watchdog, "us", range(Time::us(10), Time::s(3600)),
            "the run hangs when something is under way and nothing arrives for so long"),
  };
};

struct LinkSettings : LinkKeys {
  PhyConfig phy;
};

/// Hands over the texts that a scenario names; the models know no files.
class ScenarioFiles {
 public:
  enum class Kind {
    kSystem,
    kProtocol,
    kPhy,
    kFirmware,  ///< binary: an ELF file as it is
  };
  struct Text {
    std::string file;  ///< for messages
    std::string text;  ///< or bytes
  };

  virtual ~ScenarioFiles() = default;
  /// What `config` calls `name` in `key`. Throws InputError, at the key, when there is none.
  virtual Text read(Kind kind, const std::string& name, const Config& config,
                    const std::string& key) = 0;
};

/// An ELF file that npus run; what is in it has not been looked at.
struct FirmwareImage {
  std::string name;  ///< as scenarios write it
  std::string file;
  std::string bytes;
};

/// A scenario with everything it refers to, read and checked.
struct Scenario {
  static constexpr unsigned kSchema = 1;

  ScenarioTop top;
  System system;
  Protocol protocol;
  std::string protocol_file;
  Workload workload;
  std::vector<LinkSettings> links;          ///< by link of the system
  std::vector<GeneratorConfig> generators;  ///< by node of the system; read for generators
  std::vector<NpuSettings> npus;            ///< by node of the system; read for npus
  std::vector<SwitchConfig> switches;       ///< by node of the system; read for switches
  std::vector<FirmwareImage> firmware;      ///< each that npus run, once
  std::vector<Fault> faults;                ///< in the order of the file
  SimKeys sim;
  std::vector<Expectation> expectations;
  std::vector<std::string> warnings;  ///< one line each; the run goes on
  Hash128 config_hash;                ///< of every effective key and all files read

  /// Throws InputError for anything that is wrong, unknown keys included.
  static Scenario read(const Config& config, ScenarioFiles& files);

  Clock link_clock(std::size_t link) const;
  /// Cycles from the pins of one end to those of the other.
  Cycle flight(std::size_t link) const;
  /// Cycles a link end may run ahead: min(sim.burst, flight, port pipeline).
  Cycle window(std::size_t link) const;
  /// Packet lengths in slots, header included.
  std::vector<unsigned> packet_slots() const;
  /// Whether npus run firmware; otherwise the testbench drives their registers.
  bool runs_firmware() const;
};

/// What fits each value but not the others: rates, buffers, round trips. Part of Scenario::read().
void check_scenario(Scenario& scenario, const Config& config);

}  // namespace weft
