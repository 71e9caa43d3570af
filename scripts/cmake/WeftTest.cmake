# SPDX-License-Identifier: Apache-2.0
# Tests. Every gtest TEST is a ctest entry and a process of its own: the SystemC kernel starts once
# per process, and a crash costs one test.
include(GoogleTest)

set(WEFT_RC_PARAMS "seed=20250601" CACHE STRING "RC_PARAMS (RapidCheck) of every test")
set(weft_test_labels quick full nightly guest formal soak browser)
message(STATUS "RapidCheck in tests: RC_PARAMS=\"${WEFT_RC_PARAMS}\"")

# The text that gives tests their labels, time limit and environment: arguments after PROPERTIES.
function(weft_test_properties out labels timeout) # [SERIAL]
  foreach(label IN LISTS labels)
    if(NOT label IN_LIST weft_test_labels)
      message(FATAL_ERROR "unknown test label '${label}' (known: ${weft_test_labels})")
    endif()
  endforeach()
  if(NOT labels)
    message(FATAL_ERROR "a test needs a LABEL (one of: ${weft_test_labels})")
  endif()
  if(NOT timeout)
    set(timeout 60)
    if("nightly" IN_LIST labels OR "soak" IN_LIST labels)
      set(timeout 3600)
    elseif("full" IN_LIST labels)
      set(timeout 300)
    endif()
  endif()
  set(environment "RC_PARAMS=${WEFT_RC_PARAMS}")
  if(WEFT_SANITIZE)
    math(EXPR timeout "${timeout} * 4")
    # SystemC switches stacks under the sanitizer's feet.
    list(APPEND environment "ASAN_OPTIONS=detect_stack_use_after_return=0"
      "UBSAN_OPTIONS=print_stacktrace=1")
  endif()
  set(serial "")
  if(ARGN)
    set(serial "RUN_SERIAL TRUE")
  endif()
  set(${out} "LABELS \"${labels}\" TIMEOUT ${timeout} ENVIRONMENT \"${environment}\" ${serial}"
    PARENT_SCOPE)
endfunction()

function(weft_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "KERNEL;SERIAL" "PREFIX;TIMEOUT" "DEPS;LABEL")
  if(NOT arg_PREFIX)
    set(arg_PREFIX unit)
  endif()
  set(serial)
  if(arg_SERIAL)
    set(serial SERIAL)
  endif()
  weft_test_properties(properties "${arg_LABEL}" "${arg_TIMEOUT}" ${serial})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  weft_own_code(${name})
  target_compile_definitions(${name} PRIVATE "WEFT_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\""
    "WEFT_BUILD_DIR=\"${CMAKE_BINARY_DIR}\"")
  # The main comes first: libsystemc has one of its own.
  if(arg_KERNEL OR arg_PREFIX STREQUAL "systemc" OR "weft_systemc" IN_LIST arg_DEPS
      OR "weft_testbench" IN_LIST arg_DEPS)
    target_link_libraries(${name} PRIVATE weft_kernel_test_main)
  else()
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
  endif()
  target_link_libraries(${name} PRIVATE GTest::gtest weft_rapidcheck_dep ${arg_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
  gtest_discover_tests(${name} TEST_PREFIX "${arg_PREFIX}/" DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60 WORKING_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin"
    TEST_LIST ${name}_tests)
  # gtest_discover_tests cannot pass on a property that is a list, and leaves a program that was
  # not built without labels, so that "ctest -L quick" would not miss it.
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${name}_properties.cmake")
  file(CONFIGURE OUTPUT "${file}" @ONLY CONTENT [[
foreach(test IN LISTS @name@_tests)
  set_tests_properties("${test}" PROPERTIES @properties@)
endforeach()
if(NOT @name@_tests)
  add_test(@name@_IS_NOT_BUILT_OR_EMPTY false)
  set_tests_properties(@name@_IS_NOT_BUILT_OR_EMPTY PROPERTIES @properties@)
endif()
]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()

function(weft_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT" "COMMAND;LABEL")
  set(serial)
  if(arg_SERIAL)
    set(serial SERIAL)
  endif()
  weft_test_properties(properties "${arg_LABEL}" "${arg_TIMEOUT}" ${serial})
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  cmake_language(EVAL CODE "set_tests_properties([==[${name}]==] PROPERTIES ${properties})")
endfunction()
