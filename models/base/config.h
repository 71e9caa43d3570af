// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/base/config_value.h"
#include "models/base/error.h"
#include "models/base/time.h"

namespace weft {

/// A name for a value of an enum, as users write it.
template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

/// Settings read from TOML 1.0: one flat, ordered key space.
///
/// A key is its parts joined by dots: `["link3".phy]` + `ber`, `[link3]` + `phy = {ber = ..}` and
/// `"link3.phy".ber` all name "link3.phy.ber". An assignment whose key holds `*` is a pattern; `*`
/// matches within one part of a key. A reader asks for concrete keys. Of all assignments that
/// match, one given by set() beats one of the file; then the one with fewer `*` wins, then the
/// one with more literal characters, then the later. A key may also be asked for exactly as it is
/// written, `*` and all.
///
/// Reading a key makes it known. check_all_used() refuses every assignment that no known key
/// matched; one that matched but lost to a more specific one counts as used.
///
/// A getter without default throws InputError when the key is not given. Every getter throws
/// InputError with file, line, column, key and hint when the value is not of its kind.
/// Not for concurrent use: reading records what was read.
class Config {
 public:
  static constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxKeyParts = 16;   ///< of a whole key, section included
  static constexpr std::size_t kMaxKeyBytes = 256;  ///< of a whole key, section included
  static constexpr std::size_t kMaxNesting = 64;    ///< lists and inline tables in each other

  /// An empty one, to be filled with set().
  Config() = default;

  /// Reads TOML text; `file_name` is for messages only. Throws InputError for anything that is not
  /// TOML 1.0 or exceeds the limits above, for a list that mixes tables with other values, and
  /// for a key given twice in different spellings.
  static Config parse(std::string_view text, std::string file_name);

  /// One assignment from the command line, "KEY=VALUE". KEY as in TOML, but `*` needs no quotes.
  /// VALUE as in TOML; what is no TOML value and does not begin with a quote or bracket is a
  /// string: `link3.phy.latency=25ns`. Later ones beat earlier ones of equal specificity.
  void set(std::string_view assignment);
  /// Same, in two parts; `source` stands where messages have the file name.
  void set(std::string_view key, std::string_view value, std::string_view source = "--set");

  /// Whether a value is given for this key. Makes the key known.
  bool has(std::string_view key) const;
  /// Whether any assignment matches a key below `prefix`. Reads nothing.
  bool has_under(std::string_view prefix) const;

  /// The value that wins for `key`, or null. Makes the key known.
  const ConfigValue* find(std::string_view key) const;
  /// Same; throws InputError "is missing" instead of null.
  const ConfigValue& require(std::string_view key) const;

  bool get_bool(std::string_view key) const;
  bool get_bool(std::string_view key, bool otherwise) const;
  std::int64_t get_int64(std::string_view key) const;
  std::int64_t get_int64(std::string_view key, std::int64_t otherwise) const;
  std::uint64_t get_uint64(std::string_view key) const;
  std::uint64_t get_uint64(std::string_view key, std::uint64_t otherwise) const;
  double get_double(std::string_view key) const;
  double get_double(std::string_view key, double otherwise) const;
  double get_probability(std::string_view key) const;
  double get_probability(std::string_view key, double otherwise) const;
  std::string get_string(std::string_view key) const;
  std::string get_string(std::string_view key, std::string_view otherwise) const;
  Time get_time(std::string_view key) const;
  Time get_time(std::string_view key, Time otherwise) const;
  std::uint64_t get_rate(std::string_view key) const;  ///< bit/s
  std::uint64_t get_rate(std::string_view key, std::uint64_t otherwise) const;
  std::uint64_t get_bytes(std::string_view key) const;
  std::uint64_t get_bytes(std::string_view key, std::uint64_t otherwise) const;
  std::uint64_t get_length_um(std::string_view key) const;
  std::uint64_t get_length_um(std::string_view key, std::uint64_t otherwise) const;
  std::uint64_t get_cycles(std::string_view key) const;
  std::uint64_t get_cycles(std::string_view key, std::uint64_t otherwise) const;
  std::uint64_t get_frequency(std::string_view key) const;  ///< hertz
  std::uint64_t get_frequency(std::string_view key, std::uint64_t otherwise) const;

  /// One of a fixed set of words: its index in `names`. Another word is refused with the nearest.
  std::size_t get_choice(std::string_view key, std::span<const std::string_view> names) const;
  std::size_t get_choice(std::string_view key, std::span<const std::string_view> names,
                         std::size_t otherwise) const;
  template <class E, std::size_t N>
  E get_enum(std::string_view key, const std::array<EnumName<E>, N>& names) const {
    return names[get_choice(key, words(names))].value;
  }
  template <class E, std::size_t N>
  E get_enum(std::string_view key, const std::array<EnumName<E>, N>& names, E otherwise) const {
    std::size_t index = N;
    for (std::size_t i = N; i-- > 0;) {
      if (names[i].value == otherwise) index = i;
    }
    index = get_choice(key, words(names), index);
    return index == N ? otherwise : names[index].value;
  }

  /// Lists; empty when not given.
  std::vector<std::string> get_strings(std::string_view key) const;
  std::vector<std::uint64_t> get_uint64s(std::string_view key) const;
  std::vector<double> get_doubles(std::string_view key) const;
  const std::vector<ConfigValue>& get_list(std::string_view key) const;
  /// Entries of [[key]], each a Config of its own whose keys count from the entry and whose
  /// messages name "key[0].name" in full; empty when not given. What is not read in an entry is
  /// reported by check_all_used() of the outermost Config.
  const std::vector<Config>& get_tables(std::string_view key) const;

  /// Keys as written (patterns too) below `prefix`, relative to it, in order of appearance, set()
  /// ones included; each once. With an empty prefix all keys. Reads nothing.
  std::vector<std::string> keys_under(std::string_view prefix) const;
  /// First parts of keys_under(prefix), each once: the names of user-named sections.
  /// Empty sections count.
  std::vector<std::string> children(std::string_view prefix) const;

  /// Makes a key known without reading it.
  void declare(std::string_view key) const;
  /// Counts every assignment whose key, as written, lies below `prefix` as used: somebody else
  /// reads those.
  void mark_used_under(std::string_view prefix) const;
  /// Throws InputError for the first assignment, in order of appearance, that matched no known
  /// key; the hint names the nearest known one.
  void check_all_used() const;

  /// Where the winning assignment of `key` stands (its value), or the file when there is none.
  SourcePos pos(std::string_view key) const;
  /// Refuses the value of `key`: throws InputError at its place.
  [[noreturn]] void fail(std::string_view key, std::string_view message,
                         std::string_view hint = {}) const;

  const std::string& file_name() const { return file_name_; }
  /// "" for a file, "fault[1]" for an entry of [[fault]].
  const std::string& path() const { return path_; }
  bool empty() const { return entries_.empty(); }

  /// Records that `key` was read and what a default of it was, as TOML text; the getters do so.
  void note_default(std::string_view key, std::string toml) const;

 private:
  friend class ConfigReader;  // config_parse.cpp
  friend class ConfigDump;    // config_dump.cpp
  friend class ConfigCheck;   // config_check.cpp

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <class T>
  using KeyMap = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Entry {
    std::string key;  // relative to path_
    ConfigValue value;
    unsigned line = 0, column = 0;  // of the key
    unsigned stars = 0;             // "*" in the key
    bool from_set = false;
    bool empty_section = false;  // nothing to read, but its name may be misspelt
    mutable bool used = false;   // a known key matched
    mutable bool read = false;   // was the winner at least once
  };
  /// What a known key came to.
  struct Known {
    std::size_t order = 0;
    std::size_t entry = kNone;             // the winner; none: default or absent
    std::optional<std::string> otherwise;  // default, as TOML
  };

  template <class E, std::size_t N>
  static std::array<std::string_view, N> words(const std::array<EnumName<E>, N>& names) {
    std::array<std::string_view, N> result;
    for (std::size_t i = 0; i < N; ++i) result[i] = names[i].name;
    return result;
  }
  void add(Entry entry);
  std::size_t lookup(std::string_view key) const;
  bool beats(std::size_t a, std::size_t b) const;
  Known& know(std::string_view key) const;
  void note_listed(std::string_view prefix) const;
  std::string full_key(std::string_view key) const;
  template <class F>
  auto convert(std::string_view key, F read) const;

  std::string file_name_;
  std::string path_;
  unsigned line_ = 0, column_ = 0;             // where an entry of a list begins
  std::vector<Entry> entries_;                 // in order of appearance
  KeyMap<std::vector<std::size_t>> exact_;     // by key as written
  KeyMap<std::vector<std::size_t>> patterns_;  // by last part, when it has no "*"
  std::vector<std::size_t> open_patterns_;     // the other patterns
  mutable KeyMap<Known> known_;
  mutable std::vector<std::string> enumerated_;  // prefixes whose keys were listed
};

/// Every key that was read, with the value that won or the default; absent keys are left out. Keys
/// that differ only in the numbers in their parts and share a value are written once, as a pattern,
/// unless their names were listed with keys_under() or children(). Config::parse of it gives the
/// same readers the same values again.
std::string effective_toml(const Config& config);
/// Every assignment as given: {"link3.phy.ber": 0.0015, "fault": [{"kind": "lane_down"}]}, keys
/// flat and as written, in order of appearance.
std::string to_json(const Config& config);

}  // namespace weft
