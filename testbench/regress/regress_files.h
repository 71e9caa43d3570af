// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "testbench/regress/run_record.h"

namespace weft::tb {

/// The directory of a regression, locked while this lives. A marker file says that one made it.
class RegressDirectory {
 public:
  static constexpr const char* kMarker = ".weft-regress";
  static constexpr const char* kResult = "result.json";
  static constexpr const char* kJunit = "junit.xml";

  /// Takes a directory that is not there, empty, or that of an earlier regression. What the earlier
  /// one left goes away, unless `keep`. Throws InputError for any other, or while another
  /// regression is at work in it, and MachineError for what cannot be made or removed.
  RegressDirectory(std::filesystem::path path, bool keep);
  ~RegressDirectory();
  RegressDirectory(const RegressDirectory&) = delete;
  RegressDirectory& operator=(const RegressDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// An empty folder in it, for a run. Throws MachineError.
  std::filesystem::path make_folder(const std::string& name) const;

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

/// Puts a whole file in its place in one step. Throws MachineError.
void write_whole(const std::filesystem::path& path, std::string_view text);

/// result.json, schema 1: see testbench/regress/README.md.
std::string result_json(const RegressionResult& result);

/// What --rerun-failed needs of an earlier result.json.
struct EarlierResult {
  struct Run {
    std::string test;
    std::uint64_t seed = 0;
  };
  std::string plan;
  std::uint64_t base_seed = 0;
  std::vector<std::string> overrides;
  std::vector<Run> not_passed;  ///< failed, killed, or never started
};
/// Throws InputError when there is none, or none of schema 1.
EarlierResult read_earlier_result(const std::filesystem::path& file);

/// JUnit's XML. Paths in it start from `file_folder`, the folder that the text will stand in;
/// `directory` is the regression's.
std::string junit_xml(const Plan& plan, const RegressionResult& result,
                      const std::filesystem::path& directory,
                      const std::filesystem::path& file_folder);

}  // namespace weft::tb
