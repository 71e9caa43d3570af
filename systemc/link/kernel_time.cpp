// SPDX-License-Identifier: Apache-2.0
#include "systemc/link/kernel_time.h"

namespace weft::sc {

void use_femtoseconds() {
  static bool done = false;
  if (!done) sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
  done = true;
}

}  // namespace weft::sc
