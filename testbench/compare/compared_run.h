// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weft::tb {

/// A metric of one run, as its summary.json has it.
struct Reading {
  std::string name, unit;
  double value = 0;
};

/// What a comparison wants to know of a run, from its directory.
struct ComparedRun {
  std::filesystem::path directory;
  std::string scenario;  ///< file, as it was named
  std::string program;   ///< version, commit, build
  std::uint64_t seed = 0;
  std::string config_hash, digest, result_hash;
  std::string verdict, reason, repeat;
  std::vector<std::string> failed_checks;  ///< "link3.replays = 104, expected 5..100"
  std::vector<Reading> metrics;
  std::string scenario_toml;  ///< text of the effective scenario
  /// Texts of the files it names; nothing where the directory does not have them.
  std::optional<std::string> system_toml, protocol_toml;

  /// Throws InputError when the directory holds no run, or one without its end record.
  static ComparedRun read(const std::filesystem::path& directory);

  bool passed() const { return verdict == "pass"; }
};

/// Whether a run left its files there.
bool is_run_directory(const std::filesystem::path& path);
/// The run directory itself, or those in a folder of run directories, sorted by name. Empty when
/// there are none.
std::vector<std::filesystem::path> find_run_directories(const std::filesystem::path& path);

/// Sorts runs by seed. Refuses (InputError) two of one seed, and runs of one side that differ in
/// more than the seed: `side` is "A" or "B".
void check_runs(std::vector<ComparedRun>& runs, const std::string& side);

/// "1", "1..5" or "1, 7, 9".
std::string seeds_text(const std::vector<ComparedRun>& runs);

}  // namespace weft::tb
