# SPDX-License-Identifier: Apache-2.0
# Debian ships pkg-config files for SystemC and TLM but no CMake package.
# Target: SystemC::SystemC. Variable: SystemC_VERSION.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(weft_pc_systemc QUIET IMPORTED_TARGET systemc tlm)
endif()
include(FindPackageHandleStandardArgs)
set(SystemC_VERSION "${weft_pc_systemc_systemc_VERSION}")
find_package_handle_standard_args(SystemC
  REQUIRED_VARS weft_pc_systemc_FOUND VERSION_VAR SystemC_VERSION
  REASON_FAILURE_MESSAGE "pkg-config knows no systemc and tlm (Debian package libsystemc-dev)")
if(SystemC_FOUND AND NOT TARGET SystemC::SystemC)
  add_library(SystemC::SystemC INTERFACE IMPORTED)
  target_link_libraries(SystemC::SystemC INTERFACE PkgConfig::weft_pc_systemc)
endif()
