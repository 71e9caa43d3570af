// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <systemc>

#include "systemc/link/link_windows.h"

namespace weft::sc {

/// Gives many links and their hosts a place in kernel time: one process that runs a window of all
/// of them per activation, and sleeps until the next one that has anything to do.
///
/// Links are added before the simulation starts. The kernel must count femtoseconds
/// (use_femtoseconds()); throws std::logic_error otherwise.
class LinkDomain final : public sc_core::sc_module {
 public:
  LinkDomain(const sc_core::sc_module_name& name, const LinkWindowsConfig& config);

  LinkWindows& links() { return links_; }
  const LinkWindows& links() const { return links_; }

  /// Another process gave a host of link `index` something to do: its next window is not put off.
  void wake(std::size_t index);

 private:
  void run_window();

  LinkWindows links_;
  sc_core::sc_event due_;  // the next window
};

}  // namespace weft::sc
