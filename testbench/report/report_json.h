// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// Each takes the text of a JSON file of the run directory into its part of the data; empty text
/// is a file that is not there. What is no JSON, or not of the shape that FORMATS.md describes,
/// becomes a note.
void read_summary_json(const std::string& text, ReportData& data);
void read_topology_json(const std::string& text, ReportData& data);
void read_fidelity_json(const std::string& text, ReportData& data);

}  // namespace weft::tb
