// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/scenario.h"

namespace weft::tb {

/// The folders of files that come with Weft, and how names in scenarios find them.
///
/// A name without "/" and ".toml" is that of a shipped file. Everything else is a path, relative to
/// the folder of the file that names it (or to the current folder, from the command line).
class Library final : public ScenarioFiles {
 public:
  enum class Shelf { kScenarios, kSystems, kProtocols, kPhys, kFirmware };

  /// `home` is the root of the sources.
  explicit Library(std::filesystem::path home) : home_(std::move(home)) {}
  /// At $WEFT_HOME, or where Weft was built from.
  static Library standard();

  std::filesystem::path folder(Shelf shelf) const;
  /// Names on a shelf, sorted.
  std::vector<std::string> names(Shelf shelf) const;
  /// What is said of a shipped file in its first lines: the first sentence of its comment.
  std::string sentence(Shelf shelf, const std::string& name) const;

  /// A scenario named on the command line: an existing path, or a shipped name. Nothing when there
  /// is none.
  std::optional<std::filesystem::path> find_scenario(const std::string& name) const;

  Text read(Kind kind, const std::string& name, const Config& config,
            const std::string& key) override;

 private:
  std::filesystem::path home_;
};

/// A whole text file; nothing when it cannot be read. Throws InputError for one of more
/// than `most` bytes.
std::optional<std::string> read_text(const std::filesystem::path& path,
                                     std::size_t most = Config::kMaxTextBytes);

}  // namespace weft::tb
