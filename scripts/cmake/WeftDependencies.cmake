# SPDX-License-Identifier: Apache-2.0
# Debian's packages as interface targets named weft_<what>_dep. Those a shipped program may link are
# permissively licensed; libfec (LGPL) is an oracle for tests only.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(SystemC REQUIRED)
find_package(GTest REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
find_program(WEFT_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(WEFT_PYTHON NAMES python3 REQUIRED)

# One rule for all: a dependency is an interface target with everything needed to use it.
function(weft_dependency name)
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${ARGN})
endfunction()

# Debian's libsystemc carries the C++17 tag; with C++20 alone the link fails on sc_api_version.
weft_dependency(weft_systemc_dep SystemC::SystemC Threads::Threads)
target_compile_definitions(weft_systemc_dep INTERFACE SC_CPLUSPLUS=201703L)

# The header-only parser of toml++ 3.3 asserts on "[*]"; the library does not.
weft_dependency(weft_toml_dep PkgConfig::tomlplusplus)
target_compile_definitions(weft_toml_dep INTERFACE TOML_HEADER_ONLY=0)

weft_dependency(weft_xxhash_dep PkgConfig::xxhash)
weft_dependency(weft_options_dep Boost::program_options)
weft_dependency(weft_json_dep nlohmann_json::nlohmann_json)
weft_dependency(weft_zlib_dep ZLIB::ZLIB)

find_library(WEFT_RAPIDCHECK rapidcheck REQUIRED)
weft_dependency(weft_rapidcheck_dep "${WEFT_RAPIDCHECK}")
find_library(WEFT_FEC fec REQUIRED)
weft_dependency(weft_fec_dep "${WEFT_FEC}")
find_path(WEFT_RANDOM123 Random123/philox.h REQUIRED)
