// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/base/config.h"
#include "models/protocol/protocol.h"

namespace weft {

/// Refuses a protocol that contradicts itself: InputError at the key that is wrong. Adds to
/// `protocol.warnings` what is allowed but weak. `config` is what the protocol was read from.
void check_protocol(Protocol& protocol, const Config& config);

/// Refuses what is a protocol but not one that the RTL and the model of this version can run.
void check_built(const Protocol& protocol, const Config& config);

}  // namespace weft
