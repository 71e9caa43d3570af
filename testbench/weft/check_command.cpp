// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/check_command.h"

#include <ostream>
#include <set>

#include "models/base/text.h"
#include "models/elf/elf.h"
#include "models/npu/npu_regs.h"
#include "testbench/run/link_objects.h"
#include "testbench/run/machine_error.h"
#include "testbench/weft/named_input.h"
#include "testbench/weft/scenario_sheet.h"
#include "testbench/weft/topo_check.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;

constexpr const char* kUsage =
    "usage: weft check SCENARIO [options]\n\n"
    "Reads a scenario and all it names as weft run does, firmware included, and prints what would\n"
    "be run. Runs nothing and leaves nothing behind.\n\n"
    "exit: 0 the scenario can be run, 2 the input is refused\n\n";

po::options_description options() {
  po::options_description options("options");
  add_override_options(options);
  options.add_options()("help", "this text");
  return options;
}

/// Firmware is an executable that fits the SRAM of every npu that runs it.
void check_firmware(const Scenario& scenario) {
  if (!scenario.runs_firmware()) return;
  std::set<std::pair<std::size_t, std::uint64_t>> seen;  // image and size of the SRAM
  std::vector<std::uint8_t> sram;
  for (const std::size_t node : scenario.system.endpoints) {
    const NpuSettings& npu = scenario.npus[node];
    if (!seen.emplace(npu.image, npu.device.sram_size.bytes).second) continue;
    const FirmwareImage& file = scenario.firmware[npu.image];
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.bytes.data());
    const ElfImage image = ElfImage::parse({bytes, file.bytes.size()}, file.file);
    sram.assign(npu.device.sram_size.bytes, 0);
    image.load_into(sram, npu_regs::kSramBase);
  }
}

/// What this machine lacks to run it: nobody's mistake in the scenario.
void warn_of_link_objects(const Scenario& scenario, std::ostream& err) {
  LinkObjects objects(LinkObjects::standard_folder(), scenario.protocol, scenario.protocol_file);
  std::set<std::string> names;
  for (const LinkSettings& link : scenario.links) {
    if (link.level == LinkLevel::kRtl) names.insert(link.rtl);
  }
  for (const std::string& name : names) {
    try {
      objects.get(name, false);
    } catch (const MachineError& error) {
      err << "warning: " << error.what() << "\n  hint: " << error.hint << "\n";
    }
  }
}

int run(const Words& words, std::ostream& out, std::ostream& err) {
  if (words.rest.empty()) {
    throw UsageError("the scenario is missing", "weft check SCENARIO; weft list scenarios");
  }
  words.at_most(1);
  Library library = Library::standard();
  const NamedScenario named = read_named_scenario(library, words.rest[0], words);
  const Scenario& scenario = named.scenario;
  check_firmware(scenario);
  for (const std::string& warning : scenario.warnings) err << warning << "\n";
  warn_of_link_objects(scenario, err);
  if (const std::string text = deadlock_text(scenario.system, scenario.protocol); !text.empty()) {
    err << "warning: " << text << "\n  hint: weft topo check " << shell_word(words.rest[0]) << "\n";
  }
  print_scenario_sheet(out, named.file, scenario);
  return static_cast<int>(Exit::kPass);
}

}  // namespace

int check_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft check", err, [&] {
    const Words read = read_words(words, options());
    if (!read.has("help")) return run(read, out, err);
    out << kUsage << options();
    return static_cast<int>(Exit::kPass);
  });
}

}  // namespace weft::tb
