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
    Kind{"scenarios", Library::Shelf::kScenarios}, Kind{"systems", Library::Shelf::kSystems},
    Kind{"protocols", Library::Shelf::kProtocols}, Kind{"phys", Library::Shelf::kPhys},
    Kind{"firmware", Library::Shelf::kFirmware},
};

constexpr const char* kUsage =
    "usage: weft list KIND\n\n"
    "What comes with Weft. KIND is one of: scenarios, systems, protocols, phys, firmware, nodes,\n"
    "workloads, faults, levels.\n\n";

po::options_description options() {
  po::options_description options("options");
  options.add_options()("help", "this text");
  return options;
}

struct Item {
  std::string name, sentence;
};

std::vector<Item> nodes() {
  return {
      {"generator", "sends packets to the generator it is linked to, and checks what it receives"},
      {"npu", "an accelerator: DMA engine, HBM, REDUCE, and a RISC-V core that runs firmware"},
      {"switch", "forwards packets by their destination node"},
  };
}

std::vector<Item> workloads() {
  return {
      {"stream", "every generator sends packets to the one it is linked to"},
      {"all_reduce", "npus add their buffers up around a ring, and each gets the sum"},
  };
}

std::vector<Item> faults() {
  std::vector<Item> found;
  for (const EnumName<FaultKind>& kind : kFaultKindNames) {
    found.push_back({std::string(kind.name), std::string(info_of(kind.value).sentence)});
  }
  return found;
}

std::vector<Item> levels() {
  return {
      {"link: rtl", "the RTL of rtl/link, translated by Verilator, clock by clock"},
      {"link: model", "the model of it in C++, clock by clock"},
      {"phy: statistical", "which codewords fail, and how, is drawn from their law"},
      {"payload: real", "packets carry data, and every byte of it is checked"},
      {"fidelity: flit", "flits move; packet and flow are not built yet"},
  };
}

struct Written {
  const char* name;
  std::vector<Item> (*items)();
};
/// Lists of what is no file.
constexpr std::array kWritten{
    Written{"nodes", nodes},
    Written{"workloads", workloads},
    Written{"faults", faults},
    Written{"levels", levels},
};

std::vector<Item> shelf_items(Library::Shelf shelf) {
  const Library library = Library::standard();
  std::vector<Item> found;
  for (const std::string& name : library.names(shelf)) {
    // A binary file does not say what it is.
    const bool text = shelf != Library::Shelf::kFirmware;
    found.push_back({name, text ? library.sentence(shelf, name)
                                : (library.folder(shelf) / (name + ".elf")).string()});
  }
  return found;
}

std::vector<Item> items(const std::string& kind) {
  std::vector<std::string> names;
  for (const Kind& known : kKinds) {
    names.push_back(known.name);
    if (kind == known.name) return shelf_items(known.shelf);
  }
  for (const Written& written : kWritten) {
    names.push_back(written.name);
    if (kind == written.name) return written.items();
  }
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
                       "one of: scenarios, systems, protocols, phys, firmware, nodes, workloads, "
                       "faults, levels");
    }
    read.at_most(1);
    return run(read.rest[0], out);
  });
}

}  // namespace weft::tb
