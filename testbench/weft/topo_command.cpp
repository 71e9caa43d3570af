// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/topo_command.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>

#include "models/base/text.h"
#include "testbench/run/machine_error.h"
#include "testbench/weft/named_input.h"
#include "testbench/weft/topo_check.h"
#include "testbench/weft/topo_draw.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: weft topo draw SYSTEM|SCENARIO [--svg FILE] [--dot FILE]\n"
    "       weft topo check SYSTEM|SCENARIO\n\n"
    "draw makes a picture (SVG) or a graph for Graphviz (DOT) of who is connected to whom. Links "
    "in\n"
    "RTL are thick when a scenario is named. check names ports that are missing, used twice or\n"
    "without a link and nodes without a path to each other, counts hops, and looks whether the\n"
    "routes can deadlock. A name is that of a system before that of a scenario.\n\n"
    "exit: 0 done, and nothing is wrong; 1 the routes can deadlock; 2 the input is refused\n\n";

po::options_description options() {
  po::options_description options("options");
  options.add_options()  //
      ("svg", po::value<std::string>()->value_name("FILE"),
       "draw: where the picture goes; \"-\": standard output")  //
      ("dot", po::value<std::string>()->value_name("FILE"),
       "draw: where the graph goes; \"-\": standard output, which is the default")  //
      ("help", "this text");
  return options;
}

void write(const std::string& file, const std::string& text, std::ostream& out) {
  if (file == "-") {
    out << text;
    return;
  }
  if (fs::is_directory(file)) throw UsageError(weft::quoted(file) + " is a folder");
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw MachineError("cannot write " + weft::quoted(file));
  out << file << "\n";
}

int draw(const Words& words, std::ostream& out) {
  Library library = Library::standard();
  const NamedSystem named = read_named_system(library, words.rest[1]);
  std::optional<NamedScenario> scenario;
  if (!named.scenario_file.empty()) {
    scenario = read_named_scenario(library, named.scenario_file, Words{});
  }
  const System system = System::parse(named.text, named.file);
  const fs::path titled = named.scenario_file.empty() ? named.file : named.scenario_file;
  const DrawnSystem drawn{titled.stem().string(), system, scenario ? &scenario->scenario : nullptr};
  if (words.has("svg")) write(words.get<std::string>("svg"), topology_picture_svg(drawn), out);
  if (words.has("dot")) write(words.get<std::string>("dot"), topology_dot(drawn), out);
  if (!words.has("svg") && !words.has("dot")) out << topology_dot(drawn);
  return static_cast<int>(Exit::kPass);
}

/// That of the scenario, or the one that comes with Weft.
Protocol protocol_of(Library& library, const NamedSystem& named) {
  if (!named.scenario_file.empty()) {
    return read_named_scenario(library, named.scenario_file, Words{}).scenario.protocol;
  }
  const Config none;
  const ScenarioFiles::Text text =
      library.read(ScenarioFiles::Kind::kProtocol, ScenarioTop{}.protocol, none, "protocol");
  return Protocol::parse(text.text, text.file);
}

int check(const Words& words, std::ostream& out) {
  for (const char* option : {"svg", "dot"}) {
    if (words.has(option)) throw UsageError("check draws nothing", "weft topo draw");
  }
  Library library = Library::standard();
  const NamedSystem named = read_named_system(library, words.rest[1]);
  out << "system    " << named.file << "\n";
  if (print_wiring_problems(out, named)) return static_cast<int>(Exit::kRefused);
  const System system = System::parse(named.text, named.file);
  return static_cast<int>(print_routes(out, system, protocol_of(library, named)));
}

int run(const Words& words, std::ostream& out) {
  if (words.rest.empty()) throw UsageError("what to do is missing", "draw, or check");
  const std::string& action = words.rest[0];
  if (action != "draw" && action != "check") {
    throw UsageError("unknown action " + weft::quoted(action), hint_for(action, {"draw", "check"}));
  }
  if (words.rest.size() < 2) {
    throw UsageError("the system is missing",
                     "weft topo " + action + " SYSTEM|SCENARIO; weft list systems");
  }
  words.at_most(2);
  return action == "draw" ? draw(words, out) : check(words, out);
}

}  // namespace

int topo_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft topo", err, [&] {
    const Words read = read_words(words, options());
    if (!read.has("help")) return run(read, out);
    out << kUsage << options();
    return static_cast<int>(Exit::kPass);
  });
}

}  // namespace weft::tb
