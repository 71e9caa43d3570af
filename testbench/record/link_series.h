// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "testbench/record/run_directory.h"
#include "testbench/run/platform.h"

namespace weft::tb {

/// link_series.csv: what each link did in each stretch of the run, a row per stretch, link and
/// direction. Rows are added as the run goes. When there are too many stretches, neighbours are put
/// together and the file is written anew, so that it stays readable however long a run is.
class LinkSeries {
 public:
  static constexpr std::size_t kMostStretches = 500;
  static constexpr std::size_t kMostRows = 200'000;
  static constexpr Time kFirstStretch = Time::us(2);

  LinkSeries(const Platform& platform, const RunDirectory& directory);

  /// Ends a stretch where one is due. `last`: in any case, if time has passed.
  void sample(bool last = false);

  std::size_t stretches() const { return stretches_.size(); }

 private:
  struct Count {
    std::uint64_t flits = 0;
    std::uint64_t resent = 0;
    bool up = false;
  };
  struct Stretch {
    Time end;
    std::vector<std::array<Count, 2>> links;  // by link and sending side, since the run began
  };

  Stretch look() const;
  std::string rows_of(std::size_t stretch) const;
  void merge();

  const Platform& platform_;
  const RunDirectory& directory_;
  std::size_t most_;  // stretches
  Time length_ = kFirstStretch;
  std::vector<Stretch> stretches_;
  RowFile file_;
};

}  // namespace weft::tb
