// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

#include "models/protocol/protocol.h"
#include "systemc/verilated/rtl_core.h"

namespace weft::test {

/// The text of a file of the repository.
inline std::string repo_text(const std::string& path) {
  std::ifstream in(std::string(WEFT_SOURCE_DIR) + "/" + path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline Protocol ofl() {
  return Protocol::parse(repo_text("models/protocol/ofl.toml"), "models/protocol/ofl.toml");
}

/// A link object of the normal build: "ofl", "ofl-trace", "ofl-echo".
inline std::shared_ptr<sc::RtlObject> link_object(const std::string& name) {
  return sc::RtlObject::load(std::string(WEFT_BUILD_DIR) + "/links/" + name + ".so");
}

}  // namespace weft::test
