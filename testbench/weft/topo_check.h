// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

#include "models/protocol/protocol.h"
#include "models/system/system.h"
#include "testbench/run/judge.h"
#include "testbench/weft/named_input.h"

namespace weft::tb {

/// Prints every port that is missing, used twice or without a link, and npus without a path to each
/// other. Says whether there are any.
bool print_wiring_problems(std::ostream& out, const NamedSystem& named);

/// Prints how the endpoints of a sound system reach each other, and whether its routes can deadlock
/// on the VCs of `protocol`. kFail when they can.
Exit print_routes(std::ostream& out, const System& system, const Protocol& protocol);

/// "link5 (sw0.port2 to sw1.port1) on VC 0, ...": channels that wait for each other; "" when the
/// routes cannot deadlock.
std::string deadlock_text(const System& system, const Protocol& protocol);

}  // namespace weft::tb
