// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// So many links a heat map shows; of more, those that resent or carried most.
inline constexpr std::size_t kMostHeatLinks = 100;
/// So many stretches of time; of more, neighbours are put together.
inline constexpr std::size_t kMostHeatColumns = 240;

/// Links by time as SVG, coloured by utilisation, with a mark where flits were resent and a thin
/// line where the link was not up. Empty without a series.
std::string heat_map_svg(const ReportData& data);

/// What of a big system is left out, as a sentence; may be empty.
std::string heat_map_note(const ReportData& data);

}  // namespace weft::tb
