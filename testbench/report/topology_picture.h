// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// The system as SVG. Each half of a link has the colour of what the end at that node sent; a
/// diamond with a number is a link that replayed, a cross one that is not up.
std::string topology_svg(const ReportData& data);

/// Colour class of a utilisation: "u0" (nothing) to "u10".
std::string utilisation_class(double percent);

}  // namespace weft::tb
