// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "testbench/regress/child_pool.h"

namespace weft::tb {

/// A run of a comparison: a process of its own.
struct BatchRun {
  std::vector<std::string> words;   ///< the first is the program's path
  std::filesystem::path directory;  ///< where it leaves its files
  std::filesystem::path console;    ///< file that takes what it prints
};

struct BatchResult {
  std::vector<ChildEnd> ends;  ///< by run; of one that was not started, stopped is set
  bool interrupted = false;    ///< by the user
  bool refused = false;        ///< a run refused its input (exit 2); no more were started
};

/// Runs them, `jobs` side by side. `tell` hears how many have ended, now and then.
BatchResult run_batch(const std::vector<BatchRun>& runs, unsigned jobs,
                      const std::function<void(std::size_t ended)>& tell);

/// A folder for what a comparison leaves: an own one that goes away with this, or `path`, which
/// must not be there, be empty, or be that of an earlier comparison, whose runs go away. Throws
/// InputError for any other, MachineError for what cannot be made.
class BatchFolder {
 public:
  static constexpr const char* kMarker = ".weft-compare";

  explicit BatchFolder(const std::filesystem::path& path);
  ~BatchFolder();
  BatchFolder(const BatchFolder&) = delete;
  BatchFolder& operator=(const BatchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  void make_temporary();
  void take(const std::filesystem::path& path);

  std::filesystem::path path_;
  bool temporary_;
};

}  // namespace weft::tb
