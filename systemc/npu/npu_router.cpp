// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/npu_router.h"

namespace weft::sc {
namespace {

constexpr int kDevice = 0;
constexpr int kCore = 1;

}  // namespace

NpuRouter::NpuRouter(const sc_core::sc_module_name& name, const NpuMap& map)
    : sc_core::sc_module(name),
      regions_{Region{map.sram_base, map.sram_size, &sram},
               Region{map.hbm_base, map.hbm_size, &hbm},
               Region{map.regs_base, map.regs_size, &regs}} {
  const auto serve = [this](Target& socket, int from) {
    socket.register_b_transport(this, &NpuRouter::transport, from);
    socket.register_transport_dbg(this, &NpuRouter::transport_debug, from);
    socket.register_get_direct_mem_ptr(this, &NpuRouter::direct_memory, from);
  };
  serve(device, kDevice);
  serve(core, kCore);
}

void NpuRouter::transport(int from, tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
  const std::uint64_t address = access.get_address();
  const Region* region = find(from, address, access.get_data_length());
  if (region == nullptr) {
    access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  access.set_address(address - region->base);
  (*region->out)->b_transport(access, delay);
  access.set_address(address);
}

unsigned NpuRouter::transport_debug(int from, tlm::tlm_generic_payload& access) {
  const std::uint64_t address = access.get_address();
  const Region* region = find(from, address, access.get_data_length());
  if (region == nullptr) return 0;
  access.set_address(address - region->base);
  const unsigned bytes = (*region->out)->transport_dbg(access);
  access.set_address(address);
  return bytes;
}

bool NpuRouter::direct_memory(int from, tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = access.get_address();
  const Region* region = find(from, address, 1);
  if (region == nullptr) {
    dmi.init();
    dmi.set_start_address(address);
    dmi.set_end_address(address);
    return false;
  }
  access.set_address(address - region->base);
  const bool allowed = (*region->out)->get_direct_mem_ptr(access, dmi);
  access.set_address(address);
  dmi.set_start_address(dmi.get_start_address() + region->base);
  dmi.set_end_address(dmi.get_end_address() + region->base);
  return allowed;
}

const NpuRouter::Region* NpuRouter::find(int from, std::uint64_t address,
                                         std::uint64_t bytes) const {
  const std::size_t visible = from == kCore ? regions_.size() : regions_.size() - 1;
  for (std::size_t i = 0; i < visible; ++i) {
    const Region& region = regions_[i];
    const std::uint64_t at = address - region.base;
    if (address >= region.base && at < region.size && bytes <= region.size - at) return &region;
  }
  return nullptr;
}

}  // namespace weft::sc
