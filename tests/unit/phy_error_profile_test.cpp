// SPDX-License-Identifier: Apache-2.0
#include "models/phy/error_profile.h"

#include <gtest/gtest.h>

extern "C" {
#include <fec.h>
}

#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "models/phy/codeword_error.h"
#include "tests/unit/phy_statistics.h"

namespace weft {
namespace {

using phy_test::binomial_sigmas;
using phy_test::BitwiseLine;
using phy_test::chi_squared_sigmas;
using phy_test::two_sample_sigmas;

const Random kDraws(1, "link0.a_to_b", "phy.errors");

std::vector<double> tail_above(const std::vector<double>& law, unsigned t) {
  std::vector<double> tail(law.size(), 0.0);
  double sum = 0;
  for (std::size_t i = t + 1; i < law.size(); ++i) sum += law[i];
  for (std::size_t i = t + 1; i < law.size(); ++i) tail[i] = law[i] / sum;
  return tail;
}

TEST(PhyErrorProfile, DrawsTheNumberOfBadSymbolsFromTheBinomialTail) {
  for (double ber : {2.4e-4, 1e-3, 1.5e-3, 2e-3, 3e-3, 1e-2}) {
    const ErrorProfile profile(kRs544, {ber});
    std::vector<double> counts(545, 0.0);
    CodewordErrors errors;
    for (unsigned i = 0; i < 20'000; ++i) {
      profile.draw(kDraws, i, errors);
      EXPECT_GT(errors.received, 15u);
      ASSERT_EQ(errors.symbols.size(), errors.received);
      EXPECT_EQ(profile.draw_failure(kDraws, i).received, errors.received);
      counts[errors.received] += 1;
    }
    const std::string what = "bad symbols given failure, BER " + std::to_string(ber);
    const std::vector<double> law = binomial(544, symbol_error_rate(ber, 10));
    EXPECT_LT(chi_squared_sigmas(what.c_str(), counts, tail_above(law, 15)), 4.5);
  }
}

TEST(PhyErrorProfile, FailsCodewordsAtTheClosedRate) {
  for (double ber : {2.4e-4, 1e-3, 1.5e-3, 2e-3, 3e-3, 1e-2, 1e-1}) {
    const Random gaps(1, "link0.a_to_b", std::to_string(ber));
    const ErrorProfile profile(kRs544, {ber});
    EXPECT_DOUBLE_EQ(profile.codeword_error_rate(), codeword_error_rate(ber));
    double codewords = 0;
    const double failures = 20'000;
    for (unsigned i = 0; i < 20'000; ++i) {
      codewords += static_cast<double>(profile.gap(gaps.draw(i))) + 1;
    }
    const std::string what = "RS(544,514) fails, BER " + std::to_string(ber);
    EXPECT_LT(binomial_sigmas(what.c_str(), failures, codewords, codeword_error_rate(ber)), 4.0);
  }
}

// All that a failed codeword can show, drawn against the line that flips bit by bit: how many
// symbols, which bits, where.
TEST(PhyErrorProfile, LooksLikeFailedCodewordsOfALineThatFlipsEachBitByItself) {
  const double ber = 3e-3;
  const ErrorProfile profile(kRs544, {ber});
  const BitwiseLine line(kRs544, ber, 5);
  std::vector<double> slow_counts(545, 0.0), counts(545, 0.0);
  std::vector<double> slow_bits(11, 0.0), bits(11, 0.0);
  std::vector<double> slow_place(544, 0.0), place(544, 0.0);
  unsigned failed = 0;
  CodewordErrors errors;
  for (unsigned i = 0; i < 20'000; ++i) {
    const std::vector<std::uint16_t> flips = line.flips(i);
    if (BitwiseLine::bad(flips) <= 15) continue;
    slow_counts[BitwiseLine::bad(flips)] += 1;
    profile.draw(kDraws, failed++, errors);
    counts[errors.received] += 1;
    for (unsigned s = 0; s < 544; ++s) {
      if (flips[s] == 0) continue;
      slow_bits[static_cast<unsigned>(std::popcount(flips[s]))] += 1;
      slow_place[s] += 1;
    }
    for (const BadSymbol& bad : errors.symbols) {
      bits[static_cast<unsigned>(std::popcount(bad.flips))] += 1;
      place[bad.symbol] += 1;
    }
  }
  EXPECT_LT(binomial_sigmas("bit by bit: codewords failed", failed, 20'000,
                            profile.codeword_error_rate()),
            4.0);
  EXPECT_LT(two_sample_sigmas("bad symbols per failed codeword", slow_counts, counts), 4.5);
  EXPECT_LT(two_sample_sigmas("flipped bits per bad symbol", slow_bits, bits), 4.5);
  EXPECT_LT(two_sample_sigmas("places of bad symbols", slow_place, place), 4.5);
  const std::vector<double> uniform(544, 1.0 / 544);
  EXPECT_LT(chi_squared_sigmas("places against uniform", place, uniform), 4.5);
}

TEST(PhyErrorProfile, DrawsEachPatternOfASymbolAsIndependentBitsGivenOne) {
  for (double ber : {1e-3, 0.1, 0.5}) {
    const ErrorProfile profile(kRs544, {ber});
    std::vector<double> law(1024, 0.0), seen(1024, 0.0);
    const double bad = symbol_error_rate(ber, 10);
    for (unsigned f = 1; f < 1024; ++f) {
      law[f] = std::pow(ber, std::popcount(f)) * std::pow(1 - ber, 10 - std::popcount(f)) / bad;
    }
    CodewordErrors errors;
    for (unsigned i = 0; i < (ber < 0.01 ? 10'000u : 500u); ++i) {
      profile.draw(kDraws, i, errors);
      for (const BadSymbol& b : errors.symbols) seen[b.flips] += 1;
    }
    EXPECT_EQ(seen[0], 0.0);
    EXPECT_LT(chi_squared_sigmas("flip patterns of a symbol", seen, law), 4.5);
  }
}

TEST(PhyErrorProfile, LeavesNoPlaceOut) {
  // One bad symbol of 64 nearly always: a sample that missed the last place would show.
  const ErrorProfile profile(kNoFec, {1e-5});
  std::vector<double> place(64, 0.0);
  CodewordErrors errors;
  for (unsigned i = 0; i < 40'000; ++i) {
    profile.draw(kDraws, i, errors);
    for (const BadSymbol& b : errors.symbols) place[b.symbol] += 1;
  }
  EXPECT_LT(
      chi_squared_sigmas("places of single bad symbols", place, std::vector<double>(64, 1.0 / 64)),
      4.5);
}

// A worse lane: the law of the number is a convolution, and the bad lane gets more than its share.
TEST(PhyErrorProfile, GivesAWorseLaneItsLargerShare) {
  std::vector<double> ber(8, 1e-3);
  ber[3] = 8e-3;
  ber[6] = 2e-3;
  const ErrorProfile profile(kRs544, ber);

  unsigned failed = 0;
  const unsigned codewords = 40'000;
  std::vector<double> slow_lane(8, 0.0), slow_worst(69, 0.0);
  std::vector<BitwiseLine> lines;
  for (double b : ber) lines.emplace_back(FecCode{68, 0, 10, 0, false}, b, lines.size() + 1);
  for (unsigned i = 0; i < codewords; ++i) {
    unsigned total = 0;
    std::array<unsigned, 8> of_lane{};
    for (unsigned l = 0; l < 8; ++l) total += of_lane[l] = BitwiseLine::bad(lines[l].flips(i));
    if (total <= 15) continue;
    ++failed;
    for (unsigned l = 0; l < 8; ++l) slow_lane[l] += of_lane[l];
    slow_worst[of_lane[3]] += 1;
  }
  EXPECT_LT(binomial_sigmas("worse lanes: codewords failed", failed, codewords,
                            profile.codeword_error_rate()),
            4.0);

  CodewordErrors errors;
  std::vector<double> lane(8, 0.0), worst(69, 0.0);
  const unsigned draws = 40'000;
  for (unsigned i = 0; i < draws; ++i) {
    profile.draw(kDraws, i, errors);
    unsigned of_worst = 0;
    for (const BadSymbol& b : errors.symbols) {
      lane[b.symbol % 8] += 1;
      of_worst += b.symbol % 8 == 3;
    }
    worst[of_worst] += 1;
  }
  for (unsigned l = 0; l < 8; ++l) {
    std::printf("lane %u: bad symbols per failed codeword expected %.3f  seen %.3f\n", l,
                slow_lane[l] / failed, lane[l] / draws);
    EXPECT_NEAR(lane[l] / draws, slow_lane[l] / failed,
                5 * std::sqrt(slow_lane[l]) / failed + 0.02);
  }
  EXPECT_LT(two_sample_sigmas("bad symbols of the worst lane", slow_worst, worst), 4.5);
}

TEST(PhyErrorProfile, NeverFailsOnAPerfectLine) {
  EXPECT_EQ(ErrorProfile(kRs544, {0.0}).codeword_error_rate(), 0.0);
  EXPECT_GE(ErrorProfile(kRs544, {0.0}).gap(0), Geometric::kMaxGap);
  EXPECT_GE(ErrorProfile(kRs544, {1e-6}).gap(~std::uint64_t{0}), Geometric::kMaxGap);
  EXPECT_THROW(ErrorProfile(kRs544, {0.6}), std::invalid_argument);
  EXPECT_THROW(ErrorProfile(kRs544, {}), std::invalid_argument);
}

TEST(PhyErrorProfile, IsSharedByLanesOfOneQuality) {
  ErrorProfiles profiles;
  const auto a = profiles.get(kRs544, std::vector<double>(8, 1e-3));
  EXPECT_EQ(a, profiles.get(kRs544, std::vector<double>(4, 1e-3)));
  EXPECT_NE(a, profiles.get(kRs544, {1e-3, 2e-3}));
  EXPECT_NE(a, profiles.get(kRs128, {1e-3}));
}

/// libfec's decoder, which knows nothing of Weft.
class Decoder {
 public:
  Decoder(const FecCode& code, int polynomial)
      : code_(code),
        rs_(init_rs_int(static_cast<int>(code.symbol_bits), polynomial, 0, 1,
                        static_cast<int>(code.symbols - code.data_symbols),
                        static_cast<int>((1u << code.symbol_bits) - 1 - code.symbols)),
            &free_rs_int) {}

  std::vector<unsigned> encode(std::uint64_t number) const {
    const Random data(number, "test", "data");
    std::vector<unsigned> word(code_.symbols);
    for (unsigned i = 0; i < code_.data_symbols; ++i) {
      word[i] = static_cast<unsigned>(data.below(i, std::uint64_t{1} << code_.symbol_bits));
    }
    encode_rs_int(rs_.get(), word.data(), word.data() + code_.data_symbols);
    return word;
  }
  /// Symbols repaired; negative, and the word left alone, when there are too many.
  int decode(std::vector<unsigned>& word) const {
    return decode_rs_int(rs_.get(), word.data(), nullptr, 0);
  }

 private:
  FecCode code_;
  std::unique_ptr<void, decltype(&free_rs_int)> rs_;
};

TEST(PhyErrorProfile, CallsFailedWhatADecoderRefusesAndNothingElse) {
  const Decoder decoder(kRs544, 0x409);
  unsigned refused = 0, repaired = 0;
  const unsigned tries = 400;
  for (double ber : {2.4e-4, 3e-3}) {
    const ErrorProfile profile(kRs544, {ber});
    CodewordErrors errors;
    for (unsigned i = 0; i < tries; ++i) {
      profile.draw(kDraws, i, errors);
      const std::vector<unsigned> sent = decoder.encode(i);
      std::vector<unsigned> received = sent;
      for (const BadSymbol& b : errors.symbols) received[b.symbol] ^= b.flips;
      const std::vector<unsigned> as_received = received;
      const bool refuses = decoder.decode(received) < 0;
      refused += refuses && received == as_received;
      // The same codeword with only t of its bad symbols.
      received = sent;
      for (unsigned k = 0; k < 15; ++k)
        received[errors.symbols[k].symbol] ^= errors.symbols[k].flips;
      repaired += decoder.decode(received) == 15 && received == sent;
    }
  }
  std::printf("libfec refuses: expected %u  seen %u; repairs 15 of them: expected %u  seen %u\n",
              2 * tries, refused, 2 * tries, repaired);
  EXPECT_EQ(refused, 2 * tries);
  EXPECT_EQ(repaired, 2 * tries);
}

TEST(PhyErrorProfile, MiscorrectsAsOftenAsADecoderDoes) {
  const Decoder decoder(kRs128, 0x11d);
  const ErrorProfile profile(kRs128, {3e-3});
  unsigned wrong = 0, drawn = 0;
  double extra = 0, extra_drawn = 0;
  const unsigned tries = 60'000;
  CodewordErrors errors;
  const std::vector<unsigned> sent = decoder.encode(0);
  for (unsigned i = 0; i < tries; ++i) {
    profile.draw(kDraws, i, errors);
    drawn += errors.miscorrected;
    extra_drawn += static_cast<double>(errors.symbols.size() - errors.received);
    if (errors.miscorrected) continue;
    std::vector<unsigned> received = sent;
    for (const BadSymbol& b : errors.symbols) received[b.symbol] ^= b.flips;
    const int repaired = decoder.decode(received);
    if (repaired < 0) continue;
    ++wrong;
    extra += repaired;
  }
  binomial_sigmas("RS(128,120) miscorrects, libfec", wrong, tries, miscorrection_rate(kRs128));
  EXPECT_LT(
      binomial_sigmas("RS(128,120) miscorrects, drawn", drawn, tries, miscorrection_rate(kRs128)),
      4.0);
  // The closed form is an estimate; a decoder is within a third of it.
  EXPECT_NEAR(wrong / (tries * miscorrection_rate(kRs128)), 1.0, 0.33);
  std::printf("symbols a miscorrection touches: libfec %.2f  drawn %.2f\n", extra / wrong,
              extra_drawn / drawn);
  EXPECT_NEAR(extra / wrong, extra_drawn / drawn, 0.2);
}

}  // namespace
}  // namespace weft
