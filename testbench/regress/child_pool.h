// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace weft::tb {

/// How a program ended.
struct ChildEnd {
  std::size_t id = 0;      ///< as given to start()
  int exit = 0;            ///< meaningless with a signal
  int signal = 0;          ///< that it died by; 0: it left by itself
  bool timed_out = false;  ///< it was still running after its time
  bool stopped = false;    ///< stop_all() reached it
  double wall_s = 0;
};

/// Programs that run side by side, each in a process group of its own, so that a Ctrl-C of the
/// terminal does not reach them: whoever owns the pool decides what they hear.
///
/// While a pool exists, SIGCHLD, SIGINT and SIGTERM of the process are kept for wait(), unless the
/// process ignores them. A program that outlives its time gets SIGINT, so that it can write its
/// files, and after a grace SIGKILL. Should the process die, the programs get SIGTERM. For a
/// process with one thread.
class ChildPool {
 public:
  struct Command {
    std::vector<std::string> words;  ///< the first is the program's path
    std::string output;              ///< file for both stdout and stderr
    double time_limit_s = 0;
  };

  explicit ChildPool(double grace_s = 10);
  /// Kills what still runs.
  ~ChildPool();
  ChildPool(const ChildPool&) = delete;
  ChildPool& operator=(const ChildPool&) = delete;

  /// Throws MachineError. A program that cannot be executed ends with exit 127, its output says
  /// why.
  void start(std::size_t id, const Command& command);
  std::size_t running() const { return children_.size(); }

  /// Returns when a program has ended, the user wants to stop, or after this long.
  std::vector<ChildEnd> wait(double at_most_s);
  /// How often SIGINT or SIGTERM came.
  unsigned interrupts() const { return interrupts_; }

  /// SIGINT to all that run, SIGKILL after the grace.
  void stop_all();
  /// SIGKILL to all that run.
  void kill_all();

 private:
  using Clock = std::chrono::steady_clock;
  struct Child {
    std::size_t id = 0;
    pid_t pid = 0;
    Clock::time_point begin, limit;
    Clock::time_point kill_at = Clock::time_point::max();
    bool timed_out = false, stopped = false;
  };

  void enforce(Clock::time_point now);
  void reap(std::vector<ChildEnd>& ends);
  void interrupt(Child& child, Clock::time_point now) const;
  double until_next(Clock::time_point now, double at_most_s) const;

  Clock::duration grace_;
  std::vector<Child> children_;
  sigset_t wanted_{}, before_{};
  unsigned interrupts_ = 0;
};

}  // namespace weft::tb
