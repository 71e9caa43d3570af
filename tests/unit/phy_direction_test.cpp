// SPDX-License-Identifier: Apache-2.0
#include "models/phy/phy_direction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "models/base/digest.h"
#include "models/phy/codeword_error.h"
#include "tests/unit/phy_statistics.h"

namespace weft {
namespace {

using Beat = std::array<std::uint64_t, 8>;
using phy_test::binomial_sigmas;

PhyConfig config_with(double ber, FecKind fec = FecKind::kRs544, unsigned interleave = 1) {
  PhyConfig config;
  config.pre_fec_ber = ber;
  config.fec = fec;
  config.interleave = interleave;
  return config;
}

PhyDirection direction(const PhyConfig& config, std::uint64_t seed = 1,
                       std::string_view path = "link0.a_to_b") {
  return PhyDirection(config, config.beat_clock(), seed, path);
}

struct Seen {
  Beat flips{};
  PhyDirection::Effect effect;
};

/// Sends a beat of noise and returns what was flipped.
Seen send(PhyDirection& phy, std::uint64_t cycle) {
  Beat sent;
  for (std::uint64_t i = 0; i < 8; ++i) sent[i] = (cycle * 8 + i) * 0x9E3779B97F4A7C15u;
  std::uint64_t slots[8];
  std::copy(sent.begin(), sent.end(), slots);
  Seen seen;
  seen.effect = phy.transmit(cycle, slots);
  for (unsigned i = 0; i < 8; ++i) seen.flips[i] = sent[i] ^ slots[i];
  return seen;
}

bool any(const Beat& flips) { return flips != Beat{}; }

/// What the beats of a direction must show, by walking the stream bit by bit.
struct Expected {
  std::map<std::uint64_t, Beat> flips;                      // by cycle, payload only
  std::map<std::uint64_t, std::array<bool, 2>> header_hit;  // by cycle, each half of the beat
  std::vector<std::uint64_t> failed;
};

Expected expect_damage(const PhyConfig& config, const PhyDirection& phy, std::uint64_t cycles,
                       std::uint64_t seed, std::string_view path) {
  const FecCode code = config.code();
  const Random gaps(seed, path, "phy.gap");
  const Random errors(seed, path, "phy.errors");
  std::map<std::uint64_t, CodewordErrors> failed;
  std::uint64_t codeword = 0;
  for (std::uint64_t i = 0;; ++i, ++codeword) {
    codeword += geometric_gap(phy.profile().codeword_error_rate(), gaps.draw(i));
    if (codeword > phy.grid().begun(cycles - 1)) break;
    phy.profile().draw(errors, codeword, failed[codeword]);
  }
  const CodewordGrid::Place origin = phy.grid().place(0, 0, 0);
  const unsigned headers = !code.transcoded ? 0
                           : origin.header  ? origin.bit / 256
                                            : origin.bit / 256 + 1;
  const std::uint64_t start = origin.cycle * code.beat_bits() + origin.bit + headers;

  Expected expected;
  std::uint64_t stream = 0;
  auto flipped = [&] {
    if (stream < start) return false;
    const std::uint64_t symbol = (stream - start) / code.symbol_bits;
    const std::uint64_t in_frame = symbol % (code.data_symbols * config.interleave);
    const std::uint64_t number =
        symbol / (code.data_symbols * config.interleave) * config.interleave +
        in_frame % config.interleave;
    const auto found = failed.find(number);
    if (found == failed.end()) return false;
    for (const BadSymbol& bad : found->second.symbols) {
      if (bad.symbol != in_frame / config.interleave) continue;
      return (bad.flips >> (stream - start) % code.symbol_bits & 1) != 0;
    }
    return false;
  };
  for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
    for (unsigned bit = 0; bit < 512; ++bit, ++stream) {
      if (code.transcoded && bit % 256 == 0) {
        if (flipped()) expected.header_hit[cycle][bit / 256] = true;
        ++stream;
      }
      if (flipped()) expected.flips[cycle][bit / 64] |= std::uint64_t{1} << bit % 64;
    }
  }
  for (const auto& [number, unused] : failed) expected.failed.push_back(number);
  return expected;
}

TEST(PhyDirection, FlipsTheBitsOfBadSymbolsAndNoOthers) {
  struct Case {
    PhyConfig config;
    std::uint64_t cycles;
  };
  const Case cases[] = {
      {config_with(1.7e-3), 4'000},
      {config_with(2e-2), 300},
      {config_with(2e-3, FecKind::kRs544, 2), 2'000},
      {config_with(2e-3, FecKind::kRs544, 4), 2'000},
      {config_with(2e-3, FecKind::kRs128), 3'000},
      {config_with(1e-4, FecKind::kNone), 3'000},
  };
  unsigned all_headers = 0;
  for (const Case& c : cases) {
    const std::string path = "link" + std::to_string(&c - cases) + ".a_to_b";
    PhyDirection phy = direction(c.config, 7, path);
    const Expected expected = expect_damage(c.config, phy, c.cycles, 7, path);
    unsigned damaged = 0, headers = 0, expected_damaged = 0;
    std::uint64_t bits = 0;
    for (std::uint64_t cycle = 0; cycle < c.cycles; ++cycle) {
      const Seen seen = send(phy, cycle);
      EXPECT_EQ(seen.effect.damaged, any(seen.flips));
      EXPECT_FALSE(seen.effect.marked);
      Beat flips{};
      std::array<bool, 2> header{};
      if (const auto f = expected.flips.find(cycle); f != expected.flips.end()) flips = f->second;
      if (const auto h = expected.header_hit.find(cycle); h != expected.header_hit.end()) {
        header = h->second;
      }
      for (unsigned half = 0; half < 2; ++half) {
        std::uint64_t block_flips = 0;
        for (unsigned i = 4 * half; i < 4 * half + 4; ++i) {
          block_flips |= seen.flips[i];
          if (!header[half]) {
            EXPECT_EQ(seen.flips[i], flips[i]) << "cycle " << cycle;
          }
        }
        EXPECT_TRUE(!header[half] || block_flips != 0);
        headers += header[half];
      }
      damaged += any(seen.flips);
      expected_damaged += any(flips) || header[0] || header[1];
      for (std::uint64_t f : seen.flips) bits += static_cast<unsigned>(std::popcount(f));
    }
    std::printf(
        "%zu failed codewords of %llu beats: damaged beats expected %u  seen %u, %u header "
        "bits hit\n",
        expected.failed.size(), static_cast<unsigned long long>(c.cycles), expected_damaged,
        damaged, headers);
    EXPECT_EQ(damaged, expected_damaged);
    EXPECT_GT(damaged, 100u);
    EXPECT_TRUE(c.config.code().transcoded || headers == 0);
    all_headers += headers;
    const PhyDirection::Stats stats = phy.stats();
    EXPECT_EQ(stats.beats_damaged, damaged);
    EXPECT_EQ(stats.bits_flipped, bits);
    EXPECT_NEAR(
        static_cast<double>(stats.codewords),
        static_cast<double>(c.cycles) * c.config.code().beat_bits() / c.config.code().data_bits(),
        1.0 + c.config.interleave);
  }
  EXPECT_GT(all_headers, 10u);
}

TEST(PhyDirection, FailsCodewordsAtTheClosedRateWhileBeatsArePassed) {
  struct Case {
    const char* what;
    FecKind fec;
    double ber;
    std::uint64_t beats;
  };
  const Case cases[] = {
      {"RS(544,514), BER 1.5e-3", FecKind::kRs544, 1.5e-3, 3'000'000},
      {"RS(544,514), BER 2e-3", FecKind::kRs544, 2e-3, 1'000'000},
      {"RS(544,514), BER 3e-3", FecKind::kRs544, 3e-3, 300'000},
      {"RS(544,514), BER 1e-2", FecKind::kRs544, 1e-2, 50'000},
      {"RS(128,120), BER 1e-3", FecKind::kRs128, 1e-3, 1'000'000},
      {"no FEC, BER 1e-5", FecKind::kNone, 1e-5, 3'000'000},
  };
  for (const Case& c : cases) {
    PhyDirection phy = direction(config_with(c.ber, c.fec), 3, c.what);
    for (std::uint64_t cycle = 0; cycle < c.beats; ++cycle) {
      std::uint64_t slots[8] = {};
      phy.transmit(cycle, slots);
    }
    const PhyDirection::Stats stats = phy.stats();
    EXPECT_GT(stats.failed, 50u);
    EXPECT_LT(binomial_sigmas(c.what, static_cast<double>(stats.failed),
                              static_cast<double>(stats.codewords),
                              codeword_error_rate(c.ber, config_with(c.ber, c.fec).code())),
              4.0);
  }
}

TEST(PhyDirection, CountsFailuresOfAnIdleWireDownToRatesNobodyCouldWaitFor) {
  for (double ber : {2.4e-4, 3e-4, 1e-3, 1.5e-3}) {
    PhyDirection phy = direction(config_with(ber), 9, std::to_string(ber));
    const double rate = codeword_error_rate(ber);
    const auto codewords = static_cast<std::uint64_t>(std::min(10'000 / rate, 1.5e15));
    phy.idle_until(codewords * 10);
    const PhyDirection::Stats stats = phy.stats();
    EXPECT_GT(stats.failed, 500u);
    EXPECT_LT(binomial_sigmas(("idle wire, BER " + std::to_string(ber)).c_str(),
                              static_cast<double>(stats.failed),
                              static_cast<double>(stats.codewords), rate),
              4.0);
  }
}

// The fate of a beat depends on its cycle alone.
TEST(PhyDirection, TreatsABeatTheSameWhateverElseWasSent) {
  for (const PhyConfig& base :
       {config_with(2e-3), config_with(6e-3, FecKind::kRs544, 4),
        config_with(2e-3, FecKind::kRs128), config_with(3e-4, FecKind::kNone)}) {
    PhyConfig config = base;
    config.mark_bad = true;
    const std::uint64_t cycles = 20'000;
    PhyDirection whole = direction(config);
    std::vector<Seen> all;
    for (std::uint64_t c = 0; c < cycles; ++c) all.push_back(send(whole, c));

    const Random coin(5, "test", "subset");
    for (std::uint64_t every : {2, 7, 64, 1000}) {
      PhyDirection part = direction(config);
      unsigned compared = 0, damaged = 0;
      for (std::uint64_t c = 0; c < cycles; ++c) {
        if (coin.below(c, every) != 0) continue;
        // Asking ahead and declaring the wire idle in between change nothing.
        if (c % 3 == 0) part.next_failure(c + c % 50);
        if (c % 5 == 0 && c > 0) part.idle_until(c - 1);
        const Seen seen = send(part, c);
        EXPECT_EQ(seen.flips, all[c].flips);
        EXPECT_EQ(seen.effect.damaged, all[c].effect.damaged);
        EXPECT_EQ(seen.effect.marked, all[c].effect.marked);
        ++compared;
        damaged += seen.effect.damaged;
      }
      EXPECT_GT(compared, 0u);
      EXPECT_GT(damaged, every < 100 ? 10u : 0u);
      part.idle_until(cycles - 1);
      EXPECT_EQ(part.stats().codewords, whole.stats().codewords);
      EXPECT_EQ(part.stats().failed, whole.stats().failed);
      EXPECT_EQ(part.stats().bad_symbols, whole.stats().bad_symbols);
      EXPECT_EQ(part.stats().miscorrected, whole.stats().miscorrected);
    }
  }
}

TEST(PhyDirection, TellsWhereTheNextFailingCodewordLies) {
  for (unsigned interleave : {1u, 4u}) {
    PhyConfig config = config_with(2e-3, FecKind::kRs544, interleave);
    config.mark_bad = true;
    PhyDirection driven = direction(config);
    PhyDirection asked = direction(config);
    std::uint64_t covered_to = 0;
    unsigned spans = 0;
    for (std::uint64_t c = 0; c < 30'000; ++c) {
      const CycleSpan next = asked.next_failure(c);
      EXPECT_GE(next.last, c);
      if (next.first <= c) covered_to = std::max(covered_to, next.last + 1);
      spans += next.first == c;
      const bool inside = c < covered_to;
      const PhyDirection::Effect effect = send(driven, c).effect;
      EXPECT_EQ(effect.marked, inside) << "cycle " << c;
      EXPECT_TRUE(inside || !effect.damaged);
      // Only beats that a failing codeword touches need be asked about at all.
      EXPECT_EQ(inside && send(asked, c).effect.damaged, effect.damaged);
    }
    EXPECT_GT(spans, 50u);
    EXPECT_EQ(asked.stats().beats_damaged, driven.stats().beats_damaged);
    EXPECT_EQ(asked.stats().bits_flipped, driven.stats().bits_flipped);
  }
  const PhyDirection perfect = direction(config_with(0));
  EXPECT_EQ(perfect.next_failure(0), (CycleSpan{~std::uint64_t{0}, ~std::uint64_t{0}}));
}

TEST(PhyDirection, MarksAllBeatsOfAFailedCodewordAndHidesMiscorrections) {
  PhyConfig config = config_with(1e-2, FecKind::kRs128);
  config.mark_bad = true;
  PhyDirection phy = direction(config);
  unsigned silent = 0;
  std::uint64_t cycle = 0;
  for (; cycle < 300'000; ++cycle) {
    const PhyDirection::Effect effect = send(phy, cycle).effect;
    silent += effect.damaged && !effect.marked;
  }
  const PhyDirection::Stats stats = phy.stats();
  std::printf("of %llu failed codewords %llu miscorrected; %u beats damaged without a mark\n",
              static_cast<unsigned long long>(stats.failed),
              static_cast<unsigned long long>(stats.miscorrected), silent);
  EXPECT_LT(binomial_sigmas("RS(128,120) miscorrects", static_cast<double>(stats.miscorrected),
                            static_cast<double>(stats.failed), miscorrection_rate(kRs128)),
            4.0);
  EXPECT_GT(silent, 0u);
  EXPECT_LE(silent, 3 * stats.miscorrected);
  EXPECT_GT(stats.beats_marked, stats.beats_damaged - silent);
}

TEST(PhyDirection, AlignsCodewordsDifferentlyInEachDirectionAndSeed) {
  std::vector<double> offsets(514, 0.0);
  for (unsigned i = 0; i < 20'000; ++i) {
    const PhyDirection phy = direction(config_with(0), i % 7, "link" + std::to_string(i / 7));
    const CodewordGrid::Place at = phy.grid().place(0, 0, 0);
    const std::uint64_t bit = at.cycle * 514 + at.bit + at.bit / 256 + !at.header;
    EXPECT_EQ(bit % 10, 0u);
    offsets[bit / 10] += 1;
  }
  const std::vector<double> uniform(514, 1.0 / 514);
  EXPECT_LT(phy_test::chi_squared_sigmas("alignment in symbols", offsets, uniform), 4.5);
}

TEST(PhyDirection, IsTheSameOnEveryMachine) {
  PhyConfig config = config_with(2e-3);
  config.worst_lane = 5;
  config.worst_lane_factor = 3;
  Digest digest;
  for (unsigned interleave : {1u, 4u}) {
    config.interleave = interleave;
    PhyDirection phy = direction(config, 42, "link3.b_to_a");
    for (std::uint64_t cycle = 0; cycle < 50'000; ++cycle) {
      const Seen seen = send(phy, cycle);
      if (!seen.effect.damaged) continue;
      digest.add(cycle);
      digest.add(seen.flips);
    }
  }
  EXPECT_EQ(digest.value().hex(), "029befffffe22a9f2ff57a74febd6c71");
}

TEST(PhyDirection, RefusesBeatsOutOfOrder) {
  PhyDirection phy = direction(config_with(1e-3));
  std::uint64_t slots[8] = {};
  phy.transmit(10, slots);
  EXPECT_THROW(phy.transmit(10, slots), std::logic_error);
  EXPECT_THROW(phy.transmit(9, slots), std::logic_error);
  phy.idle_until(20);
  EXPECT_THROW(phy.transmit(20, slots), std::logic_error);
  phy.transmit(21, slots);
}

TEST(PhyDirection, PassesAGoodBeatInAFewNanoseconds) {
  for (double ber : {0.0, 1e-6, 1e-3, 1.5e-3}) {
    PhyDirection phy = direction(config_with(ber));
    std::uint64_t slots[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const std::uint64_t beats = 3'000'000;
    double best = 1e9;
    for (std::uint64_t round = 0; round < 3; ++round) {
      const auto start = std::chrono::steady_clock::now();
      for (std::uint64_t c = round * beats; c < (round + 1) * beats; ++c) phy.transmit(c, slots);
      const std::chrono::duration<double, std::nano> took =
          std::chrono::steady_clock::now() - start;
      best = std::min(best, took.count() / static_cast<double>(beats));
    }
    std::printf("BER %.1e: %.2f ns per beat, %llu codewords failed\n", ber, best,
                static_cast<unsigned long long>(phy.stats().failed));
    EXPECT_LT(best, 100.0);  // a few, but for instrumented builds and busy machines
  }
}

}  // namespace
}  // namespace weft
