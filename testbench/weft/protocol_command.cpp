// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/protocol_command.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <string_view>

#include "models/base/text.h"
#include "models/base/units.h"
#include "models/protocol/emit_sv.h"
#include "models/protocol/protocol.h"
#include "testbench/weft/protocol_derive.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr int kDone = 0, kStale = 1, kRefused = 2, kMachine = 4;

constexpr const char* kUsage =
    "usage: weft protocol emit FILE --sv | --page [options]\n"
    "       weft protocol check FILE [options]\n"
    "       weft protocol show FILE\n"
    "       weft protocol derive FILE --set KEY=VALUE --out NEW.toml\n\n"
    "Checks a protocol and turns it into what the RTL and people read.\n"
    "FILE is a protocol file, or the name of a shipped protocol.\n\n";

/// Refusals that have no place in a file: wrong words on the command line.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& message, std::string advice = {})
      : std::runtime_error(message), hint(std::move(advice)) {}
  std::string hint;
};

/// The machine could not do it: exit 4.
class WriteError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

fs::path protocol_folder() {
  const char* home = std::getenv("WEFT_HOME");
  return fs::path(home != nullptr && *home != '\0' ? home : WEFT_SOURCE_DIR) / "models/protocol";
}

std::vector<std::string> shipped_protocols() {
  std::vector<std::string> names;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(protocol_folder(), none)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path find_protocol(const std::string& name) {
  std::error_code none;
  if (fs::is_regular_file(name, none)) return name;
  if (name.find('/') == std::string::npos) {
    const fs::path shipped = protocol_folder() / (name + ".toml");
    if (fs::is_regular_file(shipped, none)) return shipped;
  }
  const std::vector<std::string> names = shipped_protocols();
  const std::vector<std::string_view> views(names.begin(), names.end());
  throw UsageError("no protocol file " + weft::quoted(name), name_hint(name, views));
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(Config::kMaxTextBytes + 1, '\0');  // one more than is accepted
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || !(file.eof() || file.good())) {
    throw UsageError("cannot read " + weft::quoted(path.string()));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// Files that appear together or not at all: all are written beside their places, then renamed.
class Outputs {
 public:
  ~Outputs() {
    std::error_code none;
    for (const Pending& one : pending_) fs::remove(one.partial, none);
  }
  void add(const fs::path& place, const std::string& text) {
    fs::path partial = place;
    partial += ".partial-" + std::to_string(::getpid());
    pending_.push_back({partial, place});
    std::ofstream file(partial, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) throw WriteError("cannot write " + weft::quoted(place.string()));
  }
  void commit() {
    for (const Pending& one : pending_) {
      std::error_code error;
      fs::rename(one.partial, one.place, error);
      if (error) throw WriteError("cannot write " + weft::quoted(one.place.string()));
    }
    pending_.clear();
  }

 private:
  struct Pending {
    fs::path partial, place;
  };
  std::vector<Pending> pending_;
};

struct Request {
  std::string action, file;
  bool sv = false, page = false, check = false, help = false;
  std::optional<std::string> out, flight;
};

po::options_description visible_options() {
  po::options_description options("options");
  options.add_options()                                                                 //
      ("sv", "emit: the RTL package and the CRC tables")                                //
      ("page", "emit: the page of numbers, as Markdown")                                //
      ("out", po::value<std::string>()->value_name("DIR"), "emit: write files to DIR")  //
      ("check", "emit: only say which files in DIR are not current")                    //
      ("flight", po::value<std::string>()->value_name("CYCLES"),
       "check: time from pin to pin, one way, such as 300cycles")  //
      ("help", "this text");
  return options;
}

[[noreturn]] void refuse_option(const std::string& given) {
  std::vector<std::string> known;
  const po::options_description options = visible_options();
  for (const auto& option : options.options()) known.push_back("--" + option->long_name());
  const std::vector<std::string_view> views(known.begin(), known.end());
  throw UsageError("unknown option " + weft::quoted(given), name_hint(given, views));
}

Request read_request(const std::vector<std::string>& words) {
  po::options_description all;
  all.add(visible_options());
  all.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);
  po::variables_map map;
  try {
    using po::command_line_style::allow_long;
    using po::command_line_style::long_allow_adjacent;
    using po::command_line_style::long_allow_next;
    po::store(po::command_line_parser(words)
                  .options(all)
                  .positional(positional)
                  .style(allow_long | long_allow_adjacent | long_allow_next)
                  .run(),
              map);
  } catch (const po::unknown_option& error) {
    refuse_option(error.get_option_name());
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  Request request;
  request.sv = map.count("sv") != 0;
  request.page = map.count("page") != 0;
  request.check = map.count("check") != 0;
  request.help = map.count("help") != 0;
  if (map.count("out") != 0) request.out = map["out"].as<std::string>();
  if (map.count("flight") != 0) request.flight = map["flight"].as<std::string>();
  std::vector<std::string> given;
  if (map.count("word") != 0) given = map["word"].as<std::vector<std::string>>();
  for (const std::string& word : given) {
    if (word.size() > 1 && word[0] == '-') refuse_option(word);
  }
  if (!given.empty()) request.action = given[0];
  if (given.size() > 1) request.file = given[1];
  if (given.size() > 2)
    throw UsageError("one protocol at a time: " + weft::quoted(given[2]) + " is too much");
  return request;
}

void check_request(const Request& request) {
  static constexpr std::array<std::string_view, 4> kActions{"emit", "check", "show", "derive"};
  if (request.action.empty())
    throw UsageError("what to do is missing", "one of: emit, check, show, derive");
  if (std::find(kActions.begin(), kActions.end(), request.action) == kActions.end()) {
    throw UsageError("unknown action " + weft::quoted(request.action),
                     name_hint(request.action, kActions));
  }
  if (request.file.empty()) throw UsageError("the protocol file is missing");
  const bool emit = request.action == "emit";
  if (emit == (request.sv == request.page)) {
    throw UsageError(emit ? "what to emit is missing" : "--sv and --page belong to emit",
                     emit ? "one of: --sv, --page" : "");
  }
  if (!emit && (request.out || request.check)) throw UsageError("--out and --check belong to emit");
  if (request.check && !request.out) throw UsageError("--check needs --out DIR");
  if (request.flight && request.action != "check") throw UsageError("--flight belongs to check");
}

std::uint64_t read_flight(const std::string& text) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 32;
  try {
    const bool bare = text.find_first_not_of("0123456789") == std::string::npos;
    const std::uint64_t cycles = parse_cycles(bare ? text + "cycles" : text);
    if (cycles <= kMost) return cycles;
  } catch (const UnitError& error) {
    throw UsageError("--flight: " + error.message, error.hint);
  }
  throw UsageError("--flight: " + weft::quoted(text) + " is too long",
                   "at most " + std::to_string(kMost));
}

int check_current(const std::vector<EmittedFile>& files, const fs::path& folder,
                  std::ostream& err) {
  int result = kDone;
  for (const EmittedFile& file : files) {
    std::ifstream in(folder / file.name, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in || text.str() != file.text) {
      err << (folder / file.name).string() << " is not current: run `weft protocol emit`\n";
      result = kStale;
    }
  }
  return result;
}

int emit(const Request& request, const Protocol& protocol, std::ostream& out, std::ostream& err) {
  std::vector<EmittedFile> files;
  if (request.sv) files = emit_sv(protocol);
  if (request.page) files = {emit_page(protocol)};
  if (!request.out) {
    for (const EmittedFile& file : files) out << file.text;
    return kDone;
  }
  const fs::path folder = *request.out;
  if (request.check) return check_current(files, folder, err);
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    throw UsageError("--out " + weft::quoted(folder.string()) + " is no folder");
  }
  fs::create_directories(folder, error);
  if (error) throw WriteError("cannot make the folder " + weft::quoted(folder.string()));
  Outputs outputs;
  for (const EmittedFile& file : files) outputs.add(folder / file.name, file.text);
  outputs.commit();
  for (const EmittedFile& file : files) out << (folder / file.name).string() << "\n";
  return kDone;
}

int check(const Request& request, const Protocol& protocol, std::ostream& out, std::ostream& err) {
  std::vector<Warning> warnings = protocol.warnings;
  const std::uint64_t fixed = round_trip_cycles(protocol, 0);
  std::ostringstream trip;
  if (request.flight) {
    const std::uint64_t flight = read_flight(*request.flight);
    const std::uint64_t cycles = round_trip_cycles(protocol, flight);
    const std::vector<Warning> more = check_against_round_trip(protocol, cycles);
    warnings.insert(warnings.end(), more.begin(), more.end());
    trip << "round trip " << cycles << " cycles, "
         << (cycles + protocol.flit.beats - 1) / protocol.flit.beats << " flits, of a window of "
         << protocol.sequence.window << "\n";
  } else {
    trip << "round trip 2 D + " << fixed
         << " cycles; say --flight D to check the window and the replay timer\n";
  }
  for (const Warning& warning : warnings) err << warning.to_string() << "\n";
  const unsigned bits = 8 * protocol.flit_bytes();
  const unsigned distance = hamming_distance(protocol.crc, bits).at_least;
  out << protocol.name << " version " << protocol.version << ": good\n"
      << "flit " << protocol.flit_bytes() << " bytes, " << protocol.data_slots()
      << " payload slots of " << protocol.flit.slot << " bytes; CRC distance " << distance
      << (distance >= 5 ? " or more" : "") << "\n"
      << trip.str() << "must match: 0x" << std::hex << std::setfill('0') << std::setw(16)
      << protocol.hash() << std::dec << "\n";
  return kDone;
}

int show(const Protocol& protocol, std::ostream& out) {
  const std::vector<ProtocolConstant> all = constants(protocol);
  std::size_t widest = 0;
  for (const ProtocolConstant& one : all) widest = std::max(widest, one.name.size());
  std::string group;
  for (const ProtocolConstant& one : all) {
    if (one.group != group) {
      out << (group.empty() ? "" : "\n") << one.group << "\n";
      group = one.group;
    }
    std::ostringstream value;
    if (one.bits > 8) {
      value << "0x" << std::hex << one.value;
    } else {
      value << one.value;
    }
    out << "  " << std::left << std::setw(static_cast<int>(widest)) << one.name << "  "
        << std::setw(10) << value.str() << "  " << one.sentence << "\n";
  }
  return kDone;
}

int run(const Request& request, std::ostream& out, std::ostream& err) {
  const fs::path path = find_protocol(request.file);
  const Protocol protocol = Protocol::parse(read_file(path), path.string());
  if (request.action == "emit") return emit(request, protocol, out, err);
  if (request.action == "check") return check(request, protocol, out, err);
  return show(protocol, out);
}

}  // namespace

int protocol_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  if (!words.empty() && words[0] == "derive") {
    return protocol_derive({words.begin() + 1, words.end()}, out, err);
  }
  try {
    const Request request = read_request(words);
    if (request.help) {
      out << kUsage << visible_options();
      return kDone;
    }
    check_request(request);
    return run(request, out, err);
  } catch (const InputError& error) {
    err << error.what() << "\n";
    return kRefused;
  } catch (const UsageError& error) {
    err << "weft protocol: " << error.what() << "\n";
    if (!error.hint.empty()) err << "  hint: " << error.hint << "\n";
    return kRefused;
  } catch (const WriteError& error) {
    err << "weft protocol: " << error.what() << "\n";
    return kMachine;
  }
}

int protocol_command(int argc, char** argv) {
  return protocol_command(std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                          std::cout, std::cerr);
}

}  // namespace weft::tb
