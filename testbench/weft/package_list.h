// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::tb {

/// A line of scripts/packages.txt.
struct PackageLine {
  std::string group;  ///< "build": Weft cannot do without it
  std::string name;
  std::string what;  ///< may be empty
};

/// Reads scripts/packages.txt: group, package and sentence by line, "#" begins a comment line.
std::vector<PackageLine> read_package_list(std::string_view text);

/// Versions of those packages that are installed, by name; nothing when this machine has no dpkg.
std::optional<std::map<std::string, std::string>> installed_packages(
    const std::vector<PackageLine>& packages);

}  // namespace weft::tb
