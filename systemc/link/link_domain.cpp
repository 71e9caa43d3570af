// SPDX-License-Identifier: Apache-2.0
#include "systemc/link/link_domain.h"

#include <algorithm>
#include <stdexcept>

#include "systemc/link/kernel_time.h"

namespace weft::sc {

LinkDomain::LinkDomain(const sc_core::sc_module_name& name, const LinkWindowsConfig& config)
    : sc_core::sc_module(name), links_(config), due_("due") {
  if (sc_core::sc_get_time_resolution() != sc_core::sc_time(1, sc_core::SC_FS)) {
    throw std::logic_error("the kernel does not count femtoseconds");
  }
  SC_HAS_PROCESS(LinkDomain);
  SC_METHOD(run_window);
  sensitive << due_;
}

void LinkDomain::wake(std::size_t index) {
  links_.wake(index);
  const Time now = from_sc(sc_core::sc_time_stamp());
  due_.notify(to_sc(std::max(links_.ran_until(), now) - now));  // unless it is due sooner
}

void LinkDomain::run_window() {
  const Time now = from_sc(sc_core::sc_time_stamp());
  const Time next = links_.run(now);
  if (!next.is_never()) due_.notify(to_sc(next - now));
}

}  // namespace weft::sc
