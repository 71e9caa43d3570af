// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "models/base/config.h"

namespace weft {

/// The texts of a list entry in which ranges such as "[0..7]" count in step: "npu[0..7].port0" is
/// "npu0.port0", "npu1.port0" and so on.
class EntryRanges {
 public:
  static constexpr std::size_t kMostCopies = 1'000'000;

  /// Reads the given keys of `entry`, all of which must be there. Throws InputError for a range
  /// that is none, and for ranges of different lengths.
  EntryRanges(const Config& entry, std::initializer_list<const char*> keys);

  /// How many entries this one stands for; 1 without ranges.
  std::size_t copies() const { return copies_; }
  /// The text of the key, counted from 0 in the order given, in copy `i`.
  std::string text(std::size_t key, std::size_t i) const;

 private:
  /// A range and the text before it.
  struct Piece {
    std::string before;
    std::size_t first = 0;
  };
  struct Text {
    std::vector<Piece> pieces;
    std::string after;
  };

  Text read(const Config& entry, const char* key);
  void agree(const Config& entry, const char* key, std::size_t copies);

  std::vector<Text> texts_;
  std::size_t copies_ = 1;
  std::string counted_in_;  // key of the first range
};

}  // namespace weft
