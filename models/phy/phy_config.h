// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/base/clock.h"
#include "models/base/params.h"
#include "models/base/time.h"
#include "models/base/units.h"
#include "models/phy/fec_code.h"

namespace weft {

enum class FecKind { kRs544, kRs128, kNone };
inline constexpr std::array kFecNames{
    EnumName<FecKind>{FecKind::kRs544, "rs544"},
    EnumName<FecKind>{FecKind::kRs128, "rs128"},
    EnumName<FecKind>{FecKind::kNone, "none"},
};

enum class PhyLevel { kStatistical };
inline constexpr std::array kPhyLevelNames{
    EnumName<PhyLevel>{PhyLevel::kStatistical, "statistical"},
};

/// An optical link's physical layer: two modules, the fibre between them, the FEC at its ends. Both
/// directions are alike.
struct PhyConfig {
  std::string module = "lpo800";
  PhyLevel level = PhyLevel::kStatistical;
  unsigned lanes = 8;
  Rate lane_rate{106'250'000'000};
  Length fibre{20'000'000};
  Time module_latency = Time::ns(3);
  Time fec_latency = Time::ns(63);
  FecKind fec = FecKind::kRs544;
  unsigned interleave = 1;
  double pre_fec_ber = 0;
  double worst_lane_factor = 1;
  unsigned worst_lane = 0;
  bool mark_bad = false;

  static constexpr auto params = std::tuple{
      param("module", &PhyConfig::module, "name",
            "optical module: the name of one that comes with Weft, or a path"),
      param("level", &PhyConfig::level, one_of(kPhyLevelNames), "how errors are modelled"),
      param("lanes", &PhyConfig::lanes, "lanes", range(1u, 64u), "lanes per direction"),
      param("lane_rate", &PhyConfig::lane_rate, "Gb/s",
            range(Rate{1'000'000'000}, Rate{1'000'000'000'000}),
            "bit rate of a lane on the wire, FEC and transcoding included"),
      param("fibre", &PhyConfig::fibre, "m", range(Length{0}, Length{100'000'000'000}),
            "length of the fibre, at 4.9 ns per metre"),
      param("module_latency", &PhyConfig::module_latency, "ns", range(Time::ns(0), Time::us(10)),
            "time through the module at one end, one way"),
      param("fec_latency", &PhyConfig::fec_latency, "ns", range(Time::ns(0), Time::us(10)),
            "FEC encoding and decoding, counted from the moment the whole codeword is there"),
      param("fec", &PhyConfig::fec, one_of(kFecNames), "forward error correction"),
      param("interleave", &PhyConfig::interleave, "codewords", range(1u, 4u),
            "codewords that take the symbols of the stream in turn: 1, 2 or 4"),
      param("pre_fec_ber", &PhyConfig::pre_fec_ber, "1/bit", range(0.0, 0.5),
            "chance that a bit arrives flipped, before FEC"),
      param("worst_lane_factor", &PhyConfig::worst_lane_factor, "ratio", range(0.0, 1e12),
            "how many times pre_fec_ber one lane has"),
      param("worst_lane", &PhyConfig::worst_lane, "lane", range(0u, 63u),
            "the lane that worst_lane_factor is about, counted from 0"),
      param("mark_bad", &PhyConfig::mark_bad, "flag",
            "the decoder flags all beats of a codeword it could not repair"),
  };

  FecCode code() const;
  /// Bit error rate of each lane.
  std::vector<double> lane_ber() const;

  /// How long a codeword takes to arrive: `interleave` codewords on all lanes; 0 without FEC.
  Time codeword_time() const;
  /// From the pins of one link end to those of the other: both modules, flight, the arrival of a
  /// whole codeword (its first bit can be trusted no sooner), FEC. Without FEC the last two are 0.
  Time latency() const;
  /// The clock of 64 B beats that fills the wire: 640 ps for eight lanes of 106.25 Gb/s and rs544.
  Clock beat_clock() const;
};

/// Reads what is given below `prefix` over what `phy` holds. Throws InputError, also where two keys
/// do not fit together.
void read_phy(const Config& config, std::string_view prefix, PhyConfig& phy);

/// A module's data file, whole: every key must be known.
PhyConfig parse_phy_module(std::string_view toml, std::string file_name);

/// How much faster than the wire the link's beats are: 0 when they fill it, 3e-7 when three in ten
/// million are too many. Codewords are counted in link beats whatever this is.
double rate_error(const PhyConfig& phy, const Clock& link_clock);

}  // namespace weft
