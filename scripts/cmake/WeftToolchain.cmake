# SPDX-License-Identifier: Apache-2.0
# Compiler, flags, sanitizers, coverage, ccache.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()
option(WEFT_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(WEFT_COVERAGE "Build with gcov counters (g++ only)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

# Results must not depend on whether the compiler fuses a multiply and an add.
add_compile_options(-ffp-contract=off)

add_library(weft_warnings INTERFACE)
target_compile_options(weft_warnings INTERFACE -Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: "-Wrestrict" is reported for a plain const char* + std::string.
  target_compile_options(weft_warnings INTERFACE -Wno-restrict)
endif()

if(WEFT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # The instrumented code hides from g++ that a variable was set.
  target_compile_options(weft_warnings INTERFACE -Wno-error=maybe-uninitialized)
endif()
if(WEFT_COVERAGE)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    message(FATAL_ERROR "WEFT_COVERAGE needs g++ (this is ${CMAKE_CXX_COMPILER_ID})")
  endif()
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

# A second clone finds the objects of the first: paths below the checkout are hashed as relative.
find_program(WEFT_CCACHE ccache)
set(weft_ccache_env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" "CCACHE_NOHASHDIR=1")
if(WEFT_CCACHE)
  find_program(WEFT_ENV env REQUIRED)
  foreach(language IN ITEMS C CXX)
    if(NOT CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER "${WEFT_ENV}" ${weft_ccache_env} "${WEFT_CCACHE}")
    endif()
  endforeach()
endif()
