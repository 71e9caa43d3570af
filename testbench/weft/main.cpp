// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "models/base/text.h"
#include "testbench/run/judge.h"
#include "testbench/run/machine_error.h"
#include "testbench/weft/check_command.h"
#include "testbench/weft/command_line.h"
#include "testbench/weft/compare_command.h"
#include "testbench/weft/doctor_command.h"
#include "testbench/weft/keys_command.h"
#include "testbench/weft/list_command.h"
#include "testbench/weft/program_version.h"
#include "testbench/weft/protocol_command.h"
#include "testbench/weft/regress_command.h"
#include "testbench/weft/report_command.h"
#include "testbench/weft/run_command.h"
#include "testbench/weft/topo_command.h"

/// libsystemc has a main of its own, unused here, that refers to this.
extern "C" int sc_main(int, char**) { return 0; }

namespace weft::tb {
namespace {

struct Command {
  const char* name;
  const char* sentence;
  int (*run)(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);
};

constexpr std::array kCommands{
    Command{"run", "run a scenario and judge it", run_command},
    Command{"check", "read a scenario and all it names, and say what would be run", check_command},
    Command{"report", "make report.html of a run directory anew", report_command},
    Command{"keys", "every key of a scenario: unit, default, range, meaning", keys_command},
    Command{"list", "what comes with Weft: scenarios, systems, firmware, workloads and more",
            list_command},
    Command{"regress", "run the tests of a plan by seeds, side by side", regress_command},
    Command{"topo", "draw who is connected to whom, and look what is wrong with it", topo_command},
    Command{"compare", "what differs between two runs or scenarios, and whether by chance",
            compare_command},
    Command{"protocol", "check a protocol, show it, turn it into RTL parameters", protocol_command},
    Command{"doctor", "what Weft needs on this machine, and how to get what is missing",
            doctor_command},
};

void print_usage(std::ostream& out) {
  out << "usage: weft COMMAND [options]\n\nEmulates AI accelerator fabrics.\n\ncommands\n";
  for (const Command& command : kCommands) {
    out << "  " << command.name << std::string(10 - std::string(command.name).size(), ' ')
        << command.sentence << "\n";
  }
  out << "\noptions\n"
         "  --version   version, commit, build and libraries\n"
         "  --help      this text; weft COMMAND --help for a command\n";
}

/// What others call --help and --version is far from them in letters.
std::string hint_for_command(const std::string& word, const std::vector<std::string>& names) {
  const std::string bare = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  if (bare == "h" || bare == "help" || bare == "?") return "did you mean \"--help\"?";
  if (bare == "v" || bare == "V" || bare == "version") return "did you mean \"--version\"?";
  return hint_for(word, names);
}

int run(const std::vector<std::string>& words) {
  if (words.empty()) {
    print_usage(std::cerr);
    return static_cast<int>(Exit::kRefused);
  }
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (words[0] == "--help") {
    print_usage(std::cout);
    return static_cast<int>(Exit::kPass);
  }
  if (words[0] == "--version") {
    std::cout << program_version();
    return static_cast<int>(Exit::kPass);
  }
  std::vector<std::string> names{"--help", "--version"};
  for (const Command& command : kCommands) {
    if (words[0] == command.name) return command.run(rest, std::cout, std::cerr);
    names.push_back(command.name);
  }
  throw UsageError("unknown command " + weft::quoted(words[0]), hint_for_command(words[0], names));
}

}  // namespace
}  // namespace weft::tb

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  return weft::tb::guarded("weft", std::cerr, [&] {
    const int exit = weft::tb::run(words);
    if (!std::cout.flush() && exit != static_cast<int>(weft::tb::Exit::kMachine)) {
      throw weft::tb::MachineError("cannot write to standard output");
    }
    return exit;
  });
}
