// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/program_options.hpp>
#include <functional>
#include <iosfwd>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace weft::tb {

/// Words on the command line that make no sense: exit 2.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& message, std::string advice = {})
      : std::runtime_error(message), hint(std::move(advice)) {}

  std::string hint;  ///< may be empty
};

/// Options by long name, and the words that belong to none of them.
struct Words {
  boost::program_options::variables_map options;
  std::vector<std::string> rest;

  bool has(const char* option) const { return options.count(option) != 0; }
  template <class T>
  const T& get(const char* option) const {
    return options[option].as<T>();
  }
  /// Refuses more than `most` words.
  void at_most(std::size_t most) const;
};

/// Reads words with long options only. Throws UsageError with the nearest name for an unknown one.
Words read_words(const std::vector<std::string>& words,
                 const boost::program_options::options_description& options);

/// Runs a command and turns what it throws into a message on `err` and an exit code.
int guarded(const std::string& command, std::ostream& err, const std::function<int()>& run);

/// Text for a shell: as it stands, or in single quotes.
std::string shell_word(const std::string& text);

/// `did you mean "x"?` or the list, for strings.
std::string hint_for(const std::string& word, const std::vector<std::string>& names);

}  // namespace weft::tb
