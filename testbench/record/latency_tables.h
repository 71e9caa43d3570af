// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "testbench/record/breakdown.h"
#include "testbench/run/nodes.h"
#include "testbench/run/platform.h"

namespace weft::tb {

/// Mean of what a node's histogram counted; 0 of nothing.
Time mean_latency(const Nodes::Latency& latency);

/// The text of latency.csv: the histogram of every node that has one.
std::string latency_csv(const Platform& platform);
/// The text of breakdown.csv: where the mean latency of every such node goes.
std::string breakdown_csv(const Platform& platform);

}  // namespace weft::tb
