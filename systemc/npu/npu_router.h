// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "systemc/npu/tlm_access.h"

namespace weft::sc {

/// Where an NPU's memories and registers are; sizes in bytes.
struct NpuMap {
  std::uint64_t regs_base, regs_size;
  std::uint64_t sram_base, sram_size;
  std::uint64_t hbm_base, hbm_size;
};

/// The bus inside an NPU: hands accesses of the DMA engine and of the core on to memories and
/// registers, at addresses counted from the beginning of each.
///
/// The DMA engine sees memory alone. An access must lie in one of the regions as a whole; otherwise
/// the response is TLM_ADDRESS_ERROR_RESPONSE. Takes no time of its own. The address of a payload
/// is put back before it is returned.
class NpuRouter final : public sc_core::sc_module {
 public:
  using Target = tlm_utils::simple_target_socket_tagged<NpuRouter, kBusWidth>;
  using Initiator = tlm_utils::simple_initiator_socket<NpuRouter, kBusWidth>;

  Target device{"device"};  ///< from the DMA engine
  Target core{"core"};      ///< from the core
  Initiator sram{"sram"};
  Initiator hbm{"hbm"};
  Initiator regs{"regs"};

  NpuRouter(const sc_core::sc_module_name& name, const NpuMap& map);

 private:
  struct Region {
    std::uint64_t base;
    std::uint64_t size;
    Initiator* out;
  };

  void transport(int from, tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  unsigned transport_debug(int from, tlm::tlm_generic_payload& access);
  bool direct_memory(int from, tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi);
  /// nullptr when no region that `from` sees holds all of it.
  const Region* find(int from, std::uint64_t address, std::uint64_t bytes) const;

  std::array<Region, 3> regions_;  // registers last
};

}  // namespace weft::sc
