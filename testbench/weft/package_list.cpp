// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/package_list.h"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "models/base/text.h"

namespace weft::tb {
namespace {

constexpr int kNoProgram = 127;  // what a shell ends with when there is none of that name

/// Names as Debian allows them need no quoting in a shell.
bool is_package_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

std::vector<PackageLine> read_package_list(std::string_view text) {
  std::vector<PackageLine> packages;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("#")) continue;
    std::istringstream words{std::string(line)};
    PackageLine package;
    if (!(words >> package.group >> package.name) || !is_package_name(package.name)) continue;
    std::getline(words, package.what);
    package.what = trim(package.what);
    packages.push_back(std::move(package));
  }
  return packages;
}

std::optional<std::map<std::string, std::string>> installed_packages(
    const std::vector<PackageLine>& packages) {
  std::string command = "dpkg-query -W -f '${Package} ${Version} ${Status}\\n'";
  for (const PackageLine& package : packages) command += " " + package.name;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string answer;
  std::array<char, 4096> block;
  for (std::size_t n = 0; (n = fread(block.data(), 1, block.size(), pipe)) > 0;) {
    answer.append(block.data(), n);
  }
  const int status = pclose(pipe);  // 1 when one of them is not known
  if (!WIFEXITED(status) || WEXITSTATUS(status) == kNoProgram) return std::nullopt;
  std::map<std::string, std::string> versions;
  for (const std::string_view line : split(answer, '\n')) {
    if (!line.ends_with(" install ok installed")) continue;
    const std::vector<std::string_view> words = split(line, ' ');
    versions.emplace(words[0], words[1]);
  }
  return versions;
}

}  // namespace weft::tb
