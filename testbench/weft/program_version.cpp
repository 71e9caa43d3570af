// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/program_version.h"

#include <xxhash.h>

#include <toml++/impl/version.h>
#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <systemc>

#include "testbench/run/version.h"

namespace weft::tb {
namespace {

std::string dotted(unsigned major, unsigned minor, unsigned patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace

std::string program_version() {
  const unsigned xxhash = XXH_versionNumber();
  std::string systemc = sc_core::sc_release();
  systemc.resize(systemc.find('-'));  // without its vendor
  return version_text() + ", " + build_text() + "\nwith SystemC " + systemc + ", Boost " +
         dotted(BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100) +
         ", toml++ " + dotted(TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH) + ", nlohmann/json " +
         dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                NLOHMANN_JSON_VERSION_PATCH) +
         ", xxHash " + dotted(xxhash / 10'000, xxhash / 100 % 100, xxhash % 100) + "\n";
}

}  // namespace weft::tb
