// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/version.h"

#include "weft_build_info.h"

namespace weft::tb {

std::string version_text() {
  return std::string("weft ") + build::kVersion + " (" + build::kCommit + ")";
}

std::string build_text() { return std::string(build::kBuildType) + ", " + build::kCompiler; }

}  // namespace weft::tb
