// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "testbench/report/report_data.h"

namespace weft::tb {

/// All nodes' transactions taken together.
NodeLatency all_latency(const std::vector<NodeLatency>& latency);

/// Cumulative distribution as SVG: a thin line per node, a thick one for all, and marks at p50, p99
/// and p99.9. The vertical axis is stretched towards 100 %, each nine as high as the one before.
/// Empty without transactions.
std::string latency_svg(const std::vector<NodeLatency>& latency);

/// Mean latency in parts as SVG: a bar for the mean of all nodes, then one per node.
std::string breakdown_svg(const ReportData& data);

}  // namespace weft::tb
