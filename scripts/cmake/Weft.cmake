# SPDX-License-Identifier: Apache-2.0
# The house's macros. A folder of sources needs only:
#   weft_sources(weft_models a.cpp b.cpp)           add to a library declared further up
#   weft_library(NAME a.cpp [DEPS lib...])          a static library of its own
#   weft_program(NAME a.cpp [DEPS lib...])          a program, left in the build folder
#   weft_test(NAME a.cpp [DEPS lib...] LABEL quick|full|nightly... [PREFIX unit] [TIMEOUT s]
#             [KERNEL]  it uses SystemC (implied by PREFIX systemc)
#             [SERIAL]) nothing else runs beside it
#   weft_script_test(NAME COMMAND prog arg... LABEL ... [TIMEOUT s] [SERIAL])
#   weft_verilated(NAME TOP t FILES a.sv... [INCLUDE dir...] [PARAMS N=8...])   leaf RTL for a test
#   weft_link_object(NAME PROTOCOL file.toml [TRACE] [TOP t])                   a link, verilated
include_guard(GLOBAL)

include(WeftToolchain)
include(WeftDependencies)
include(WeftTest)
include(WeftRtl)

# Version and commit, in a header that changes only when they do. The check runs at each build and
# costs a few milliseconds; only a file that includes "weft_build_info.h" is compiled again.
set(weft_generated_dir "${CMAKE_BINARY_DIR}/generated")
set(weft_build_info_command
  ${CMAKE_COMMAND} "-DSOURCE_DIR=${CMAKE_SOURCE_DIR}" "-DVERSION=${PROJECT_VERSION}"
  "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}"
  "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
  "-DOUT=${weft_generated_dir}/weft_build_info.h"
  -P "${CMAKE_SOURCE_DIR}/scripts/cmake/build_info.cmake")
add_custom_target(weft_build_info_header
  COMMAND ${weft_build_info_command}
  BYPRODUCTS "${weft_generated_dir}/weft_build_info.h"
  COMMENT "Looking for a new commit" VERBATIM)
add_library(weft_build_info INTERFACE)
target_include_directories(weft_build_info INTERFACE "${weft_generated_dir}")
add_dependencies(weft_build_info weft_build_info_header)

function(weft_own_code name)
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE weft_warnings)
endfunction()

function(weft_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPS")
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  weft_own_code(${name})
  target_link_libraries(${name} PUBLIC ${arg_DEPS})
endfunction()

function(weft_sources target)
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
  target_sources(${target} PRIVATE ${ARGN})
endfunction()

function(weft_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPS")
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  weft_own_code(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
endfunction()
