// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/protocol_derive.h"

#include <filesystem>
#include <ostream>

#include "models/base/text.h"
#include "testbench/compare/derive_protocol.h"
#include "testbench/regress/regress_files.h"
#include "testbench/run/judge.h"
#include "testbench/run/library.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using Strings = std::vector<std::string>;

constexpr const char* kUsage =
    "usage: weft protocol derive FILE --set KEY=VALUE... --out NEW.toml\n\n"
    "Writes a protocol that differs from another one in some values, under the name NEW.\n"
    "FILE is a protocol file, or the name of a shipped protocol.\n\n";

po::options_description options() {
  po::options_description options("options");
  options.add_options()  //
      ("set", po::value<Strings>()->composing()->value_name("KEY=VALUE"),
       "a key of the protocol and its new value; may repeat, the last wins")  //
      ("out", po::value<std::string>()->value_name("FILE"),
       "where the new one goes: a file that is not there, or a derived one")  //
      ("help", "this text");
  return options;
}

BaseProtocol find_base(const std::string& name) {
  const Library library = Library::standard();
  fs::path path = name;
  std::optional<std::string> text = read_text(path);
  if (!text && name.find('/') == std::string::npos) {
    path = library.folder(Library::Shelf::kProtocols) / (name + ".toml");
    text = read_text(path);
  }
  if (text) return {path.stem().string(), path.string(), std::move(*text)};
  throw UsageError("no protocol file " + weft::quoted(name),
                   hint_for(name, library.names(Library::Shelf::kProtocols)));
}

/// Nobody's own file is overwritten.
fs::path check_place(const std::string& name) {
  const fs::path place = name;
  if (place.extension() != ".toml") {
    throw UsageError("--out: " + weft::quoted(name) + " does not end in .toml",
                     "scenarios know a path by it");
  }
  std::error_code none;
  if (!fs::exists(place, none)) return place;
  const std::string text = read_text(place).value_or("");
  if (text.find(std::string("\n") + kDerivedFrom) == std::string::npos) {
    throw UsageError("--out: " + weft::quoted(name) + " is there, and was not derived");
  }
  return place;
}

int run(const Words& words, std::ostream& out) {
  if (words.rest.empty()) throw UsageError("the protocol file is missing");
  words.at_most(1);
  if (!words.has("set")) throw UsageError("--set KEY=VALUE is missing: what is to differ");
  if (!words.has("out")) throw UsageError("--out FILE is missing");
  const BaseProtocol base = find_base(words.rest[0]);
  const fs::path place = check_place(words.get<std::string>("out"));
  write_whole(place, derive_protocol(base, words.get<Strings>("set"), place.stem().string()));
  out << place.string() << "\n";
  return static_cast<int>(Exit::kPass);
}

}  // namespace

int protocol_derive(const Strings& words, std::ostream& out, std::ostream& err) {
  return guarded("weft protocol", err, [&] {
    const Words read = read_words(words, options());
    if (!read.has("help")) return run(read, out);
    out << kUsage << options();
    return static_cast<int>(Exit::kPass);
  });
}

}  // namespace weft::tb
