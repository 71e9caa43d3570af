// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/link_objects.h"

#include "models/base/text.h"
#include "models/protocol/emit_sv.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

/// The line of a protocol package that gives the receive buffer: links read it before anybody could
/// write the register.
std::string receive_buffer(const std::string& package) {
  for (const std::string_view line : split(package, '\n')) {
    if (line.find(" RxBufUnits ") != std::string_view::npos) return std::string(line);
  }
  return {};
}

}  // namespace

LinkObjects::LinkObjects(fs::path folder, const Protocol& protocol, std::string protocol_file)
    : folder_(std::move(folder)), protocol_(protocol), protocol_file_(std::move(protocol_file)) {}

fs::path LinkObjects::standard_folder() {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  return program.parent_path() / "links";
}

std::shared_ptr<sc::RtlObject> LinkObjects::get(const std::string& name, bool waves) {
  const std::string stem = name.empty() ? fs::path(protocol_file_).stem().string() : name;
  const bool is_path = stem.find('/') != std::string::npos || stem.ends_with(".so");
  const fs::path path = is_path ? fs::path(stem) : folder_ / (stem + (waves ? "-trace.so" : ".so"));
  std::shared_ptr<sc::RtlObject>& object = loaded_[path];
  if (object == nullptr) object = load(path, waves);
  return object;
}

std::shared_ptr<sc::RtlObject> LinkObjects::load(const fs::path& path, bool waves) const {
  std::error_code none;
  if (!fs::exists(path, none)) {
    throw MachineError("there is no link object " + path.string(), command(waves));
  }
  try {
    std::shared_ptr<sc::RtlObject> object = sc::RtlObject::load(fs::absolute(path).string());
    object->check_protocol(protocol_);
    if (receive_buffer(object->face().package_text) != receive_buffer(emit_sv_package(protocol_))) {
      throw MachineError(
          "link object " + path.string() + " has other receive buffers than " + protocol_file_,
          command(waves));
    }
    if (waves && object->face().traceable == 0) {
      throw MachineError("link object " + path.string() + " writes no waves", command(waves));
    }
    return object;
  } catch (const InputError& error) {
    throw MachineError(path.string() + ": " + error.message, command(waves));
  }
}

std::string LinkObjects::command(bool waves) const {
  const bool shipped = fs::path(protocol_file_).filename() == "ofl.toml";
  return "build it: scripts/build_link --protocol " + protocol_file_ + " --out " +
         folder_.string() + (waves ? " --trace" : "") +
         (shipped ? "" : " --weft " + (folder_.parent_path() / "weft").string());
}

}  // namespace weft::tb
