// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

#include "models/base/time.h"

namespace weft::sc {

/// Makes the kernel count femtoseconds. Called before the first sc_time that is not zero; further
/// calls do nothing.
void use_femtoseconds();

/// Model time and kernel time are the same number.
inline sc_core::sc_time to_sc(Time time) { return sc_core::sc_time::from_value(time.fs()); }
inline Time from_sc(const sc_core::sc_time& time) { return Time::from_fs(time.value()); }

}  // namespace weft::sc
