// SPDX-License-Identifier: Apache-2.0
#include "models/base/time.h"

#include "models/base/units.h"

namespace weft {

std::string to_string(Time time) { return format_time(time); }

}  // namespace weft
