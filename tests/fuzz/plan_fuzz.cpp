// SPDX-License-Identifier: Apache-2.0
// libFuzzer entry: whatever the bytes, reading a plan ends in a Plan that holds what its header
// promises, or in an InputError.
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined ...
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "testbench/regress/selection.h"

/// libsystemc refers to it.
extern "C" int sc_main(int, char**) { return 0; }

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void use(const weft::tb::Plan& plan) {
  require(!plan.tests.empty());
  std::set<std::string> names;
  for (const weft::tb::PlanTest& test : plan.tests) {
    require(names.insert(test.name).second);
    require(test.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
            std::string::npos);  // it becomes a folder
    require(!test.scenario.empty() && test.timeout > weft::Time{});
  }
  weft::tb::Selection selection;
  selection.reseed = 2;
  const auto tests = weft::tb::select_tests(plan, selection);
  require(tests.size() == plan.tests.size());
  std::set<std::string> folders;
  for (const weft::tb::Job& job : weft::tb::make_jobs(plan, selection, tests)) {
    require(folders.insert(weft::tb::job_name(plan, job)).second);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    use(weft::tb::Plan::parse(text, "fuzz.toml"));
  } catch (const weft::InputError&) {
  }
  return 0;
}
