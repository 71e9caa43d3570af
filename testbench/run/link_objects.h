// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "models/protocol/protocol.h"
#include "systemc/verilated/rtl_core.h"

namespace weft::tb {

/// The Verilated link objects a run makes use of, each loaded once.
class LinkObjects {
 public:
  /// `folder` holds NAME.so; scripts/build_link leaves them there. `protocol_file` is for hints.
  LinkObjects(std::filesystem::path folder, const Protocol& protocol, std::string protocol_file);
  /// Beside the program that runs: its folder's links/.
  static std::filesystem::path standard_folder();

  /// `name` is a name in the folder or a path; empty: that of the protocol. With `waves` the
  /// object of that name that can write them. Throws MachineError when there is none, or one that
  /// was built from other numbers.
  std::shared_ptr<sc::RtlObject> get(const std::string& name, bool waves);

 private:
  std::shared_ptr<sc::RtlObject> load(const std::filesystem::path& path, bool waves) const;
  std::string command(bool waves) const;

  std::filesystem::path folder_;
  const Protocol& protocol_;
  std::string protocol_file_;
  std::map<std::filesystem::path, std::shared_ptr<sc::RtlObject>> loaded_;
};

}  // namespace weft::tb
