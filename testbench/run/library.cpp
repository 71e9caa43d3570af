// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/library.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "models/base/text.h"
#include "models/base/units.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kText = ".toml";
constexpr const char* kBinary = ".elf";

const char* extension_of(Library::Shelf shelf) {
  return shelf == Library::Shelf::kFirmware ? kBinary : kText;
}

std::size_t most_bytes(Library::Shelf shelf) {
  return shelf == Library::Shelf::kFirmware ? std::size_t{16} << 20 : Config::kMaxTextBytes;
}

bool is_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(kText) ||
         name.ends_with(kBinary);
}

/// Firmware is cross-built beside the program.
fs::path built_firmware() {
  std::error_code none;
  return fs::read_symlink("/proc/self/exe", none).parent_path() / "firmware";
}

bool is_file(const fs::path& path) {
  std::error_code none;
  return fs::exists(path, none) && !fs::is_directory(path, none);
}

Library::Shelf shelf_of(ScenarioFiles::Kind kind) {
  switch (kind) {
    case ScenarioFiles::Kind::kSystem:
      return Library::Shelf::kSystems;
    case ScenarioFiles::Kind::kProtocol:
      return Library::Shelf::kProtocols;
    case ScenarioFiles::Kind::kFirmware:
      return Library::Shelf::kFirmware;
    case ScenarioFiles::Kind::kPhy:
      break;
  }
  return Library::Shelf::kPhys;
}

const char* word_of(ScenarioFiles::Kind kind) {
  switch (kind) {
    case ScenarioFiles::Kind::kSystem:
      return "system";
    case ScenarioFiles::Kind::kProtocol:
      return "protocol";
    case ScenarioFiles::Kind::kFirmware:
      return "firmware";
    case ScenarioFiles::Kind::kPhy:
      break;
  }
  return "PHY module";
}

/// The folder that paths in the value of `key` start from.
fs::path base_of(const Config& config, const std::string& key) {
  const ConfigValue* value = config.find(key);
  const std::string file = value == nullptr ? "" : value->pos().file;
  if (file.empty() || value->pos().line == 0) return {};  // from the command line
  return fs::path(file).parent_path();
}

}  // namespace

std::optional<std::string> read_text(const fs::path& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  if (!is_file(path) || !file) return std::nullopt;
  std::string text(most + 1, '\0');  // one more than is accepted
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > most) {
    throw InputError({path.string()}, "", "the file is larger than " + format_bytes(most));
  }
  return text;
}

Library Library::standard() {
  const char* home = std::getenv("WEFT_HOME");
  return Library(home != nullptr && *home != '\0' ? home : WEFT_SOURCE_DIR);
}

fs::path Library::folder(Shelf shelf) const {
  switch (shelf) {
    case Shelf::kScenarios:
      return home_ / "testbench/scenarios";
    case Shelf::kSystems:
      return home_ / "models/system";
    case Shelf::kProtocols:
      return home_ / "models/protocol";
    case Shelf::kFirmware:
      return built_firmware();
    case Shelf::kPhys:
      break;
  }
  return home_ / "models/phy";
}

std::vector<std::string> Library::names(Shelf shelf) const {
  std::vector<std::string> names;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder(shelf), none)) {
    if (entry.path().extension() == extension_of(shelf))
      names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Library::sentence(Shelf shelf, const std::string& name) const {
  const std::string text = read_text(folder(shelf) / (name + extension_of(shelf))).value_or("");
  std::string comment;
  for (std::string_view line : split(text, '\n')) {
    if (!line.starts_with("#")) break;
    line.remove_prefix(1);
    line = trim(line);
    if (line.starts_with("SPDX")) continue;
    comment += (comment.empty() ? "" : " ") + std::string(line);
  }
  const std::size_t end = comment.find(". ");
  if (end != std::string::npos) comment.resize(end);
  if (comment.ends_with('.')) comment.pop_back();
  return comment;
}

std::optional<fs::path> Library::find_scenario(const std::string& name) const {
  if (is_file(name)) return name;
  if (is_path(name)) return std::nullopt;
  const fs::path shipped = folder(Shelf::kScenarios) / (name + kText);
  if (is_file(shipped)) return shipped;
  return std::nullopt;
}

ScenarioFiles::Text Library::read(Kind kind, const std::string& name, const Config& config,
                                  const std::string& key) {
  const Shelf shelf = shelf_of(kind);
  const bool path = is_path(name);
  const fs::path place =
      path ? base_of(config, key) / name : folder(shelf) / (name + extension_of(shelf));
  if (std::optional<std::string> text = read_text(place, most_bytes(shelf))) {
    return {place.string(), std::move(*text)};
  }
  if (path) {
    config.fail(key, "there is no file " + weft::quoted(place.string()),
                "paths start from the folder of the file that names them");
  }
  const std::vector<std::string> known = names(shelf);
  const std::vector<std::string_view> views(known.begin(), known.end());
  config.fail(
      key,
      std::string("no ") + word_of(kind) + " that comes with Weft is called " + weft::quoted(name),
      name_hint(name, views));
}

}  // namespace weft::tb
