// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "testbench/run/measure.h"
#include "testbench/run/platform.h"
#include "testbench/run/run_result.h"

namespace weft::tb {

/// Runs a platform: load, drain, rest, and then the registers.
///
/// It looks at the platform at fixed simulated times, so that when the run ends and what it has
/// seen does not depend on bursts, threads or the machine.
class Runner {
 public:
  using Progress = std::function<void(const Platform&)>;

  /// `stop` becomes true when the user wants no more; `progress` is called between windows now and
  /// then, and may be empty.
  Runner(Platform& platform, const std::atomic<bool>& stop, Progress progress = {});

  /// Once. Throws MachineError for what is wrong with Weft or the machine.
  RunResult run();

 private:
  /// Since when one of the nodes' watches has not got on.
  struct Watch {
    std::uint64_t progress = 0;
    Time since;
  };

  void run_phases();
  bool load();
  bool drain();
  void rest();
  bool advance();
  bool end(Ending ending, std::string reason);
  void look_for_hang();
  void read_registers(Time at_least);
  bool is_at_rest() const;

  Platform& platform_;
  const Scenario& scenario_;
  const std::atomic<bool>& stop_;
  Progress progress_;
  Time last_look_;  // when the registers are asked for, so that they are there at sim.until
  LoadPhase load_;
  std::vector<Watch> watches_;
  std::vector<std::size_t> hung_;  // watches
  RunResult result_;
};

}  // namespace weft::tb
