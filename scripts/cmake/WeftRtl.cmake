# SPDX-License-Identifier: Apache-2.0
# Verilated things. Nothing here runs a tool while configuring.
find_program(WEFT_VERILATOR verilator)
find_program(WEFT_MAKE make)
set(weft_verilator_include "/usr/share/verilator/include" CACHE PATH "verilated.h is here")

# The Verilator runtime, compiled once for all leaf modules under test.
function(weft_verilator_runtime)
  if(TARGET weft_verilator_runtime)
    return()
  endif()
  if(NOT WEFT_VERILATOR OR NOT WEFT_MAKE)
    message(FATAL_ERROR "verilator and make are needed to test the RTL")
  endif()
  add_library(weft_verilator_runtime STATIC
    "${weft_verilator_include}/verilated.cpp" "${weft_verilator_include}/verilated_threads.cpp")
  target_include_directories(weft_verilator_runtime SYSTEM PUBLIC
    "${weft_verilator_include}" "${weft_verilator_include}/vltstd")
  target_link_libraries(weft_verilator_runtime PUBLIC Threads::Threads atomic)
endfunction()

# weft_verilated(NAME TOP module FILES a.sv... [INCLUDE dir...] [PARAMS N=8...] [DEFINES D...] [DEPENDS file...])
# makes the library NAME with the header "VNAME.h" (class VNAME). Paths are repository-rooted.
function(weft_verilated name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TOP" "FILES;INCLUDE;PARAMS;DEFINES;DEPENDS")
  weft_verilator_runtime()
  list(TRANSFORM arg_FILES PREPEND "${CMAKE_SOURCE_DIR}/" REGEX "^[^/]")
  list(TRANSFORM arg_DEPENDS PREPEND "${CMAKE_SOURCE_DIR}/" REGEX "^[^/]")
  set(dir "${CMAKE_BINARY_DIR}/verilated/${name}")
  set(archive "${dir}/V${name}__ALL.a")
  set(flags "-Wall" "--assert" "--x-assign" "unique")
  file(GLOB waivers CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/rtl/lint.vlt")
  foreach(param IN LISTS arg_PARAMS)
    list(APPEND flags "-G${param}")
  endforeach()
  foreach(define IN LISTS arg_DEFINES)
    list(APPEND flags "-D${define}")
  endforeach()
  foreach(include IN LISTS arg_INCLUDE)
    list(APPEND flags "-I${include}")
  endforeach()
  set(optimise "-O2")
  if(WEFT_SANITIZE)
    set(optimise "-O1 -fsanitize=address")
  endif()
  set(launcher "OBJCACHE=")
  if(WEFT_CCACHE)
    set(launcher "OBJCACHE=${WEFT_CCACHE}")
  endif()
  add_custom_command(OUTPUT "${archive}" "${dir}/V${name}.h"
    COMMAND "${WEFT_VERILATOR}" --cc --quiet-exit ${flags} --top-module "${arg_TOP}" --prefix "V${name}"
      --Mdir "${dir}" ${waivers} ${arg_FILES}
    COMMAND ${CMAKE_COMMAND} -E env ${weft_ccache_env} "${WEFT_MAKE}" -s -C "${dir}" -f "V${name}.mk"
      "V${name}__ALL.a" "CXX=${CMAKE_CXX_COMPILER}" "LINK=${CMAKE_CXX_COMPILER}" "${launcher}"
      "OPT_FAST=${optimise} -fPIC" "OPT_SLOW=${optimise} -fPIC"
    DEPENDS ${arg_FILES} ${arg_DEPENDS} ${waivers}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" COMMENT "Verilating ${arg_TOP} as ${name}" VERBATIM)
  add_custom_target(${name}_verilate DEPENDS "${archive}" "${dir}/V${name}.h")
  add_library(${name} INTERFACE)
  add_dependencies(${name} ${name}_verilate)
  target_include_directories(${name} SYSTEM INTERFACE "${dir}")
  target_link_libraries(${name} INTERFACE "${archive}" weft_verilator_runtime)
endfunction()

# All link objects: what scripts/run builds besides the program.
add_custom_target(weft_links)

# weft_link_object(NAME PROTOCOL file.toml [TRACE] [TOP top] [EMIT])
# builds one link as a shared object with scripts/build_link, which leaves
# <build>/links/<name>-<hash>.so. The path it printed is kept in <build>/links/NAME.path.
# EMIT: the program makes the package (any protocol but the shipped one, whose package is committed).
function(weft_link_object name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TRACE;EMIT" "PROTOCOL;TOP" "")
  set(dir "${CMAKE_BINARY_DIR}/links")
  set(stamp "${dir}/${name}.path")
  set(options)
  if(arg_TRACE)
    list(APPEND options --trace)
  endif()
  if(arg_TOP)
    list(APPEND options --top "${arg_TOP}")
  endif()
  set(depends)
  if(arg_EMIT)
    list(APPEND options --weft "$<TARGET_FILE:weft>")
    list(APPEND depends weft)
  endif()
  file(GLOB_RECURSE rtl CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/rtl/*.sv" "${CMAKE_SOURCE_DIR}/rtl/*.svh"
    "${CMAKE_SOURCE_DIR}/rtl/*.f" "${CMAKE_SOURCE_DIR}/rtl/*.vlt")
  set(script "${CMAKE_SOURCE_DIR}/scripts/build_link")
  list(TRANSFORM arg_PROTOCOL PREPEND "${CMAKE_SOURCE_DIR}/" REGEX "^[^/]")
  add_custom_command(OUTPUT "${stamp}"
    COMMAND ${CMAKE_COMMAND} -E make_directory "${dir}"
    COMMAND ${CMAKE_COMMAND} -E env ${weft_ccache_env} "${script}" --protocol "${arg_PROTOCOL}"
      --out "${dir}" ${options} > "${stamp}"
    DEPENDS "${script}" "${arg_PROTOCOL}" ${rtl} ${depends} "${CMAKE_SOURCE_DIR}/models/link/pins.h"
      "${CMAKE_SOURCE_DIR}/systemc/verilated/link_so.cpp" "${CMAKE_SOURCE_DIR}/systemc/verilated/link_face.h"
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" COMMENT "Building the link ${name}" VERBATIM)
  add_custom_target(${name} ALL DEPENDS "${stamp}")
  add_dependencies(weft_links ${name})
endfunction()
