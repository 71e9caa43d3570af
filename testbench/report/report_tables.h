// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// So many rows of links.csv a page shows; the file has them all.
inline constexpr std::size_t kMostLinkRows = 1000;
/// So many lines of the log: the last.
inline constexpr std::size_t kMostLogLines = 200;

/// Tables as HTML; empty where there is nothing to show. Columns of sortable ones sort when their
/// heading is pressed.
std::string checks_html(const ReportSummary& summary);
std::string invariants_html(const ReportSummary& summary);
std::string faults_html(const ReportSummary& summary);
std::string links_html(const CsvTable& links);
std::string percentiles_html(const ReportData& data);
std::string fidelity_html(const ReportTable& fidelity);

/// The last lines of the log.
std::string log_html(const std::string& log);

}  // namespace weft::tb
