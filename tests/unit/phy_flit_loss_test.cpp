// SPDX-License-Identifier: Apache-2.0
#include "models/phy/flit_loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "models/phy/codeword_error.h"
#include "models/phy/phy_direction.h"
#include "tests/unit/phy_statistics.h"

namespace weft {
namespace {

PhyConfig config_with(double ber, FecKind fec = FecKind::kRs544, unsigned interleave = 1) {
  PhyConfig config;
  config.pre_fec_ber = ber;
  config.fec = fec;
  config.interleave = interleave;
  return config;
}

struct Mean {
  double sum = 0, squares = 0, count = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    count += 1;
  }
  double value() const { return sum / count; }
  double error() const { return std::sqrt((squares / count - value() * value()) / count); }
};

double sigmas(const std::string& what, double expected, const Mean& mean) {
  const double apart = (mean.value() - expected) / mean.error();
  std::printf("%-46s expected %.4f  seen %.4f +- %.4f (%.0f codewords)\n", what.c_str(), expected,
              mean.value(), mean.error(), mean.count);
  return std::fabs(apart);
}

TEST(PhyFlitLoss, TouchesOneFlitAndACodewordsWorthMore) {
  struct Case {
    unsigned beats;
    double expected;
  };
  for (const Case& c : {Case{4, 3.5}, Case{10, 2.0}, Case{1, 11.0}}) {
    const FlitLoss loss = flit_loss(kRs544, 1e-3, c.beats);
    std::printf("%3u B flits: touched expected %.2f  seen %.4f, hit %.4f\n", 64 * c.beats,
                c.expected, loss.touched, loss.hit);
    // Whole symbols, not bits, are what alignments differ by.
    EXPECT_NEAR(loss.touched, c.expected, 0.01 * c.expected);
    EXPECT_LT(loss.hit, loss.touched);
    EXPECT_GT(loss.hit, 0.7 * loss.touched);
  }
}

/// The same by another road: the chance that no bit of a flit is flipped, less the chance of that
/// in a codeword that decodes, over the chance of failure.
double hit_by_complement(const FecCode& code, double ber, unsigned flit_beats) {
  const unsigned flit = flit_beats * code.beat_bits();
  const unsigned m = code.symbol_bits;
  double sum = 0;
  for (unsigned start = 0; start < flit; ++start) {
    for (unsigned from = 0; from < start + code.data_bits(); from += flit) {
      std::vector<unsigned> inside(code.symbols, 0);  // bits of each symbol in this flit
      unsigned bits = 0;
      for (unsigned b = 0; b < code.data_bits(); ++b) {
        if (start + b < from || start + b >= from + flit) continue;
        ++inside[b / m];
        ++bits;
      }
      // Law of the number of bad symbols, given that all bits in the flit are right.
      std::vector<double> law{1.0};
      for (unsigned in : inside) {
        const double bad = 1 - std::pow(1 - ber, m - in);
        law.push_back(0);
        for (std::size_t i = law.size() - 1; i > 0; --i) {
          law[i] = law[i] * (1 - bad) + law[i - 1] * bad;
        }
        law[0] *= 1 - bad;
      }
      double decodes = 0;
      for (unsigned i = 0; i <= code.correctable; ++i) decodes += law[i];
      const double clean_and_failed = std::pow(1 - ber, bits) * (1 - decodes);
      sum += bits == 0 ? 0 : 1 - clean_and_failed / codeword_error_rate(ber, code);
    }
  }
  return sum / flit;
}

TEST(PhyFlitLoss, AgreesWithTheComplement) {
  // Small codes, so that many flits escape; symbols of 9 and 11 bits straddle the borders of 512
  // bits in every way.
  for (const FecCode& code : {FecCode{75, 70, 9, 1, false}, FecCode{64, 60, 11, 0, false},
                              FecCode{60, 50, 11, 3, false}}) {
    for (double ber : {1e-3, 1e-2}) {
      const double expected = hit_by_complement(code, ber, 1);
      const double seen = flit_loss(code, ber, 1).hit;
      std::printf("%u symbols of %u bits, BER %.0e: hit expected %.9f  seen %.9f\n", code.symbols,
                  code.symbol_bits, ber, expected, seen);
      EXPECT_NEAR(seen, expected, 1e-9);
    }
  }
}

// Isolated failures of many directions, each with an alignment of its own.
TEST(PhyFlitLoss, IsWhatDirectionsShowInRunsOfNeighbouringFlits) {
  struct Case {
    FecKind fec;
    double ber;
    unsigned beats;
    unsigned directions;
  };
  for (const Case& c : {Case{FecKind::kRs544, 1e-3, 4, 4000}, Case{FecKind::kRs544, 1e-3, 10, 2000},
                        Case{FecKind::kRs544, 1e-3, 1, 2000}, Case{FecKind::kRs128, 3e-4, 4, 2000},
                        Case{FecKind::kRs128, 3e-4, 1, 2000}}) {
    const PhyConfig config = config_with(c.ber, c.fec);
    const auto profile = std::make_shared<const ErrorProfile>(config.code(), config.lane_ber());
    Mean touched, hit;
    unsigned with_holes = 0, most = 0;
    std::vector<unsigned> runs(24, 0);
    for (unsigned d = 0; d < c.directions; ++d) {
      PhyDirection phy(config, config.beat_clock(), 1, "link" + std::to_string(d), profile);
      std::uint64_t free_from = 0;  // the first cycle of a flit that no failure before shares
      for (unsigned i = 0; i < 10; ++i) {
        const CycleSpan span = phy.next_failure(free_from);
        const CycleSpan next = phy.next_failure(span.last + 1);
        const bool alone = span.first >= free_from && next.first / c.beats > span.last / c.beats;
        free_from = (span.last / c.beats + 1) * c.beats;
        if (!alone) continue;
        const std::uint64_t first = span.first / c.beats;
        const std::uint64_t last = span.last / c.beats;
        unsigned damaged = 0;
        std::uint64_t first_hit = last + 1, last_hit = first;
        for (std::uint64_t flit = first; flit <= last; ++flit) {
          bool bad = false;
          for (std::uint64_t b = flit * c.beats; b < (flit + 1) * c.beats; ++b) {
            if (b < span.first || b > span.last) continue;
            std::uint64_t slots[8] = {};
            bad |= phy.transmit(b, slots).damaged;
          }
          if (!bad) continue;
          ++damaged;
          first_hit = std::min(first_hit, flit);
          last_hit = flit;
        }
        touched.add(static_cast<double>(last - first + 1));
        hit.add(damaged);
        runs.at(damaged) += 1;
        most = std::max(most, damaged);
        with_holes += damaged > 0 && damaged != last_hit - first_hit + 1;
      }
    }
    const FlitLoss expected = flit_loss(config.code(), c.ber, c.beats);
    const std::string what = (c.fec == FecKind::kRs544 ? "RS(544,514), " : "RS(128,120), ") +
                             std::to_string(64 * c.beats) + " B flits: ";
    EXPECT_LT(sigmas(what + "touched", expected.touched, touched), 4.0);
    EXPECT_LT(sigmas(what + "hit", expected.hit, hit), 4.0);
    std::printf("  flits hit together:");
    for (unsigned i = 0; i <= most; ++i) std::printf(" %u:%u", i, runs[i]);
    std::printf("; %u of %.0f runs with a hole\n", with_holes, hit.count);
    // The run is whole unless a flit inside it holds none of 16 or more bad symbols of 544.
    if (c.beats == 4 && c.fec == FecKind::kRs544) {
      EXPECT_LT(with_holes, 0.005 * hit.count);
      EXPECT_EQ(runs[0] + runs[1], 0u);
      EXPECT_GT(runs[3] + runs[4], 0.85 * hit.count);
    }
    if (c.beats == 1) {
      EXPECT_GT(with_holes, 0u);
    }
  }
}

// The same from a line that flips bit by bit and knows nothing of counts or conditional draws.
TEST(PhyFlitLoss, MatchesALineThatFlipsEachBitByADrawOfItsOwn) {
  const double ber = 3e-3;
  const phy_test::BitwiseLine line(kRs544, ber, 23);
  const Random alignments(1, "test", "alignment");
  Mean hit;
  for (unsigned i = 0; i < 15'000; ++i) {
    const std::vector<std::uint16_t> flips = line.flips(i);
    if (phy_test::BitwiseLine::bad(flips) <= 15) continue;
    const std::uint64_t start = 2 * alignments.below(i, 1028);
    std::array<bool, 5> flit{};
    for (unsigned bit = 0; bit < 5140; ++bit) {
      if (flips[bit / 10] >> bit % 10 & 1) flit[(start + bit) / 2056] = true;
    }
    hit.add(flit[0] + flit[1] + flit[2] + flit[3] + flit[4]);
  }
  EXPECT_LT(sigmas("bit by bit, 256 B flits: hit", flit_loss(kRs544, ber, 4).hit, hit), 4.0);
}

// Four interleaved codewords spread one failure over four times the beats.
TEST(PhyFlitLoss, SpreadsWithInterleavedCodewords) {
  const unsigned interleave = 4;
  const PhyConfig config = config_with(1e-3, FecKind::kRs544, interleave);
  const auto profile = std::make_shared<const ErrorProfile>(config.code(), config.lane_ber());
  Mean touched, hit;
  for (unsigned d = 0; d < 2000; ++d) {
    PhyDirection phy(config, config.beat_clock(), 1, "link" + std::to_string(d), profile);
    const CycleSpan span = phy.next_failure(0);
    const std::uint64_t first = span.first / 4;
    const std::uint64_t last = span.last / 4;
    std::vector<bool> bad(last - first + 1, false);
    for (std::uint64_t b = span.first; b <= span.last; ++b) {
      std::uint64_t slots[8] = {};
      if (phy.transmit(b, slots).damaged) bad[b / 4 - first] = true;
    }
    touched.add(static_cast<double>(last - first + 1));
    double count = 0;
    for (bool flit : bad) count += flit;
    hit.add(count);
  }
  // 2,053 stream symbols from the first to the last of a codeword, 205.6 to a flit.
  EXPECT_LT(sigmas("4-way interleave, 256 B flits: touched", 1 + (2053 * 10 - 2) / 2056.0, touched),
            4.0);
  std::printf("4-way interleave, 256 B flits: hit %.2f\n", hit.value());
  EXPECT_GT(hit.value(), 7.0);  // at least 16 bad symbols over 10 flits
  EXPECT_LT(hit.value(), 10.0);
}

TEST(PhyFlitLoss, LosesAboutOneAndAThirdFlitsPerCodewordOnALoadedLink) {
  const PhyConfig config = config_with(1.5e-3);
  Mean lost;
  double codewords = 0;
  for (unsigned d = 0; d < 40; ++d) {
    PhyDirection phy(config, config.beat_clock(), 2, "link" + std::to_string(d));
    const unsigned flits = 25'000;
    unsigned bad = 0;
    for (std::uint64_t flit = 0; flit < flits; ++flit) {
      bool damaged = false;
      for (std::uint64_t b = 4 * flit; b < 4 * flit + 4; ++b) {
        std::uint64_t slots[8] = {};
        damaged |= phy.transmit(b, slots).damaged;
      }
      bad += damaged;
    }
    lost.add(static_cast<double>(bad) / flits);
    codewords += static_cast<double>(phy.stats().codewords);
  }
  // 2.5 flits per codeword; runs of neighbouring failures share a flit now and then.
  const double expected = codeword_error_rate(1.5e-3) * flit_loss(kRs544, 1.5e-3, 4).hit / 2.5;
  std::printf(
      "flit loss, BER 1.5e-3: expected %.5f  seen %.5f +- %.5f, that is %.3f per failed "
      "codeword's share\n",
      expected, lost.value(), lost.error(), lost.value() / codeword_error_rate(1.5e-3));
  EXPECT_NEAR(lost.value(), expected, 4 * lost.error() + 0.01 * expected);
  EXPECT_GT(codewords, 0);
}

}  // namespace
}  // namespace weft
