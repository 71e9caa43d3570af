// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/switch/routes.h"

namespace weft::tb {

/// The wiring of a system file with all that is wrong with it, where System::parse() ends at the
/// first.
struct PortSurvey {
  /// "x.toml:7:20: link3: sw0.port9 is no port of sw0", in the order of the file.
  std::vector<std::string> problems;
  std::vector<std::string> nodes;  ///< names
  RouteGraph graph;                ///< the links whose ends were both good
  std::size_t linked_ports = 0;
  std::size_t free_ports = 0;  ///< of switches that have a link
};

/// Looks at names, ports and links of a system file, and at nothing else in it. Throws InputError
/// for a text that is no TOML.
PortSurvey survey_ports(std::string_view text, const std::string& file);

}  // namespace weft::tb
