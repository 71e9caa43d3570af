// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/list_command.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "models/base/text.h"
#include "models/scenario/scenario.h"
#include "testbench/run/judge.h"
#include "testbench/run/library.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;

struct Kind {
  const char* name;
  Library::Shelf shelf;
};
constexpr std::array kKinds{
    Kind{"scenarios", Library::Shelf::kScenarios},
    Kind{"systems", Library::Shelf::kSystems},
    Kind{"protocols", Library::Shelf::kProtocols},
    Kind{"phys", Library::Shelf::kPhys},
};
constexpr const char* kLevels = "levels";

constexpr const char* kUsage =
    "usage: weft list KIND\n\n"
    "What comes with Weft. KIND is one of: scenarios, systems, protocols, phys, levels.\n\n";

po::options_description options() {
  po::options_description options("options");
  options.add_options()("help", "this text");
  return options;
}

struct Item {
  std::string name, sentence;
};

std::vector<Item> levels() {
  return {
      {"link: rtl", "the RTL of rtl/link, translated by Verilator, clock by clock"},
      {"link: model", "the model of it in C++, clock by clock"},
      {"phy: statistical", "which codewords fail, and how, is drawn from their law"},
      {"payload: real", "packets carry data, and every byte of it is checked"},
      {"fidelity: flit", "flits move; packet and flow are not built yet"},
  };
}

std::vector<Item> items(const std::string& kind) {
  if (kind == kLevels) return levels();
  std::vector<std::string> names;
  for (const Kind& known : kKinds) {
    names.push_back(known.name);
    if (kind != known.name) continue;
    const Library library = Library::standard();
    std::vector<Item> found;
    for (const std::string& name : library.names(known.shelf)) {
      found.push_back({name, library.sentence(known.shelf, name)});
    }
    return found;
  }
  names.push_back(kLevels);
  throw UsageError("Weft has no list of " + weft::quoted(kind), hint_for(kind, names));
}

int run(const std::string& kind, std::ostream& out) {
  const std::vector<Item> found = items(kind);
  std::size_t widest = 0;
  for (const Item& item : found) widest = std::max(widest, item.name.size());
  for (const Item& item : found) {
    out << item.name << std::string(widest + 2 - item.name.size(), ' ') << item.sentence << "\n";
  }
  return static_cast<int>(Exit::kPass);
}

}  // namespace

int list_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft list", err, [&] {
    const Words read = read_words(words, options());
    if (read.has("help")) {
      out << kUsage << options();
      return static_cast<int>(Exit::kPass);
    }
    if (read.rest.empty()) {
      throw UsageError("what to list is missing",
                       "one of: scenarios, systems, protocols, phys, levels");
    }
    read.at_most(1);
    return run(read.rest[0], out);
  });
}

}  // namespace weft::tb
