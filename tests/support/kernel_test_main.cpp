// SPDX-License-Identifier: Apache-2.0
/// The main of tests that use the SystemC kernel, which starts once per process.
///
/// ctest selects one test per process. Run by hand with several tests selected, the program forks
/// for each of them before any has run, and fails if any of them failed.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

/// libsystemc has a main of its own, unused here, that refers to this.
extern "C" int sc_main(int, char**) { return 0; }

namespace {

/// What `--gtest_list_tests` prints under the filter given, read from a child process.
std::string listing() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    std::perror("pipe");
    std::exit(4);
  }
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    GTEST_FLAG_SET(list_tests, true);
    const int status = RUN_ALL_TESTS();
    std::fflush(stdout);
    _exit(status);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return text;
}

std::vector<std::string> selected_tests() {
  std::vector<std::string> names;
  std::istringstream lines(listing());
  std::string suite;
  for (std::string line; std::getline(lines, line);) {
    const bool is_test = line.starts_with("  ");
    std::istringstream words(line);  // a comment on the parameter may follow the name
    std::string word;
    words >> word;
    if (is_test) {
      names.push_back(suite + word);
    } else if (word.ends_with('.')) {
      suite = word;
    }
  }
  return names;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  const std::vector<std::string> names = selected_tests();
  if (names.size() <= 1) return RUN_ALL_TESTS();

  std::vector<std::string> failed;
  for (const std::string& name : names) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      GTEST_FLAG_SET(filter, name);
      std::exit(RUN_ALL_TESTS());
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) failed.push_back(name);
  }
  std::printf("%zu of %zu tests passed, one process each\n", names.size() - failed.size(),
              names.size());
  for (const std::string& name : failed) std::printf("FAILED  %s\n", name.c_str());
  return failed.empty() ? 0 : 1;
}
