// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <vector>

#include "models/base/config.h"
#include "models/base/text.h"

namespace weft {
namespace {

bool has_star(std::string_view part) { return part.find('*') != std::string_view::npos; }

/// As a user would write it in TOML: parts that are not bare keys in quotes.
std::string written(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) {
    if (!result.empty()) result += '.';
    result += has_star(part) ? '"' + part + '"' : part;
  }
  return result;
}

}  // namespace

/// Looks for assignments that nothing read, and for what they may have meant.
class ConfigCheck {
 public:
  explicit ConfigCheck(const Config& config) : config_(config) {}

  void run() {
    for (const Config::Entry& entry : config_.entries_) {
      const bool used =
          entry.empty_section ? entry.used || section_is_known(entry.key) : entry.used;
      if (!used) refuse(entry);
      if (entry.read) check_tables(entry.value);
    }
  }

 private:
  using Known = std::pair<const std::string, Config::Known>;

  static void check_tables(const ConfigValue& value) {
    if (value.kind() == ConfigValue::Kind::kTables) {
      for (const Config& table : value.as_tables()) ConfigCheck(table).run();
    } else if (value.kind() == ConfigValue::Kind::kList) {
      for (const ConfigValue& item : value.as_list()) check_tables(item);
    }
  }

  /// Known keys in the order in which they were asked for, so that hints do not vary.
  const std::vector<const std::string*>& known() {
    if (known_.empty()) {
      known_.resize(config_.known_.size());
      for (const auto& [key, known] : config_.known_) known_[known.order] = &key;
    }
    return known_;
  }

  bool section_is_known(std::string_view section) {
    const auto parts = static_cast<std::size_t>(std::count(section.begin(), section.end(), '.'));
    return std::any_of(known().begin(), known().end(), [&](const std::string* key) {
      std::size_t end = 0;
      for (std::size_t i = 0; i <= parts; ++i) {
        end = key->find('.', i == 0 ? 0 : end + 1);
        if (end == std::string::npos) return false;
      }
      return key_match(section, std::string_view(*key).substr(0, end));
    });
  }

  [[noreturn]] void refuse(const Config::Entry& entry) {
    std::string message = entry.empty_section ? "unknown section" : "unknown key";
    if (has_star(entry.key)) {
      message =
          entry.empty_section ? "no section matches this pattern" : "no key matches this pattern";
    }
    SourcePos pos{config_.file_name_, entry.line, entry.column};
    if (entry.from_set) pos.file = entry.value.pos().file;
    throw InputError(std::move(pos), printable(config_.full_key(entry.key), 256), message,
                     hint(entry.key));
  }

  /// How far `part` of an assignment is from a part of a known key; nothing when too far. Sets
  /// `correct` to what should have been written.
  static std::optional<std::size_t> distance(std::string_view part, std::string_view known,
                                             std::string& correct) {
    if (glob_match(part, known)) {
      correct = std::string(part);
      return 0;
    }
    correct = has_star(part) ? numbers_to_stars(known) : std::string(known);
    const std::size_t limit = std::min(edit_limit(part.size()), correct.size() - 1);
    const std::size_t found = edit_distance(part, correct, limit);
    if (found > limit) return std::nullopt;
    return found;
  }

  std::string hint(const std::string& key) {
    const std::vector<std::string_view> parts = split(key, '.');
    if (auto near = nearest(parts)) return "did you mean " + *near + "?";
    if (auto near = elsewhere(parts)) return "did you mean " + *near + "?";
    if (std::string list = siblings(parts); !list.empty()) return list;
    return {};
  }

  /// The known key with as many parts that is nearest.
  std::optional<std::string> nearest(const std::vector<std::string_view>& parts) {
    std::optional<std::string> result;
    std::size_t best = ~std::size_t{0};
    for (const std::string* key : known()) {
      const std::vector<std::string_view> others = split(*key, '.');
      if (others.size() != parts.size()) continue;
      std::size_t total = 0;
      std::vector<std::string> correct(parts.size());
      bool near = true;
      for (std::size_t i = 0; near && i < parts.size(); ++i) {
        const auto found = distance(parts[i], others[i], correct[i]);
        near = found.has_value();
        total += found.value_or(0);
      }
      if (!near || total == 0 || total >= best) continue;
      best = total;
      result = written(correct);
    }
    return result;
  }

  /// A known key of the same part and the same last name, in another section of the part.
  std::optional<std::string> elsewhere(const std::vector<std::string_view>& parts) {
    for (const std::string* key : known()) {
      const std::vector<std::string_view> others = split(*key, '.');
      if (others.back() != parts.back()) continue;
      if (parts.size() > 1 && others.size() > 1 && !glob_match(parts[0], others[0])) continue;
      std::vector<std::string> correct(others.begin(), others.end());
      if (parts.size() > 1 && others.size() > 1) {
        correct[0] = std::string(parts[0]);
      } else if (others.size() > 1) {
        correct[0] = numbers_to_stars(others[0]);
      }
      return written(correct);
    }
    return std::nullopt;
  }

  /// The names that are known at the first part that is not.
  std::string siblings(const std::vector<std::string_view>& parts) {
    std::size_t deepest = 0;
    std::vector<std::string> names;
    for (const std::string* key : known()) {
      const std::vector<std::string_view> others = split(*key, '.');
      std::size_t same = 0;
      while (same < parts.size() && same < others.size() && glob_match(parts[same], others[same])) {
        ++same;
      }
      if (same >= others.size() || same < deepest) continue;
      if (same > deepest) names.clear();
      deepest = same;
      std::string name = numbers_to_stars(others[same]);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (names.empty()) return {};
    const std::string where =
        deepest == 0 ? "known here: "
                     : "known in " +
                           printable(join(std::vector<std::string>(
                                              parts.begin(),
                                              parts.begin() + static_cast<std::ptrdiff_t>(deepest)),
                                          ".")) +
                           ": ";
    constexpr std::size_t kMost = 12;
    const bool more = names.size() > kMost;
    if (more) names.resize(kMost);
    return where + join(names, ", ") + (more ? ", ..." : "");
  }

  const Config& config_;
  std::vector<const std::string*> known_;
};

void Config::check_all_used() const { ConfigCheck(*this).run(); }

}  // namespace weft
