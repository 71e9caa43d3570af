// SPDX-License-Identifier: Apache-2.0
#include "models/phy/phy_config.h"

#include <numeric>
#include <utility>

namespace weft {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kFlightFsPerMm = 4'900;  // 4.9 ns/m: group index 1.467 (G.652 fibre)
constexpr std::uint64_t kFsPerSecond = 1'000'000'000'000'000;

std::uint64_t wire_rate(const PhyConfig& phy) { return phy.lanes * phy.lane_rate.bits_per_s; }

Wide gcd(Wide a, Wide b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

std::string below(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : std::string(prefix) + "." + std::string(name);
}

}  // namespace

FecCode PhyConfig::code() const {
  switch (fec) {
    case FecKind::kRs128:
      return kRs128;
    case FecKind::kNone:
      return kNoFec;
    case FecKind::kRs544:
      break;
  }
  return kRs544;
}

std::vector<double> PhyConfig::lane_ber() const {
  std::vector<double> ber(lanes, pre_fec_ber);
  ber.at(worst_lane) *= worst_lane_factor;
  return ber;
}

Time PhyConfig::codeword_time() const {
  if (fec == FecKind::kNone) return Time{};
  const Wide bits = std::uint64_t{interleave} * code().symbols * code().symbol_bits;
  const std::uint64_t rate = wire_rate(*this);
  return Time::from_fs(static_cast<std::uint64_t>((bits * kFsPerSecond + rate - 1) / rate));
}

Time PhyConfig::latency() const {
  const Time flight =
      Time::from_fs(static_cast<std::uint64_t>(Wide{fibre.um} * kFlightFsPerMm / 1000));
  const Time line = flight + module_latency * 2;
  return fec == FecKind::kNone ? line : line + codeword_time() + fec_latency;
}

Clock PhyConfig::beat_clock() const {
  Wide num = Wide{code().beat_bits()} * code().symbols * kFsPerSecond;
  Wide den = Wide{code().data_symbols} * wire_rate(*this);
  const Wide common = gcd(num, den);
  return Clock(static_cast<std::uint64_t>(num / common), static_cast<std::uint64_t>(den / common));
}

void read_phy(const Config& config, std::string_view prefix, PhyConfig& phy) {
  read_params(config, prefix, phy);
  if (phy.interleave == 3) {
    config.fail(below(prefix, "interleave"), "3 codewords cannot be interleaved", "1, 2 or 4");
  }
  if (phy.worst_lane >= phy.lanes) {
    config.fail(below(prefix, "worst_lane"), "there is no lane " + std::to_string(phy.worst_lane),
                "lanes 0 to " + std::to_string(phy.lanes - 1));
  }
  if (phy.pre_fec_ber * phy.worst_lane_factor > 0.5) {
    config.fail(below(prefix, "worst_lane_factor"),
                "lane " + std::to_string(phy.worst_lane) + " would flip more than half of its bits",
                "worst_lane_factor times pre_fec_ber is at most 0.5");
  }
}

PhyConfig parse_phy_module(std::string_view toml, std::string file_name) {
  const Config config = Config::parse(toml, std::move(file_name));
  PhyConfig phy;
  read_phy(config, "", phy);
  config.check_all_used();
  return phy;
}

double rate_error(const PhyConfig& phy, const Clock& link_clock) {
  const Clock wire = phy.beat_clock();
  const double wire_period = static_cast<double>(wire.num()) / static_cast<double>(wire.den());
  const double link_period =
      static_cast<double>(link_clock.num()) / static_cast<double>(link_clock.den());
  return wire_period / link_period - 1;
}

}  // namespace weft
