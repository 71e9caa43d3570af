// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "models/base/random.h"
#include "models/phy/fec_code.h"

namespace weft {

/// A symbol of a codeword that arrived wrong: which bits of it are flipped, never none.
struct BadSymbol {
  std::uint16_t symbol;  ///< place in the codeword; parity follows the data
  std::uint16_t flips;   ///< bit i set: bit i of the symbol is flipped
};

/// A codeword the decoder could not repair.
struct CodewordFailure {
  unsigned received = 0;      ///< symbols that came bad from the line: more than t
  bool miscorrected = false;  ///< the decoder took it for another codeword and was content
};

/// What a failed codeword looks like behind the decoder.
struct CodewordErrors : CodewordFailure {
  std::vector<BadSymbol> symbols;  ///< in ascending order of place
};

/// How often codewords fail, and how a failed one looks, for one set of lane bit error rates.
///
/// Symbol i of a codeword travels on lane i modulo the number of lanes; bits of a lane fail
/// independently. A failed codeword is drawn from the law of independent bit errors given that more
/// than t symbols are bad: first how many, then how they divide among lanes of different quality,
/// then which, then the flipped bits of each. Draws are addressed by codeword number, so that the
/// same codeword of the same stream of draws always looks the same. Immutable: one profile serves
/// all directions with the same lanes.
class ErrorProfile {
 public:
  /// One bit error rate per lane, each in [0, 0.5].
  ErrorProfile(const FecCode& code, const std::vector<double>& lane_ber);

  const FecCode& code() const { return code_; }

  /// Chance that a codeword holds more than t bad symbols; 0 if below 1e-30, which no run meets.
  double codeword_error_rate() const { return codeword_error_rate_; }

  /// Codewords that decode between one that fails and the next; Geometric::kMaxGap or more: none
  /// ever fails again.
  std::uint64_t gap(std::uint64_t draw) const { return gap_.gap(draw); }

  /// What draw() says of failed codeword `codeword`, without its symbols.
  CodewordFailure draw_failure(const Random& draws, std::uint64_t codeword) const;

  /// What is wrong with failed codeword `codeword`. `errors` is overwritten, its memory reused.
  void draw(const Random& draws, std::uint64_t codeword, CodewordErrors& errors) const;

  /// Probability of `count` bad symbols in a codeword, failed or not; counts 0 to n.
  const std::vector<double>& count_law() const { return count_from_[0]; }

 private:
  /// Symbols that travel on lanes of one bit error rate.
  struct Group {
    std::vector<std::uint16_t> symbols;
    std::vector<double> count_law;      ///< of bad ones among them
    std::vector<Threshold> first_flip;  ///< [i]: the first flipped bit is i or lower, given one
    std::vector<Threshold> next_flip;   ///< [d]: the next flipped bit is at most d + 1 bits on
  };
  using Symbols = std::bitset<1024>;
  class Draws;

  void add_group(double ber, const std::vector<double>& lane_ber);
  void make_count_thresholds();
  unsigned count_for(std::uint64_t draw) const;
  unsigned share(Draws& draws, std::size_t group, unsigned remaining) const;
  std::uint16_t flips(Draws& draws, const Group& group) const;

  FecCode code_;
  double codeword_error_rate_ = 0;
  Threshold miscorrection_;
  std::vector<Group> groups_;
  std::vector<std::uint16_t> group_of_;  ///< by symbol
  std::vector<std::vector<double>>
      count_from_;                ///< [g]: law of the bad symbols in groups g, g+1...
  std::vector<Threshold> count_;  ///< [i]: at most t + 1 + i bad symbols, given > t
  Geometric gap_{0};
};

/// Profiles by what makes them equal, so that thousands of links share one table.
class ErrorProfiles {
 public:
  std::shared_ptr<const ErrorProfile> get(const FecCode& code, const std::vector<double>& lane_ber);

 private:
  using Key = std::tuple<unsigned, unsigned, unsigned, unsigned, std::vector<double>>;
  std::map<Key, std::shared_ptr<const ErrorProfile>> made_;
};

}  // namespace weft
