// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/command_line.h"

#include <algorithm>
#include <ostream>

#include "models/base/error.h"
#include "models/base/text.h"
#include "testbench/run/judge.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;

[[noreturn]] void refuse_option(const std::string& given, const po::options_description& options) {
  std::vector<std::string> known;
  for (const auto& option : options.options()) known.push_back("--" + option->long_name());
  throw UsageError("unknown option " + weft::quoted(given), hint_for(given, known));
}

int refuse(std::ostream& err, const std::string& command, const char* what, const std::string& hint,
           Exit exit) {
  err << command << ": " << what << "\n";
  if (!hint.empty()) err << "  hint: " << hint << "\n";
  return static_cast<int>(exit);
}

}  // namespace

void Words::at_most(std::size_t most) const {
  if (rest.size() > most) throw UsageError(weft::quoted(rest[most]) + " is one word too many");
}

Words read_words(const std::vector<std::string>& words, const po::options_description& options) {
  po::options_description all;
  all.add(options);
  all.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);
  Words result;
  try {
    using po::command_line_style::allow_long;
    using po::command_line_style::long_allow_adjacent;
    using po::command_line_style::long_allow_next;
    po::store(po::command_line_parser(words)
                  .options(all)
                  .positional(positional)
                  .style(allow_long | long_allow_adjacent | long_allow_next)
                  .run(),
              result.options);
  } catch (const po::unknown_option& error) {
    refuse_option(error.get_option_name(), options);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  if (result.has("word")) result.rest = result.get<std::vector<std::string>>("word");
  for (const std::string& word : result.rest) {
    if (word.size() > 1 && word[0] == '-') refuse_option(word, options);
  }
  return result;
}

int guarded(const std::string& command, std::ostream& err, const std::function<int()>& run) {
  try {
    return run();
  } catch (const InputError& error) {
    err << error.what() << "\n";
    return static_cast<int>(Exit::kRefused);
  } catch (const UsageError& error) {
    return refuse(err, command, error.what(), error.hint, Exit::kRefused);
  } catch (const MachineError& error) {
    return refuse(err, command, error.what(), error.hint, Exit::kMachine);
  } catch (const std::bad_alloc&) {
    return refuse(err, command, "out of memory", {}, Exit::kMachine);
  } catch (const std::exception& error) {
    return refuse(err, command, error.what(), "this is a fault of Weft itself", Exit::kMachine);
  }
}

std::string shell_word(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./=:,+@%").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string hint_for(const std::string& word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return name_hint(word, views);
}

}  // namespace weft::tb
