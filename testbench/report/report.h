// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// The text of report.html: one page that needs nothing else, offline, in light, dark and print.
/// Names and texts come from files, so every one of them is escaped.
std::string report_html(const ReportData& data);

/// The files of a run directory, read. Throws MachineError for one that is there and cannot be
/// read.
ReportData read_report_directory(const std::filesystem::path& directory);

/// Makes report.html in a run directory from the other files in it, in one step, and returns its
/// path. Also of a run that was killed. Throws InputError for a directory that no run made,
/// MachineError for what cannot be read or written.
std::filesystem::path write_report(const std::filesystem::path& directory);

}  // namespace weft::tb
