// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/doctor_command.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>

#include "models/base/text.h"
#include "models/elf/elf.h"
#include "testbench/run/judge.h"
#include "testbench/run/library.h"
#include "testbench/run/link_objects.h"
#include "testbench/run/machine_error.h"
#include "testbench/run/version.h"
#include "testbench/weft/command_line.h"
#include "testbench/weft/package_list.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using Shelf = Library::Shelf;

constexpr const char* kUsage =
    "usage: weft doctor\n\n"
    "Looks for what Weft needs on this machine: Debian packages, link objects (the RTL, "
    "translated)\n"
    "and firmware. Says how to get what is missing. Installs and builds nothing.\n\n"
    "exit: 0 all that is needed is there, 4 something is missing\n\n";

constexpr std::size_t kNameWidth = 30;

/// "firmware/apps/collective" -> "collective", sorted.
std::vector<std::string> folders_in(const fs::path& place) {
  std::vector<std::string> names;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::directory_iterator(place, none)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Doctor {
 public:
  explicit Doctor(std::ostream& out) : out_(out) {}

  int run() {
    out_ << version_text() << ", " << build_text() << "\n";
    packages();
    link_objects();
    firmware();
    if (!to_install_.empty()) {
      out_ << "\nto install what is missing:\n"
              "  sudo apt-get install --no-install-recommends "
           << join(to_install_, " ") << "\n";
    }
    if (!to_build_.empty()) out_ << "\nto build what is missing:\n";
    for (const std::string& line : to_build_) out_ << "  " << line << "\n";
    out_ << "\n"
         << (missing_ == 0 ? "all that is needed is there"
                           : std::to_string(missing_) + " of what is needed missing")
         << "\n";
    return static_cast<int>(missing_ == 0 ? Exit::kPass : Exit::kMachine);
  }

 private:
  void line(const std::string& state, const std::string& name, const std::string& what) {
    std::string text =
        "  " + state +
        std::string(std::max<std::size_t>(10, state.size() + 1) - state.size(), ' ') + name;
    if (!what.empty()) {
      text += std::string(name.size() < kNameWidth ? kNameWidth - name.size() : 1, ' ') + what;
    }
    out_ << text << "\n";
  }

  void packages() {
    const fs::path home = library_.folder(Shelf::kScenarios).parent_path().parent_path();
    const fs::path file = home / "scripts/packages.txt";
    out_ << "\npackages\n";
    const std::optional<std::string> text = read_text(file);
    if (!text)
      throw MachineError("cannot read " + file.string(), "$WEFT_HOME is the sources' root");
    const std::vector<PackageLine> list = read_package_list(*text);
    const auto installed = installed_packages(list);
    if (!installed) {
      out_ << "  no dpkg here, so nobody knows; Weft is built and tested on Debian 12\n";
      return;
    }
    for (const PackageLine& package : list) {
      const auto found = installed->find(package.name);
      if (found != installed->end()) {
        line("ok", package.name, found->second);
        continue;
      }
      const bool needed = package.group == "build";
      line(needed ? "MISSING" : "not there", package.name,
           needed ? package.what : "(" + package.group + ") " + package.what);
      to_install_.push_back(package.name);
      if (needed) ++missing_;
    }
  }

  void link_objects() {
    out_ << "\nlink objects in " << LinkObjects::standard_folder().string() << "\n";
    const fs::path file = library_.folder(Shelf::kProtocols) / "ofl.toml";
    const std::optional<std::string> text = read_text(file);
    if (!text)
      throw MachineError("cannot read " + file.string(), "$WEFT_HOME is the sources' root");
    const Protocol protocol = Protocol::parse(*text, file.string());
    LinkObjects objects(LinkObjects::standard_folder(), protocol, file.string());
    for (const bool waves : {false, true}) {
      const std::string name = waves ? "ofl, with waves" : "ofl";
      try {
        line("ok", name, objects.get({}, waves)->face().build);
      } catch (const MachineError& error) {
        missing(name, error.what());
        to_build_.push_back(error.hint.substr(error.hint.find("scripts/")));
      }
    }
  }

  void firmware() {
    const fs::path folder = library_.folder(Shelf::kFirmware);
    const fs::path apps = library_.folder(Shelf::kScenarios).parent_path().parent_path();
    out_ << "\nfirmware in " << folder.string() << "\n";
    bool any_missing = false;
    for (const std::string& name : folders_in(apps / "firmware/apps")) {
      const fs::path file = folder / (name + ".elf");
      const std::optional<std::string> bytes = read_text(file, std::size_t{16} << 20);
      if (!bytes) {
        missing(name, "there is no " + file.string());
        any_missing = true;
        continue;
      }
      try {
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes->data());
        const ElfImage image = ElfImage::parse({data, bytes->size()}, file.string());
        line("ok", name, std::to_string(image.symbols().size()) + " symbols");
      } catch (const InputError& error) {
        missing(name, error.message);
        any_missing = true;
      }
    }
    if (any_missing) {
      to_build_.push_back("cmake --build " + folder.parent_path().string() +
                          " --target weft_firmware");
    }
  }

  void missing(const std::string& name, const std::string& why) {
    line("MISSING", name, why);
    ++missing_;
  }

  std::ostream& out_;
  Library library_ = Library::standard();
  std::size_t missing_ = 0;
  std::vector<std::string> to_install_, to_build_;
};

}  // namespace

int doctor_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft doctor", err, [&] {
    po::options_description options("options");
    options.add_options()("help", "this text");
    const Words read = read_words(words, options);
    if (read.has("help")) {
      out << kUsage << options;
      return static_cast<int>(Exit::kPass);
    }
    read.at_most(0);
    return Doctor(out).run();
  });
}

}  // namespace weft::tb
